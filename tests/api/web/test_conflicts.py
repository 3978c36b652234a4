"""Nothing that was typed is lost where two people change the same thing, on every form."""

import pytest
from playwright.sync_api import FilePayload

from api.demo_data import sign_in_demo
from api.workspace.submitting import submit
from tests.api.web.conftest import Visit, Visitor

TABLE: FilePayload = {
    "name": "rules.csv",
    "mimeType": "text/csv",
    "buffer": b"rule,day\nOne,2026-01-02\n",
}


def sides(visitor: Visitor) -> list[str]:
    assert visitor.page.locator("h1").inner_text() == (
        "Ana Souza changed this while you were typing"
    )
    return [side.inner_text() for side in visitor.page.query_selector_all(".side")]


def two_at_a_piece(visit: Visit, *, script: bool) -> tuple[Visitor, Visitor, str]:
    """Two people who have the page of the same piece of evidence before them."""
    ana, rui = visit(script=script), visit(script=script)
    for one in (ana, rui):
        one.speak("en")
        one.sign_in()
    evidence = f"/assessments/{ana.site.begin()}/evidence"
    ana.go(evidence)
    ana.page.set_input_files("input[type=file]", TABLE)
    ana.page.select_option("#kind", "document")
    ana.page.click("main form button[type=submit]")
    ana.page.wait_for_url("**/evidence/rules-csv*")
    for one in (ana, rui):
        one.go(f"{evidence}/rules-csv")
    return ana, rui, evidence


@pytest.mark.parametrize(
    ("script", "choice", "title"),
    [(True, "Keep mine", "Rules, signed"), (False, "Keep the other", "Rules of 2026")],
)
def test_on_a_piece_of_evidence_only_what_both_changed_is_to_be_chosen(
    visit: Visit, *, script: bool, choice: str, title: str
):
    ana, rui, evidence = two_at_a_piece(visit, script=script)
    ana.page.fill("#title", "Rules of 2026")
    ana.page.fill("#dated", "2026-01-02")
    ana.page.click("text=Save")

    rui.page.fill("#title", "Rules, signed")
    rui.page.fill("#note", "The mayor has signed.\nSee page 3.")
    rui.page.click("text=Save")

    mine, theirs = sides(rui)
    assert "Rules, signed" in mine
    assert "Rules of 2026" in theirs
    assert "UTC" in theirs or script
    assert not any(text in mine + theirs for text in ("page 3", "January 2"))
    rui.page.click(f"text={choice}")
    rui.page.wait_for_url("**/evidence/rules-csv?done=saved")
    assert rui.page.input_value("#title") == title
    assert rui.page.input_value("#note") == "The mayor has signed.\nSee page 3."
    assert rui.page.input_value("#dated") == "2026-01-02"
    rui.go(evidence.replace("evidence", "activity/set-aside"))
    aside = rui.page.inner_text("main")
    assert ("Rules, signed" in aside) == (choice == "Keep the other")


@pytest.mark.parametrize("choice", ["Keep mine", "Keep the other"])
def test_what_was_typed_of_a_piece_that_somebody_removed_is_not_lost(visit: Visit, choice: str):
    ana, rui, evidence = two_at_a_piece(visit, script=False)
    ana.page.click("text=Remove it")

    rui.page.fill("#note", "A note of some length")
    rui.page.click("text=Save")

    assert rui.page.inner_text("h1") == "Ana Souza removed this while you were typing"
    assert "A note of some length" in rui.page.inner_text(".side >> nth=0")
    rui.page.click(f"text={choice}")
    if choice == "Keep mine":
        assert rui.page.input_value("#note") == "A note of some length"
        assert rui.page.locator("text=Download the file").count() == 1
    else:
        assert rui.page.locator(".pieces").count() == 0
        rui.go(evidence.replace("evidence", "activity/set-aside"))
        assert "A note of some length" in rui.page.inner_text("main")


def test_what_was_typed_of_a_piece_stays_where_it_cannot_be_kept(visit: Visit):
    one = visit(script=False)
    one.speak("en")
    one.sign_in()
    one.go(f"/assessments/{one.site.demo}/evidence/registros-ocds")
    one.page.fill("#title", "")
    one.page.fill("#note", "A note of some length")
    one.page.click("text=Save")

    assert one.page.locator(".govuk-error-summary").count() == 1
    assert one.page.input_value("#note") == "A note of some length"
    assert one.page.input_value("#title") == ""


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("choice", "stays"), [("Keep mine", "not_met"), ("Keep the other", "met")])
def test_on_declarations_both_are_shown_and_the_rest_is_saved(
    visit: Visit, *, script: bool, choice: str, stays: str
):
    ana, rui = visit(script=script), visit(script=script)
    path = f"/assessments/{ana.site.begin()}/declarations/DM"
    for one in (ana, rui):
        one.speak("en")
        one.sign_in()
        one.go(path)
    for name in ("DM1", "DM2"):
        ana.page.check(f"#{name}")
    if script:
        ana.page.wait_for_selector(".is-kept")
    else:
        ana.page.click(".keep button")

    rui.page.check("#DM1-not_met")
    rui.page.check("#DM3")
    if script:
        rui.page.click("[data-conflict]:not([hidden]) button")
    else:
        rui.page.click(".keep button")

    mine, theirs = sides(rui)
    assert [side.count("DM") for side in (mine, theirs)] == [1, 1]
    assert "Not met" in mine
    assert "Not met" not in theirs
    rui.page.click(f"text={choice}")
    rui.page.wait_for_url("**/declarations/DM?done=saved")
    assert rui.page.input_value("[name=DM1]:checked") == stays
    assert rui.page.input_value("[name=DM2]:checked") == "met", "nobody puts back what others said"
    assert rui.page.input_value("[name=DM3]:checked") == "met"
    rui.go(path.replace("declarations/DM", "activity/set-aside"))
    assert ("Not met" in rui.page.inner_text("main")) == (choice == "Keep the other")


def test_two_people_at_one_page_of_declarations_see_what_the_other_chose(visit: Visit):
    ana, rui = visit(), visit()
    path = f"/assessments/{ana.site.begin()}/declarations/DM"
    for one in (ana, rui):
        one.speak("en")
        one.sign_in()
        one.go(path)

    ana.page.check("#DM1")
    ana.page.wait_for_selector(".is-kept")
    rui.page.check("#DM3")
    rui.page.wait_for_selector(".is-kept")

    assert rui.page.input_value("[name=DM1]:checked") == "met"
    rui.page.check("#DM1-not_met")
    rui.page.wait_for_selector("[name='version.DM1'][value='2']", state="attached")
    rui.go(path)
    assert rui.page.input_value("[name=DM1]:checked") == "not_met"


def test_what_was_typed_while_somebody_handed_in_can_be_taken_along(visit: Visit):
    one = visit(script=False)
    one.speak("en")
    one.sign_in()
    name, database = one.site.begin(), one.site.app.state.site.database
    one.go(f"/assessments/{name}/requirements/rdc8-vendor-types")
    one.page.click("summary >> nth=0")
    one.page.fill("#reason", "State law forbids it.\nSee article 7.")
    with database.write() as db:
        lead = sign_in_demo(db, "team_lead").actor
        submit(db, lead, name, version=None, on=db.now.date())

    one.page.click("text=Save the reason")

    assert one.page.inner_text("h1") == "This assessment has been submitted"
    assert "State law forbids it.\nSee article 7." in one.page.inner_text("main")
    assert one.page.locator("header >> text=Ana Souza").count() == 1, "nobody is asked to sign in"
