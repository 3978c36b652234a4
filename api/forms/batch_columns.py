"""The columns of a table with one row a submission: the same questions as in the workbook.

A column is called as its question: `rdc7-awards`, `rdc7-data-map.reviewed_on` for a field of a
group, `DM1` for a declared criterion, `not_applicable.rdc7-forecast`, `city`, `country` … What is a
list in itself (tables, evidence, decisions) is written as JSON in its cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from api.forms.submission_layout import (
    CHOSEN,
    Line,
    Spoken,
    answer_lines,
    answer_tables,
    city_lines,
    declared_lines,
    not_applicable_lines,
)
from api.forms.telling import frame_words, say
from rubrics.forms import LANGUAGES, Column, Words
from rubrics.schema import Question

Path = tuple[str | int, ...]

_NAMES = {
    "city/name": "city",
    "city/country": "country",
    "city/region": "region",
    "city/population": "population",
    "declared/declared_evidence": "declared.evidence",
    "declared/assessed_on": "declared.assessed_on",
}
"""What a column is called that is asked once, by its path in the workbook."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the table: its name, how its cells are read, and where its value belongs.

    `how` is `value`, `declared` (met or not met), `chosen` (options, parted by semicolons), `json`
    or `no_evidence`.
    """

    name: str
    how: str
    path: Path
    column: Column


def fields_of(spoken: Spoken) -> tuple[Field, ...]:
    """Every column that a table may have, in the order of the form."""
    lines = [*city_lines(), *declared_lines(spoken)]
    found = [field for line in lines if (field := _once(line)) is not None]
    found += _answers(spoken)
    found += [_as_json(table.path) for table in answer_tables(spoken)]
    found += [
        _field(f"not_applicable.{line.path.split('/')[1]}", "value", line)
        for line in not_applicable_lines(spoken)
    ]
    return (*found, _as_json("evidence"), _as_json("decisions"))


def _once(line: Line) -> Field | None:
    """What is asked once, or declared; headings are no columns."""
    if line.column is None:
        return None
    path = line.path.removeprefix("single/")
    if path == "no_evidence":
        return _field("no_evidence", "no_evidence", line)
    if path.startswith("declared/") and path not in _NAMES:
        return _field(path.removeprefix("declared/"), "declared", line)
    return _field(_NAMES.get(path, path), "value", line)


def _answers(spoken: Spoken) -> Iterator[Field]:
    """A column for each question and field; the options of a choice share one."""
    rubric = next(iter(spoken.values()))
    seen: set[str] = set()
    for line in answer_lines(spoken):
        if line.column is None:
            continue
        path, _, _ = line.path.removeprefix("answers/").partition(f"/{CHOSEN}")
        name = path.replace("/", ".")
        if CHOSEN not in line.path:
            yield _field(name, "value", line)
        elif name not in seen:
            seen.add(name)
            keys = path.split("/")
            asks = {k: _asked(one.requirements[keys[0]].ask, keys[1:]) for k, one in spoken.items()}
            options = "; ".join(_asked(rubric.requirements[keys[0]].ask, keys[1:]).options)
            text = Words(**{k: ask.text for k, ask in asks.items()})
            hint = Words(**{k: say("batch_options", k, options=options) for k in LANGUAGES})
            column = Column(id="chosen", kind="text", text=text, help=hint)
            column = column.model_copy(update={"id": name})
            yield Field(name, "chosen", ("answers", *keys), column)


def _asked(question: Question, keys: list[str]) -> Question:
    for key in keys:
        question = question.fields[key]
    return question


def _field(name: str, how: str, line: Line) -> Field:
    assert line.column is not None  # noqa: S101 (headings are sorted out before)
    parts = line.path.removeprefix("single/").split("/")
    path = tuple("evidence" if part == "declared_evidence" else part for part in parts)
    column = line.column.model_copy(update={"id": name, "text": line.text, "help": line.help})
    return Field(name, how, path, column)


def _as_json(path: str) -> Field:
    """A column whose cells hold a list, written as JSON."""
    parts = path.split("/")
    name = ".".join(parts[1:] if parts[0] == "answers" else parts)
    text = Words(en=name, es=name, pt=name)
    column = Column(id="list", kind="text", text=text, help=frame_words()["batch_json"])
    return Field(name, "json", tuple(parts), column.model_copy(update={"id": name}))
