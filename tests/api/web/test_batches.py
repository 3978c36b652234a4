"""Batches in a browser: staff begin, stop, resume, follow and remove one."""

from axe_playwright_python.sync_playwright import Axe

from tests.api.rest.filling import finish_batch
from tests.api.web.conftest import Visit, Visitor
from tests.api.web.serving import Site
from tests.api.web.test_access import RULES

LINES = b'{"city": {"name": "Alta", "country": "CL"}}\n{"city": {"name": "Baja"}}\n'


def begin(one: Visitor, name: str) -> str:
    """Uploads a batch by the form; the path of its page."""
    one.go("/batches")
    one.page.click("main a.govuk-button")
    one.page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": "application/jsonl", "buffer": LINES}
    )
    one.page.click("main form button[type=submit]")
    one.page.wait_for_url("**/batches/0*")
    return one.page.url.removeprefix(one.site.url).partition("?")[0]


def no_complaint_of_axe(one: Visitor) -> None:
    found = Axe().run(one.page, options=RULES)
    assert found.violations_count == 0, (one.page.url, found.generate_report())


def test_staff_take_a_batch_from_its_upload_to_its_end(visit: Visit, site: Site):
    plain, lively = visit(script=False, width=360), visit()
    for one in (plain, lively):
        one.sign_in("staff")
    page = plain.page

    path = begin(plain, "march.jsonl")
    page.click("text=Stop it")
    assert page.text_content("main .tag") == "Stopped"
    page.click("text=Go on with it")
    assert page.text_content("main .tag") == "In line"
    assert page.get_attribute("main .no-script a", "href") == path

    lively.go(path)
    assert not lively.page.is_visible("main .no-script a")
    no_complaint_of_axe(lively)
    finish_batch(site.app.state.site.database, path.rpartition("/")[2])
    lively.page.wait_for_selector("#wrongs-head")  # it looks by itself
    no_complaint_of_axe(lively)
    place, mend = ".wrongs__place", ".wrongs__mend"
    assert lively.page.text_content(place) == "march.jsonl, row 2, column 10"
    assert lively.page.text_content(mend) == "Add it."
    lively.speak("es")
    lively.go(path)
    assert lively.page.text_content(mend) == "Agréguelo."
    with lively.page.expect_download() as coming:
        lively.page.click(".files a[href$='scores.csv']")
    assert coming.value.suggested_filename == "scores.csv"
    for where in ("/batches", "/batches/new"):
        lively.go(where)
        no_complaint_of_axe(lively)

    plain.go(path)
    page.click("text=Remove this batch")
    page.click("text=Remove it")
    assert plain.go(path) == 404


def test_a_form_that_lacks_its_file_says_so_and_others_see_no_batches(visit: Visit):
    staff, lead = visit(), visit()
    staff.sign_in("staff")
    lead.sign_in()

    staff.go("/batches/new")
    staff.page.click("main form button[type=submit]")
    staff.page.wait_for_selector("#file-error")

    no_complaint_of_axe(staff)
    assert lead.go("/batches") == 403
    assert not lead.page.is_visible("header a[href='/batches']")
