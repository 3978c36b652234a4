"""Who may do what: every use case as every role, in their own city and in another's."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from api.accounts.actor import Actor, Role
from api.accounts.cities import change_city, create_city, read_city
from api.accounts.invitations import invitations_of, invite
from api.accounts.people import change_role, people_of
from api.accounts.rights import ALLOWED, Action, may
from api.accounts.sessions import actor_of_token
from api.accounts.tokens import create_token, revoke_token
from api.db import Transaction
from api.db.tables import PROGRAMME
from api.errors import Locked, NotAllowed, NotThere, ServiceError
from api.review import signing
from api.workspace import advising, exchanging, judging, reading, submitting, talking
from api.workspace.answering import save_answer
from api.workspace.locker import add_link, read_evidence, upload_evidence
from api.workspace.starting import start_assessment
from tests.api.databases import World, make_world
from tests.api.workspace.acting import DAY

Act = Callable[[Transaction, Actor, World], Any]

ACTS: dict[str, tuple[Act, str]] = {
    # what is done to city A: by whom it may be done (m member, l lead, c coach, s staff)
    "read_city": (lambda db, who, w: read_city(db, who, w.a.id), "mlcs"),
    "change_city": (lambda db, who, w: change_city(db, who, w.a.id, version=1, region="X"), "ls"),
    "people_of": (lambda db, who, w: people_of(db, who, w.a.id), "mlcs"),
    "invite": (
        lambda db, who, w: invite(db, who, w.a.id, email="x@y.z", role=Role.TEAM_MEMBER),
        "ls",
    ),
    "invite_coach": (
        lambda db, who, w: invite(db, who, w.a.id, email="x@y.z", role=Role.COACH),
        "s",
    ),
    "invitations_of": (lambda db, who, w: invitations_of(db, who, w.a.id), "ls"),
    "change_role": (
        lambda db, who, w: change_role(db, who, w.a.id, w.member.id, Role.TEAM_LEAD, version=1),
        "ls",
    ),
    "unseat_coach": (
        lambda db, who, w: change_role(db, who, w.a.id, w.coach.id, Role.TEAM_MEMBER, version=1),
        "s",
    ),
    "start": (lambda db, who, w: start_assessment(db, who, city_id=w.a.id, title="T"), "ls"),
    "read": (lambda db, who, w: reading.read_assessment(db, who, w.assessment.id), "mlcs"),
    "answers": (lambda db, who, w: reading.read_answers(db, who, w.assessment.id), "mlcs"),
    "history": (lambda db, who, w: reading.history(db, who, w.assessment.id), "mlcs"),
    "evidence": (lambda db, who, w: read_evidence(db, who, w.assessment.id), "mlcs"),
    "save": (
        lambda db, who, w: save_answer(db, who, w.assessment.id, "rdc7-awards", 9, version=0),
        "ml",
    ),
    "live": (lambda db, who, w: judging.live(db, who, w.assessment.id, on=DAY), "mlcs"),
    "explain": (
        lambda db, who, w: advising.explain(db, who, w.assessment.id, "RDC7", on=DAY),
        "mlcs",
    ),
    "what_if": (
        lambda db, who, w: advising.what_if(db, who, w.assessment.id, {"DM3": "met"}, on=DAY),
        "mlcs",
    ),
    "plan": (lambda db, who, w: advising.make_plan(db, who, w.assessment.id, on=DAY), "mlcs"),
    "checklist": (
        lambda db, who, w: submitting.checklist(db, who, w.assessment.id, on=DAY),
        "mlcs",
    ),
    "submit": (
        lambda db, who, w: submitting.submit(db, who, w.assessment.id, version=1, on=DAY),
        "l",
    ),
    "submissions": (lambda db, who, w: submitting.submissions(db, who, w.assessment.id), "mlcs"),
    "export": (
        lambda db, who, w: exchanging.export_submission(db, who, w.assessment.id),
        "mlcs",
    ),
    "comments": (lambda db, who, w: talking.comments(db, who, w.assessment.id), "mlcs"),
    "comment": (
        lambda db, who, w: talking.write_comment(
            db, who, w.assessment.id, about="RDC7", text="Why?"
        ),
        "mlcs",
    ),
    "private_note": (
        lambda db, who, w: talking.write_comment(
            db, who, w.assessment.id, about="RDC7", text="Hm", private=True
        ),
        "cs",
    ),
    "decisions": (lambda db, who, w: talking.decisions(db, who, w.assessment.id), "mlcs"),
    "activity": (lambda db, who, w: talking.activity(db, who, w.assessment.id), "mlcs"),
}

PEOPLE = {"m": "member", "l": "lead", "c": "coach", "s": "staff"}


@pytest.fixture
def city(sqlite) -> World:
    return make_world(sqlite)


@pytest.mark.parametrize("name", ACTS)
def test_only_some_may_do_it_and_for_strangers_nothing_is_there(city: World, name: str):
    act, allowed = ACTS[name]
    for letter, person in PEOPLE.items():
        who = city.people[person]
        if letter in allowed:
            with city.database.write() as db:
                act(db, who, city)
                db.sql.rollback()
        else:
            with pytest.raises(NotAllowed), city.database.write() as db:
                act(db, who, city)
    with pytest.raises(NotThere), city.database.write() as db:
        act(db, city.other, city)


def test_a_token_may_do_no_more_than_it_was_given(city: World):
    with city.database.write() as db:
        _, secret = create_token(db, city.lead, name="n", rights=[Action.READ], days=1)
    with city.database.write() as db:
        who = actor_of_token(db, secret)
        assert who is not None
        reading.read_assessment(db, who, city.assessment.id)

        with pytest.raises(NotAllowed):
            save_answer(db, who, city.assessment.id, "rdc7-awards", 9, version=0)
        with pytest.raises(NotAllowed):
            create_token(db, who, name="n", rights=[Action.WRITE], days=1)


def test_a_token_for_one_city_opens_no_other(city: World):
    rights = list(Action)
    with city.database.write() as db:
        _, secret = create_token(db, city.staff, name="n", rights=rights, days=1, city_id=city.b.id)
        who = actor_of_token(db, secret)
        assert who is not None

        reading.read_assessment(db, who, city.foreign.id)
        assert [a.id for a in reading.assessments(db, who).items] == [city.foreign.id]
        with pytest.raises(NotThere):
            reading.read_assessment(db, who, city.assessment.id)
        with pytest.raises(NotAllowed):
            create_city(db, who, name="New", country="US")


def test_a_token_ends_with_its_day_and_when_it_is_revoked(city: World):
    with city.database.write() as db:
        view, secret = create_token(db, city.lead, name="n", rights=[Action.READ], days=1)
    later = replace(db, now=view.expires_at)

    with city.database.read() as db:
        assert actor_of_token(db, secret) is not None
        assert actor_of_token(replace(db, now=later.now), secret) is None
        assert actor_of_token(db, secret + "x") is None
    with city.database.write() as db:
        revoke_token(db, city.lead, view.id)
        assert actor_of_token(db, secret) is None
        with pytest.raises(NotThere):
            revoke_token(db, city.member, view.id)


def test_what_is_not_in_the_table_is_forbidden():
    assert set(ALLOWED) == set(Action)
    nobody = Actor(person=None, language="en")  # type: ignore[arg-type]
    assert not any(may(nobody, action, city="x") for action in Action)


def test_private_notes_are_for_coaches_and_staff(city: World):
    with city.database.write() as db:
        note = talking.write_comment(
            db, city.coach, city.assessment.id, about="RDC7", text="Hm", private=True
        )
    with city.database.write() as db:
        seen = {
            person: [c.text for c in talking.comments(db, who, city.assessment.id).items]
            for person, who in city.people.items()
            if person != "other"
        }
        told = talking.activity(db, city.lead, city.assessment.id).items

        assert seen == {"member": [], "lead": [], "coach": ["Hm"], "staff": ["Hm"]}
        assert "commented" not in {event.action for event in told}
        with pytest.raises(NotThere):
            talking.write_comment(
                db, city.lead, city.assessment.id, about="RDC7", text="?", reply_to=note.id
            )
        answer = talking.write_comment(
            db, city.staff, city.assessment.id, about="RDC7", text="Yes", reply_to=note.id
        )
        assert answer.private


def test_what_was_submitted_is_locked_until_a_coach_reopens_it(city: World):
    with city.database.write() as db:
        submitting.submit(db, city.lead, city.assessment.id, version=None, on=DAY)
    with pytest.raises(Locked), city.database.write() as db:
        save_answer(db, city.member, city.assessment.id, "rdc7-awards", 9, version=0)
    with pytest.raises(Locked):
        upload_evidence(
            city.database,
            city.member,
            city.assessment.id,
            io.BytesIO(b"x"),
            filename="a.txt",
            kind="policy",
        )
    with pytest.raises(NotAllowed), city.database.write() as db:
        signing.reopen(db, city.lead, city.assessment.id, reason="We forgot a file", version=None)

    with city.database.write() as db:
        signing.reopen(db, city.coach, city.assessment.id, reason="A file is missing", version=None)
        saved = save_answer(db, city.member, city.assessment.id, "rdc7-awards", 9, version=0)
    assert saved.changed


def test_evidence_is_handed_in_by_the_team_alone(city: World):
    for who, error in ((city.coach, NotAllowed), (city.staff, NotAllowed), (city.other, NotThere)):
        with pytest.raises(error):
            add_link(city.database, who, city.assessment.id, url="https://x.invalid", kind="page")


@pytest.mark.parametrize(
    "name",
    ["", "x" * 10_000, "\ud800", "a\0b", "../..", "01j8zzzzzzzzzzzzzzzzzzzzzz", PROGRAMME],
)
def test_a_name_that_is_none_is_not_there(world: World, name: str):
    who, here = world.staff, world.assessment.id
    acts: list[Callable[[Transaction], Any]] = [
        lambda db: reading.read_assessment(db, who, name),
        lambda db: read_city(db, who, name),
        lambda db: save_answer(db, world.lead, name, "rdc7-awards", 9, version=0),
        lambda db: talking.write_comment(
            db, who, here, about="RDC7", text="x", reply_to=name or "x"
        ),
        lambda db: submitting.read_submission(db, who, here, 10**30),
        lambda db: reading.history(db, who, here, after=name),
        lambda db: revoke_token(db, who, name),
    ]
    for act in acts:
        with pytest.raises(ServiceError) as caught, world.database.write() as db:
            act(db)
        assert isinstance(caught.value, NotThere)
    with world.database.read() as db:
        reading.assessments(db, who, city_id=name, after=name)
        assert actor_of_token(db, f"rdy_{name}_x") is None
