"""What browsers load beside a page: styles, scripts, typefaces. Packed once, kept for a year.

Every file is read and packed at the start and served from memory. The design system's files carry
their version in their name; our own are named by their content, so that a change is a new address
and nobody is left with an old one.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

import reports

FOLDER = Path(__file__).parent / "static"
FONTS = Path(reports.__file__).parent / "static" / "fonts"
PREFIX = "/static/"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent: its type, its bytes, and the same packed."""

    media_type: str
    body: bytes
    packed: bytes


def static_url(name: str) -> str:
    """The address of one of our own files, such as `pages.css`."""
    return PREFIX + _names()[name]


def serve_static(request: Request) -> Response:
    """The file of this name, packed where the browser takes it."""
    found = _files().get(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    headers = {"Cache-Control": _FOR_A_YEAR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, media_type=found.media_type, headers=headers)
    return Response(found.body, media_type=found.media_type, headers=headers)


@cache
def _files() -> dict[str, StaticFile]:
    return {name: _packed(path.suffix, body) for name, path, body in _named()}


@cache
def _names() -> dict[str, str]:
    return {path.name: name for name, path, _ in _named()}


def _named() -> Iterator[tuple[str, Path, bytes]]:
    """Every file with the name that it is served by: scripts and styles of ours by content."""
    for path in sorted((FOLDER / "vendor").glob("*.min.*")):
        yield path.name, path, path.read_bytes()
    for path in sorted(FONTS.glob("*.ttf")):
        yield path.name, path, path.read_bytes()
    for path in sorted(p for p in FOLDER.iterdir() if p.suffix in _TYPES):
        body = path.read_bytes().replace(b"DESIGN_JS", _design_js())
        digest = hashlib.sha256(body).hexdigest()[:10]
        yield f"{path.stem}-{digest}{path.suffix}", path, body


def _design_js() -> bytes:
    """The name of the design system's script, which carries its version, for our own to import."""
    return next((FOLDER / "vendor").glob("*.min.js")).name.encode()


def _packed(suffix: str, body: bytes) -> StaticFile:
    return StaticFile(_TYPES[suffix], body, gzip.compress(body, 9, mtime=0))
