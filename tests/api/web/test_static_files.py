"""Static files: named by version or content, packed, kept for a year; vendored ones as locked."""

import gzip
import hashlib
import json
import re

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from api.web import static_files

VENDOR = static_files.FOLDER / "vendor"


def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/static/{name}", static_files.serve_static)]))


def test_vendored_files_are_those_of_the_lock():
    lock = json.loads((VENDOR / "vendor.lock").read_text("utf-8"))
    locked = {name: digest for one in lock.values() for name, digest in one["files"].items()}

    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.min.*")
    }

    assert found == locked
    assert all(one["version"] in name for one in lock.values() for name in one["files"])
    assert all((VENDOR / f"{name}.LICENSE.txt").is_file() for name in lock)


def test_design_system_brings_neither_typeface_nor_crest_that_are_not_ours():
    css = next(VENDOR.glob("*.min.css")).read_text("utf-8")

    assert not re.findall(r"GDS Transport|@font-face|crest|url\(", css)


def test_file_is_packed_once_and_kept_for_a_year():
    browser = client()
    url = static_files.static_url("pages.css")

    packed = browser.get(url, headers={"Accept-Encoding": "gzip"})
    plain = browser.get(url, headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content == (static_files.FOLDER / "pages.css").read_bytes()
    assert "immutable" in plain.headers["cache-control"]
    assert re.fullmatch(r"/static/pages-[0-9a-f]{10}\.css", url)


def test_first_visit_is_small():
    files = [static_files.static_url(name) for name in ("pages.css", "pages.js")]
    files += [f"/static/{path.name}" for path in VENDOR.glob("*.min.*")]
    browser = client()

    bodies = [browser.get(url, headers={"Accept-Encoding": "identity"}).content for url in files]

    assert sum(len(gzip.compress(body, 9)) for body in bodies) < 45_000


def test_nothing_else_is_served():
    browser = client()

    assert browser.get("/static/vendor.lock").status_code == 404
    assert browser.get("/static/..%2f__init__.py").status_code == 404
