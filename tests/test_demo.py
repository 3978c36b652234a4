"""The three demo cities: what they hand in gives the verdicts that their case.yaml states."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from api.submissions import read_submission, read_written
from assessment.cases import result_about, result_differences, score_differences
from assessment.engine import assess
from assessment.results import Assessment
from rubrics.loader import LIBRARY, load_rubric
from rubrics.text import Plain, read_mapping
from tests.demo.__main__ import files

RUBRIC = load_rubric(LIBRARY / "wwc-2022")
SUBMISSIONS = LIBRARY / "wwc-2022" / "submissions"
CITIES = sorted(path.parent.name for path in SUBMISSIONS.glob("*/submission.yaml"))


def case_of(city: str) -> Mapping[str, Plain]:
    path = SUBMISSIONS / city / "case.yaml"
    value, _ = read_mapping(path.read_bytes(), name=path.name)
    return value


def assessment_of(city: str, on: date) -> Assessment:
    written = read_written(str(SUBMISSIONS / city / "submission.yaml"))
    return assess(RUBRIC, read_submission(RUBRIC, written), on=on)


def differences(assessment: Assessment, expect: Mapping[str, Plain]) -> Iterator[str]:
    for name, wanted in expect.items():
        if name == "eligibility":
            yield from score_differences(assessment, {name: wanted})
        elif name == "score":
            yield from score_differences(assessment, cast("dict[str, Plain]", wanted))
        elif name == "requirements":
            yield from differences(assessment, cast("dict[str, Plain]", wanted))
        else:
            result = result_about(assessment, name)
            for difference in result_differences(result, cast("dict[str, Plain]", wanted)):
                yield f"{name}: {difference}"


def test_there_are_three_demo_cities():
    assert CITIES == ["puerto-claro", "rio-verde", "springfield-falls"]


@pytest.mark.parametrize("city", CITIES)
def test_a_demo_city_gets_the_verdicts_that_its_case_states(city):
    case = case_of(city)
    on = date.fromisoformat(str(case["on"]))

    found = list(differences(assessment_of(city, on), cast("dict[str, Plain]", case["expect"])))

    assert not found, "\n".join(found)


@pytest.mark.parametrize("city", CITIES)
def test_the_case_of_a_demo_city_states_every_requirement(city):
    expect = cast("dict[str, dict[str, Plain]]", case_of(city)["expect"])

    assert set(expect["requirements"]) == set(RUBRIC.requirements)
    for requirement in expect["requirements"].values():
        assert {"claimed", "evidenced", "confirmed"} <= set(cast("dict[str, Plain]", requirement))


def test_a_year_later_much_of_the_proof_has_expired():
    assessment = assessment_of("puerto-claro", date(2026, 11, 3))

    verdicts = {c.id: c.evidenced.value for c in assessment.criteria}
    assert (verdicts["RDC7"], verdicts["RDC8"]) == ("not_met", "not_met")


@pytest.mark.parametrize(
    ("path", "data"), [pytest.param(path, data, id=path.name) for path, data in files().items()]
)
def test_the_generated_files_are_those_that_are_committed(path, data):
    """After a change of tests/demo: `python -m tests.demo` writes them anew."""
    assert (SUBMISSIONS / path).read_bytes() == data


@pytest.mark.parametrize("city", CITIES)
def test_every_file_of_a_demo_city_is_evidence(city):
    written = read_written(str(SUBMISSIONS / city / "submission.yaml"))
    submission = read_submission(RUBRIC, written)
    handed_in = {entry.file for entry in submission.evidence or () if entry.file is not None}
    folder = SUBMISSIONS / city

    lying_there = {
        path.relative_to(folder).as_posix() for path in Path(folder / "evidence").iterdir()
    }

    assert handed_in == lying_there
