"""Everything that can be wrong with a rubric's folder: rules, words in every language, cases.

`rubrics.lint` finds what is wrong with the rules; here the cases are run as well, and counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessment.cases import run_case
from assessment.codes import Code
from rubrics.cases import read_cases
from rubrics.loader import load_rubric, load_words
from rubrics.problems import InputError, Place, Problem, suggestion
from rubrics.schema import Rubric
from rubrics.text import Plain
from rubrics.words import find_problems as find_word_problems

Cases = Sequence[tuple[Mapping[str, Plain], Place]]

NEEDED: dict[str, tuple[str, ...]] = {
    "met": ("met",),
    "not_met": ("not_met",),
    "unanswered": ("unanswered", "needs_review"),
}
"""Every requirement and every pass rule has a case for each of these."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was looked at, and found sound; `left_out` cases are about another standard."""

    rubric: Rubric
    cases: int
    left_out: int
    languages: tuple[str, ...]


def lint(folder: Path) -> Soundness:
    """Looks at everything in a rubric's folder; `InputError` lists all that is wrong."""
    rubric = load_rubric(folder)
    problems: list[Problem] = []
    words: list[str] = [rubric.language]
    cases: Cases = ()
    try:
        for language, (texts, places) in load_words(folder).items():
            problems += find_word_problems(rubric, texts, places, language=language)
            words.append(language)
    except InputError as error:
        problems += error.problems
    try:
        cases = read_cases(folder)
    except InputError as error:
        problems += error.problems
    else:
        problems += find_case_problems(rubric, cases)
    if problems:
        raise InputError(problems)
    left_out = sum(1 for case, _ in cases if not applies(rubric, case))
    return Soundness(rubric, len(cases) - left_out, left_out, tuple(words))


def applies(rubric: Rubric, case: Mapping[str, Plain]) -> bool:
    """Whether a case speaks of a standard such as this one: see `counted_for`."""
    standard = case.get("counted_for")
    if not isinstance(standard, dict):
        return True
    assessed = sorted(criterion.id for criterion in rubric.assessed())
    given = standard["assessed"]
    return standard["points"] == rubric.points and given == assessed


def find_case_problems(rubric: Rubric, cases: Cases) -> list[Problem]:
    """Cases that do not hold, cases about nothing, and what no case shows."""
    problems: list[Problem] = []
    shown: dict[str, set[str]] = {name: set() for name in _judged(rubric)}
    for case, place in cases:
        if not applies(rubric, case):
            continue
        about = str(case["about"])
        known = ["score", *shown, *(c.id for c in rubric.criteria)]
        if about not in known:
            params = {"id": about, "suggestion": suggestion(about, known)}
            problems.append(Problem("case.about_unknown", place, params))
            continue
        problems += _unknown_reasons(case, place)
        problems += _failure(rubric, case, place)
        shown.get(about, set()).add(_shows(case))
    for name, at in _judged(rubric).items():
        for state, words in NEEDED.items():
            if not shown[name] & set(words):
                params = {"id": name, "state": " / ".join(words) or state}
                problems.append(Problem("case.missing", _place(at), params))
    return problems


def _failure(rubric: Rubric, case: Mapping[str, Plain], place: Place) -> Iterator[Problem]:
    name = str(case["name"])
    try:
        differences = run_case(rubric, case)
    except InputError as error:
        differences = [problem.message() for problem in error.problems]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A case is read, but may still hold what no submission can hold.
        differences = [f"{type(error).__name__}: {error}"]
    for detail in differences:
        yield Problem("case.fails", place, {"name": name, "detail": detail.rstrip(".")})


def _unknown_reasons(case: Mapping[str, Plain], place: Place) -> Iterator[Problem]:
    expect = case["expect"]
    reasons = expect.get("reasons", []) if isinstance(expect, dict) else []
    for word in reasons if isinstance(reasons, list) else []:
        if word not in set(Code):
            params = {"id": str(word), "suggestion": suggestion(str(word), list(Code))}
            yield Problem("case.reason_unknown", place, params)


def _shows(case: Mapping[str, Plain]) -> str:
    """The verdict that a case is an example of: by the evidence, or else by what it says."""
    expect = case["expect"]
    found = expect if isinstance(expect, dict) else {}
    lenses = ("evidenced", "claimed", "confirmed")
    return next((str(found[lens]) for lens in lenses if lens in found), "")


def _judged(rubric: Rubric) -> dict[str, str]:
    """Every requirement and every criterion with a pass rule, with the line where it stands."""
    criteria = {c.id: c.at for c in rubric.criteria if c.assessed}
    return {r.id: r.at for r in rubric.requirements.values()} | criteria


def _place(at: str) -> Place:
    file, _, number = at.rpartition(":")
    return Place(file, int(number), 1) if number.isdecimal() else Place(at)
