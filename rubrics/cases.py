"""What a case is made of: an example with the verdicts that must come out, written in `cases/`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
)

from rubrics.loader import case_files
from rubrics.problems import InputError, Place, Problem, place_of, problems_from
from rubrics.text import Plain, read_text

VerdictWord = Literal["met", "not_met", "unanswered", "needs_review", "not_applicable"]


class Piece(BaseModel):
    """A frozen piece of a case; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reading(Piece):
    """Verdicts under the three lenses; one that is left out may be any."""

    claimed: VerdictWord | None = None
    evidenced: VerdictWord | None = None
    confirmed: VerdictWord | None = None


class ExpectedResult(Reading):
    """What must come out of a requirement or criterion; `reasons` must be among those found."""

    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    label: str | None = None
    literal: Reading | None = None


class ExpectedPoints(Piece):
    """What must come out of the points under one lens."""

    guaranteed: int | None = None
    possible: int | None = None
    reached: str | None = None
    within_reach: str | None = None
    to_silver: int | None = None
    percent: float | None = None
    cautions: tuple[int, ...] = ()


class ExpectedScore(Piece):
    """What must come out of the whole standard."""

    claimed: ExpectedPoints | None = None
    evidenced: ExpectedPoints | None = None
    confirmed: ExpectedPoints | None = None
    eligibility: VerdictWord | None = None


class Standard(Piece):
    """A standard as far as points go: how many in all, and which criteria are not just declared."""

    points: int
    assessed: tuple[str, ...]


class Case(Piece):
    """An example as it is written. Its name is a sentence that a policy officer could dispute.

    `about` is the id of a requirement or criterion, or `score`. The rest is as in a submission, in
    short: `evidence` serves what the case is about and was seen, unless it says otherwise;
    `decided` lists ids by the verdict that a coach gave them. With `counted_for` the case speaks
    of one standard only, and says nothing of a rubric with other points or criteria.
    """

    name: Annotated[str, Field(min_length=3)]
    about: str
    on: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    counted_for: Standard | None = None
    city: dict[str, object] = Field(default_factory=dict)
    declared: dict[str, object] = Field(default_factory=dict)
    answers: dict[str, object] = Field(default_factory=dict)
    not_applicable: dict[str, object] = Field(default_factory=dict)
    evidence: tuple[dict[str, object], ...] | None = None
    decided: dict[VerdictWord, tuple[str, ...]] = Field(default_factory=dict)
    decisions: tuple[dict[str, object], ...] = ()


class ResultCase(Case):
    """A case about a requirement or a criterion."""

    expect: ExpectedResult


class ScoreCase(Case):
    """A case about points, levels and who may apply."""

    expect: ExpectedScore


def read_cases(folder: Path) -> list[tuple[dict[str, Plain], Place]]:
    """Every case of a rubric's folder, as it was written, with its place.

    `InputError` lists what is no case: wrong keys and values in any of the files.
    """
    cases: list[tuple[dict[str, Plain], Place]] = []
    problems: list[Problem] = []
    for name, raw in case_files(folder):
        try:
            document = read_text(raw, name=name)
            _CASES.validate_python(document.value)
        except InputError as error:
            problems += error.problems
        except ValidationError as error:
            problems += problems_from(error, document.places, known_keys=_known_keys())
        else:
            entries = document.value if isinstance(document.value, list) else []
            cases += [
                (case, place_of(document.places, (i,)))
                for i, case in enumerate(entries)
                if isinstance(case, dict)
            ]
    if problems:
        raise InputError(problems)
    return cases


def _kind(case: object) -> str:
    about = case.get("about") if isinstance(case, dict) else None
    return "<ScoreCase>" if about == "score" else "<ResultCase>"


_CASES: TypeAdapter[list[ResultCase | ScoreCase]] = TypeAdapter(
    list[
        Annotated[
            Annotated[ResultCase, Tag("<ResultCase>")] | Annotated[ScoreCase, Tag("<ScoreCase>")],
            Discriminator(_kind),
        ]
    ]
)


def _known_keys() -> set[str]:
    pieces = (ResultCase, ScoreCase, Standard, ExpectedResult, ExpectedScore, ExpectedPoints)
    return {name for piece in pieces for name in piece.model_fields}
