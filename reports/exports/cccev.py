"""An assessment in the EU's Core Criterion and Core Evidence Vocabulary (CCCEV 2.1), as JSON-LD.

The rubric is a reference framework; its criteria and requirements are requirements with the
questions they ask (information concepts) and the evidence they take (evidence types). What the city
handed in is evidence. The vocabulary has no word for a verdict, so the assessment itself is a piece
of evidence too: its supported values say of each requirement what the evidence shows (`met`,
`not_met`, `unanswered`, `needs_review`, `not_applicable`).

Names and descriptions are plain texts, since the vocabulary's shapes want `xsd:string`; the
language of all of them stands with the framework.
"""

from collections.abc import Iterable
from datetime import date

from assessment.results import EvidenceEntry, RequirementResult
from reports.exports.parts import Json, Judged, Object, id_in_rubric, id_of, judged
from reports.exports.telling import Told, number_of, title_of
from reports.labels import owner_of
from rubrics import checks
from rubrics.checks import Check
from rubrics.schema import Criterion, Requirement

CONTEXT: Object = {
    "cccev": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    "name": "skos:prefLabel",
    "description": "dct:description",
    "identifier": "dct:identifier",
    "language": "dct:language",
    "title": "dct:title",
    "weight": {"@id": "cccev:weight", "@type": "xsd:decimal"},
    "value": "cccev:value",
    "date": {"@id": "time:inXSDDate", "@type": "xsd:date"},
    **{
        name: {"@id": f"cccev:{name}", "@type": "@id"}
        for name in (
            "hasConcept",
            "hasEvidenceTypeList",
            "hasRequirement",
            "hasSupportingEvidence",
            "isDerivedFrom",
            "isProvidedBy",
            "isRequirementOf",
            "providesValueFor",
            "specifiesEvidenceType",
            "supportsConcept",
            "supportsRequirement",
            "supportsValue",
            "validityPeriod",
        )
    },
    "conformsTo": {"@id": "dct:conformsTo", "@type": "@id"},
    "subject": {"@id": "dct:subject", "@type": "@id"},
    "hasBeginning": {"@id": "time:hasBeginning", "@type": "@id"},
    "hasEnd": {"@id": "time:hasEnd", "@type": "@id"},
}

INSTANT = ["time:Instant", "https://www.w3.org/2006/time#Instant"]
"""The shapes of CCCEV 2.1.0 call it by an address with `https`, which is not its name."""


def to_cccev(told: Told) -> Object:
    """The document: a context of its own, so that nothing is fetched to read it, and a graph."""
    assessment, rubric = told.context.assessment, told.context.rubric
    used = sorted({entry.kind for entry in assessment.evidence} | set(_kinds_asked(told)))
    findings = {one.id: one for one in judged(assessment)}
    graph: list[Json] = [
        {
            "id": _of_rubric(told, "framework"),
            "type": "cccev:ReferenceFramework",
            "identifier": f"{rubric.id} {rubric.edition}",
            "title": rubric.title,
            "description": rubric.status_note,
            "language": told.context.language.code,
        },
        {
            "id": _of_assessment(told, "city"),
            "type": "foaf:Agent",
            "foaf:name": assessment.submission.city,
        },
    ]
    for criterion in rubric.criteria:
        graph += _criterion(told, criterion, findings[criterion.id])
        for requirement in criterion.requirements:
            graph += _requirement(told, requirement, criterion, findings[requirement.id])
    graph += [_evidence_type(told, kind) for kind in used]
    for entry in assessment.evidence:
        graph += _evidence(told, entry)
    graph += _verdicts(told)
    return {"@context": CONTEXT, "@graph": graph}


def _of_rubric(told: Told, *names: str) -> str:
    return f"urn:uuid:{id_in_rubric(told.context.assessment.rubric, 'cccev', *names)}"


def _of_assessment(told: Told, *names: str) -> str:
    return f"urn:uuid:{id_of(told.context.assessment, 'cccev', *names)}"


def _criterion(told: Told, criterion: Criterion, finding: Judged) -> list[Json]:
    own: Object = {
        "id": _of_rubric(told, "requirement", criterion.id),
        "type": ["cccev:Criterion", "cccev:Requirement"],
        "identifier": criterion.id,
        "name": criterion.title,
        "description": criterion.statement,
        "weight": str(criterion.points),
        "isDerivedFrom": _of_rubric(told, "framework"),
        "hasConcept": [_of_rubric(told, "verdict", criterion.id)],
    }
    if criterion.requirements:
        own["hasRequirement"] = [
            _of_rubric(told, "requirement", requirement.id)
            for requirement in criterion.requirements
        ]
    return [own | _supported(told, finding), _verdict_concept(told, finding)]


def _requirement(
    told: Told, requirement: Requirement, criterion: Criterion, result: Judged
) -> list[Json]:
    kinds = sorted(_kinds(requirement.proof))
    own: Object = {
        "id": _of_rubric(told, "requirement", requirement.id),
        "type": ["cccev:InformationRequirement", "cccev:Requirement"],
        "identifier": requirement.id,
        "name": requirement.title,
        "description": requirement.why,
        "isRequirementOf": _of_rubric(told, "requirement", criterion.id),
        "isDerivedFrom": _of_rubric(told, "framework"),
        "hasConcept": [
            _of_rubric(told, "question", requirement.id),
            _of_rubric(told, "verdict", requirement.id),
        ],
    }
    question: Object = {
        "id": _of_rubric(told, "question", requirement.id),
        "type": "cccev:InformationConcept",
        "name": requirement.ask.text,
        "description": requirement.ask.help or requirement.counts_as_proof,
    }
    found: list[Json] = [own, question, _verdict_concept(told, result)]
    if kinds:
        own["hasEvidenceTypeList"] = _of_rubric(told, "evidence-list", requirement.id)
        found.append(
            {
                "id": _of_rubric(told, "evidence-list", requirement.id),
                "type": "cccev:EvidenceTypeList",
                "name": requirement.title,
                "description": requirement.counts_as_proof,
                "specifiesEvidenceType": [_of_rubric(told, "evidence-type", k) for k in kinds],
            }
        )
    own |= _supported(told, result)
    return found


def _supported(told: Told, one: Judged) -> Object:
    """The evidence that was looked at for it, and the assessment."""
    known = {entry.id for entry in told.context.assessment.evidence}
    named = one.evidence if isinstance(one, RequirementResult) else ()
    looked_at = sorted({owner_of(name) for name in named} & known)
    pieces: list[Json] = [_of_assessment(told, "evidence", name) for name in looked_at]
    return {"hasSupportingEvidence": [*pieces, _of_assessment(told, "assessment")]}


def _verdict_concept(told: Told, one: Judged) -> Object:
    say = told.context.language.text
    return {
        "id": _of_rubric(told, "verdict", one.id),
        "type": "cccev:InformationConcept",
        "name": say("Verdict on {number}", number=number_of(told, one)),
        "description": title_of(told, one),
    }


def _evidence_type(told: Told, kind: str) -> Object:
    title = told.context.rubric.vocabulary.evidence_kinds.get(kind, kind)
    return {
        "id": _of_rubric(told, "evidence-type", kind),
        "type": "cccev:EvidenceType",
        "identifier": kind,
        "title": title,
    }


def _evidence(told: Told, entry: EvidenceEntry) -> list[Json]:
    assessment = told.context.assessment
    asked = {one.id for one in judged(assessment)}
    own: Object = {
        "id": _of_assessment(told, "evidence", entry.id),
        "type": "cccev:Evidence",
        "identifier": entry.sha256 or entry.id,
        "title": entry.title or entry.id,
        "conformsTo": _of_rubric(told, "evidence-type", entry.kind),
        "isProvidedBy": _of_assessment(told, "city"),
        "subject": _of_assessment(told, "city"),
        "supportsRequirement": [
            _of_rubric(told, "requirement", name) for name in sorted(set(entry.serves) & asked)
        ],
    }
    if entry.dated is None:
        return [own]
    days = [e.last_day for e in assessment.expiries if owner_of(e.looked_at) == entry.id]
    own["validityPeriod"] = _of_assessment(told, "period", entry.id)
    return [own, *_period(told, entry.id, entry.dated, min(days, default=None))]


def _period(told: Told, name: str, first: date, last: date | None) -> Iterable[Object]:
    own: Object = {
        "id": _of_assessment(told, "period", name),
        "type": "time:ProperInterval",
        "hasBeginning": _of_assessment(told, "first day", name),
    }
    instants = {"first day": first}
    if last is not None:
        own["hasEnd"] = _of_assessment(told, "last day", name)
        instants["last day"] = last
    yield own
    for which, day in instants.items():
        yield {
            "id": _of_assessment(told, which, name),
            "type": list[Json](INSTANT),
            "date": day.isoformat(),
        }


def _verdicts(told: Told) -> list[Json]:
    """The assessment as a piece of evidence, with a value for every verdict."""
    assessment, say = told.context.assessment, told.context.language.text
    everything = list(judged(assessment))
    whole: Object = {
        "id": _of_assessment(told, "assessment"),
        "type": "cccev:Evidence",
        "identifier": id_of(assessment, "cccev", "assessment"),
        "title": say("Readiness report for {city}", city=assessment.submission.city),
        "dct:issued": {"@value": assessment.on.isoformat(), "@type": "xsd:date"},
        "subject": _of_assessment(told, "city"),
        "supportsRequirement": [_of_rubric(told, "requirement", one.id) for one in everything],
        "supportsConcept": [_of_rubric(told, "verdict", one.id) for one in everything],
        "supportsValue": [_of_assessment(told, "value", one.id) for one in everything],
    }
    values: list[Json] = [
        {
            "id": _of_assessment(told, "value", one.id),
            "type": "cccev:SupportedValue",
            "value": one.evidenced.value,
            "providesValueFor": _of_rubric(told, "verdict", one.id),
        }
        for one in everything
    ]
    return [whole, *values]


def _kinds_asked(told: Told) -> Iterable[str]:
    for requirement in told.context.rubric.requirements.values():
        yield from _kinds(requirement.proof)


def _kinds(proof: Check) -> set[str]:
    """The kinds of evidence that a proof takes."""
    found = set(proof.evidence) if isinstance(proof, checks.EvidenceCount) else set[str]()
    for _, group in checks.children(proof):
        for child in group:
            found |= _kinds(child)
    return found
