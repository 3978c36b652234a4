"""From plain data to a Submission that fits its rubric, or every problem, its place and mend."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TypeVar, assert_never

from pydantic import ValidationError

from assessment.model import Model, known_keys
from assessment.submission import CoachDecision, Declared, Evidence, Submission
from rubrics.problems import InputError, Places, Problem, place_of, problems_from, shown, suggestion
from rubrics.schema import Question, Rubric
from rubrics.text import Plain

Path = tuple[str | int, ...]

T = TypeVar("T")
M = TypeVar("M", bound=Model)

MAX_ROWS = 2_000
SHORTEST_REASON = 3
MAX_TEXT = 20_000
MAX_NUMBER = 1e15


def validate(rubric: Rubric, data: Mapping[str, Plain], places: Places) -> Submission:
    """The submission that the data describe.

    Raises `InputError` with every problem at once: unknown keys, questions, options and ids with a
    suggestion, wrong types, shares outside 0 to 100, evidence and decisions that fit nothing.
    """
    checker = _Checker(rubric, places)
    raw = data.get("answers")
    answers = checker.answers(raw) if isinstance(raw, dict) else {}
    try:
        submission = Submission.model_validate(data)
    except ValidationError as error:
        problems = problems_from(error, places, known_keys=known_keys())
        checker.sound_parts(data)
        raise InputError([*problems, *checker.problems]) from None
    ids = [entry.id for entry in submission.evidence or ()]
    checker.declared(submission.declared, ids)
    checker.not_applicable(submission)
    if submission.evidence:
        checker.evidence(enumerate(submission.evidence))
    if submission.decisions:
        checker.decisions(enumerate(submission.decisions))
    if checker.problems:
        raise InputError(checker.problems)
    return submission.model_copy(update={"answers": answers})


class _Checker:
    def __init__(self, rubric: Rubric, places: Places) -> None:
        self.rubric = rubric
        self.places = places
        self.problems: list[Problem] = []

    def add(self, code: str, path: Path, **params: str | int) -> None:
        self.problems.append(Problem(code, place_of(self.places, path), params))

    def add_at_key(self, code: str, path: Path, **params: str | int) -> None:
        self.problems.append(Problem(code, place_of(self.places, path, key=True), params))

    def known(self, code: str, path: Path, word: str, known: Iterable[str], **params: str) -> bool:
        known = tuple(known)
        if word in known:
            return True
        self.add(code, path, id=word, suggestion=suggestion(word, known), **params)
        return False

    # --- answers ----------------------------------------------------------------------------------

    def answers(self, answers: Mapping[str, object]) -> dict[str, object]:
        """Every answer typed as its question asks."""
        typed: dict[str, object] = {}
        for name, value in answers.items():
            requirement = self.rubric.requirements.get(name)
            if requirement is None:
                hint = suggestion(name, self.rubric.requirements)
                self.add_at_key("question.unknown", ("answers", name), id=name, suggestion=hint)
                continue
            typed[name] = self.value(requirement.ask, value, ("answers", name), name)
        return typed

    def value(self, question: Question, value: object, path: Path, name: str) -> object:
        """One answer, field or cell, typed; `None` where it is blank or wrong."""
        if value in (None, "", "unknown"):
            return None
        match question.kind:
            case "yes_no":
                return self.typed(_yes_no(value), "'yes' or 'no'", value, path, name)
            case "choice":
                return self.option(question, value, path, name)
            case "choices":
                return self.choices(question, value, path, name)
            case "number" | "percentage":
                return self.number(question, value, path, name)
            case "date":
                expected = "a date such as 2025-11-03"
                return self.typed(_day(value), expected, value, path, name)
            case "text" | "url":
                return self.text(value, path, name)
            case "group":
                return self.group(question.fields, value, path, name)
            case "table":
                return self.table(question.columns, value, path, name)
            case _:
                assert_never(question.kind)

    def typed(
        self, found: T | None, expected: str, value: object, path: Path, name: str
    ) -> T | None:
        if found is None:
            got = f'"{shown(value)}"' if isinstance(value, str) else shown(value)
            self.add("answer.wrong_type", path, id=name, expected=expected, got=got)
        return found

    def option(self, question: Question, value: object, path: Path, name: str) -> str | None:
        word = str(value) if isinstance(value, str) else ""
        if word in question.options:
            return word
        params = {"id": name, "got": shown(value), "expected": ", ".join(question.options)}
        hint = suggestion(str(value), question.options)
        self.add("answer.option_unknown", path, suggestion=hint, **params)
        return None

    def choices(
        self, question: Question, value: object, path: Path, name: str
    ) -> tuple[str, ...] | None:
        if not isinstance(value, list | tuple):
            self.typed(None, "a list of options", value, path, name)
            return None
        found = {self.option(question, v, (*path, i), name) for i, v in enumerate(value)}
        return tuple(word for word in question.options if word in found)

    def number(
        self, question: Question, value: object, path: Path, name: str
    ) -> int | float | None:
        percentage = question.kind == "percentage"
        expected = "a number from 0 to 100" if percentage else "a number"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.typed(None, expected, value, path, name)
        if percentage and not 0 <= value <= 100:
            self.add("answer.out_of_range", path, id=name, expected=expected, got=shown(value))
            return None
        if abs(value) > MAX_NUMBER:
            params = {"id": name, "expected": "a number of at most 15 digits", "got": shown(value)}
            self.add("answer.out_of_range", path, **params)
            return None
        return value

    def text(self, value: object, path: Path, name: str) -> str | None:
        if isinstance(value, Mapping | list | tuple):
            return self.typed(None, "text", value, path, name)
        text = str(value)
        if len(text) > MAX_TEXT:
            self.add("value.too_long", path, limit=MAX_TEXT)
            return None
        return text

    def group(
        self, fields: Mapping[str, Question], value: object, path: Path, name: str
    ) -> dict[str, object] | None:
        if not isinstance(value, Mapping):
            expected = f"a mapping of {', '.join(fields)}"
            return self.typed(None, expected, value, path, name)
        typed: dict[str, object] = {}
        for key, child in value.items():
            if key not in fields:
                params = {"key": str(key), "id": name, "expected": ", ".join(fields)}
                hint = suggestion(str(key), fields)
                self.add_at_key("answer.field_unknown", (*path, key), suggestion=hint, **params)
                continue
            typed[key] = self.value(fields[key], child, (*path, key), f"{name}.{key}")
        return typed

    def table(
        self, columns: Mapping[str, Question], value: object, path: Path, name: str
    ) -> tuple[dict[str, object], ...] | None:
        if not isinstance(value, list | tuple):
            self.typed(None, "a list of rows", value, path, name)
            return None
        if len(value) > MAX_ROWS:
            self.add("answer.too_many_rows", path, id=name, limit=MAX_ROWS)
            return None
        rows = [
            self.group(columns, row, (*path, i), f"{name}[{i + 1}]") for i, row in enumerate(value)
        ]
        return tuple(row for row in rows if row is not None)

    # --- what goes with the answers ---------------------------------------------------------------

    def sound_parts(self, data: Mapping[str, Plain]) -> None:
        """What can be told of a submission that is not sound as a whole, so that all is told."""
        entries = data.get("evidence")
        self.evidence(_sound(Evidence, entries))
        self.decisions(_sound(CoachDecision, data.get("decisions")))
        listed = entries if isinstance(entries, list) else []
        ids = [str(entry.get("id")) for entry in listed if isinstance(entry, dict)]
        for _, declared in _sound(Declared, [data.get("declared")]):
            self.declared(declared, ids)

    def declared(self, declared: Declared, ids: Sequence[str]) -> None:
        codes = [c.id for c in self.rubric.criteria]
        for key in ("met", "not_met"):
            for i, code in enumerate(getattr(declared, key)):
                path: Path = ("declared", key, i)
                if not self.known("criterion.unknown", path, code, codes):
                    continue
                if self.rubric.criterion(code).assessed:
                    self.add("criterion.assessed", path, id=code)
                elif key == "not_met" and code in declared.met:
                    self.add("criterion.declared_twice", path, id=code)
        if declared.evidence is not None:
            self.known("evidence.unknown", ("declared", "evidence"), declared.evidence, ids)

    def not_applicable(self, submission: Submission) -> None:
        for name in submission.not_applicable:
            path: Path = ("not_applicable", name)
            if not self.known("not_applicable.unknown", path, name, self.rubric.requirements):
                continue
            if self.rubric.requirements[name].not_applicable is None:
                self.add_at_key("not_applicable.not_allowed", path, id=name)
            elif submission.answers.get(name) not in (None, ""):
                self.add_at_key("not_applicable.answered", path, id=name)

    def evidence(self, entries: Iterable[tuple[int, Evidence]]) -> None:
        words = self.rubric.vocabulary
        served = [*self.rubric.requirements, *(c.id for c in self.rubric.assessed())]
        seen: set[str] = set()
        for i, entry in entries:
            path: Path = ("evidence", i)
            if entry.id in seen:
                self.add("evidence.duplicate_id", (*path, "id"), id=entry.id)
            seen.add(entry.id)
            if entry.kind not in words.evidence_kinds:
                params = {"kind": entry.kind, "expected": ", ".join(words.evidence_kinds)}
                hint = suggestion(entry.kind, words.evidence_kinds)
                self.add("evidence.kind_unknown", (*path, "kind"), suggestion=hint, **params)
            for j, name in enumerate(entry.serves):
                self.known("evidence.serves_unknown", (*path, "serves", j), name, served)
            expected = ", ".join(words.marks)
            for mark in entry.shows:
                place: Path = (*path, "shows", mark)
                self.known("evidence.mark_unknown", place, mark, words.marks, expected=expected)
            if entry.file is None and entry.url is None and entry.facts is None:
                self.add("evidence.empty", path, id=entry.id)

    def decisions(self, decisions: Iterable[tuple[int, CoachDecision]]) -> None:
        known = [*self.rubric.requirements, *(c.id for c in self.rubric.criteria)]
        seen: set[str] = set()
        for i, decision in decisions:
            path: Path = ("decisions", i, "about")
            if not self.known("decision.about_unknown", path, decision.about, known):
                continue
            if decision.about in seen:
                self.add("decision.duplicate", path, id=decision.about)
            seen.add(decision.about)
            if decision.verdict != "agree" and len(decision.reason.strip()) < SHORTEST_REASON:
                self.add("decision.reason_missing", path, id=decision.about)
            requirement = self.rubric.requirements.get(decision.about)
            allowed = requirement is not None and requirement.not_applicable is not None
            if decision.verdict == "not_applicable" and not allowed:
                self.add("not_applicable.not_allowed", path, id=decision.about)


def _sound(kind: type[M], values: object) -> Iterator[tuple[int, M]]:
    """The entries of a list that are what they should be, with their places in it."""
    for i, value in enumerate(values if isinstance(values, list) else []):
        with suppress(ValidationError):
            yield i, kind.model_validate(value)


def _yes_no(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}.get(str(value).lower())


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != len("2025-11-03"):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
