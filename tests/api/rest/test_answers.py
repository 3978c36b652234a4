"""Answers over HTTP: saved with a version, refused without one, and never lost to a faster hand."""

from tests.api.databases import World
from tests.api.rest.conftest import ClientOf


def answers_of(world: World, name: str = "rdc7-awards") -> str:
    return f"/api/v1/assessments/{world.assessment.id}/answers/{name}"


def test_answer_is_saved_and_judged(world, on_both: ClientOf):
    lead = on_both("lead")

    saved = lead.put(answers_of(world), json={"value": 92}, headers={"If-Match": '"0"'})
    result = lead.get(f"/api/v1/assessments/{world.assessment.id}/result")

    assert saved.status_code == 200
    assert saved.headers["etag"] == '"1"'
    found = {one["id"]: one for one in result.json()["criteria"]}["RDC7"]["requirements"]
    assert {one["id"]: one["claimed"] for one in found}["rdc7-awards"] == "met"


def test_write_without_a_version_is_refused(small, as_: ClientOf):
    refused = as_("lead").put(answers_of(small), json={"value": 92})

    assert refused.status_code == 428
    assert refused.json()["type"] == "urn:readiness:problem:version-needed"


def test_slower_hand_gets_both_versions(world, on_both: ClientOf):
    first, second = on_both("lead"), on_both("member")
    first.put(answers_of(world), json={"value": 92}, headers={"If-Match": '"0"'})

    refused = second.put(answers_of(world), json={"value": 80}, headers={"If-Match": '"0"'})

    assert refused.status_code == 412
    told = refused.json()
    assert (told["yours"]["value"], told["yours"]["version"]) == (80, 0)
    assert (told["theirs"]["value"], told["theirs"]["version"]) == (92, 1)
    assert told["theirs"]["by"]["name"] == "Lead"
    assert first.get(answers_of(world)).json()["value"] == 92


def test_answer_that_nobody_gave_has_version_0(small, as_: ClientOf):
    found = as_("coach").get(answers_of(small))

    assert found.json() == {"value": None, "version": 0, "by": None, "at": None}
    assert found.headers["etag"] == '"0"'


def test_question_that_is_not_asked_is_not_there(small, as_: ClientOf):
    assert as_("lead").get(answers_of(small, "rdc7-nonsense")).status_code == 404


def test_wrong_answer_names_place_and_mend_in_the_readers_language(small, as_: ClientOf):
    headers = {"If-Match": '"0"', "Accept-Language": "es"}

    refused = as_("lead").put(answers_of(small), json={"value": 400}, headers=headers)

    told = refused.json()
    assert refused.status_code == 422
    assert refused.headers["content-language"] == "es"
    assert told["title"] == "Hay que corregir algo en la solicitud"
    assert told["problems"][0]["code"] == "answer.out_of_range"
    assert told["problems"][0]["place"] == "answers.rdc7-awards"
    assert "La respuesta" in told["problems"][0]["message"]


def test_many_answers_are_saved_all_or_none(world, on_both: ClientOf):
    lead = on_both("lead")
    path = f"/api/v1/assessments/{world.assessment.id}/answers"
    both: dict[str, dict[str, object]] = {
        "rdc7-awards": {"value": 92, "version": 0},
        "rdc7-contracts": {"value": ["register"], "version": 4},
    }

    refused = lead.patch(path, json={"answers": both})
    nothing = lead.get(path).json()
    both["rdc7-contracts"]["version"] = 0
    saved = lead.patch(path, json={"answers": both})

    assert (refused.status_code, refused.json()["name"]) == (412, "rdc7-contracts")
    assert nothing == {}
    assert [one["version"] for one in saved.json()] == [1, 1]


def test_declarations_are_answers_of_another_part(small, as_: ClientOf):
    path = answers_of(small, "DM1") + "?part=declared"

    saved = as_("lead").put(path, json={"value": "met"}, headers={"If-Match": '"0"'})

    assert saved.status_code == 200
    assert as_("lead").get(path).json()["value"] == "met"


def test_unchanged_result_is_not_sent_again(small, as_: ClientOf):
    lead, path = as_("lead"), f"/api/v1/assessments/{small.assessment.id}/result"
    etag = lead.get(path).headers["etag"]

    again = lead.get(path, headers={"If-None-Match": etag})
    lead.put(answers_of(small), json={"value": 92}, headers={"If-Match": '"0"'})
    changed = lead.get(path, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


def test_result_of_another_day_is_judged_as_of_that_day(small, as_: ClientOf):
    path = f"/api/v1/assessments/{small.assessment.id}/result?on=2026-03-09"

    assert as_("lead").get(path).json()["on"] == "2026-03-09"


def test_an_unknown_target_is_told_by_the_place_and_not_by_the_word(as_, small):
    """A stranger's word may look like a place of ours, such as "query"."""
    answer = as_("lead").get(f"/api/v1/assessments/{small.assessment.id}/plan?target=query")

    (problem,) = answer.json()["problems"]
    assert (answer.status_code, problem["code"]) == (422, "target.unknown")
    assert problem["place"] == "target"
