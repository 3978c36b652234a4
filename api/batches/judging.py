"""Judges the submissions of a chunk one by one: the same readers and the same verdicts as alone."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from babel.languages import get_official_languages

from api.batches.plan import Chunk, Piece, Plan, Source, Wrong
from api.batches.results import Judged, Outcome, Refused
from api.batches.wrongs import wrong_of
from api.dossier import dossier
from api.printing import DiedError, Job, Printers
from api.services import Scored, tell
from api.slugs import slug
from api.submissions import Written, read_submission, read_written
from assessment.details import with_details
from assessment.engine import assess
from assessment.members import member_of
from assessment.planning import agenda
from assessment.submission import Submission
from reports.i18n import LANGUAGES, load_language
from reports.renderer import PdfUnavailableError, ReportError
from rubrics.loader import load_rubric
from rubrics.problems import InputError, Place, Problem
from rubrics.schema import Rubric
from rubrics.text import MAX_BYTES, Plain, read_mapping

REPORTS = "reports"
"""The folder of the reports, in that of the results."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A plan, with the rubric loaded and a printer at hand: all that judging needs."""

    plan: Plan
    rubric: Rubric
    folder: Path
    printers: Printers


@dataclass(frozen=True, slots=True)
class Row:
    """A submission that waits: its number, its place, and how it is read."""

    number: int
    source: Source
    row: int
    line: bytes = field(default=b"", repr=False)


def open_bench(plan: Plan, printers: Printers) -> Bench:
    """Loads what the plan names."""
    folder = Path(plan.rubric)
    if plan.options.pdf:
        printers.start()
    return Bench(plan, load_rubric(folder), folder, printers)


def rows_of(plan: Plan, chunk: Chunk) -> Iterator[Row]:
    """The submissions of a chunk, in order."""
    number = chunk.first
    for piece in chunk.pieces:
        source = plan.sources[piece.source]
        if source.kind in ("file", "refused"):
            yield Row(number, source, 0)
            number += 1
            continue
        for row, line in _lines(Path(source.lies_at or Path(plan.root) / source.name), piece):
            yield Row(number, source, row, line)
            number += 1


def judge(bench: Bench, row: Row) -> Outcome:
    """What comes of a submission. Whatever is wrong with it is told, and never raised."""
    source = row.source
    try:
        if source.kind == "refused":
            return Refused(number=row.number, file=source.name, row=0, wrong=source.wrong)
        written = _written(bench, row)
        submission = read_submission(
            bench.rubric, written, trust_facts=bench.plan.options.trust_facts
        )
        return _judged(bench, row, submission)
    except InputError as error:
        wrong = [_placed(problem, bench.plan, row) for problem in error.problems]
        wrong.sort(key=lambda one: (one.file, one.row))
        return Refused(number=row.number, file=source.name, row=row.row, wrong=tuple(wrong))


def failed(row: Row, code: str, **params: str | int) -> Refused:
    """A submission that could not be judged for a reason that no reader told."""
    wrong = Wrong(file=row.source.name, row=row.row, column="", code=code, params=params)
    return Refused(number=row.number, file=row.source.name, row=row.row, wrong=(wrong,))


def _judged(bench: Bench, row: Row, submission: Submission) -> Judged:
    options = bench.plan.options
    on = options.on
    assessment = with_details(bench.rubric, submission, assess(bench.rubric, submission, on=on))
    language = language_of(submission.city.country)
    member = member_of(bench.rubric, submission, assessment, language=language)
    judged = Judged(number=row.number, file=row.source.name, row=row.row, member=member)
    if not options.pdf:
        return judged
    pdf = f"{REPORTS}/{row.number:06d}-{slug(submission.city.name)}.pdf"
    target = Path(bench.plan.out) / pdf
    if not target.exists():  # else it was finished before a crash, and would be the same
        found = agenda(bench.rubric, submission, on=on)
        assessment = msgspec.structs.replace(assessment, actions=found.actions)
        scored = Scored(assessment, bench.rubric, bench.folder, found.schedule, submission)
        report = tell(scored, load_language(options.language))
        attachments = dossier(scored, report, paper=options.paper)
        job = Job(report=report, paper=options.paper, attachments=attachments)
        try:
            _keep(bench.printers.print(job), target)
        except DiedError:
            raise  # somebody ended it from outside: the submission is judged once more
        except ReportError as error:
            code = "output.no_pdf" if isinstance(error, PdfUnavailableError) else "report.failed"
            wrong = failed(row, code, detail=str(error)).wrong
            return msgspec.structs.replace(judged, wrong=wrong)
    return msgspec.structs.replace(judged, pdf=pdf)


def _keep(content: bytes, target: Path) -> None:
    """Writes a report; it takes its name only when all of it lies on the disk."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(target)


@cache
def language_of(country: str) -> str | None:
    """The language of a country's cities, out of those that reports are written in."""
    official = get_official_languages(country, de_facto=True)
    return next((code for code in official if code in LANGUAGES), None)


# --- reading --------------------------------------------------------------------------------------


def _written(bench: Bench, row: Row) -> Written:
    root, source = Path(bench.plan.root), row.source
    path = root / source.name
    match source.kind:
        case "lines":
            value, places = read_mapping(row.line, name=source.name)
            moved = {key: _moved(place, row.row) for key, place in places.items()}
            return _with_rubric(bench, Written(source.name, path.parent, value, moved))
        case "rows":
            return _of_table(json.loads(row.line), source, path.parent)
        case _:
            return _with_rubric(bench, read_written(str(path)))


def _with_rubric(bench: Bench, written: Written) -> Written:
    """A submission that names no rubric is judged by the one of the batch."""
    value = {"rubric": bench.rubric.id, **written.value}
    return Written(written.name, written.folder, value, written.places)


def _of_table(told: Mapping[str, Any], source: Source, folder: Path) -> Written:
    """A row of a table, as `sources.py` has set it out."""
    wrong = [msgspec.convert(one, Wrong) for one in told["wrong"]]
    if wrong:
        file = f"{source.name}, {{}}"
        raise InputError(
            [Problem(w.code, Place(file.format(w.column), w.row), w.params) for w in wrong]
        )
    value: Mapping[str, Plain] = told["value"]
    number = told["row"]
    places: dict[tuple[str | int, ...], Place] = {(): Place(source.name, number)}
    for path, column in told["columns"]:
        place = Place(f"{source.name}, {column}", number)
        places[tuple(path)] = place
    return Written(source.name, folder, value, places)


def _moved(place: Place, line: int) -> Place:
    """A place in a line of many: each line is a text of its own."""
    return Place(place.file, line, place.column)


def _placed(problem: Problem, plan: Plan, row: Row) -> Wrong:
    wrong = wrong_of(problem, root=Path(plan.root))
    if row.source.kind == "lines":
        return msgspec.structs.replace(wrong, row=row.row)
    return wrong if wrong.row or not row.row else msgspec.structs.replace(wrong, row=row.row)


def _lines(path: Path, piece: Piece) -> Iterator[tuple[int, bytes]]:
    """The lines of a piece that are not blank, with their numbers; overlong ones are cut."""
    number, left = piece.first - 1, piece.count
    with path.open("rb") as stream:
        stream.seek(piece.offset)
        while left and (line := stream.readline(MAX_BYTES + 2)):
            number += 1
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(MAX_BYTES + 2)
            if line.strip():
                left -= 1
                yield number, line
