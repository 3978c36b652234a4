"""The rubric behind an assessment, in the reader's language, with an example for every question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from api.examples import DAY
from api.services import in_language
from api.submissions import read_written
from assessment.cases import submission_of
from assessment.engine import assess
from assessment.results import Verdict
from assessment.submission import Submission
from assessment.validation import validate
from reports.answers import Told, told
from reports.i18n import Language
from rubrics.loader import LIBRARY, load_cases, load_rubric, load_sprint
from rubrics.schema import Rubric
from rubrics.sprint import Sprint

_SPOKEN_IN = {"BR": "pt", "US": "en", "CA": "en"}
"""The language of our sample cities, by country; the others speak Spanish."""


@dataclass(frozen=True, slots=True)
class Example:
    """An answer that meets a requirement, and the invented city that gave it, if one did."""

    city: str
    answer: Told


@cache
def rubric_folder_of(name: str) -> Path:
    """The folder of a rubric of the library; a stranger's text names no other folder."""
    known = {path.parent.name: path.parent for path in LIBRARY.glob("*/rubric.yaml")}
    return known[name]


@cache
def own_rubric(name: str) -> Rubric:
    """A rubric of the library in its own language."""
    return load_rubric(rubric_folder_of(name))


@cache
def _in_language(name: str, language: Language) -> Rubric:
    return in_language(own_rubric(name), rubric_folder_of(name), language)


def rubric_in(name: str, language: Language) -> Rubric:
    """A rubric of the library in a language."""
    return _in_language(name, language)


@cache
def examples(name: str, language: Language) -> Mapping[str, Example]:
    """For each requirement an answer that meets it.

    It is of a sample city that speaks this language, else of the rubric's own cases.
    """
    rubric, spoken = own_rubric(name), rubric_in(name, language)
    found: dict[str, Example] = {}
    for city, answers in (*_of_cities(name, language), *_of_cases(rubric, name)):
        for key, value in answers.items():
            if key in spoken.requirements and key not in found:
                answer = told(spoken.requirements[key].ask, value, language)
                found[key] = Example(city, answer)
    return found


def _of_cities(name: str, language: Language) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What sample cities of this language answered and what their answers meet."""
    rubric = own_rubric(name)
    for path in sorted((rubric_folder_of(name) / "submissions").glob("*/submission.yaml")):
        submission = _answers_of(rubric, path)
        if _SPOKEN_IN.get(submission.city.country, "es") == language.code:
            yield submission.city.name, _met(rubric, submission, on=DAY)


def _of_cases(rubric: Rubric, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for case, _ in load_cases(rubric_folder_of(name)):
        about, expect = str(case["about"]), case.get("expect")
        met = isinstance(expect, dict) and expect.get("claimed") == "met"
        if met and about in rubric.requirements:
            answers = submission_of(rubric, case).answers
            yield "", {key: value for key, value in answers.items() if key == about}


def _answers_of(rubric: Rubric, path: Path) -> Submission:
    """The city and its answers alone: nobody has to open its evidence for an example."""
    written = read_written(str(path)).value
    return validate(rubric, {key: written[key] for key in ("rubric", "city", "answers")}, {})


def _met(rubric: Rubric, submission: Submission, *, on: date) -> Mapping[str, object]:
    judged = assess(rubric, submission, on=on)
    met = {
        result.id
        for finding in judged.criteria
        for result in finding.requirements
        if result.claimed is Verdict.MET
    }
    return {key: value for key, value in submission.answers.items() if key in met}


@cache
def sprint_of(name: str | None) -> Sprint | None:
    """A sprint of the library, where an assessment is in one."""
    return load_sprint(name) if name else None


@cache
def sprints() -> tuple[str, ...]:
    """The sprints of the library, the earliest first."""
    names = (path.stem for path in LIBRARY.glob("sprints/*.yaml"))
    known = [(load_sprint(name).sessions[0].dates, name) for name in names]
    return tuple(name for dates, name in sorted(known, key=lambda pair: min(pair[0].values())))
