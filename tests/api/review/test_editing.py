"""What a team may change while a coach asks for changes: what is asked of, and its proof."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from api.accounts.actor import Actor
from api.db import Database
from api.errors import Locked
from api.workspace.answering import save_answer
from api.workspace.exchanging import import_submission
from api.workspace.locker import (
    attach,
    change_evidence,
    detach,
    remove_evidence,
    upload_evidence,
)
from api.workspace.reading import read_answers
from api.workspace.views import Part
from tests.api.databases import World
from tests.api.review.acting import ask

Act = Callable[[Database, Actor, str], Any]
FILE = b"id,amount\n1,2\n"


def answer(name: str, value: object, part: Part = Part.ANSWERS) -> Act:
    def act(database: Database, who: Actor, assessment: str) -> None:
        with database.write() as db:
            save_answer(db, who, assessment, name, value, version=None, part=part)

    return act


def upload(*serves: str, kind: str = "dataset") -> Act:
    return lambda database, who, assessment: upload_evidence(
        database,
        who,
        assessment,
        io.BytesIO(FILE),
        filename="more.csv",
        kind=kind,
        serves=list(serves),
    )


def change(piece: str, **said: object) -> Act:
    return lambda database, who, assessment: change_evidence(
        database, who, assessment, piece, version=None, **said
    )


def remove(piece: str) -> Act:
    def act(database: Database, who: Actor, assessment: str) -> None:
        with database.write() as db:
            remove_evidence(db, who, assessment, piece, version=None)

    return act


def serve(how: Callable[..., Any], piece: str, requirement: str) -> Act:
    return lambda database, who, assessment: how(
        database, who, assessment, piece, requirement, version=None
    )


DATA = "contrataciones-ocds"
"""A piece that proves much else besides."""

ASKED = ("rdc7-awards", "rdc8-survey")
"""The two requirements that a coach asks about."""

OPEN: dict[str, Act] = {
    "answer": answer("rdc7-awards", 50),
    "clear": answer("rdc7-awards", None),
    "new evidence": upload("rdc7-awards"),
    "evidence for both": upload(*ASKED),
    "evidence for nothing yet": upload(),
    "its own evidence, which serves nothing else": change("encuesta", title="Survey of June"),
    "attaching what serves others": serve(attach, "ordenanza", "rdc7-awards"),
    "detaching what serves others": serve(detach, DATA, "rdc7-awards"),
    "removing its own": remove("encuesta"),
}
CLOSED: dict[str, Act] = {
    "another answer": answer("rdc7-policy", "draft"),
    "declaration": answer("DM1", "not_met", Part.DECLARED),
    "who prepared it": answer("prepared_by", "Somebody", Part.ABOUT),
    "official result": answer("assessed_on", "2024-01-01", Part.ABOUT),
    "evidence for another": upload("rdc7-policy"),
    "evidence for one and another": upload("rdc7-awards", "rdc7-policy"),
    "evidence for the whole criterion": upload("RDC7"),
    "another official result": upload(kind="official_result"),
    "title of what serves others": change("ordenanza", title="Other"),
    "removing what serves others": remove("ordenanza"),
    "removing the official result": remove("resultado-oficial"),
    "attaching to another": serve(attach, "encuesta", "rdc7-policy"),
    "detaching from another": serve(detach, DATA, "rdc7-licence"),
}


def test_what_is_asked_of_is_open_and_nothing_else(city: World):
    name, database = city.assessment.id, city.database
    ask(city, **{one.replace("-", "_"): "Please look again." for one in ASKED})

    kept = len(list(database.blobs.all()))

    for said, act in CLOSED.items():
        with pytest.raises(Locked) as caught:
            act(database, city.lead, name)
        assert caught.value.name, said
    assert len(list(database.blobs.all())) == kept, "no file is taken that is refused"
    for act in OPEN.values():
        act(database, city.lead, name)


def test_an_import_changes_only_what_is_asked_of(city: World):
    name, database = city.assessment.id, city.database
    ask(city, rdc7_awards="Please look again.")

    def take_in(answers: str) -> int:
        text = f"rubric: wwc-2022\ncity: {{name: X, country: CL}}\nanswers: {{{answers}}}\n"
        stream = io.BytesIO(text.encode())
        return import_submission(
            database, city.lead, name, stream, filename="a.yaml", version=None
        ).changed

    assert take_in("rdc7-awards: 55") == 1
    with pytest.raises(Locked, match="submitted"):
        take_in("rdc7-awards: 56, rdc7-forecast: no")
    with database.read() as db:
        assert read_answers(db, city.lead, name)["rdc7-awards"].value == 55


def test_a_declared_criterion_opens_what_proves_it(city: World):
    name, database = city.assessment.id, city.database
    ask(city, DM1="The result is of another city.")

    answer("assessed_on", "2024-01-01", Part.ABOUT)(database, city.lead, name)
    answer("DM1", "not_met", Part.DECLARED)(database, city.lead, name)
    change("resultado-oficial", title="Official result")(database, city.lead, name)
    with pytest.raises(Locked):
        answer("DM2", "not_met", Part.DECLARED)(database, city.lead, name)
