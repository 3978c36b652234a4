"""The columns of a city's own table as a form: what each field stands in, suggested or confirmed.

Fields are what the rubric asks for and what was found; columns are told by their place, so that
a long name is sent to the browser once for each choice and never back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.evidence.tables.columns import ALIASES, CURRENCY, FIELDS, JOINT, PROCESS_ID, fields_of
from api.web.reading import Posted
from assessment.facts import ColumnFacts
from assessment.submission import Evidence
from reports.i18n import Language
from reports.labels import STAGE_FIELDS, STAGES, WHOLE_FIELDS, label
from rubrics import checks
from rubrics.schema import Rubric

PREFIX = "column."
SHOWN = 60
"""How much of a column's name a choice shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """A field and the place of the column that holds it; empty where none does."""

    name: str
    id: str
    text: str
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """The fields of a stage; `open` where one of them has a column."""

    title: str
    fields: tuple[FieldChoice, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsView:
    """The whole form. `confirmed` is whether the team has said what its columns stand for."""

    groups: tuple[FieldGroup, ...]
    options: tuple[tuple[str, str], ...]
    confirmed: bool
    suggested: int


def columns_view(entry: Evidence, rubric: Rubric, language: Language) -> ColumnsView | None:
    """The form for the columns of a piece of evidence, if it is such a table."""
    columns = entry.facts.columns if entry.facts is not None else ()
    if not columns:
        return None
    suggested = {column.name: column.suggests for column in columns if column.suggests}
    said = dict(entry.columns) or suggested
    found: dict[str, list[str]] = {}
    for place, column in enumerate(columns):
        for field in fields_of(said.get(column.name, "")):
            found.setdefault(field, []).append(str(place))
    return ColumnsView(
        groups=tuple(_groups(rubric, found, language)),
        options=tuple((str(place), _short(column)) for place, column in enumerate(columns)),
        confirmed=bool(entry.columns),
        suggested=len(suggested),
    )


def columns_in(form: Posted, columns: Sequence[ColumnFacts]) -> dict[str, str]:
    """What the columns stand for, as a submission has it: `{Vendor Name: award.supplier}`."""
    found: dict[str, list[str]] = {}
    for name in form:
        field = name.removeprefix(PREFIX)
        if not name.startswith(PREFIX) or field not in FIELDS:
            continue
        for word in dict.fromkeys(form[name]):
            if word.isascii() and word.isdigit() and len(word) < 6 and int(word) < len(columns):
                found.setdefault(columns[int(word)].name, []).append(field)
    return {name: JOINT.join(fields) for name, fields in found.items()}


def _asked_fields(rubric: Rubric) -> frozenset[str]:
    """The fields that any proof of the rubric asks for, and what tells procurements apart."""
    asked = {PROCESS_ID, CURRENCY, *(f"{stage}.id" for stage in checks.Stage)}
    for own in rubric.requirements.values():
        asked |= {ALIASES.get(field, field) for field in _asked_by(own.proof)}
    return frozenset(asked & FIELDS)


def _asked_by(check: checks.Check) -> Iterator[str]:
    """Everything that a proof wants to stand in a table, wherever in it that is said."""
    if isinstance(check, checks.StageFields):
        yield from (f"{check.stage}.{field}" for field in check.fields)
    for _, group in checks.children(check):
        for child in group:
            yield from _asked_by(child)


def _groups(
    rubric: Rubric, found: dict[str, list[str]], language: Language
) -> Iterator[FieldGroup]:
    names = _asked_fields(rubric) | found.keys()
    whole = language.text("The whole procurement")
    groups = {whole: list(WHOLE_FIELDS)} | {
        label(STAGES, stage, language): [
            f"{stage}.{name}" for name in STAGE_FIELDS if f"{stage}.{name}" in names
        ]
        for stage in checks.Stage
    }
    for title, fields in groups.items():
        yield FieldGroup(
            title=title,
            fields=tuple(
                choice
                for field in fields
                for choice in _choices(field, found.get(field, [""]), language)
            ),
            open=any(field in found for field in fields),
        )


def _choices(field: str, places: Sequence[str], language: Language) -> Iterator[FieldChoice]:
    """One choice for a field, or one for each of its columns."""
    word = field.partition(".")[2]
    text = (
        label(WHOLE_FIELDS, field, language)
        if field in WHOLE_FIELDS
        else label(STAGE_FIELDS, word, language)
    )
    for number, place in enumerate(places, 1):
        name = f"{PREFIX}{field}"
        own = f"{name}.{number}" if number > 1 else name
        yield FieldChoice(name=name, id=own, text=text, chosen=place)


def _short(column: ColumnFacts) -> str:
    return column.name if len(column.name) <= SHOWN else f"{column.name[: SHOWN - 1]}…"
