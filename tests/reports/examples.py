"""Assessments to tell in tests: cities put together from the cases of the rubric."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import cast

from msgspec import structs

from api.services import Scored, in_language, score, tell
from api.submissions import read_submission, read_written
from assessment.cases import CITY, result_about, submission_of
from assessment.cohort import cohort_of
from assessment.details import with_details
from assessment.engine import assess
from assessment.members import Member, member_of
from assessment.planning import next_actions
from assessment.results import Assessment, Trace
from assessment.submission import City, Submission
from assessment.validation import validate
from reports.builder import build_report
from reports.cohort import CohortReport
from reports.i18n import load_language
from reports.report import Report
from reports.sections.cohort import build_cohort_report
from rubrics.loader import LIBRARY, load_rubric
from rubrics.schema import Rubric
from rubrics.text import Plain, read_text

FOLDER = LIBRARY / "wwc-2022"
DAY = date(2025, 11, 3)

Case = Mapping[str, Plain]


@cache
def rubric() -> Rubric:
    """The standard in its own language."""
    return load_rubric(FOLDER)


@cache
def cases() -> tuple[Case, ...]:
    """Every case of the standard."""
    found: list[Case] = []
    for path in sorted((FOLDER / "cases").glob("*.yaml")):
        found += cast("list[Case]", read_text(path.read_bytes(), name=path.name).value)
    return tuple(found)


def assess_whole(submission: Submission, *, on: date = DAY) -> Assessment:
    """Findings, details and plan together."""
    assessment = with_details(rubric(), submission, assess(rubric(), submission, on=on))
    actions = next_actions(rubric(), submission, on=on)
    return structs.replace(assessment, actions=actions)


@cache
def demo_city(name: str) -> Scored:
    """One of the three cities that ship with the project."""
    path = FOLDER / "submissions" / name / "submission.yaml"
    return score(str(path), on=DAY)


@cache
def demo_city_on(name: str, day: date) -> Assessment:
    """The result of one of them on another day."""
    return score(str(FOLDER / "submissions" / name / "submission.yaml"), on=day).assessment


@cache
def report_of(name: str, language: str) -> Report:
    """The report of a demo city, in a language."""
    return tell(demo_city(name), load_language(language))


def report_on(assessment: Assessment, language: str = "en") -> Report:
    """The report of any assessment, in a language."""
    spoken = load_language(language)
    return build_report(assessment, in_language(rubric(), FOLDER, spoken), language=spoken)


@cache
def mixed_city(name: str = "Puerto Esperanza") -> Assessment:
    """A city that shows the n-th case of its n-th requirement: some of everything."""
    answers: dict[str, Plain] = {}
    evidence: list[Plain] = []
    not_applicable: dict[str, Plain] = {}
    decisions: list[Plain] = []
    for number, requirement in enumerate(rubric().requirements):
        about = [case for case in cases() if case["about"] == requirement]
        case = about[number % len(about)]
        answers |= cast("dict[str, Plain]", case.get("answers") or {})
        not_applicable |= cast("dict[str, Plain]", case.get("not_applicable") or {})
        decisions += cast("list[Plain]", case.get("decisions") or [])
        entries = cast("list[dict[str, Plain]]", case.get("evidence") or [])
        evidence += [_evidence(entry, requirement, number) for entry in entries]
    declared = [c.id for c in rubric().criteria if not c.assessed]
    data: dict[str, Plain] = {
        "rubric": rubric().id,
        "city": {**CITY, "name": name, "country": "PR", "population": 167_432},
        "answers": {k: v for k, v in answers.items() if k not in not_applicable},
        "not_applicable": not_applicable,
        "evidence": [*evidence, _RESULT],
        "decisions": decisions,
        "declared": {
            "met": cast("Plain", declared[:18]),
            "not_met": cast("Plain", declared[24:]),
            "assessed_on": "2024-05-02",
            "evidence": "official-result",
        },
    }
    return assess_whole(validate(rubric(), data, {}))


_RESULT: dict[str, Plain] = {
    "id": "official-result",
    "kind": "official_result",
    "title": "Letter of results, official assessment 2024",
    "url": "https://city.example/wwc/results-2024.pdf",
    "dated": "2024-05-02",
    "facts": {"status": "seen", "format": "pdf", "size": 183_402, "sha256": "5e" * 32},
}


@cache
def empty_city() -> Assessment:
    """A city that has handed in nothing but its name."""
    data: dict[str, Plain] = {"rubric": rubric().id, "city": dict(CITY)}
    return assess_whole(validate(rubric(), data, {}))


@cache
def submission_of_demo(name: str) -> Submission:
    """What one of the three demo cities hands in, with its evidence looked at."""
    written = read_written(str(FOLDER / "submissions" / name / "submission.yaml"))
    return read_submission(rubric(), written)


REGIONS = (("MX", "Jalisco"), ("CO", "Antioquia"), ("BR", "Bahia"), ("US", None))
DEMO_CITIES = ("puerto-claro", "rio-verde", "springfield-falls")


@cache
def members(count: int) -> tuple[Member, ...]:
    """Cities made of the three demo cities, of several regions, sizes, languages and points."""
    declared = [c.id for c in rubric().criteria if not c.assessed]
    found = []
    for i in range(count):
        submission = submission_of_demo(DEMO_CITIES[i % 3])
        country, region = REGIONS[i % len(REGIONS)]
        city = City(
            name=f"Ciudad {chr(65 + i // 26)}{chr(65 + i % 26)}",
            country=country,
            region=region,
            population=(40_000, 150_000, 400_000)[i // 2 % 3],
        )
        met = tuple(declared[: 12 + i * 7 % 25])
        own = submission.declared.model_copy(update={"met": met, "not_met": ()})
        submission = submission.model_copy(update={"city": city, "declared": own})
        assessment = with_details(rubric(), submission, assess(rubric(), submission, on=DAY))
        language = ("es", "pt", "en")[i % 3]
        found.append(member_of(rubric(), submission, assessment, language=language))
    return tuple(found)


@cache
def cohort_report(language: str, *, count: int = 24, named: bool = True) -> CohortReport:
    """The report of a cohort of so many made-up cities."""
    spoken = load_language(language)
    cohort = cohort_of(rubric(), members(count), on=DAY, named=named)
    return build_cohort_report(cohort, in_language(rubric(), FOLDER, spoken), language=spoken)


def every_trace() -> Iterator[tuple[str, Trace]]:
    """Every step of what each case of the rubric is about, with the requirement or criterion."""
    for case in cases():
        about = str(case["about"])
        if about == "score":
            continue
        found = result_about(assess(rubric(), submission_of(rubric(), case), on=DAY), about)
        parts = [getattr(found.trace, name) for name in found.trace.__struct_fields__]
        for part in parts:
            if part is not None:
                yield from ((about, step) for step in _steps(part))


def _steps(trace: Trace) -> Iterator[Trace]:
    yield trace
    for child in trace.children:
        yield from _steps(child)


def _evidence(entry: Mapping[str, Plain], requirement: str, number: int) -> Plain:
    facts = entry.get("facts")
    name = f"{requirement}-{entry['id']}"
    title = re.sub(r"[-_]", " ", str(entry["id"])).capitalize()
    whole: dict[str, Plain] = {"title": title, "serves": [requirement], **entry, "id": name}
    known = facts if isinstance(facts, dict) else {}
    whole["facts"] = {
        "status": "seen",
        "sha256": f"{number + 17:02x}" * 32,
        "size": 1_234 * (number + 1),
        **known,
    }
    whole.setdefault("file", f"evidence/{entry['id']}.{known.get('format', 'pdf')}")
    return whole
