"""ETags: the version of what people change, the digest of what nobody can."""

import re
from typing import Any

from starlette.requests import Request

from api.exceptions import VERSION_NEEDED, FaultError

_VERSION = re.compile(r'"([0-9]{1,9})"')
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def _header(name: str, description: str) -> dict[str, Any]:
    told = {"name": name, "in": "header", "required": False, "description": description}
    return {"parameters": [{**told, "schema": {"type": "string"}}]}


IF_MATCH = _header(
    "If-Match",
    'The ETag of the version that you have seen, such as "3". Needed: without it '
    "the answer is 428, and 412 where somebody has changed it since.",
)
"""How OpenAPI tells of the header; `version_seen` reads it, so that the framework need not."""

IF_NONE_MATCH = _header(
    "If-None-Match", "The ETag of what you have; 304 where it is still the same."
)
"""The same of the one that `has_already` reads."""

VERSION_TAG = {"ETag": "The version of this; send it back in If-Match with a change."}


def tag(version: int | str) -> str:
    """A version, or a digest, as an ETag."""
    return f'"{version}"'


def version_seen(request: Request) -> int:
    """The version in `If-Match`: without it nobody's write can be told from a lost update."""
    said = _VERSION.fullmatch(request.headers.get("if-match", "").strip())
    if said is None:
        raise FaultError(VERSION_NEEDED)
    return int(said[1])


def has_already(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names what we would send."""
    said = request.headers.get("if-none-match", "")
    return said.strip() == "*" or etag in _TAG.findall(said)
