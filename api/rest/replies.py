"""Answers of the API: our values as JSON, each with what a client may keep of it."""

from collections.abc import Mapping

import msgspec
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.rest.versions import has_already

JSON = "application/json"


def reply(
    value: object,
    *,
    status: int = 200,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A value of ours as JSON."""
    found = dict(headers or {})
    if etag is not None:
        found["ETag"] = etag
    return Response(to_json(value), status_code=status, headers=found, media_type=JSON)


def reply_unless_known(
    request: Request, value: object, *, etag: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The same, or 304 where the client says that it has it already."""
    found = {"Cache-Control": "private, no-cache", **(headers or {})}
    if has_already(request, etag):
        return Response(status_code=304, headers={"ETag": etag, **found})
    return reply(value, etag=etag, headers=found)


def to_json(value: object) -> bytes:
    """JSON of dataclasses, structs and models; what is JSON already stays as it is."""
    return value if isinstance(value, bytes) else _ENCODER.encode(value)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
