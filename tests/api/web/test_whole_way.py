"""The whole way of a city team, in every language, with and without JavaScript."""

import re
from pathlib import Path

import pytest

from tests.api.web.conftest import Visit, Visitor, offline
from tests.api.web.serving import LANGUAGES

OPEN_DATA = "identifier,title,supplier,amount,award_date\nA-1,Paper,Norte,1200.50,2026-10-02\n"

SAYS = {
    "en": ("Yes, your city may apply.", "Saved", "Submission 1", "changed this while"),
    "es": ("Sí, su ciudad puede postular.", "Guardado", "Entrega 1", "cambió esto mientras"),
    "pt": ("Sim, sua cidade pode se candidatar.", "Salvo", "Envio 1", "mudou isto enquanto"),
}


def awards(assessment: str) -> str:
    return f"/assessments/{assessment}/requirements/rdc7-awards"


def answer(visitor: Visitor, text: str) -> None:
    visitor.page.fill("[id='answer']", text)


def points(visitor: Visitor) -> str:
    return visitor.page.inner_text(".panel__lenses")


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_eligibility_to_the_pdf(visit: Visit, language: str):
    may_apply, saved, submission, _ = SAYS[language]
    one = visit()
    page = one.page

    one.speak(language)
    page.select_option("#country", "BR")
    page.fill("#population", "96 300")
    page.click("main form button")
    assert page.inner_text("#answer-head") == may_apply

    one.sign_in()
    assert page.get_attribute("html", "lang") == language
    page.goto(page.url + "/new")
    page.fill("#title", f"2026 {language}")
    page.check("#cohort-1")
    page.click("main button[type=submit]")
    base = page.url.partition("?")[0]

    page.click("text=RDC7.5")
    before = points(one)
    answer(one, "12,5")
    page.wait_for_selector("[data-state].is-kept")
    assert re.fullmatch(rf"{saved}.* \d\d:\d\d", page.inner_text("[data-state]"))
    page.wait_for_function("before => document.querySelector('.tag--not_met')", arg=before)
    answer(one, "97")
    page.wait_for_selector("[data-verdict] .tag--met")
    assert page.reload() is not None
    assert page.input_value("[id='answer']") == "97"

    page.goto(f"{base}/evidence?for=rdc7-awards")
    page.set_input_files(
        "#file-input" if page.query_selector("#file-input") else "input[type=file]",
        {"name": "awards.csv", "mimeType": "text/csv", "buffer": OPEN_DATA.encode()},
    )
    page.select_option("#kind", "dataset")
    page.click("main form[data-upload] button[type=submit]")
    page.wait_for_url("**/evidence/awards-csv*")
    assert "CSV" in page.inner_text("main")
    assert page.is_checked("#serves-rdc7-awards")

    page.goto(base)
    assert "RDC7.5" in page.inner_text("main")
    page.goto(f"{base}/submit")
    page.check("#sure")
    page.click("main form button[type=submit]")
    assert submission in page.inner_text("main")
    assert "/submissions" in page.url

    pdf = one.context.request.get(f"{base}/report.pdf")
    assert pdf.body()[:5] == b"%PDF-"
    assert 'filename="rio-verde-do-vale.pdf"' in pdf.headers["content-disposition"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_without_javascript(visit: Visit, language: str):
    may_apply, saved, submission, _ = SAYS[language]
    one = visit(script=False)
    page = one.page
    assessment = one.site.begin()

    one.speak(language)
    page.select_option("#country", "MX")
    page.fill("#population", "45000")
    page.click("main form button")
    assert page.inner_text("#answer-head") == may_apply

    one.sign_in()
    one.go(awards(assessment))
    answer(one, "980")
    page.click("main form button")
    assert page.inner_text(".govuk-error-summary a") in page.inner_text(".govuk-error-message")
    assert page.input_value("[id='answer']") == "980"
    answer(one, "98")
    page.click("main form button")
    assert saved in page.inner_text(".done")

    one.go(f"/assessments/{assessment}/evidence?for=rdc7-awards")
    page.set_input_files(
        "#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": OPEN_DATA.encode()}
    )
    page.select_option("#kind", "dataset")
    page.click("main form button[type=submit]")
    assert "SHA-256" in page.inner_text(".letter")

    one.go(f"/assessments/{assessment}/declarations/DM")
    page.check("#DM1")
    page.click(".keep button")
    assert page.is_checked("#DM1")

    one.go(f"/assessments/{assessment}/submit")
    page.click("main form button[type=submit]")
    assert page.locator(".govuk-error-summary").count() == 1
    page.check("#sure")
    page.click("main form button[type=submit]")
    assert submission in page.inner_text("main")
    with page.expect_download() as coming:
        page.click("main a[href$='submissions/1/report.pdf']")
    assert coming.value.suggested_filename == "rio-verde-do-vale-1.pdf"
    assert Path(coming.value.path()).read_bytes()[:5] == b"%PDF-"


@pytest.mark.parametrize("language", LANGUAGES)
def test_conflict_without_javascript_shows_both_texts(visit: Visit, language: str):
    *_, changed = SAYS[language]
    one, other = visit(script=False), visit(script=False)
    assessment = one.site.begin()
    for visitor in (one, other):
        visitor.speak(language)
        visitor.sign_in()
        visitor.go(awards(assessment))
    answer(one, "70")
    one.page.click("main form button")

    answer(other, "55")
    other.page.click("main form button")

    assert changed in other.page.inner_text("h1")
    texts = [side.inner_text() for side in other.page.query_selector_all(".side__text")]
    assert [re.sub(r"\D", "", text) for text in texts] == ["55", "70"]
    other.page.click(".side button")
    assert other.page.input_value("[id='answer']") == "55"


def test_rows_are_added_and_removed_without_javascript(visit: Visit):
    one = visit(script=False)
    page = one.page
    one.sign_in()
    one.go(f"/assessments/{one.site.begin()}/requirements/rdc8-change-in-use")

    page.fill("[id='answer.0.change']", "Fewer forms")
    page.click("button[name=more]")
    page.fill("[id='answer.1.change']", "Earlier notice")
    page.click(".keep button >> nth=0")
    assert page.locator(".row").count() == 3
    page.check("[id='answer.0.remove']")
    page.click(".keep button >> nth=0")
    assert page.input_value("[id='answer.0.change']") == "Earlier notice"


def test_what_people_type_stays_text(visit: Visit):
    one = visit()
    typed = '"><img src=x onerror=alert(1)>\n   </textarea><script>alert(2)</script> {{ 7 * 7 }}'
    one.sign_in()
    path = f"/assessments/{one.site.begin()}"
    one.go(f"{path}/requirements/rdc8-change-in-use")
    one.page.fill("[id='answer.0.change']", typed)
    one.page.wait_for_selector(".is-kept")
    one.page.reload()

    assert one.page.input_value("[id='answer.0.change']") == typed
    one.go(f"{path}/activity")
    one.page.click(".events summary")
    assert "{{ 7 * 7 }}" in one.page.inner_text(".events")
    assert one.page.locator("img").count() == 0


def test_two_browsers_are_told_of_each_other(visit: Visit):
    ana, rui = visit(), visit()
    assessment = ana.site.begin()
    for one in (ana, rui):
        one.speak("en")
        one.sign_in()
        one.go(awards(assessment))
    answer(ana, "81")
    ana.page.wait_for_selector(".is-kept")

    answer(rui, "64")
    rui.page.wait_for_selector("[data-conflict]:not([hidden])")
    assert "Ana Souza changed this while you were typing" in rui.page.inner_text("[data-conflict]")
    rui.page.click("[data-conflict] button")

    assert "64" in rui.page.inner_text(".side >> nth=0")
    assert "81" in rui.page.inner_text(".side >> nth=1")
    rui.page.click(".side button")
    assert rui.page.input_value("[id='answer']") == "64"
    ana.go(f"/assessments/{assessment}/activity")
    assert ana.page.locator(".events > li").count() == 2


def test_no_word_is_lost_when_the_connection_is(visit: Visit):
    one = visit()
    one.speak("en")
    one.sign_in()
    one.go(f"/assessments/{one.site.begin()}/requirements/rdc8-capacity")
    with offline(one.context):
        one.page.fill("[id='answer.partners']", "Chamber of Commerce")
        one.page.wait_for_selector(".is-lost")
        assert "kept on this device" in one.page.inner_text("[data-state]")
    one.page.wait_for_selector(".is-kept")
    one.page.reload()
    assert one.page.input_value("[id='answer.partners']") == "Chamber of Commerce"


def test_draft_survives_the_end_of_a_session_and_no_other_person_gets_it(visit: Visit):
    one = visit()
    one.speak("en")
    one.sign_in()
    path = f"/assessments/{one.site.begin()}/requirements/rdc8-capacity"
    one.go(path)
    cookies = one.context.cookies()
    one.context.clear_cookies(name="readiness")
    one.page.fill("[id='answer.partners']", "University")
    one.page.wait_for_selector(".is-lost")
    assert "signed out" in one.page.inner_text("[data-state]")

    one.sign_in("coach")
    one.go(path)
    assert one.page.input_value("[id='answer.partners']") == ""
    one.context.clear_cookies()
    session = next(cookie for cookie in cookies if cookie.get("name") == "readiness")
    one.context.add_cookies(
        [{"name": "readiness", "value": session.get("value", ""), "url": one.site.url}]
    )
    one.go(path)
    one.page.wait_for_selector(".is-kept")
    assert one.page.input_value("[id='answer.partners']") == "University"


def test_team_is_invited_by_link_and_takes_over(visit: Visit):
    lead, guest = visit(), visit()
    lead.speak("en")
    lead.sign_in("staff")
    lead.go("/cities/new")
    lead.page.fill("#name", "Nueva Ciudad")
    lead.page.select_option("#country", "CO")
    lead.page.fill("#population", "51000")
    lead.page.click("main button[type=submit]")
    home = lead.page.url.removesuffix("/new")
    lead.page.goto(home)
    lead.page.fill("#email", "not an address")
    lead.page.click("text=Make a link")
    assert lead.page.locator(".govuk-error-summary").count() == 1
    lead.page.fill("#email", "rosa@example.org")
    lead.page.select_option("#role", "team_lead")
    lead.page.click("text=Make a link")
    link = lead.page.inner_text(".secret")

    guest.speak("es")
    guest.page.goto(link)
    assert "Nueva Ciudad" in guest.page.inner_text("h1")
    guest.page.fill("#name", "Rosa")
    guest.page.fill("#password", "short")
    guest.page.click("main button[type=submit]")
    assert guest.page.locator(".govuk-error-summary").count() == 1
    guest.page.fill("#password", "una contraseña bastante larga")
    guest.page.click("main button[type=submit]")
    assert "Nueva Ciudad" in guest.page.inner_text("h1")
    lead.page.goto(link)
    assert lead.page.locator("#password").count() == 0

    guest.page.goto(guest.page.url + "/new")
    guest.page.click("main button[type=submit]")
    assert "/assessments/" in guest.page.url


def test_workbook_goes_out_and_comes_back(visit: Visit):
    one = visit(script=False)
    one.sign_in()
    one.speak("en")
    assessment = one.site.begin()
    book = one.context.request.get(f"{one.site.url}/assessments/{one.site.demo}/workbook.xlsx")
    one.go(f"/assessments/{assessment}/workbook")
    one.page.set_input_files(
        "#file", {"name": "rio.xlsx", "mimeType": "application/x", "buffer": book.body()}
    )
    one.page.click("main form button")
    assert re.search(r"Changed: \d+\. As before: 0\.", one.page.inner_text("main"))
    one.go(awards(assessment))
    assert one.page.input_value("[id='answer']") == "88"


@pytest.mark.parametrize(("path", "status"), [("/nope", 404), ("/assessments/x", 404)])
def test_what_went_wrong_is_told_kindly(visit: Visit, path: str, status: int):
    one = visit()
    one.sign_in()
    one.speak("es")
    assert one.go(path) == status
    assert "Volver a sus ciudades" in one.page.inner_text("main")


def test_who_is_not_signed_in_comes_back_after_signing_in(visit: Visit):
    one = visit()
    one.go(f"/assessments/{one.site.demo}/plan")
    assert "/sign-in" in one.page.url
    one.page.click("form:has(input[value=team_lead]) button")
    assert one.page.url.endswith("/plan")
    assert one.page.get_attribute("html", "lang") == "en"  # as the browser asks; Ana reads "pt"
