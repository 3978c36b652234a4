"""The pages that nobody looks for: invitations, conflicts, differences, faults. For everybody."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from api.accounts.actor import Role
from api.accounts.invitations import invite
from api.demo_data import sign_in_demo
from api.hardening.rates import Rates
from api.review.signing import reopen
from api.workspace.answering import save_answer
from api.workspace.submitting import submit
from tests.api.web.conftest import Visit, Visitor
from tests.api.web.serving import Site
from tests.api.web.test_access import RULES, by_keyboard

TABLE = b"Proveedor,Valor adjudicado\nNorte,1200\n"


def sent(page: Page, form: str, fields: dict[str, str]) -> int:
    """Sends a form with other texts than it shows; the status of the page that comes."""
    with page.expect_navigation() as coming:
        page.eval_on_selector(
            form,
            """(form, fields) => {
                for (const [name, text] of Object.entries(fields)) form.elements[name].value = text;
                form.submit();
            }""",
            fields,
        )
    return coming.value.status


def submitted_twice(site: Site) -> str:
    """The path of an assessment with two submissions."""
    name, database = site.begin(), site.app.state.site.database
    with database.write() as db:
        lead, coach = (sign_in_demo(db, who).actor for who in ("team_lead", "coach"))
        submit(db, lead, name, version=None, on=db.now.date())
        reopen(db, coach, name, reason="A file is missing", version=None)
        save_answer(db, lead, name, "rdc7-awards", 95, version=None)
        submit(db, lead, name, version=None, on=db.now.date())
    return f"/assessments/{name}"


def conflicts(one: Visitor, base: str) -> Iterator[tuple[str, int, int]]:
    """Each form, sent with a version that is no longer the last one."""
    page, old = one.page, "0"
    one.go(f"{base}/requirements/rdc7-awards")
    sent(page, "form[data-save]", {"answer": "70"})
    yield "answer", sent(page, "form[data-save]", {"answer": "55", "version": old}), 412
    one.go(f"{base}/declarations/DM")
    sent(page, "form[data-save]", {"DM1": "met"})
    mine = {"DM1": "not_met", "version.DM1": old}
    yield "declarations", sent(page, "form[data-save]", mine), 412
    one.go(f"{base}/evidence")
    page.set_input_files(
        "input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": TABLE}
    )
    page.select_option("#kind", "dataset")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/evidence/a-csv*")
    yield "columns to confirm", one.go(f"{base}/evidence/a-csv"), 200
    form = "form:has(#title)"
    yield "piece", sent(page, form, {"title": "Mine", "version": old}), 412


def faults(one: Visitor, base: str, folder: Path) -> Iterator[tuple[str, int, int]]:
    """What somebody sees when something goes wrong."""
    page, state = one.page, one.site.app.state
    one.go(f"{base}/evidence/a-csv")
    page.eval_on_selector(
        "form:has(#title)", "(form, action) => { form.action = action; }", f"{base}/reopen"
    )
    yield "not allowed", sent(page, "form:has(#title)", {}), 403
    one.go(f"{base}/evidence/a-csv")
    yield "too large", sent(page, "form:has(#title)", {"note": "x" * 1_000_001}), 413
    unlimited = state.site
    state.site = replace(unlimited, rates=Rates(folder / "counts", sign_ins=0, requests=10))
    try:
        one.go(f"{base}/plan")
        yield "too often", one.go(f"{base}/plan"), 429
    finally:
        state.site = unlimited
    yield "crash", one.go("/crash"), 500


def rare_pages(one: Visitor, folder: Path) -> Iterator[tuple[str, int, int]]:
    """Every page with its status and the one that it should have; the visitor is at it."""
    site = one.site
    with site.app.state.site.database.write() as db:
        staff = sign_in_demo(db, "staff").actor
        made = invite(db, staff, site.city, email="rosa@example.org", role=Role.TEAM_MEMBER)
    yield "invitation", one.go(f"/join/{made.secret}"), 200
    weak = {"name": "Rosa", "password": "short"}
    yield "weak password", sent(one.page, "main form", weak), 422
    yield "old invitation", one.go("/join/nothing"), 404
    one.sign_in("staff")
    yield "new city", one.go("/cities/new"), 200
    yield "city without a name", sent(one.page, "main form", {"name": ""}), 422
    one.go("/")
    one.context.clear_cookies(name="readiness")
    one.sign_in()
    twice = submitted_twice(site)
    yield "submissions", one.go(f"{twice}/submissions"), 200
    yield "difference", one.go(f"{twice}/submissions/2"), 200
    base = f"/assessments/{site.begin()}"
    yield from conflicts(one, base)
    yield from faults(one, base, folder)


@pytest.fixture
def crash(site: Site) -> None:
    """A page with a fault of ours."""

    def crash() -> None:
        raise ZeroDivisionError

    if not any(getattr(route, "path", "") == "/crash" for route in site.app.routes):
        site.app.add_api_route("/crash", crash, include_in_schema=False)


@pytest.mark.usefixtures("crash")
@pytest.mark.parametrize("language", ["en", "es"])
def test_rare_pages_are_for_everybody(visit: Visit, tmp_path: Path, language: str):
    one, axe = visit(width=1280), Axe()
    one.speak(language)
    found: list[tuple[object, ...]] = []
    for name, status, due in rare_pages(one, tmp_path):
        page = one.page
        found += [(name, status)] if status != due else []
        found += [(name, "language")] if page.get_attribute("html", "lang") != language else []
        words = page.inner_text("main")
        found += [(name, word) for word in ("Retry-After", "instance") if word in words]
        result = axe.run(page, options=RULES).response
        found += [(name, v["id"], v["nodes"][0]["html"]) for v in result["violations"]]
        found += [(name, what) for what in by_keyboard(page)] if language == "en" else []
        page.set_viewport_size({"width": 320, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        found += [(name, width)] if width > 320 else []
        page.set_viewport_size({"width": 1280, "height": 900})

    assert found == []
