"""Creations: once for each idempotency key, listed page by page."""

from httpx2 import Response

from tests.api.rest.conftest import ClientOf

PATH = "/api/v1/assessments"


def test_creation_with_a_key_happens_once(world, on_both: ClientOf):
    lead, body = on_both("lead"), {"city": world.a.id, "title": "Autumn"}
    key = {"Idempotency-Key": "one-autumn"}

    first = lead.post(PATH, json=body, headers=key)
    again = lead.post(PATH, json=body, headers=key)

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    titles = [one["title"] for one in lead.get(PATH).json()["items"]]
    assert titles.count("Autumn") == 1


def test_key_of_another_request_is_refused(small, as_: ClientOf):
    lead, key = as_("lead"), {"Idempotency-Key": "one"}
    lead.post(PATH, json={"city": small.a.id, "title": "Autumn"}, headers=key)

    refused = lead.post(PATH, json={"city": small.a.id, "title": "Winter"}, headers=key)

    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:readiness:problem:idempotency-key-reused"


def test_key_of_an_upload_stands_for_the_content_of_the_file(small, as_: ClientOf):
    lead, key = as_("lead"), {"Idempotency-Key": "one"}
    place, said = f"{PATH}/{small.assessment.id}/evidence", {"kind": "dataset"}

    def sent(content: bytes) -> Response:
        file = {"file": ("awards.csv", content, "text/csv")}
        return lead.post(place, data=said, files=file, headers=key)

    made, again, other = (
        sent(b"id,amount\n1,2\n"),
        sent(b"id,amount\n1,2\n"),
        sent(b"id,amount\n1,3\n"),
    )

    assert (made.status_code, again.status_code) == (201, 201)
    assert made.content == again.content
    assert (other.status_code, other.json()["type"][-6:]) == (422, "reused")
    assert len(lead.get(place).json()["items"]) == 1


def test_keys_of_two_people_do_not_meet(small, as_: ClientOf):
    key = {"Idempotency-Key": "one"}
    as_("lead").post(PATH, json={"city": small.a.id, "title": "Autumn"}, headers=key)

    made = as_("other").post(PATH, json={"city": small.b.id, "title": "Outono"}, headers=key)

    assert made.json()["city"]["name"] == "Baja"


def test_what_is_not_there_takes_nothing(small, as_: ClientOf):
    staff, nowhere = as_("staff"), "01jdq2c6n7d0m3t8w4y5z6a7b9"
    body = {"city": small.a.id, "title": "Autumn"}

    no_city = staff.post(PATH, json={**body, "city": nowhere})
    no_team = staff.post(f"/api/v1/cities/{nowhere}/invitations", json={"email": "a@b.example"})
    no_sprint = staff.post(PATH, json={**body, "sprint": "/etc/hostname", "cohort": "en"})
    no_cohort = staff.post(PATH, json={**body, "sprint": "oct-2025", "cohort": "nobody"})

    assert (no_city.status_code, no_team.status_code) == (404, 404)
    assert no_sprint.json()["problems"][0]["code"] == "sprint.unknown"
    assert no_cohort.json()["reason"] == "cohort_unknown"


def test_refused_creation_may_be_mended_under_the_same_key(small, as_: ClientOf):
    lead, key = as_("lead"), {"Idempotency-Key": "one"}
    body = {"city": small.a.id, "title": "Autumn", "rubric": "wwc-2021"}
    refused = lead.post(PATH, json=body, headers=key)

    made = lead.post(PATH, json={**body, "rubric": "wwc-2022"}, headers=key)

    assert (refused.status_code, made.status_code) == (422, 201)


def test_lists_come_page_by_page(world, on_both: ClientOf):
    lead = on_both("lead")
    for number in range(4):
        lead.post(PATH, json={"city": world.a.id, "title": f"Number {number}"})

    titles, after = [], None
    for _ in range(3):
        page = lead.get(PATH, params={"limit": 2, **({"after": after} if after else {})}).json()
        titles += [one["title"] for one in page["items"]]
        after = page["after"]

    assert titles == ["First", *(f"Number {number}" for number in range(4))]
    assert after is None


def test_list_is_filtered(small, as_: ClientOf):
    staff = as_("staff")

    of_b = staff.get(PATH, params={"city": small.b.id}).json()["items"]
    submitted = staff.get(PATH, params={"status": "submitted"}).json()["items"]

    assert [one["title"] for one in of_b] == ["Foreign"]
    assert submitted == []


def test_nobody_lists_another_city(small, as_: ClientOf):
    items = as_("lead").get(PATH, params={"city": small.b.id}).json()["items"]

    assert items == []
