"""Kinds of columns that mean the same in both databases: moments, JSON, ids."""

import os
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import DateTime, Row, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

AnyRow = Row[*tuple[Any, ...]]
"""A row of whatever columns a query asked for."""

ID_LENGTH = 26

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's: none looks like another."""

_json = msgspec.json.Encoder(order="sorted")


def new_id() -> str:
    """A name for something new: later ones sort behind earlier ones, and none can be guessed."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


def to_json(value: object) -> str:
    """The one way to write a value, so that equal values are equal bytes."""
    return _json.encode(value).decode()


class Name(TypeDecorator[str]):
    """A short name or id; what cannot be one (too long, no printable text) matches nothing.

    Else text from outside could make a database fail, where there is simply no such thing.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Nothing that is stored is empty, so the empty name is nobody's."""
        if value is None or (len(value) <= self.length and value.isprintable()):
            return value
        return ""


class Json(TypeDecorator[Any]):
    """A plain value as JSON text: the same bytes in both databases, which hashes rest on."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Nothing stays nothing."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002
        """What was written."""
        return None if value is None else msgspec.json.decode(value)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In SQLite without its zone, which is always UTC."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)
