"""Nothing that was typed is lost where two people change the same thing, on every form."""

import pytest
from playwright.sync_api import FilePayload

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


@pytest.mark.parametrize("script", [True, False])
def test_on_a_piece_of_evidence_both_are_shown_and_mine_can_stay(visit: Visit, *, script: bool):
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
    ana.page.fill("#title", "Rules of 2026")
    ana.page.click("text=Save")

    rui.page.fill("#title", "Rules, signed")
    rui.page.fill("#note", "The mayor has signed.\nSee page 3.")
    rui.page.fill("#dated", "2026-03-04")
    rui.page.click("text=Save")

    mine, theirs = sides(rui)
    assert all(text in mine for text in ("Rules, signed", "See page 3.", "March 4, 2026"))
    assert "Rules of 2026" in theirs
    assert "UTC" in theirs or script
    assert "signed" not in theirs
    rui.page.click("text=Keep mine")
    assert rui.page.input_value("#title") == "Rules, signed"
    assert rui.page.input_value("#note") == "The mayor has signed.\nSee page 3."
    rui.go(f"{evidence}/rules-csv")
    assert rui.page.input_value("#dated") == "2026-03-04"


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
    assert [side.count("DM") for side in (mine, theirs)] == [2, 2]
    assert "Not met" in mine
    assert "We do not know" in mine
    assert "Not met" not in theirs
    rui.page.click(f"text={choice}")
    rui.page.wait_for_url("**/declarations/DM?done=saved")
    assert rui.page.input_value("[name=DM1]:checked") == stays
    assert rui.page.input_value("[name=DM3]:checked") == "met"
