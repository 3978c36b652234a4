"""Kept answers: found again by the same key, by nobody else, for a day, and told by no database."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from api.db import Transaction
from api.db.idempotency import KEPT_FOR, find_kept_answer, keep_answer
from api.db.tables import idempotency
from api.errors import AlreadyThere
from tests.api.databases import World

BODY = b'{"secret": "of an invitation"}'


def keep(db: Transaction, world: World, key: str) -> None:
    keep_answer(
        db,
        world.lead,
        key,
        request_hash="a" * 64,
        status=201,
        body=BODY,
        headers={"etag": '"1"'},
    )


def test_an_answer_is_kept_for_its_key_and_its_person(world: World):
    with world.database.write() as db:
        keep(db, world, "key")

    with world.database.read() as db:
        kept = find_kept_answer(db, world.lead, "key")
        assert kept is not None
        assert (kept.body, kept.status, kept.headers) == (BODY, 201, {"etag": '"1"'})
        assert find_kept_answer(db, world.lead, "another") is None
        assert find_kept_answer(db, world.member, "key") is None
        assert find_kept_answer(replace(db, now=db.now + KEPT_FOR), world.lead, "key") is None


def test_the_database_alone_tells_neither_answer_nor_key(world: World):
    with world.database.write() as db:
        keep(db, world, "my-key")
        row = db.sql.execute(select(idempotency)).one()

    assert b"invitation" not in row.body
    assert "my-key" not in str(row)


def test_the_same_key_at_the_same_moment_is_there_already(world: World):
    with world.database.write() as db:
        keep(db, world, "key")

    with pytest.raises(AlreadyThere), world.database.write() as db:
        keep(db, world, "key")
