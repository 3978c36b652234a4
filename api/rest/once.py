"""Idempotency keys: nothing is created twice because an answer got lost on the way."""

import hashlib
import re
from collections.abc import Callable
from typing import Annotated

from fastapi import Header, UploadFile
from pydantic import BaseModel
from starlette.responses import Response

from api.accounts.actor import Actor
from api.db import Transaction
from api.db.idempotency import find_kept_answer, keep_answer
from api.exceptions import INVALID, KEY_REUSED, FaultError
from api.rest.door import Door
from rubrics.problems import Place, Problem, shown

HEADER = "Idempotency-Key"
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=HEADER,
        max_length=100,
        pattern=r"^[!-~]+$",
        description="A text of your own for this one creation. Sent again with the same request, "
        "it gets the same answer and nothing is created twice; kept for 24 hours.",
        examples=["b1c7e0a2-import-march"],
    ),
]
"""How OpenAPI tells of the header; `once` reads it."""

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


def once(
    door: Door, db: Transaction, who: Actor, body: BaseModel | None, create: Callable[[], Response]
) -> Response:
    """What `create` answers; the kept answer, where the same request came with the same key."""
    key = key_of(door)
    if key is None:
        return create()
    digest = digest_of(door, "" if body is None else body.model_dump_json())
    kept = kept_answer(db, who, key, digest)
    if kept is not None:
        return kept
    response = create()
    keep(db, who, key, digest, response)
    return response


def key_of(door: Door) -> str | None:
    """The key of a request, if it has one."""
    key = door.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        params = {"got": shown(key), "expected": "1 to 100 signs without spaces"}
        raise FaultError(
            INVALID, problems=[Problem("value.wrong_form", Place(f"header.{HEADER}"), params)]
        )
    return key


def digest_of(door: Door, said: str) -> str:
    """What makes a request the same: where it goes and what it says."""
    whole = f"{door.method} {door.url.path} {door.url.query}\n{said}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def content_of(file: UploadFile) -> str:
    """The hash of a file that was sent, which is read piece by piece and may then be read again."""
    found = hashlib.file_digest(file.file, "sha256").hexdigest()  # type: ignore[arg-type] # spooled
    file.file.seek(0)
    return found


def kept_answer(db: Transaction, who: Actor, key: str, digest: str) -> Response | None:
    """The answer that was kept for this key; an error, if it was kept for another request."""
    kept = find_kept_answer(db, who, key)
    if kept is None:
        return None
    if kept.request_hash != digest:
        raise FaultError(KEY_REUSED)
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    return Response(kept.body, status_code=kept.status, headers=headers)


def keep(db: Transaction, who: Actor, key: str, digest: str, response: Response) -> None:
    """Keeps an answer, in the transaction that made it true."""
    told = ("content-type", "etag", "location")
    headers = {name: value for name, value in response.headers.items() if name in told}
    keep_answer(
        db,
        who,
        key,
        request_hash=digest,
        status=response.status_code,
        body=bytes(response.body),
        headers=headers,
    )
