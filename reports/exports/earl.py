"""An assessment in the W3C's Evaluation and Report Language (EARL 1.0), as JSON-LD.

EARL has the same five outcomes as we: *passed*, *failed*, *untested*, *cantTell*, *inapplicable*.
Every requirement and criterion is a test; there is one assertion for each lens: by the city, whose
answers are believed (claimed), by this program, which looked at the evidence (evidenced), and by a
coach with its help (confirmed).
"""

from typing import assert_never

from assessment.results import Lens, Verdict
from reports.exports.parts import Json, Judged, Object, id_in_rubric, id_of, judged
from reports.exports.telling import Told, number_of, reasons_of, title_of

CONTEXT: Object = {
    "earl": "http://www.w3.org/ns/earl#",
    "dct": "http://purl.org/dc/terms/",
    "doap": "http://usefulinc.com/ns/doap#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    "title": "dct:title",
    "description": "dct:description",
    "identifier": "dct:identifier",
    "isPartOf": {"@id": "dct:isPartOf", "@type": "@id"},
    "date": {"@id": "dct:date", "@type": "xsd:date"},
    "info": "earl:info",
    "assertedBy": {"@id": "earl:assertedBy", "@type": "@id"},
    "subject": {"@id": "earl:subject", "@type": "@id"},
    "test": {"@id": "earl:test", "@type": "@id"},
    "result": {"@id": "earl:result", "@type": "@id"},
    "mode": {"@id": "earl:mode", "@type": "@id"},
    "outcome": {"@id": "earl:outcome", "@type": "@id"},
}

MODES: dict[Lens, str] = {
    Lens.CLAIMED: "earl:manual",
    Lens.EVIDENCED: "earl:automatic",
    Lens.CONFIRMED: "earl:semiAuto",
}


def to_earl(told: Told) -> Object:
    """The document: a context of its own, so that nothing is fetched to read it, and a graph."""
    assessment, rubric = told.context.assessment, told.context.rubric
    say = told.context.language.text
    parts = {r.id: f.id for f in assessment.criteria for r in f.requirements}
    graph: list[Json] = [
        {
            "id": _of_assessment(told, "city"),
            "type": ["earl:TestSubject", "earl:Assertor", "foaf:Organization"],
            "foaf:name": assessment.submission.city,
            "title": assessment.submission.city,
        },
        {
            "id": _of_assessment(told, "engine"),
            "type": ["earl:Assertor", "earl:Software"],
            "title": "Readiness",
            "dct:hasVersion": assessment.engine_version,
        },
        {
            "id": _of_assessment(told, "coach"),
            "type": ["earl:Assertor", "foaf:Agent"],
            "title": say("Coach"),
        },
        {
            "id": _of_rubric(told, "standard"),
            "type": "earl:TestRequirement",
            "title": rubric.title,
            "description": rubric.status_note,
            "identifier": f"{rubric.id} {rubric.edition}",
        },
    ]
    for one in judged(assessment):
        above = ("test", parts[one.id]) if one.id in parts else ("standard",)
        graph.append(
            {
                "id": _of_rubric(told, "test", one.id),
                "type": ["earl:TestRequirement", "earl:TestCriterion"],
                "identifier": one.id,
                "title": f"{number_of(told, one)}: {title_of(told, one)}",
                "isPartOf": _of_rubric(told, *above),
            }
        )
        graph += [_assertion(told, one, lens) for lens in Lens]
    return {"@context": CONTEXT, "@graph": graph}


def outcome_of(verdict: Verdict) -> str:
    """The verdict in the words of EARL."""
    match verdict:
        case Verdict.MET:
            return "earl:passed"
        case Verdict.NOT_MET:
            return "earl:failed"
        case Verdict.UNANSWERED:
            return "earl:untested"
        case Verdict.NEEDS_REVIEW:
            return "earl:cantTell"
        case Verdict.NOT_APPLICABLE:
            return "earl:inapplicable"
        case _:
            assert_never(verdict)


def _of_rubric(told: Told, *names: str) -> str:
    return f"urn:uuid:{id_in_rubric(told.context.assessment.rubric, 'earl', *names)}"


def _of_assessment(told: Told, *names: str) -> str:
    return f"urn:uuid:{id_of(told.context.assessment, 'earl', *names)}"


def _assertion(told: Told, one: Judged, lens: Lens) -> Object:
    by, verdict = _seen_through(one, lens)
    result: Object = {
        "id": _of_assessment(told, "result", one.id, lens),
        "type": "earl:TestResult",
        "outcome": outcome_of(verdict),
        "date": told.context.assessment.on.isoformat(),
    }
    reasons = reasons_of(told, one) if lens is Lens.EVIDENCED else ()
    if reasons:
        result["info"] = "\n".join(reasons)
    return {
        "id": _of_assessment(told, "assertion", one.id, lens),
        "type": "earl:Assertion",
        "assertedBy": _of_assessment(told, by),
        "subject": _of_assessment(told, "city"),
        "test": _of_rubric(told, "test", one.id),
        "mode": MODES[lens],
        "result": result,
    }


def _seen_through(one: Judged, lens: Lens) -> tuple[str, Verdict]:
    """By whom, and with which verdict."""
    match lens:
        case Lens.CLAIMED:
            return "city", one.claimed
        case Lens.EVIDENCED:
            return "engine", one.evidenced
        case Lens.CONFIRMED:
            return "coach", one.confirmed
        case _:
            assert_never(lens)
