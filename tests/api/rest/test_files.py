"""Files in and out: evidence is opened, downloads run nowhere, reports speak any language."""

from dataclasses import replace

import pytest

from api.exceptions import FaultError
from api.export_kinds import Kind
from api.exports import MEDIA_TYPES
from api.review.signing import reopen
from api.verifying.checking import check
from api.workspace.answering import save_answer
from api.workspace.library import rubric_named
from tests.api.databases import World
from tests.api.rest.conftest import ClientOf, app_of
from tests.api.workspace.acting import submit_something

CSV = b"id,supplier,amount,date\n1,Andes,100,2026-01-05\n"


def base(world: World) -> str:
    return f"/api/v1/assessments/{world.assessment.id}"


def handed_in(world: World, as_: ClientOf, name: str, content: bytes, **headers: str):
    return as_("lead").post(
        f"{base(world)}/evidence",
        data={"kind": "dataset", "title": "Awards", "serves": ["rdc7-awards"]},
        files={"file": (name, content)},
        headers=headers,
    )


def test_file_is_opened_and_comes_back_as_it_was(world, on_both: ClientOf):
    made = handed_in(world, on_both, "awards.csv", CSV)

    piece = made.json()
    file = on_both("coach").get(made.headers["location"] + "/file")
    assert made.status_code == 201
    assert (piece["entry"]["title"], piece["entry"]["facts"]["format"]) == ("Awards", "csv")
    assert file.content == CSV
    assert file.headers["content-disposition"] == 'attachment; filename="awards.csv"'
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-security-policy"].startswith("sandbox;")
    assert file.headers["x-content-type-options"] == "nosniff"


def test_page_that_is_handed_in_runs_nowhere(small, as_: ClientOf):
    page = b"<!doctype html><html><body><script>alert(1)</script></body></html>"

    made = handed_in(small, as_, 'x";\r\n.html', page)
    file = as_("coach").get(made.headers["location"] + "/file")

    assert made.status_code == 201, made.text
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment;")
    assert "script-src" not in file.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("awards.exe", b"MZ\x90\x00" * 40, "file_kind"),
        ("awards.csv", b"", "empty_file"),
        ("awards.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "file_kind"),
    ],
)
def test_file_that_is_not_taken_says_why(small, as_: ClientOf, name, content, reason):
    refused = handed_in(small, as_, name, content)

    assert refused.status_code == 422
    assert refused.json()["reason"] == reason
    assert name in refused.json()["detail"]


def test_file_with_a_key_is_taken_once(world, on_both: ClientOf):
    key = {"Idempotency-Key": "awards"}

    first = handed_in(world, on_both, "awards.csv", CSV, **key)
    again = handed_in(world, on_both, "awards.csv", CSV, **key)

    assert first.content == again.content
    assert len(on_both("lead").get(f"{base(world)}/evidence").json()["items"]) == 1


def test_piece_that_somebody_changed_is_not_overwritten(small, as_: ClientOf):
    where = handed_in(small, as_, "awards.csv", CSV).headers["location"]

    first = as_("lead").patch(where, json={"title": "Awards 2026"}, headers={"If-Match": '"1"'})
    second = as_("member").patch(where, json={"title": "Other"}, headers={"If-Match": '"1"'})
    without = as_("member").patch(where, json={"title": "Other"})

    assert (first.status_code, second.status_code, without.status_code) == (200, 412, 428)
    assert second.json()["theirs"]["value"]["title"] == "Awards 2026"


def test_submission_never_changes(small, as_: ClientOf):
    lead = as_("lead")
    version = lead.get(base(small)).headers["etag"]
    made = lead.post(f"{base(small)}/submissions", headers={"If-Match": version})
    late = lead.put(
        f"{base(small)}/answers/rdc7-awards", json={"value": 9}, headers={"If-Match": '"0"'}
    )

    found = lead.get(made.headers["location"])
    again = lead.get(made.headers["location"], headers={"If-None-Match": found.headers["etag"]})

    assert made.status_code == 201
    assert (late.status_code, late.json()["type"]) == (409, "urn:readiness:problem:locked")
    assert found.json()["rubric"] == "wwc-2022"
    assert "immutable" in found.headers["cache-control"]
    assert again.status_code == 304


def test_report_is_printed_in_the_language_that_is_asked_for(small, as_: ClientOf):
    coach = as_("coach")

    pdf = coach.get(f"{base(small)}/report.pdf?kind=summary&paper=letter&language=es")
    page = coach.get(f"{base(small)}/report.html", headers={"Accept-Language": "pt-BR"})

    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["content-language"] == "es"
    assert pdf.headers["content-disposition"] == 'attachment; filename="summary.pdf"'
    assert 'lang="pt' in page.text
    assert page.headers["content-security-policy"].startswith("sandbox;")


def test_printed_report_can_be_made_again_from_what_it_carries(small, as_: ClientOf, tmp_path):
    pdf = as_("coach").get(f"{base(small)}/report.pdf?kind=summary&language=es").content

    found = check(pdf, folder=tmp_path)

    assert (found.outcome, found.pages.state) == ("same", "same")


def test_report_of_a_submission_is_what_was_handed_in(small, as_: ClientOf, tmp_path, monkeypatch):
    lead, coach = as_("lead"), as_("coach")
    then = submit_something(small)
    with small.database.write() as db:
        reopen(db, small.coach, small.assessment.id, reason="A file is missing", version=None)
        save_answer(db, small.lead, small.assessment.id, "rdc7-awards", 12, version=None)
    place = f"{base(small)}/submissions/{then.number}"

    pdf = coach.get(f"{place}/report.pdf?kind=summary&language=es").content
    page = lead.get(f"{place}/report.html?language=pt")
    told = lead.get(f"{place}/exports/json").json()

    found = check(pdf, folder=tmp_path)
    assert (found.outcome, found.pages.state) == ("same", "same")
    assert then.submission_digest[:12] in page.text
    assert (told["on"], told["submission"]["digest"]) == ("2025-11-03", then.submission_digest)
    assert told["lenses"] == lead.get(f"{place}/result").json()["lenses"]
    known = rubric_named("wwc-2022")
    changed = replace(known, rubric=known.rubric.model_copy(update={"digest": "0" * 64}))
    monkeypatch.setattr("api.workspace.finding.rubric_named", lambda _: changed)
    refused = lead.get(f"{place}/report.pdf")
    assert (refused.status_code, refused.json()["reason"]) == (422, "rubric_changed")


@pytest.mark.parametrize("kind", Kind)
def test_result_is_handed_to_other_programs(small, as_: ClientOf, kind):
    coach = as_("coach")

    got = coach.get(f"{base(small)}/exports/{kind}?language=pt&on=2025-11-03")
    again = coach.get(f"{base(small)}/exports/{kind}?language=pt&on=2025-11-03")

    assert got.status_code == 200
    assert got.headers["content-type"] in MEDIA_TYPES
    assert got.headers["content-disposition"].startswith('attachment; filename="')
    assert got.content
    assert got.content == again.content


def test_too_many_reports_at_once_are_told_to_come_back(small):
    site = app_of(small).state.site
    for _ in range(4):
        site.queue.acquire()

    with pytest.raises(FaultError) as refused:
        site.print_edition(None, paper="a4")

    assert refused.value.told.fault.status == 503
    assert refused.value.told.headers["Retry-After"] == "20"
    site.close()
