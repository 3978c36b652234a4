"""What only coaches see, and how strangers' files are shown to them. Without a browser."""

import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from api.demo_data import sign_in_demo
from api.hardening.sessions import cookie_name
from api.review.requesting import request_changes
from api.review.views import Word
from api.web.preview import WHY_NOT, Preview, preview_of
from api.web.review.sentences import left_to_fill, sentences
from api.workspace.answering import save_answer
from api.workspace.locker import OpenFile, upload_evidence
from api.workspace.submitting import submit
from api.workspace.talking import write_comment
from assessment.facts import Facts
from reports.i18n import load_language
from tests.api.web.serving import Site

PAGE = b"<!doctype html><title>How to sell</title><script>alert(1)</script><p>Call us.</p>"
NOTE = "The team must not read this."


def client(site: Site, persona: str) -> httpx2.Client:
    """Somebody of the demo at a program of their own."""
    with site.app.state.site.database.write() as db:
        cookie = sign_in_demo(db, persona).cookie
    name = cookie_name(site.app.state.site.settings)
    return httpx2.Client(base_url=site.url, headers={"Cookie": f"{name}={cookie}"})


@pytest.fixture(scope="module")
def handed_in(site: Site) -> str:
    """A submission with a page among its evidence, a private note, and a request for changes."""
    name, database = site.begin(), site.app.state.site.database
    with database.write() as db:
        lead, coach = (sign_in_demo(db, who).actor for who in ("team_lead", "coach"))
        save_answer(db, lead, name, "rdc8-how-to-page", ["how_to_page"], version=None)
    upload_evidence(
        database,
        lead,
        name,
        io.BytesIO(PAGE),
        filename="sell.html",
        kind="page",
        serves=["rdc8-how-to-page"],
    )
    with database.write() as db:
        submit(db, lead, name, version=None, on=db.now.date())
        write_comment(db, coach, name, about="rdc8-how-to-page", text=NOTE, private=True)
        asks = {"rdc8-how-to-page": "Please show whom to call.", "DM1": "Is it still so?"}
        due = db.now.date() + timedelta(days=14)
        request_changes(db, coach, name, asks=asks, due=due, version=None)
    return name


@pytest.mark.parametrize(
    "path",
    [
        *("/reviews", "/reviews/calibration", "/reviews/{name}", "/reviews/{name}/request"),
        *("/reviews/{name}/lines/rdc8-how-to-page", "/reviews/{name}/sign-off"),
        *("/reviews/{name}/report.pdf", "/reviews/{name}/session.pdf", "/reviews/{name}/changes"),
        "/reviews/{name}/submissions/1/evidence/sell-html",
    ],
)
def test_reviews_are_for_coaches(site: Site, handed_in: str, path: str):
    with client(site, "team_lead") as own, client(site, "lead-puerto-claro") as foreign:
        assert own.get(path.format(name=handed_in)).status_code == 403
        known = "{name}" in path
        assert foreign.get(path.format(name=handed_in)).status_code == (404 if known else 403)


@pytest.mark.parametrize(
    "action", ["agree", "coaches", "request", "sign-off", "reopen", "second-reading", "lines/DM1"]
)
def test_a_team_decides_nothing(site: Site, handed_in: str, action: str):
    form = {"verdict": "agree", "what": "start", "take": "yes", "reason": "Because.", "to": "team"}
    form |= {"flag": "DM1", "ask.DM1": "More.", "due": "2099-01-01", "sure": "yes", "version": "1"}
    with client(site, "team_lead") as own:
        origin = {"Origin": site.url}
        sent = own.post(f"/reviews/{handed_in}/{action}", data=form, headers=origin)
    assert sent.status_code in (403, 422)


@pytest.mark.parametrize(
    "path",
    ["", "/requirements/rdc8-how-to-page", "/evidence/sell-html", "/activity", "/submissions"],
)
def test_a_team_reads_what_is_asked_and_no_private_note(site: Site, handed_in: str, path: str):
    with client(site, "team_lead") as own, client(site, "coach") as coach:
        shown = own.get(f"/assessments/{handed_in}{path}").text
        seen = coach.get(f"/reviews/{handed_in}/lines/rdc8-how-to-page").text
    assert NOTE in seen
    assert NOTE not in shown
    assert "Marta Rojas" in shown


def test_a_team_declares_what_is_asked_and_nothing_else(site: Site, handed_in: str):
    path, origin = f"/assessments/{handed_in}/declarations/DM", {"Origin": site.url}
    asked = {"DM1": "met", "version.DM1": "0", "version.DM2": "0"}
    with client(site, "team_lead") as own:
        page = own.get(path).text
        kept = own.post(path, data=asked, headers=origin)
        refused = own.post(path, data={**asked, "DM2": "met"}, headers=origin)
    assert page.count("<fieldset disabled") + page.count('-hint" disabled') == 8
    assert "Is it still so?" in page
    assert (kept.status_code, refused.status_code) == (303, 409)


def test_what_strangers_made_is_shown_in_our_pages_alone_and_runs_nothing(
    site: Site, handed_in: str
):
    base = f"/reviews/{handed_in}"
    with client(site, "coach") as coach:
        page = coach.get(f"{base}/submissions/1/evidence/sell-html")
        saved = coach.get(f"{base}/submissions/1/evidence/sell-html?save")
        line = coach.get(f"{base}/lines/rdc8-how-to-page")
        other = coach.get(base)
    policy = page.headers["content-security-policy"]
    assert page.headers["content-type"].startswith("text/html")
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")
    assert "sandbox></iframe>" in line.text
    assert "alert(1)" not in line.text
    assert "frame-src 'self'" in line.headers["content-security-policy"]
    assert "frame-src" not in other.headers["content-security-policy"]
    assert other.headers["x-frame-options"] == "DENY"


def test_a_page_speaks_one_language_whatever_the_browser_asks(site: Site, handed_in: str):
    path = f"/reviews/{handed_in}/lines/rdc8-how-to-page"
    with client(site, "coach") as coach:
        page = coach.get(path, headers={"Accept-Language": "pt"}).text
    assert '<html lang="es"' in page
    assert "Revisión" in page
    assert "Pedir mudanças" not in page


def shown(
    folder: Path, name: str, content: bytes, media: str, facts: Facts | None = None
) -> Preview:
    path = folder / name
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    file = OpenFile(path, name, media, len(content), digest)
    return preview_of(file, facts, load_language("es"))


def test_tables_are_shown_as_tables(tmp_path: Path):
    rows = b"".join(b"%d;Norte;%s\n" % (n, b"x" * 1_500 if n == 1 else b"1") for n in range(60))
    found = shown(tmp_path, "a.csv", b"id;proveedor;valor\n" + rows, "text/csv")

    (table,) = found.tables
    assert table.heads == ("id", "proveedor", "valor")
    assert table.rows[0] == (("0", ""), ("Norte", ""), ("1", ""))
    cut, whole = table.rows[1][2]
    assert (cut, whole[:7]) == (f"{'x' * 200}…", "(1,500 ")
    assert (len(table.rows), table.count) == (50, "Filas mostradas: 50 de 60.")


def test_rows_of_a_form_are_shown_in_the_language_of_the_reader(tmp_path: Path):
    row: dict[str, object] = {"stage": "planning", "published": True}
    facts = Facts.model_validate({"status": "seen", "template": "data-map", "table": [row]})
    (table,) = shown(tmp_path, "a.xls", b"PK", "application/vnd.ms-excel", facts).tables

    cells = [cell for cell, _ in table.rows[0]]
    assert ("Planificación" in cells) or ("Planeación" in cells)
    assert "Sí" in cells
    assert table.count == "Filas mostradas: 1 de 1."


def test_an_archive_is_listed_and_its_first_table_opened(tmp_path: Path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mapa.png", b"x" * 2_000)
        archive.writestr("filas.csv", "id,valor\n1,2\n")
    found = shown(tmp_path, "todo.zip", made.getvalue(), "application/zip")

    assert found.members == (("mapa.png", "2 kB"), ("filas.csv", "13 B"))
    assert (found.opened, found.tables[0].rows) == ("filas.csv", ((("1", ""), ("2", "")),))


@pytest.mark.parametrize(
    ("name", "content", "media", "kind", "why"),
    [
        ("a.pdf", b"%PDF-1.7", "application/pdf", "pdf", ""),
        ("a.html", b"<p>", "text/html", "page", ""),
        ("a.png", b"\x89PNG", "image/png", "picture", ""),
        ("a.md", b"# Law", "text/markdown", "read", ""),
        ("a.txt", b"\x00\x01\x02", "text/plain", "read", "unreadable"),
        ("a.zip", b"PK\x03\x04", "application/zip", "read", "unreadable"),
        ("a.odt", b"Rar!\x1a\x07", "application/zip", "read", "unknown"),
    ],
)
def test_whatever_comes_is_shown_as_what_it_is(  # noqa: PLR0917 (a row of the table)
    tmp_path: Path, name: str, content: bytes, media: str, kind: str, why: str
):
    found = shown(tmp_path, name, content, media)

    assert found.kind == kind
    expected: dict[str, str] = {one: load_language("es").say(word) for one, word in WHY_NOT.items()}
    assert found.why_not == expected.get(why, "")


def test_examples_speak_the_language_of_the_team_and_name_the_document():
    found = sentences(load_language("es"), city="pt", document="Lei 12", fits=Word.NEEDS_PROOF)

    first = next(one for one in found if one.id == "show-the-page")
    assert first.title == "Indicar dónde está"
    assert first.text.startswith("Li “Lei 12” e não encontrei")
    assert not left_to_fill(first.text)
    assert left_to_fill("It is from {date}.") == "{date}"
