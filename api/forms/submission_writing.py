"""Writes a whole submission as one workbook: empty, or with everything that it says so far."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from api.forms.drawing import (
    Asked,
    Cell,
    Heading,
    draw_page,
    draw_questions,
    draw_table,
    hint_of,
)
from api.forms.looks import close_book, open_book
from api.forms.origin import set_origin
from api.forms.submission_layout import (
    CHOSEN,
    MAX_NAME,
    Line,
    answer_lines,
    answer_tables,
    city_lines,
    decision_table,
    declared_lines,
    evidence_tables,
    load_spoken,
    not_applicable_lines,
)
from api.forms.telling import say
from assessment.submission import Evidence, Submission
from rubrics.schema import Rubric

Rows = Iterable[Mapping[str, Cell]]

SHEETS = (
    *("city", "declared", "answers", "evidence", "evidence_marks", "evidence_columns"),
    *("not_applicable", "decisions"),
)


def write_submission_workbook(
    folder: Path,
    submission: Submission | None,
    *,
    language: str,
    origin: tuple[str, int] | None = None,
) -> bytes:
    """A submission for the rubric of a folder, in a language.

    `origin` names the assessment and the version of it that this is, for when it comes back.
    What collectors saw of the evidence (facts) is left out: it is looked at again.
    """
    spoken = load_spoken(folder)
    values = dict(_values(submission)) if submission is not None else {}
    values["single/rubric"] = spoken[language].id
    book = open_book(language, title=say("submission_title", language))
    draw_page(book, say("instructions", language), _instructions(spoken[language], language))
    for name, lines in (("city", city_lines()), ("declared", declared_lines(spoken))):
        draw_questions(book, say(name, language), _asked(lines, values, language))
    questions = _asked(answer_lines(spoken), values, language)
    draw_questions(book, say("answers", language), questions)
    for table in answer_tables(spoken):
        rows = _answer_rows(submission, table.path)
        draw_table(book, table.name[:MAX_NAME], table.columns, table.path, rows)
    pieces = (submission.evidence or ()) if submission is not None else ()
    contents = (_pieces(pieces), _marks(pieces), _columns(pieces))
    for table, rows in zip(evidence_tables(spoken), contents, strict=True):
        draw_table(book, say(table.name, language), table.columns, table.path, rows)
    left_out = _asked(not_applicable_lines(spoken), values, language)
    draw_questions(book, say("not_applicable", language), left_out)
    decided = decision_table()
    decisions = [dict(vars(d)) for d in (submission.decisions if submission is not None else ())]
    draw_table(book, say(decided.name, language), decided.columns, decided.path, decisions)
    if origin is not None:
        set_origin(book.workbook, *origin)
    return close_book(book)


def _instructions(rubric: Rubric, language: str) -> Iterator[tuple[str, Sequence[str]]]:
    yield "title", (say("submission_title", language),)
    yield "text", ("", rubric.title)
    yield "text", ("",)
    yield "text", ("", say("submission_help", language))
    yield "text", ("",)
    for number, key in enumerate(("step_needed", "step_lists", "step_private"), 1):
        yield "text", (f"{number}.", say(key, language))
    yield "text", ("",)
    yield "head", (say("sheet", language), say("what_to_write", language))
    for name in SHEETS:
        yield "row", (say(name, language), say(f"sheet_{name}", language))


def _asked(
    lines: Iterable[Line], values: Mapping[str, Cell], language: str
) -> Iterator[Heading | Asked]:
    for line in lines:
        own_help = line.help.said(language) if line.help is not None else ""
        if line.column is None:
            yield Heading(line.text.said(language), own_help)
            continue
        expected = hint_of(line.column, language)
        shown = own_help if line.column.help is None else ""
        words = f"{shown} {expected}" if shown and line.column.kind != "text" else shown
        yield Asked(line.path, line.column, values.get(line.path), words)


def _values(submission: Submission) -> Iterator[tuple[str, Cell]]:
    """Every single answer of a submission, by its path."""
    city = submission.city
    for key in ("name", "country", "region", "population"):
        yield f"single/city/{key}", getattr(city, key)
    yield "single/prepared_by", submission.prepared_by
    yield "single/no_evidence", True if submission.evidence == () else None
    declared = submission.declared
    yield "single/declared/assessed_on", declared.assessed_on
    yield "single/declared/declared_evidence", declared.evidence
    for status in ("met", "not_met"):
        yield from ((f"declared/{code}", status) for code in getattr(declared, status))
    for name, answer in submission.answers.items():
        yield from _answers(f"answers/{name}", answer)
    for name, reason in submission.not_applicable.items():
        yield f"not_applicable/{name}", reason


def _answers(path: str, answer: object) -> Iterator[tuple[str, Cell]]:
    if isinstance(answer, dict):
        for key, inner in answer.items():
            yield from _answers(f"{path}/{key}", inner)
    elif isinstance(answer, tuple):
        yield from ((f"{path}/{CHOSEN}{word}", True) for word in answer if isinstance(word, str))
    elif isinstance(answer, str | int | float | date):
        yield path, answer


def _answer_rows(submission: Submission | None, path: str) -> Rows:
    _, name, *keys = path.split("/")
    found: object = submission.answers.get(name) if submission is not None else None
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, tuple) else []


def _pieces(pieces: Iterable[Evidence]) -> Rows:
    for piece in pieces:
        own = {key: getattr(piece, key) for key in ("id", "kind", "title", "file", "url", "note")}
        days = {"dated": piece.dated, "received": piece.received}
        number = piece.population.number if piece.population is not None else None
        value = piece.population.value if piece.population is not None else None
        counted = {"population_number": number, "population_value": value}
        yield {**own, **days, **counted, "serves": "; ".join(piece.serves) or None}


def _marks(pieces: Iterable[Evidence]) -> Rows:
    for piece in pieces:
        for mark, where in piece.shows.items():
            yield {"evidence": piece.id, "mark": mark, "where": where}


def _columns(pieces: Iterable[Evidence]) -> Rows:
    for piece in pieces:
        for column, own in piece.columns.items():
            yield {"evidence": piece.id, "column": column, "field": own}
