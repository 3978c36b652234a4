"""Small rubrics and submissions, written as YAML authors would, for tests of one rule at a time."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any, cast

from pydantic import TypeAdapter

from assessment.cases import result_about
from assessment.engine import assess
from assessment.judge import Scope, judge_of
from assessment.results import Assessment, Finding, RequirementResult, Trace
from assessment.sight import Sight, sight_of
from assessment.submission import Evidence, Submission
from assessment.validation import validate
from rubrics import lint
from rubrics.checks import AnyCheck
from rubrics.loader import build_rubric
from rubrics.problems import Problem
from rubrics.schema import Rubric
from rubrics.text import Document, Plain, read_yaml

DAY = date(2025, 11, 3)

Data = dict[str, Any]
"""Plain values as an author writes them; the readers under test say what is wrong with them."""

_RUBRIC = """
id: small
edition: "1"
status: draft
title: A small rubric
status_note: It is made up.
language: en
tiers:
  rounding: whole_percent
  rounding_source: interpretation
  target: silver
  levels:
    - {id: silver, title: Silver, min_percent: 51, source: interpretation}
    - {id: gold, title: Gold, min_percent: 68, source: interpretation}
eligibility: {min_population: 30000, countries: [US, MX], source: interpretation}
declarations:
  proof: {evidence: [official_result], where: [dated_within: 36 months]}
  source: {refs: [S1], thresholds: interpretation}
planning: {prove_days: 1, show_days: 0.5, source: interpretation}
vocabulary:
  evidence_kinds: {document: Document, dataset: Dataset, official_result: Official result}
  roles: {buyer: Buyer}
  activities: {support: Support}
  marks: {scope: Scope, contact: Contact}
sources:
  S1: {title: A source}
practices:
  - {id: RDC, title: Contracting, criteria: []}
"""

YES_NO: Data = {"kind": "yes_no", "text": "Is it so?"}
IS_YES: Data = {"is": "yes"}
ANY_DOCUMENT: Data = {"evidence": ["document"]}


def plain(text: str) -> Plain:
    """What a piece of YAML says."""
    return read_yaml(text, name="test.yaml").value


def mapping(text: str) -> Data:
    """The same, where it is a mapping."""
    return cast("Data", plain(text))


def requirement(name: str = "a", **changes: Any) -> Data:
    """A requirement: a yes/no question, proven by any document, unless it is changed."""
    data: Data = {
        "id": name,
        "title": f"Requirement {name}",
        "ask": dict(YES_NO),
        "check": dict(IS_YES),
        "proof": deepcopy(ANY_DOCUMENT),
        "counts_as_proof": "A document.",
        "why": "Because.",
        "source": {"refs": ["S1"], "thresholds": "interpretation"},
        "remedy": remedy(),
    }
    return {**data, **changes}


def remedy(**changes: Any) -> Data:
    """What to do about it."""
    data: Data = {
        "title": "Do it",
        "steps": ["Start."],
        "effort_days": 2,
        "weeks": 1,
        "roles": ["buyer"],
        "activity": ["support"],
    }
    return {**data, **changes}


def criterion(
    code: str = "RDC1",
    *requirements: Data,
    rule: Any = None,
    literal: Any = None,
    **changes: Any,
) -> Data:
    """A criterion: declared without requirements; with them, all must be met unless `rule` says."""
    data: Data = {"id": code, "title": f"Criterion {code}", "statement": "It is so."}
    source: Data = {"refs": ["S1"], "thresholds": "interpretation"}
    if requirements:
        names = [r["id"] for r in requirements]
        data["requirements"] = list(requirements)
        data["passes"] = {"source": source, "rule": rule or {"all_of": names}}
    if literal is not None:
        data["literal"] = {"source": dict(source), "rule": literal}
    return {**data, **changes}


def rubric_data(*criteria: Data, **changes: Any) -> Data:
    """A rubric with these criteria, or with one that the team declares, as plain values."""
    data = mapping(_RUBRIC)
    data["practices"][0]["criteria"] = list(criteria or [criterion()])
    return deepcopy({**data, **changes})


def rubric(*criteria: Data, **changes: Any) -> Rubric:
    """The same as a Rubric, in which lint finds nothing wrong."""
    built = build_rubric(rubric_data(*criteria, **changes), {}, digest="d" * 64)
    assert not lint.find_problems(built, {})
    return built


def submission(of: Rubric, **parts: Any) -> Submission:
    """A submission to this rubric; `evidence` entries are seen unless they say otherwise."""
    if "evidence" in parts:
        parts["evidence"] = [{**_ENTRY, **entry} for entry in parts["evidence"]]
    city: Data = {"name": "Example", "country": "US", "population": 50_000}
    return validate(of, {"rubric": of.id, "city": city, **parts}, {})


_ENTRY: Data = {"kind": "document", "title": "Evidence", "facts": {"status": "seen"}}


def assessed(of: Rubric, *, on: date = DAY, **parts: Any) -> Assessment:
    """The assessment of such a submission."""
    return assess(of, submission(of, **parts), on=on)


def found(assessment: Assessment, name: str) -> Finding:
    """The finding about a criterion."""
    result = result_about(assessment, name)
    assert isinstance(result, Finding)
    return result


def result(assessment: Assessment, name: str = "a") -> RequirementResult:
    """The result of a requirement."""
    result = result_about(assessment, name)
    assert isinstance(result, RequirementResult)
    return result


def evidence(*serves: str, name: str = "e1", **changes: Any) -> Data:
    """A piece of evidence that was seen, for these requirements."""
    return {**deepcopy(_ENTRY), "id": name, "serves": list(serves), **changes}


def decision(about: str, verdict: str, **changes: Any) -> Data:
    """A coach's word."""
    data: Data = {"about": about, "verdict": verdict, "reason": "Seen on site.", "by": "Coach"}
    return {**data, **changes}


def lenses(of: Finding | RequirementResult) -> tuple[str, str, str]:
    """The three verdicts as words."""
    return of.claimed.value, of.evidenced.value, of.confirmed.value


def codes(of: Finding | RequirementResult) -> list[str]:
    """The codes of the reasons."""
    return [reason.code for reason in of.reasons]


def problems_of(data: Data, document: Document | None = None) -> list[Problem]:
    """What lint finds wrong with a rubric that can be read."""
    places = document.places if document is not None else {}
    return lint.find_problems(build_rubric(data, places, digest=""), places)


def code_list(problems: Sequence[Problem]) -> list[str]:
    """The codes of problems, in their order."""
    return [problem.code for problem in problems]


# --- one check by itself --------------------------------------------------------------------------

CHECKS = {
    "all_of": "{all_of: [x]}",
    "any_of": "{any_of: [x]}",
    "at_least": "{at_least: 1, of: [x]}",
    "requirement": "x",
    "routes": "{routes: {A: [x]}}",
    "is": "{is: yes}",
    "one_of": "{one_of: [a]}",
    "includes": "{includes: [a], at_least: 1}",
    "min": "{max: 3}",
    "within": "{within: 2 weeks}",
    "ratio": "{ratio: [a, b], min: 50}",
    "filled": "{filled: [a]}",
    "span": "{span: [a, b], lasts: 12 months}",
    "rows": "{rows: 1, where: [{filled: [a]}]}",
    "every_row": "{every_row: [{filled: [a]}]}",
    "covers": "{covers: [a], column: b}",
    "distinct": "{distinct: 2, column: b}",
    "evidence": "{evidence: [page], where: [{shows: [a]}]}",
    "dated_within": "{dated_within: 1 year}",
    "newest_within": "{newest_within: 4 quarters}",
    "formats": "{formats: [csv]}",
    "licences": "{licences: [cc_by]}",
    "stage": "{stage: award}",
    "complete_processes": "{complete_processes: 1}",
    "group_share": "{group_share: 80}",
    "join": "{join: [award, tender], min: 80}",
    "coverage": "{coverage: 80}",
    "shows": "{shows: [a]}",
    "publication_policy": "{publication_policy: named}",
}
"""An example of every kind of check, by the key that names it."""

_CHECK: TypeAdapter[AnyCheck] = TypeAdapter(AnyCheck)


def check(text: str) -> AnyCheck:
    """A check, written as an author would."""
    return _CHECK.validate_python(plain(text))


def judge(text: str, answer: object = None, *, on: date = DAY) -> Trace:
    """What a check says of the answer to its own question."""
    return judge_of(check(text), Scope("q"))(Sight(on, {"q": answer}))[1]


def judge_entry(text: str, *, on: date = DAY, **changes: Any) -> Trace:
    """What a check on one piece of evidence says of it."""
    entry = Evidence.model_validate(evidence("q", **changes))
    return judge_of(check(text), Scope("q", in_facts=True))(sight_of(entry, {}, on))[1]


def judge_dataset(text: str, *, on: date = DAY, **dataset: Any) -> Trace:
    """What a check on a dataset says of these facts."""
    facts = {"status": "seen", "dataset": {"processes": 10, **dataset}}
    return judge_entry(text, on=on, facts=facts)


def said(trace: Trace) -> tuple[str, str]:
    """The verdict and the code of a step, as words."""
    return trace.verdict.value, str(trace.code)
