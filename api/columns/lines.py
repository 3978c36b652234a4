"""Submissions in JSON Lines: each line checked against its rubric, then read as columns.

A line that does not fit is named with its number, the place in it and what was expected there; the
others are read. A blank is null: the words `unknown` and "" are for files that people write.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, assert_never

import duckdb
import msgspec
import pyarrow as pa

from api.columns.arranging import arrange
from api.columns.rows import BadRow, Rows
from api.columns.shape import shape_of_lines
from assessment.facts import DatasetFacts, Facts, Status
from assessment.model import Model
from assessment.submission import City, CoachDecision, Declared, Evidence, Submission
from assessment.validation import MAX_NUMBER, MAX_ROWS, MAX_TEXT
from rubrics.schema import Question, Rubric
from rubrics.text import MAX_BYTES

ROWS = 4_096
"""How many lines are read at once."""

MAX_SIZE = 128_000_000
"""How many bytes are read at once; one line more may be read than fits."""


class LineReader:
    """Reads lines for a rubric. Facts that stand in them are the team's word unless trusted."""

    def __init__(self, rubric: Rubric, *, trust_facts: bool = False) -> None:
        self._rubric = rubric
        self._trust_facts = trust_facts
        self._decoder = msgspec.json.Decoder(_submission(rubric))
        self._duckdb = duckdb.connect(config={"threads": 1, "enable_external_access": False})
        shape = json.dumps(shape_of_lines(rubric)).replace("'", "''")
        self._query = f"SELECT unnest(from_json(line, '{shape}')) FROM lines"  # noqa: S608 (the shape is of the rubric)

    def read(self, file: Path, *, rows: int = ROWS) -> Iterator[Rows]:
        """The rows of a file, some at a time; blank lines are none."""
        with file.open("rb") as stream:
            written = _numbered(stream)
            while some := list(_some(written, rows)):
                yield self._columns(some)

    def _check(self, line: bytes) -> None:
        if len(line) > MAX_BYTES:
            raise ValueError(f"Expected a line of at most {MAX_BYTES:,} bytes")
        line.decode("utf-8")  # what is not looked at must be text, too
        _check_as_a_whole(self._decoder.decode(line))

    def _columns(self, numbered: Sequence[tuple[int, bytes]]) -> Rows:
        bad: list[BadRow] = []
        good: list[tuple[int, bytes]] = []
        for number, line in numbered:
            try:
                self._check(line)
            except (ValueError, RecursionError) as error:
                bad.append(_told(number, str(error)))
            else:
                good.append((number, line))
        lines = pa.array([line for _, line in good], pa.binary()).view(pa.string())
        self._duckdb.register("lines", pa.table({"line": lines}))
        read = self._duckdb.sql(self._query).to_arrow_table()
        table = arrange(self._rubric, read, trust_facts=self._trust_facts)
        return Rows(table, [number for number, _ in good], bad)


def _numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers; of one that is too long, its beginning."""
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        if line.strip():
            yield number, line
        while len(line) > MAX_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES + 1)


def _some(numbered: Iterator[tuple[int, bytes]], rows: int) -> Iterator[tuple[int, bytes]]:
    """The next lines: so many, or fewer where they are long, so that memory has a bound."""
    size = 0
    for number, line in islice(numbered, rows):
        yield number, line
        size += len(line)
        if size > MAX_SIZE:
            return


def _told(number: int, error: str) -> BadRow:
    """What the reader says, and the place that it names at the end."""
    reason, _, place = error.partition(" - at `$")
    return BadRow(number, place.rstrip("`").removeprefix("."), f"{reason}.")


def _check_as_a_whole(submission: Any) -> None:  # noqa: ANN401 (its type is made from the rubric)
    """What no type can say: nothing twice, and nothing answered that does not apply."""
    ids = [entry.f_id for entry in submission.f_evidence or ()]
    about = [decision.f_about for decision in submission.f_decisions or ()]
    for name, found in (("evidence", ids), ("decisions", about)):
        if len(set(found)) < len(found):
            raise ValueError(f"Expected each id once - at `$.{name}`")
    for name in submission.f_not_applicable or ():
        if getattr(submission.f_answers, _attribute(name), None) is not None:
            raise ValueError(f"Expected no answer where it does not apply - at `$.answers.{name}`")
    declared = submission.f_declared
    if declared is None:
        return
    if declared.f_evidence is not None and declared.f_evidence not in ids:
        raise ValueError("Expected the id of a piece of evidence - at `$.declared.evidence`")
    if twice := set(declared.f_met or ()) & set(declared.f_not_met or ()):
        raise ValueError(f"Expected {min(twice)} in one list alone - at `$.declared`")


# --- types ----------------------------------------------------------------------------------------

_RAW = msgspec.Raw
_COUNT = Annotated[int, msgspec.Meta(ge=1)]
_TALLY = Annotated[int, msgspec.Meta(ge=0)]
_VALUE = Annotated[float, msgspec.Meta(gt=0)]
_COUNTRY = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
_TEXT = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]


def _struct(name: str, fields: Mapping[str, Any], *, of: type[Model] | None = None) -> Any:  # noqa: ANN401
    """A type with these fields, all of which may be left out, and no others.

    Where it stands for a model, its other fields may stand there too, and are not looked at.
    """
    known = {**dict.fromkeys(of.model_fields if of is not None else (), _RAW), **fields}
    given = [(_attribute(key), kind, None) for key, kind in known.items()]
    rename = {_attribute(key): key for key in known}
    return msgspec.defstruct(name, given, forbid_unknown_fields=True, gc=False, rename=rename)


def _attribute(name: str) -> str:
    """A name that Python takes: ids have hyphens, which no attribute has."""
    return "f_" + name.replace("-", "__")


def _submission(rubric: Rubric) -> Any:  # noqa: ANN401 (it is made here)
    requirements = rubric.requirements
    assessed = [c.id for c in rubric.assessed()]
    declared = [c.id for c in rubric.criteria if not c.assessed]
    allowed = [name for name, own in requirements.items() if own.not_applicable is not None]
    codes = list[_one_of(declared)]  # type: ignore[misc, valid-type]
    decision = {
        "about": _one_of([*requirements, *(c.id for c in rubric.criteria)]),
        "verdict": _one_of(["agree", "met", "not_met", "needs_proof", "not_applicable"]),
    }
    fields = {
        "rubric": _one_of([rubric.id]),
        "city": _struct("City", {"country": _COUNTRY, "population": _TALLY | None}, of=City),
        "answers": _struct("Answers", {n: _type_of(own.ask) for n, own in requirements.items()}),
        "not_applicable": dict[_one_of(allowed), _TEXT],  # type: ignore[misc]
        "declared": _struct(
            "Declared", {"met": codes, "not_met": codes, "evidence": str | None}, of=Declared
        ),
        "decisions": list[_struct("Decision", decision, of=CoachDecision)],  # type: ignore[misc]
        "evidence": list[_evidence(rubric, [*requirements, *assessed])] | None,  # type: ignore[misc]
    }
    return _struct("Submission", fields, of=Submission)


def _evidence(rubric: Rubric, served: Sequence[str]) -> Any:  # noqa: ANN401 (it is made here)
    words = rubric.vocabulary
    dataset = {
        "processes": _TALLY,
        "complete": _TALLY | None,
        "newest_record": date | None,
        "value": float | None,
        "licence": str | None,
        "publication_policy": str | None,
        "stages": dict[str, _struct("Stage", {"records": _TALLY, "filled": dict[str, _TALLY]})],  # type: ignore[misc]
        "groups": dict[str, _TALLY],
        "joins": dict[str, _struct("Join", {"records": _TALLY, "joined": _TALLY})],  # type: ignore[misc]
    }
    cell = bool | int | float | str | list[str] | None
    facts = {
        "status": Status,
        "dated": date | None,
        "format": str | None,
        "licence": str | None,
        "marks": list[str],
        "columns": list[msgspec.Raw],
        "dataset": _struct("Dataset", dataset, of=DatasetFacts) | None,
        "table": list[dict[str, cell]] | None,
    }
    population = {"number": _COUNT | None, "value": _VALUE | None}
    fields = {
        "id": str,
        "kind": _one_of(words.evidence_kinds),
        "serves": list[_one_of(served)],  # type: ignore[misc]
        "dated": date | None,
        "stated": bool,
        "shows": dict[_one_of(words.marks), str],  # type: ignore[misc]
        "population": _struct("Population", population) | None,
        "facts": _struct("Facts", facts, of=Facts) | None,
    }
    return _struct("Evidence", fields, of=Evidence)


def _type_of(question: Question) -> Any:  # noqa: ANN401 (it is made here)
    match question.kind:
        case "yes_no":
            return bool | Literal["yes", "no"] | None
        case "choice":
            return _one_of(question.options) | None
        case "choices":
            return list[_one_of(question.options)] | None  # type: ignore[misc]
        case "number":
            return Annotated[float, msgspec.Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)] | None
        case "percentage":
            return Annotated[float, msgspec.Meta(ge=0, le=100)] | None
        case "date":
            return date | None
        case "text" | "url":
            return _TEXT | None
        case "group":
            return _struct("Group", _types_of(question.fields)) | None
        case "table":
            row = _struct("Row", _types_of(question.columns))
            return Annotated[list[row], msgspec.Meta(max_length=MAX_ROWS)] | None  # type: ignore[valid-type]
        case _:
            assert_never(question.kind)


def _types_of(questions: Mapping[str, Question]) -> dict[str, Any]:
    return {name: _type_of(question) for name, question in questions.items()}


def _one_of(words: Iterable[str]) -> Any:  # noqa: ANN401 (it is made here)
    """One of these words; where there is none, no word will do."""
    return Literal[tuple(words) or ("",)]
