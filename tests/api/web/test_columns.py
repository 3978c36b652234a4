"""A city's own table counts once the team has confirmed what its columns stand for."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import FilePayload

from tests.api.web.conftest import Visit

HEADERS = (
    "Número de proceso,Proveedor,Valor adjudicado,Fecha de adjudicación,Número de oferentes,Nota\n"
)
DAYS = [datetime.now(UTC).date() - timedelta(days=10 * n) for n in range(1, 13)]
ROWS = "".join(
    f"P-{day:%j},Suministros del Norte,{1200 + day.day},{day},3,ninguna\n" for day in DAYS
)
TABLE: FilePayload = {
    "name": "adjudicaciones.csv",
    "mimeType": "text/csv",
    "buffer": (HEADERS + ROWS).encode(),
}
SAYS = {
    "en": ("The table counts once", "Your team has confirmed this", "confirmed yet"),
    "es": ("La tabla cuenta cuando", "Su equipo ya lo confirmó", "confirmado todavía"),
    "pt": ("A tabela conta quando", "Sua equipe já confirmou isto", "confirmou ainda"),
}


@pytest.mark.parametrize(("language", "script"), [("en", True), ("es", False), ("pt", True)])
def test_table_in_spanish_is_suggested_confirmed_and_counts(
    visit: Visit, language: str, *, script: bool
):
    asks, confirmed, unsaid = SAYS[language]
    one = visit(script=script)
    page = one.page
    one.speak(language)
    one.sign_in()
    one.go(f"/assessments/{one.site.begin()}/evidence?for=rdc7-awards")
    page.set_input_files("input[type=file]", TABLE)
    page.select_option("#kind", "dataset")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/evidence/adjudicaciones-csv*")
    columns, letter = page.locator("section:has(#columns)"), page.locator(".letter")
    used = page.locator(".steps >> nth=0")

    def holds(field: str) -> str | None:
        return page.locator(f"[id='column.{field}'] option:checked").text_content()

    assert asks in columns.inner_text()
    assert unsaid in letter.inner_text()
    assert unsaid in used.inner_text()
    assert holds("award.supplier") == "Proveedor"
    assert holds("award.value") == "Valor adjudicado"
    assert holds("award.date") == "Fecha de adjudicación"
    page.eval_on_selector_all("section select", "all => all.forEach(e => { e.value = ''; })")
    columns.locator("button").click()
    assert page.locator("#columns + .govuk-error-message").count() == 1
    assert holds("award.supplier") == "Proveedor"
    columns.locator("button").click()

    assert confirmed in columns.inner_text()
    assert holds("award.supplier") == "Proveedor"
    assert unsaid not in letter.inner_text()
    assert "12" in letter.inner_text()
    assert unsaid not in used.inner_text()
    page.fill("[id='shows.published_within_30_days']", "Nota")
    page.click("form:has(#title) button[type=submit]")
    assert used.locator(".tag--met").count() == 1
