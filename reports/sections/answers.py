"""What the team answered, question by question, so that nobody needs another file to read it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from assessment.submission import Submission
from reports.answers import AnswerLine, AnswerSection, AnswerTable, Told, told
from reports.i18n import NN_, Language
from reports.sections.context import Context
from rubrics.schema import Question, Requirement

MAX_ROWS, MAX_LETTERS = 12, 20_000
"""A table of more is not printed: it would push a report past what anybody reads."""

_SEPARATOR = " · "


def build_answers(context: Context, submission: Submission) -> AnswerSection:
    """Every answer, and every reason why something does not apply, in the order of the rubric."""
    requirements = tuple(context.rubric.requirements.values())
    lines = tuple(line for own in requirements for line in _line(context, submission, own))
    rest = len(requirements) - len(lines)
    text = NN_("{n} question is not answered yet.", "{n} questions are not answered yet.", "n")
    return AnswerSection(lines=lines, note=context.language.say(text, n=rest) if rest else "")


def _line(context: Context, submission: Submission, own: Requirement) -> Iterator[AnswerLine]:
    language, value = context.language, submission.answers.get(own.id)
    reason = submission.not_applicable.get(own.id)
    if reason is not None:
        parts = (Told(label=language.text("Does not apply"), text=reason),)
        yield AnswerLine(number=context.numbers[own.id], question=own.ask.text, parts=parts)
    elif value is not None:
        yield AnswerLine(
            number=context.numbers[own.id],
            question=own.ask.text,
            parts=tuple(_parts(own.ask, value, language)),
            tables=tuple(_tables(own.ask, value, language)),
        )


def _parts(ask: Question, value: object, language: Language, *, label: str = "") -> Iterator[Told]:
    """Everything in an answer that is no table."""
    if ask.kind == "group":
        for field, part in _fields(ask, value):
            yield from _parts(field, part, language, label=field.text)
    elif ask.kind != "table":
        yield told(ask, value, language, label=label)


def _tables(
    ask: Question, value: object, language: Language, *, label: str = ""
) -> Iterator[AnswerTable]:
    """The tables in an answer: it may be one, or hold some among its fields."""
    if ask.kind == "group":
        for field, part in _fields(ask, value):
            yield from _tables(field, part, language, label=field.text)
    elif ask.kind == "table":
        rows = tuple(_row(ask, row, language) for row in cast("Sequence[object]", value))
        yield AnswerTable(
            label=label,
            columns=_SEPARATOR.join(column.text for column in ask.columns.values()),
            count=language.say(NN_("{n} row", "{n} rows", "n"), n=len(rows)),
            rows=rows,
            long=len(rows) > MAX_ROWS or sum(len(row) for row in rows) > MAX_LETTERS,
        )


def _row(ask: Question, row: object, language: Language) -> str:
    """Its cells in the order of the columns; what is not filled in stays empty."""
    cells = cast("Mapping[str, object]", row)
    return _SEPARATOR.join(
        "–" if cells.get(name) in (None, "") else told(column, cells[name], language).text  # noqa: RUF001 (a dash is meant)
        for name, column in ask.columns.items()
    )


def _fields(ask: Question, value: object) -> Iterator[tuple[Question, object]]:
    """The fields of a group that are filled in."""
    values = cast("Mapping[str, object]", value)
    for name, field in ask.fields.items():
        if values.get(name) not in (None, ""):
            yield field, values[name]
