"""What every piece of a rubric has in common: frozen, closed to unknown keys, aware of its line."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.json_schema import SkipJsonSchema

POSITIONS = "positions"
"""Key of the validation context: `file:line` of every mapping that was read, by its identity."""

POSITION_KEY = "@"
"""The key under which a place is handed to a model; no reader's own text is taken for it."""


class Located(BaseModel):
    """A frozen piece of a rubric that knows where it was written, as `criteria/rdc7.yaml:40`.

    A key that nobody declared is an error, so every key does something.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: SkipJsonSchema[Annotated[str, Field(alias=POSITION_KEY, exclude=True, repr=False)]] = ""

    @model_validator(mode="before")
    @classmethod
    def _remember_place(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, dict) and info.context:
            return {**value, POSITION_KEY: info.context[POSITIONS].get(id(value), "")}
        return value


class Translatable:
    """Marks a string that people read: `words/` must hold it in every other language."""


Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=80)]
"""An id of ours: lower-case words joined by hyphens (ids) or underscores (options and fields)."""

Text = Annotated[str, Field(min_length=1), Translatable()]
"""A sentence for people, written in the rubric's own language and translated in `words/`."""

Count = Annotated[int, Field(ge=1, strict=True)]
"""How many are asked for: a whole number from 1."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A number as it was written; `true` and quoted digits are none."""

Percent = Annotated[float, Field(strict=True, ge=0, le=100)]
"""A share in percent, from 0 to 100."""

Window = Annotated[
    str, Field(pattern=r"^[1-9][0-9]{0,3} (?:days?|weeks?|months?|quarters?|years?)$")
]
"""A span of time back from the day of the assessment: `30 days`, `12 months`, `4 quarters`.

Quarters are calendar quarters: `4 quarters` reaches back to the first day of the fourth calendar
quarter before the current one.
"""


def known_keys() -> set[str]:
    """Every key that any piece of a rubric may have, for suggestions."""
    keys: set[str] = set()
    todo: list[type[Located]] = [Located]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        keys |= {field.alias or name for name, field in kind.model_fields.items()}
    return keys - {POSITION_KEY}
