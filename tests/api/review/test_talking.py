"""Conversations, mentions and the digest by e-mail, with a real mail server."""

import email
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default

import pytest

from api.db.review_tables import notice
from api.errors import NotThere, Unusable
from api.posting import post_office
from api.review.assigning import assign, assigned, coaches_for, unassign
from api.review.feedback import feedback_templates
from api.review.mailing import mails, send_digests
from api.review.requesting import request_changes
from api.review.threads import resolve, threads
from api.settings import Settings
from api.workspace.noticing import mentioned
from api.workspace.submitting import submit
from api.workspace.talking import Comment, activity, write_comment
from rubrics.problems import InputError
from tests.api.databases import World, make_world
from tests.api.review.conftest import DAY, with_second_coach


@pytest.fixture
def small(sqlite) -> World:
    """A city that has handed in next to nothing: enough to talk about."""
    world = with_second_coach(make_world(sqlite))
    with world.database.write() as db:
        submit(db, world.lead, world.assessment.id, version=None, on=DAY)
    return world


def tell(world: World, who: str, text: str, **more: object) -> Comment:
    with world.database.write() as db:
        said = {"about": "rdc7-awards", **more}
        return write_comment(db, world.people[who], world.assessment.id, text=text, **said)  # type: ignore[arg-type]


# --- threads --------------------------------------------------------------------------------------


def test_a_thread_is_open_until_it_is_settled_and_a_reply_opens_it_again(small: World):
    first = tell(small, "lead", "Is this enough?")
    tell(small, "coach", "Nearly.", reply_to=first.id)
    tell(small, "coach", "Between us", private=True)
    with small.database.write() as db:
        settled = resolve(db, small.lead, small.assessment.id, first.id, resolved=True)
        again = resolve(db, small.coach, small.assessment.id, first.id, resolved=True)
        assert [one.text for one in settled.comments] == ["Is this enough?", "Nearly."]
        assert settled == again, "saying it twice changes nothing"
        assert settled.resolved_by == small.lead.person
        assert threads(db, small.lead, small.assessment.id, resolved=False) == ()
        assert len(threads(db, small.coach, small.assessment.id, resolved=False)) == 1

    tell(small, "member", "But now?", reply_to=settled.comments[1].id)

    with small.database.read() as db:
        (now,) = threads(db, small.lead, small.assessment.id, about="rdc7-awards")
        told = [one.action for one in activity(db, small.lead, small.assessment.id).items]
    assert (now.resolved, len(now.comments)) == (False, 3)
    assert told.count("thread.resolved") == 1


def test_nobody_settles_what_they_cannot_read_or_a_reply(small: World):
    note = tell(small, "coach", "Between us", private=True)
    reply = tell(small, "staff", "Yes", reply_to=note.id)
    with small.database.write() as db:
        with pytest.raises(NotThere):
            resolve(db, small.lead, small.assessment.id, note.id, resolved=True)
        with pytest.raises(NotThere):
            resolve(db, small.lead, small.assessment.id, "nothing", resolved=True)
        with pytest.raises(Unusable, match="no_thread"):
            resolve(db, small.staff, small.assessment.id, reply.id, resolved=True)
        settled = resolve(db, small.staff, small.assessment.id, note.id, resolved=True)
        opened = resolve(db, small.staff, small.assessment.id, note.id, resolved=False)
        told = [one.action for one in activity(db, small.lead, small.assessment.id).items]
    assert (settled.resolved, opened.resolved) == (True, False)
    assert not [action for action in told if action.startswith("thread")]


# --- mentions -------------------------------------------------------------------------------------

PEOPLE = {"1": "Ana Souza", "2": "Ana Lima", "3": "Marta Rojas", "4": "Zoë O'Neil"}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Marta Rojas, look", ("3",)),
        ("see this, @marta", ("3",)),
        ("@Marta and @zoë o'neil, and @Marta again", ("3", "4")),
        ("@Ana Lima knows", ("2",)),
        ("@Ana knows", ()),  # which of the two?
        ("write to marta@rojas.example or @@Marta", ()),
        ("@Martab", ()),
        ("@ Marta", ()),
        ("@", ()),
    ],
)
def test_people_are_mentioned_by_name(text, who):
    assert mentioned(text, PEOPLE) == who


def test_a_private_note_mentions_only_who_may_read_it(small: World):
    tell(small, "coach", "@Lead @Second @Coach, hm", private=True)
    tell(small, "coach", "@Lead, please", private=False)
    with small.database.read() as db:
        told = {row.person_id for row in db.sql.execute(notice.select())}
    assert told == {small.second.id, small.lead.id}


# --- who reviews ----------------------------------------------------------------------------------


def test_reviews_are_given_to_coaches_of_the_city_alone(small: World):
    name = small.assessment.id
    with small.database.write() as db:
        assert {one.name for one in coaches_for(db, small.staff, name)} == {"Coach", "Second"}
        assign(db, small.staff, name, small.coach.id)
        assign(db, small.staff, name, small.coach.id)
        assign(db, small.coach, name, small.second.id)
        assert [one.name for one in assigned(db, name)] == ["Coach", "Second"]
        for other in (small.lead.id, small.other.id, "nobody"):
            with pytest.raises(Unusable, match="no_coach"):
                assign(db, small.staff, name, other)
        unassign(db, small.staff, name, small.coach.id)
        assert [one.name for one in unassign(db, small.staff, name, "nobody")] == ["Second"]
        told = [one.action for one in activity(db, small.lead, name).items]
    assert (told.count("assigned"), told.count("unassigned")) == (2, 1)


# --- the digest -----------------------------------------------------------------------------------


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server that speaks as much of SMTP (RFC 5321) as is needed, and may be grumpy."""

    allow_reuse_address = True
    daemon_threads = True
    refuses = ""
    got: list[tuple[str, EmailMessage]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.got = []


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 ready")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                self.say(f"550 {self.server.refuses}" if self.server.refuses else "250 ok")
            elif word == "DATA":
                self.say("354 go on")
                raw = b""
                while not raw.endswith(b"\r\n.\r\n"):
                    raw += self.rfile.readline()
                message = email.message_from_bytes(raw[:-3], policy=default)
                self.server.got.append((to, message))
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def send(world: World, server: MailServer | None) -> list[str]:
    """Runs the digest, and gives back what was wrong with each message."""
    own: dict[str, object] = {}
    if server is not None:
        own = {
            "smtp_host": "127.0.0.1",
            "smtp_port": server.server_address[1],
            "smtp_security": "none",
            "mail_from": "readiness@programme.example",
        }
    settings = Settings(data_folder=world.database.settings.data_folder, **own)  # type: ignore[arg-type]
    with post_office(settings) as post:
        return [one.error for one in send_digests(world.database, post)]


def test_everybody_gets_one_message_with_all_that_is_new(small: World, mail_server: MailServer):
    name = small.assessment.id
    tell(small, "coach", "@Lead, see page 4.\nThank you.")
    tell(small, "coach", "@Second, a secret word", private=True)
    with small.database.write() as db:
        assign(db, small.staff, name, small.coach.id)
        due = db.now.date() + timedelta(days=9)
        request_changes(db, small.coach, name, asks={"rdc7-awards": "More"}, due=due, version=None)

    assert send(small, mail_server) == ["", "", "", ""]
    assert send(small, mail_server) == [], "nothing is told twice"

    by_person = {to.partition("@")[0]: message for to, message in mail_server.got}
    assert sorted(by_person) == ["coach", "lead", "member", "second"]
    lead = by_person["lead"].get_content()
    assert "Coach mentioned you in a comment about Alta." in lead
    assert "see page 4. Thank you." in lead
    assert "Coach asks for changes in what Alta has submitted, by " in lead
    assert f"/assessments/{name}" in lead
    assert "2 messages" in by_person["lead"]["Subject"]
    assert "secret" not in str(by_person["second"])
    assert by_person["lead"]["Auto-Submitted"] == "auto-generated"
    with small.database.read() as db:
        own = mails(db, small.lead).items
        every = mails(db, small.staff, limit=3)
        rest = mails(db, small.staff, after=every.after)
    assert [one.to for one in own] == [small.lead.person]
    assert own[0].sent_at is not None
    assert (len(every.items), len(rest.items)) == (3, 1)


def test_what_cannot_be_sent_stays_in_the_log_and_is_tried_again(
    small: World, mail_server: MailServer
):
    tell(small, "coach", "@Lead, look")
    assert send(small, None) == ["no mail server is set"]
    mail_server.refuses = "no such mailbox"
    assert "550" in send(small, mail_server)[0]
    mail_server.refuses = ""
    with small.database.read() as db:
        assert [one.sent_at for one in mails(db, small.lead).items] == [None]

    assert send(small, mail_server) == [""]
    assert len(mail_server.got) == 1


def test_a_name_adds_no_header_to_a_message(small: World, mail_server: MailServer):
    from sqlalchemy import update

    from api.db.tables import city

    with small.database.write() as db:
        odd = "Alta\r\nBcc: everybody@example.org"
        db.sql.execute(update(city).where(city.c.id == small.a.id).values(name=odd))
    tell(small, "coach", "@Lead, look")

    assert send(small, mail_server) == [""]
    ((_, message),) = mail_server.got
    assert message["Bcc"] is None
    assert "Alta Bcc: everybody@example.org" in message["Subject"]


def test_a_mail_server_elsewhere_is_spoken_to_encrypted(monkeypatch: pytest.MonkeyPatch):
    from api.settings import load_settings

    monkeypatch.setenv("READINESS_SMTP_HOST", "mail.example.org")
    with pytest.raises(InputError, match="MAIL_FROM"):
        load_settings()
    monkeypatch.setenv("READINESS_MAIL_FROM", "readiness@example.org")
    assert load_settings().smtp_security == "starttls"
    monkeypatch.setenv("READINESS_SMTP_SECURITY", "none")
    with pytest.raises(InputError, match="this machine"):
        load_settings()


# --- examples of feedback -------------------------------------------------------------------------


def test_examples_of_feedback_stand_in_three_languages():
    spoken = {code: feedback_templates(code) for code in ("en", "es", "pt")}

    assert len({tuple(one.id for one in found) for found in spoken.values()}) == 1
    assert len({found[0].text for found in spoken.values()}) == 3
    assert {word for one in spoken["en"] for word in one.fits} >= {"needs_proof", "met", "not_met"}
    assert feedback_templates("fr") == spoken["en"]
