"""Cases: what a rubric must say of an example. Specification, documentation and test at once."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from assessment.engine import assess
from assessment.results import Assessment, Finding, Lens, RequirementResult, Score
from assessment.submission import Submission
from assessment.validation import validate
from rubrics.schema import Rubric
from rubrics.text import Plain

Case = Mapping[str, Plain]

CITY: dict[str, Plain] = {"name": "Example", "country": "US", "population": 100_000}


def submission_of(rubric: Rubric, case: Case) -> Submission:
    """The submission that a case describes; short forms are written out.

    `evidence` entries serve the requirement that the case is about and are seen unless they say
    otherwise; `decided` is short for coaches' decisions.
    """
    city = case.get("city")
    data: dict[str, Plain] = {
        "rubric": rubric.id,
        "city": {**CITY, **(city if isinstance(city, dict) else {})},
    }
    for key in ("answers", "not_applicable", "declared"):
        if key in case:
            data[key] = case[key]
    if "evidence" in case:
        entries = cast("list[dict[str, Plain]]", case["evidence"] or [])
        data["evidence"] = [_evidence(entry, str(case["about"])) for entry in entries]
    decided = cast("dict[str, list[str]]", case.get("decided") or {})
    short: list[Plain] = [
        {"about": name, "verdict": word, "reason": "As the case says.", "by": "Coach"}
        for word, names in decided.items()
        for name in names
    ]
    data["decisions"] = [*cast("list[Plain]", case.get("decisions") or []), *short]
    return validate(rubric, data, {})


def run_case(rubric: Rubric, case: Case) -> list[str]:
    """What comes out otherwise than the case expects; empty when it holds."""
    day = date.fromisoformat(str(case["on"]))
    assessment = assess(rubric, submission_of(rubric, case), on=day)
    expect = cast("dict[str, Plain]", case["expect"])
    about = str(case["about"])
    if about == "score":
        return list(score_differences(assessment, expect))
    return list(result_differences(result_about(assessment, about), expect))


def result_about(assessment: Assessment, name: str) -> Finding | RequirementResult:
    """The finding or requirement of this id."""
    for finding in assessment.criteria:
        if finding.id == name:
            return finding
        for requirement in finding.requirements:
            if requirement.id == name:
                return requirement
    raise KeyError(name)


def result_differences(
    result: Finding | RequirementResult, expect: Mapping[str, Plain]
) -> Iterator[str]:
    """Where a verdict, reason, flag, label or literal reading differs from what is expected."""
    for key, wanted in expect.items():
        if key == "reasons":
            codes = {str(reason.code) for reason in result.reasons}
            missing = [code for code in cast("list[str]", wanted) if code not in codes]
            if missing:
                yield f"reasons lack {missing}, found {sorted(codes)}"
        elif key == "flags":
            flags = list(result.flags) if isinstance(result, RequirementResult) else []
            if flags != wanted:
                yield f"flags are {flags}, expected {wanted}"
        elif key == "literal":
            for lens, word in cast("dict[str, str]", wanted).items():
                found = getattr(getattr(result, "literal", None), lens, None)
                if found != word:
                    yield f"literal.{lens} is {found}, expected {word}"
        else:
            found = getattr(result, key)
            if found != wanted:
                yield f"{key} is {found}, expected {wanted}"


def score_differences(assessment: Assessment, expect: Mapping[str, Plain]) -> Iterator[str]:
    """Where points, tiers or eligibility differ from what is expected."""
    for key, wanted in expect.items():
        if key == "eligibility":
            if assessment.eligibility.verdict != wanted:
                yield f"eligibility is {assessment.eligibility.verdict}, expected {wanted}"
            continue
        found = flat_score(getattr(assessment.lenses, Lens(key).value))
        for name, value in cast("dict[str, Plain]", wanted).items():
            if found[name] != value:
                yield f"{key}.{name} is {found[name]}, expected {value}"


def flat_score(score: Score) -> dict[str, Plain]:
    """A score as one level of names."""
    return {
        "guaranteed": score.points.guaranteed,
        "possible": score.points.possible,
        "reached": score.tier.reached,
        "within_reach": score.tier.within_reach,
        "to_silver": score.to_silver,
        "percent": score.percent,
        "cautions": list(score.cautions),
    }


def _evidence(entry: Mapping[str, Plain], about: str) -> dict[str, Plain]:
    facts = entry.get("facts")
    whole: dict[str, Plain] = {"title": str(entry.get("id")), "serves": [about], **entry}
    if isinstance(facts, dict):
        whole["facts"] = {"status": "seen", **facts}
    elif "url" not in entry and "file" not in entry:
        whole["facts"] = {"status": "seen"}
    return whole
