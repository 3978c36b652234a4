"""What one piece of evidence could prove, and what it lacks."""

from datetime import date

from assessment.facts import DatasetFacts, Facts, StageFacts
from assessment.results import Verdict
from assessment.serving import find_servings, kinds_taken
from assessment.submission import Evidence

ON = date(2025, 11, 3)


def entry(kind: str, **more) -> Evidence:
    return Evidence(id="it", kind=kind, title="It", **more)


def test_only_requirements_that_take_the_kind_are_named(wwc):
    found = find_servings(wwc, entry("data_map", facts=Facts(status="seen")), on=ON)

    assert [serving.requirement for serving in found] == ["rdc7-data-map"]
    assert found[0].criterion == "RDC7"


def test_a_licence_serves_and_a_missing_stage_is_named(wwc):
    dataset = DatasetFacts(processes=4, stages={"award": StageFacts(records=4)})
    facts = Facts(status="seen", format="json", licence="cc_by", dataset=dataset)

    found = {s.requirement: s for s in find_servings(wwc, entry("dataset", facts=facts), on=ON)}

    assert found["rdc7-licence"].verdict is Verdict.MET
    assert found["rdc7-licence"].reasons == ()
    contracts = found["rdc7-contracts"]
    assert contracts.verdict is Verdict.NOT_MET
    assert "stage.missing" in {reason.code for reason in contracts.reasons}


def test_what_could_not_be_looked_at_is_open_for_every_requirement(wwc):
    found = find_servings(wwc, entry("page", facts=Facts(status="unreachable")), on=ON)

    assert len(found) > 5
    assert {serving.verdict for serving in found} == {Verdict.NEEDS_REVIEW}


def test_kinds_are_found_in_every_corner_of_a_proof(wwc):
    proof = wwc.requirements["rdc7-bulk-download"].proof

    assert kinds_taken(proof) == {"dataset"}
