"""Signing in, invitations, passwords and the identity provider."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.accounts.actor import Role
from api.accounts.invitations import (
    accept_invitation,
    accept_invitation_as,
    invite,
    read_invitation,
    withdraw_invitation,
)
from api.accounts.oidc import person_from_claims
from api.accounts.people import (
    change_password,
    change_role,
    hand_over,
    people_of,
    remove_member,
)
from api.accounts.sessions import (
    actor_of_session,
    actor_of_token,
    sign_in,
    sign_in_as,
    sign_out,
    sign_out_everywhere,
)
from api.db import Database
from api.db.tables import PROGRAMME, person, web_session
from api.demo_data import is_demo, make_demo, sign_in_demo
from api.errors import AlreadyThere, NotThere, TooMany, Unusable, WrongCredentials
from api.examples import DAY, SUBMISSIONS
from api.services import score
from api.settings import demo_settings
from api.workspace.judging import live
from api.workspace.judging_day import judging_day
from api.workspace.reading import assessments
from api.workspace.starting import start_assessment
from tests.api.databases import World, make_world

PASSWORD = "correct horse battery"  # noqa: S105 (of a test)


@pytest.fixture
def city(sqlite) -> World:
    return make_world(sqlite)


def invited(world: World, email: str = "New@Example.org", role: Role = Role.TEAM_MEMBER) -> str:
    with world.database.write() as db:
        return invite(db, world.lead, world.a.id, email=email, role=role).secret


def test_an_invitation_makes_an_account_that_signs_in(world: World):
    secret = invited(world)
    with world.database.read() as db:
        shown = read_invitation(db, secret)
    who = accept_invitation(world.database, secret, name="Nia", password=PASSWORD, language="pt")

    signed_in = sign_in(
        world.database, email="new@example.ORG ", password=PASSWORD, address="192.0.2.1"
    )

    assert (shown.city_name, shown.email, shown.known) == ("Alta", "new@example.org", False)
    assert signed_in.actor.id == who
    assert signed_in.actor.memberships == {world.a.id: Role.TEAM_MEMBER}
    with world.database.read() as db:
        assert actor_of_session(db, signed_in.cookie) == signed_in.actor


def test_an_invitation_is_good_once_until_it_expires_or_is_withdrawn(city: World):
    used, old, withdrawn = (invited(city, f"{n}@example.org") for n in "abc")
    accept_invitation(city.database, used, name="Nia", password=PASSWORD, language="en")
    with city.database.write() as db:
        name = read_invitation(db, withdrawn).id
        withdraw_invitation(db, city.lead, city.a.id, name)

        for secret, reason, now in (
            (used, "used_link", db.now),
            (old, "expired_link", db.now + timedelta(days=15)),
            (withdrawn, "unknown_link", db.now),
            ("anything", "unknown_link", db.now),
        ):
            with pytest.raises(Unusable) as caught:
                read_invitation(replace(db, now=now), secret)
            assert caught.value.reason == reason


def test_a_link_is_no_way_around_a_password(city: World):
    secret = invited(city, "other@example.org")

    with pytest.raises(AlreadyThere):
        accept_invitation(city.database, secret, name="Mallory", password=PASSWORD, language="en")
    with city.database.write() as db:
        accept_invitation_as(db, city.other, secret)
        cookie = sign_in_as(db, city.other.id).cookie
        who = actor_of_session(db, cookie)

    assert who is not None
    assert set(who.memberships) == {city.a.id, city.b.id}


def test_wrong_credentials_do_not_say_what_is_wrong_and_are_throttled(world: World):
    secret = invited(world)
    accept_invitation(world.database, secret, name="Nia", password=PASSWORD, language="en")
    database = Database(
        world.database.engine,
        world.database.settings.model_copy(update={"sign_ins_per_minute": 2}),
        clock=lambda: world.a.created_at,
    )

    def attempt(email: str, password: str) -> None:
        sign_in(database, email=email, password=password, address="192.0.2.1")

    for email in ("new@example.org", "nobody@example.org"):
        with pytest.raises(WrongCredentials):
            attempt(email, "wrong")
    attempt("new@example.org", PASSWORD)
    with pytest.raises(TooMany) as caught:
        attempt("new@example.org", PASSWORD)

    assert 0 < caught.value.retry_after <= 60


def test_sessions_rotate_and_end(city: World):
    with city.database.write() as db:
        old = city.cookies["lead"]
        new = sign_in_as(db, city.lead.id, old=old).cookie
        assert actor_of_session(db, old) is None
        assert actor_of_session(db, new) is not None
        hours = timedelta(hours=city.database.settings.session_hours)
        assert actor_of_session(replace(db, now=db.now + hours), new) is None
        sign_out(db, new)
        assert actor_of_session(db, new) is None
        cookies = [sign_in_as(db, city.lead.id).cookie for _ in range(2)]
        sign_out_everywhere(db, city.lead)
        assert [actor_of_session(db, cookie) for cookie in cookies] == [None, None]


def test_cookies_are_kept_as_hashes(city: World):
    with city.database.read() as db:
        kept = db.sql.execute(select(web_session.c.hash)).scalars().all()

    assert not set(kept) & set(city.cookies.values())


def test_another_password_ends_sessions_and_tokens(city: World):
    who = accept_invitation(
        city.database, invited(city), name="Nia", password=PASSWORD, language="en"
    )
    with city.database.write() as db:
        signed_in = sign_in_as(db, who)

    with pytest.raises(WrongCredentials):
        change_password(city.database, signed_in.actor, old="guess", new="another long one")
    with pytest.raises(Unusable):
        change_password(city.database, signed_in.actor, old=PASSWORD, new="short")
    change_password(city.database, signed_in.actor, old=PASSWORD, new="another long one")

    with city.database.read() as db:
        assert actor_of_session(db, signed_in.cookie) is None
        assert actor_of_token(db, city.tokens["lead"]) is not None


def test_a_city_keeps_a_lead_and_hands_over(world: World):
    with pytest.raises(Unusable) as caught, world.database.write() as db:
        remove_member(db, world.lead, world.a.id, world.lead.id, version=1)
    assert caught.value.reason == "last_lead"

    with world.database.write() as db:
        hand_over(db, world.lead, world.a.id, to=world.member.id, version=1)
        roles = {m.person.name: m.role for m in people_of(db, world.coach, world.a.id)}

    assert roles == {
        "Coach": Role.COACH,
        "Lead": Role.TEAM_MEMBER,
        "Member": Role.TEAM_LEAD,
    }


def test_who_was_removed_is_nobody_there(city: World):
    with city.database.write() as db:
        remove_member(db, city.lead, city.a.id, city.member.id, version=1)
        who = actor_of_session(db, city.cookies["member"])

        assert who is not None
        assert who.roles_in(city.a.id) == frozenset()
        with pytest.raises(NotThere):
            change_role(db, city.lead, city.a.id, city.member.id, Role.TEAM_LEAD, version=1)


def claims(**more: object) -> dict[str, object]:
    return {"iss": "https://id.example", "sub": "7", "name": "Nia", "locale": "pt-BR", **more}


def test_the_identity_provider_vouches_for_a_person(world: World):
    verified = claims(email="Nia@Example.org", email_verified=True)

    with world.database.write() as db:
        first = person_from_claims(db, verified)
        again = person_from_claims(db, claims())
        known = person_from_claims(
            db, claims(sub="8", email="lead@example.org", email_verified=True)
        )
        language = db.sql.execute(select(person.c.language).where(person.c.id == first)).scalar()

    assert first == again
    assert known == world.lead.id
    assert language == "pt"


@pytest.mark.parametrize(
    "told",
    [
        claims(email="lead@example.org"),
        claims(email="lead@example.org", email_verified="true"),
        claims(sub="", email="lead@example.org", email_verified=True),
        {"email": "lead@example.org", "email_verified": True},
    ],
)
def test_an_address_that_nobody_verified_is_nobody(city: World, told: dict[str, object]):
    with pytest.raises(WrongCredentials), city.database.write() as db:
        person_from_claims(db, told)


def test_another_account_of_the_provider_does_not_take_over_an_address(city: World):
    with city.database.write() as db:
        person_from_claims(db, claims(email="lead@example.org", email_verified=True))

        with pytest.raises(WrongCredentials):
            person_from_claims(db, claims(sub="8", email="lead@example.org", email_verified=True))


def test_the_demo_is_made_once_and_opens_no_real_database(sqlite: Database, tmp_path):
    demo = Database(sqlite.engine, demo_settings(tmp_path / "service"))
    make_demo(demo)
    make_demo(demo)

    with demo.write() as db:
        assert is_demo(db)
        staff = sign_in_demo(db, "staff").actor
        lead = sign_in_demo(db, "team_lead").actor
        assert (staff.memberships, len(lead.memberships)) == ({PROGRAMME: Role.STAFF}, 1)
        real = replace(db, settings=db.settings.model_copy(update={"demo": False}))
        with pytest.raises(NotThere):
            sign_in_demo(real, "staff")


def test_the_examples_of_the_demo_are_judged_as_of_their_day_and_all_else_today(
    sqlite: Database, tmp_path
):
    demo = Database(sqlite.engine, demo_settings(tmp_path / "service"))
    make_demo(demo)
    scored = [score(str(file), on=DAY) for file in SUBMISSIONS.glob("*/submission.yaml")]
    expected = {
        one.assessment.submission.city: one.assessment.lenses.evidenced.points for one in scored
    }

    with demo.write() as db:
        staff = sign_in_demo(db, "staff").actor
        examples = assessments(db, staff).items
        own = start_assessment(db, staff, city_id=examples[0].city.id, title="Own")
        found = {
            one.city.name: live(db, staff, one.id, on=judging_day(db, one.id)).assessment
            for one in examples
        }
        today = judging_day(db, own.id)

    assert {name: one.lenses.evidenced.points for name, one in found.items()} == expected
    assert {one.on for one in found.values()} == {DAY}
    assert today == demo.clock().date()


def test_a_database_with_real_people_never_becomes_a_demo(world: World):
    with pytest.raises(Unusable):
        make_demo(world.database)
