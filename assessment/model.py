"""What every value of a submission is made of: frozen, strict, and closed to unknown keys."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

AnswerId = Annotated[str, Field(max_length=80)]
ShortText = Annotated[str, Field(max_length=500)]
LongText = Annotated[str, Field(max_length=20_000)]

Scalar = bool | int | float | date | LongText | None
Row = dict[str, Scalar | tuple[LongText, ...]]


def _from_iso(value: object) -> object:
    """Only ISO text is a day: pydantic alone would take 20251103 for seconds since 1970."""
    if isinstance(value, bool | int | float) or (isinstance(value, str) and "-" not in value[4:5]):
        raise PydanticCustomError("day", "Input should be a date such as 2025-11-03")
    return value


Day = Annotated[date, BeforeValidator(_from_iso)]
"""A calendar day, written as 2025-11-03."""

Tally = Annotated[int, Field(ge=0, strict=True)]
"""How many there are: a whole number; `true` and quoted digits are none."""

Amount = Annotated[float, Field(strict=True)]
"""A sum of money, as a number."""


class Model(BaseModel):
    """A frozen value of the submission; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def known_keys() -> set[str]:
    """Every key that any part of a submission may have, for suggestions."""
    return {name for kind in Model.__subclasses__() for name in kind.model_fields}
