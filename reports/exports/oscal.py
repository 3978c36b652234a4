"""An assessment as OSCAL (Open Security Controls Assessment Language) assessment results.

A requirement is an objective, a criterion is a control and an objective of its own; a piece of
evidence is an observation. OSCAL knows two states, *satisfied* and *not-satisfied*: what is not
known is not satisfied for the reason `other`, so that nobody takes it for a failure, and the
verdicts under the three lenses stand beside it as properties. The state is the *evidenced* one.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import assert_never

from assessment.results import Assessment, EvidenceEntry, RequirementResult, Verdict
from reports.exports.parts import (
    NAMESPACE,
    Json,
    Judged,
    Object,
    end_of_day,
    id_in_rubric,
    id_of,
    judged,
    moment,
    one_line,
)
from reports.exports.telling import Told, number_of, reasons_of, title_of
from reports.labels import owner_of
from reports.sections.evidence import build_evidence

_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
"""What others may follow: a file's name is no address, and `javascript:…` would be an attack."""

OSCAL_VERSION = "1.1.3"
"""The edition of OSCAL whose words these are; all of them are in later ones of 1.x as well."""


def assessment_results(told: Told) -> Object:
    """The document `assessment-results`."""
    assessment, rubric = told.context.assessment, told.context.rubric
    say = told.context.language.text
    city = assessment.submission.city
    return {
        "assessment-results": {
            "uuid": id_of(assessment, "oscal", "results"),
            "metadata": metadata(told, say("Readiness of {city}", city=city)),
            "import-ap": {
                "href": f"#{_rubric_id(assessment)}",
                "remarks": say("The rubric says what is assessed, and how."),
            },
            "results": [
                {
                    "uuid": id_of(assessment, "oscal", "result"),
                    "title": one_line(rubric.title),
                    "description": rubric.status_note,
                    "start": moment(assessment.on),
                    "end": moment(assessment.on),
                    "props": [*_identity(assessment), *_points(assessment)],
                    "reviewed-controls": _reviewed(assessment),
                    **observations_of(told),
                    "findings": findings_of(told),
                }
            ],
            "back-matter": {"resources": [rubric_resource(told)]},
        }
    }


def metadata(told: Told, title: str, *, roles: Iterable[str] = ()) -> Object:
    """What stands at the head of every document: the city, the day, the words."""
    assessment, rubric = told.context.assessment, told.context.rubric
    found: Object = {
        "title": one_line(title),
        "last-modified": moment(assessment.on),
        "version": assessment.on.isoformat(),
        "oscal-version": OSCAL_VERSION,
        "props": _identity(assessment),
        "parties": [
            {
                "uuid": city_id(assessment),
                "type": "organization",
                "name": one_line(assessment.submission.city),
            }
        ],
        "remarks": told.context.language.text(
            "The state of a finding follows the evidence. The reason 'other' means that it is not "
            "known, or does not apply: the property 'evidenced' says which."
        ),
    }
    named = rubric.vocabulary.roles
    listed: list[Json] = [
        {"id": role, "title": one_line(named.get(role, role))} for role in sorted(roles)
    ]
    return found | {"roles": listed} if listed else found


def property_of(name: str, value: object) -> Object:
    """A property under our own namespace."""
    return {"name": name, "ns": NAMESPACE, "value": one_line(str(value))}


def city_id(assessment: Assessment) -> str:
    """The city as a party."""
    return id_of(assessment, "city")


def finding_id(assessment: Assessment, about: str) -> str:
    """The finding on a requirement or criterion."""
    return id_of(assessment, "oscal", "finding", about)


def observation_id(assessment: Assessment, evidence: str) -> str:
    """What was observed of a piece of evidence."""
    return id_of(assessment, "oscal", "observation", evidence)


def findings_of(told: Told) -> list[Json]:
    """A finding for every criterion, and one for each of its requirements."""
    return [_finding(told, one) for one in judged(told.context.assessment)]


def observations_of(told: Told) -> Object:
    """What was seen of every piece of evidence, if there is any: OSCAL knows no empty lists."""
    entries = told.context.assessment.evidence
    lines = build_evidence(told.context)
    seen: list[Json] = [
        _observation(told, entry, f"{line.title}: {line.status}", line.place)
        for entry, line in zip(entries, lines, strict=True)
    ]
    return {"observations": seen} if seen else {}


def rubric_resource(told: Told) -> Object:
    """The rubric as a document of its own, to which the others point."""
    rubric, ref = told.context.rubric, told.context.assessment.rubric
    return {
        "uuid": _rubric_id(told.context.assessment),
        "title": one_line(rubric.title),
        "description": rubric.status_note,
        "props": [property_of("sha-256", ref.digest)],
        "document-ids": [{"identifier": f"{ref.id} {ref.edition}"}],
    }


def _rubric_id(assessment: Assessment) -> str:
    return id_in_rubric(assessment.rubric, "oscal", "rubric")


def _identity(assessment: Assessment) -> list[Json]:
    return [
        property_of("rubric", assessment.rubric.id),
        property_of("rubric-edition", assessment.rubric.edition),
        property_of("rubric-status", assessment.rubric.status),
        property_of("rubric-sha-256", assessment.rubric.digest),
        property_of("submission-sha-256", assessment.submission.digest),
        property_of("engine-version", assessment.engine_version),
    ]


def _points(assessment: Assessment) -> list[Json]:
    score = assessment.lenses.evidenced
    return [
        property_of("points-guaranteed", score.points.guaranteed),
        property_of("points-possible", score.points.possible),
        property_of("points-total", score.total),
        *([property_of("level-reached", score.tier.reached)] if score.tier.reached else []),
    ]


def _reviewed(assessment: Assessment) -> Object:
    return {
        "control-selections": [
            {"include-controls": [{"control-id": finding.id} for finding in assessment.criteria]}
        ],
        "control-objective-selections": [
            {"include-objectives": [{"objective-id": one.id} for one in judged(assessment)]}
        ],
    }


def _finding(told: Told, one: Judged) -> Object:
    assessment = told.context.assessment
    reasons = reasons_of(told, one)
    title = title_of(told, one)
    looked_at = one.evidence if isinstance(one, RequirementResult) else ()
    known = {entry.id for entry in assessment.evidence}
    related: list[Json] = [
        {"observation-uuid": observation_id(assessment, name)}
        for name in sorted({owner_of(name) for name in looked_at} & known)
    ]
    found: Object = {
        "uuid": finding_id(assessment, one.id),
        "title": one_line(f"{number_of(told, one)}: {title}"),
        "description": "\n".join(reasons) or title,
        "props": [
            property_of("claimed", one.claimed),
            property_of("evidenced", one.evidenced),
            property_of("confirmed", one.confirmed),
        ],
        "target": {
            "type": "objective-id",
            "target-id": one.id,
            "title": one_line(title),
            **_status(one.evidenced),
        },
    }
    return found | {"related-observations": related} if related else found


def _status(verdict: Verdict) -> Object:
    match verdict:
        case Verdict.MET:
            return {"status": {"state": "satisfied", "reason": "pass"}}
        case Verdict.NOT_MET:
            return {"status": {"state": "not-satisfied", "reason": "fail"}}
        case Verdict.UNANSWERED | Verdict.NEEDS_REVIEW:
            return {"status": {"state": "not-satisfied", "reason": "other"}}
        case Verdict.NOT_APPLICABLE:
            return {
                "status": {"state": "satisfied", "reason": "other"},
                "implementation-status": {"state": "not-applicable"},
            }
        case _:
            assert_never(verdict)


def _observation(told: Told, entry: EvidenceEntry, said: str, place: str) -> Object:
    assessment = told.context.assessment
    props = [property_of("status", entry.status), property_of("kind", entry.kind)]
    if entry.sha256:
        props.append(property_of("sha-256", entry.sha256))
    evidence: Object = {"description": entry.title or entry.id}
    if entry.url and _ADDRESS.fullmatch(entry.url):
        evidence = {"href": entry.url, **evidence}
    elif place:
        evidence["remarks"] = place
    found: Object = {
        "uuid": observation_id(assessment, entry.id),
        "title": one_line(entry.title or entry.id),
        "description": said,
        "props": list(props),
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "relevant-evidence": [evidence],
        "collected": moment(assessment.on),
    }
    last = _last_day(assessment, entry.id)
    return found if last is None else found | {"expires": end_of_day(last)}


def _last_day(assessment: Assessment, evidence: str) -> date | None:
    """The last day on which all of it counts that counts today."""
    days = (e.last_day for e in assessment.expiries if owner_of(e.looked_at) == evidence)
    return min(days, default=None)
