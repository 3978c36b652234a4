"""The digest: one message to each person with all that happened since the last one.

Every message is written to the table first, so that the log shows it whether or not it could be
sent; what could not is tried again for some days. A machine that stops between sending and noting
that it has sent sends again: each message has a name of its own by which mail programs know it.
"""

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update

from api.accounts.actor import Actor, Role
from api.accounts.rights import Action, may_in_programme
from api.db.columns import AnyRow, new_id
from api.db.review_tables import change_request, mail, notice
from api.db.session import Database, Transaction
from api.db.tables import PROGRAMME, assessment, city, comment, membership, person
from api.errors import PersonRef
from api.workspace.blindness import held_back
from api.workspace.noticing import COACHING, What
from api.workspace.views import Page
from reports.i18n import LANGUAGES, N_, NN_, Language, Message, load_language


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to somebody: written, and sent if `sent_at` says so; `error` is why it was not."""

    id: str
    to: PersonRef
    address: str
    subject: str
    body: str
    at: datetime
    sent_at: datetime | None
    error: str


Post = Callable[[Mail], str]
"""Sends a message; "" if it went out, else in a line why it did not."""

TRIED_FOR = timedelta(days=3)
"""What could not be sent in so many days is no news any more."""

EXCERPT = 300
"""Characters of a comment that a message shows; notes among coaches are not shown at all."""

NOT_SET = "no mail server is set"

LINES: Mapping[What, Message] = {
    What.MENTIONED: N_("{by} mentioned you in a comment about {city}."),
    What.ASKED: N_("{by} asks for changes in what {city} has submitted, by {due}."),
    What.SUBMITTED: N_("{by} has submitted the assessment of {city}."),
    What.ASSIGNED: N_("{by} gave you the review of {city}."),
    What.SIGNED_OFF: N_("{by} has signed off what {city} has submitted."),
    What.REOPENED: N_("{by} has opened the assessment of {city} again."),
}
SEVERAL_CITIES = N_("{n} messages from Readiness: {city}, and others")
ONE_CITY = NN_("{n} message from Readiness: {city}", "{n} messages from Readiness: {city}", "n")

_NEWS = (
    select(
        notice,
        person.c.email,
        person.c.language,
        person.c.name.label("person"),
        assessment.c.city_id,
        city.c.name.label("city"),
    )
    .join(person, person.c.id == notice.c.person_id)
    .join(assessment, assessment.c.id == notice.c.assessment_id)
    .join(city, city.c.id == assessment.c.city_id)
    .where(notice.c.mail_id.is_(None), notice.c.id.not_in(held_back()))
    .order_by(notice.c.person_id, notice.c.at, notice.c.id)
)
_HELD_BACK = select(notice.c.mail_id).where(
    notice.c.mail_id.is_not(None), notice.c.id.in_(held_back())
)
_MAILS = select(mail, person.c.name.label("person")).join(person, person.c.id == mail.c.person_id)


def send_digests(database: Database, post: Post | None) -> tuple[Mail, ...]:
    """Writes what is to be told, and sends what has not been sent; gives back what it tried.

    Without a way to send, messages stand in the log alone. Two at once would send twice: the second
    does nothing.
    """
    with _alone(database) as first:
        if not first:
            return ()
        with database.write() as db:
            write_digests(db)
        with database.read() as db:
            waiting = (mail.c.sent_at.is_(None)) & (mail.c.at > db.now - TRIED_FOR)
            query = _MAILS.where(waiting, mail.c.id.not_in(_HELD_BACK))
            found = [_view(row) for row in db.sql.execute(query)]
        tried: list[Mail] = []
        for one in found:
            error = post(one) if post is not None else NOT_SET
            with database.write() as db:
                said = {"sent_at": None if error else db.now, "error": error[:500]}
                db.sql.execute(update(mail).where(mail.c.id == one.id).values(**said))
                row = db.sql.execute(_MAILS.where(mail.c.id == one.id)).one()
            tried.append(_view(row))
        return tuple(tried)


def write_digests(db: Transaction) -> None:
    """Writes one message to everybody who is to be told something."""
    by_person: dict[str, list[AnyRow]] = {}
    for row in db.sql.execute(_NEWS):
        by_person.setdefault(row.person_id, []).append(row)
    for name, rows in by_person.items():
        told = [row for row in rows if _may_know(db, row)]
        made = None
        if told:
            made = new_id()
            language = _language(told[0].language)
            cities = list(dict.fromkeys(row.city for row in told))
            subject = SEVERAL_CITIES if len(cities) > 1 else ONE_CITY
            letter = {
                "id": made,
                "person_id": name,
                "address": told[0].email,
                "subject": _one_line(language.say(subject, n=len(told), city=cities[0]))[:500],
                "body": _body(db, told, language),
                "at": db.now,
                "error": "",
            }
            db.sql.execute(insert(mail), letter)
        for row in rows:
            mine = notice.c.id == row.id
            if row in told:
                db.sql.execute(update(notice).where(mine).values(mail_id=made))
            else:
                db.sql.execute(notice.delete().where(mine))


def mails(db: Transaction, who: Actor, *, after: str | None = None, limit: int = 50) -> Page[Mail]:
    """The log, the latest first: one's own messages; all of them for the programme's staff.

    Messages about what their reader reads blind are held back until the reading is finished.
    """
    query = _MAILS.order_by(mail.c.id.desc()).limit(limit + 1)
    if not may_in_programme(who, Action.PROGRAMME):
        query = query.where(mail.c.person_id == who.id, mail.c.id.not_in(_HELD_BACK))
    if after is not None:
        query = query.where(mail.c.id < after)
    rows = db.sql.execute(query).all()
    last = rows[limit - 1].id if len(rows) > limit else None
    return Page(tuple(_view(row) for row in rows[:limit]), last)


@contextmanager
def _alone(database: Database) -> Iterator[bool]:
    """Whether nobody else sends from this data folder at the moment."""
    folder = database.settings.data_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "digest.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _may_know(db: Transaction, row: AnyRow) -> bool:
    """Whether somebody still has to do with the city; of a private note, as a coach or staff."""
    query = select(membership.c.role).where(
        membership.c.person_id == row.person_id, membership.c.scope.in_([row.city_id, PROGRAMME])
    )
    roles = {Role(role) for role in db.sql.execute(query).scalars()}
    if row.what == What.MENTIONED and _is_private(db, row.about):
        return not roles.isdisjoint(COACHING)
    return bool(roles)


def _is_private(db: Transaction, comment_id: str) -> bool:
    this = select(comment.c.private).where(comment.c.id == comment_id)
    return bool(db.sql.execute(this).scalar_one())


def _body(db: Transaction, rows: list[AnyRow], language: Language) -> str:
    """Plain text, a paragraph for each thing, with the address of the page where it stands."""
    base = (db.settings.base_url or "").rstrip("/")
    names = {row.by for row in rows}
    query = select(person.c.id, person.c.name).where(person.c.id.in_(names))
    who = {row.id: row.name for row in db.sql.execute(query)}
    parts = [language.text("Hello {name}:", name=rows[0].person)]
    for row in rows:
        what = What(row.what)
        words = {"by": who[row.by], "city": row.city, "due": _due(db, row, language)}
        lines = [_one_line(language.say(LINES[what], **words))]
        if what is What.MENTIONED and not _is_private(db, row.about):
            this = select(comment.c.text).where(comment.c.id == row.about)
            text = _one_line(db.sql.execute(this).scalar_one())
            lines.append("    " + (text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"))
        lines.append(f"    {base}/assessments/{row.assessment_id}")
        parts.append("\n".join(lines))
    parts.append(
        language.text("You get this message because you work on these assessments in Readiness.")
    )
    return "\n\n".join(parts) + "\n"


def _due(db: Transaction, row: AnyRow, language: Language) -> str:
    if row.what != What.ASKED:
        return ""
    this = (change_request.c.assessment_id == row.assessment_id) & (
        change_request.c.number == int(row.about)
    )
    due = db.sql.execute(select(change_request.c.due).where(this)).scalar_one()
    return language.date(date.fromisoformat(due))


def _one_line(text: str) -> str:
    """Text of strangers without line breaks: a header must not become two (header injection)."""
    return " ".join(text.split())


def _language(code: str) -> Language:
    return load_language(code if code in LANGUAGES else LANGUAGES[0])


def _view(row: AnyRow) -> Mail:
    return Mail(
        id=row.id,
        to=PersonRef(row.person_id, row.person),
        address=row.address,
        subject=row.subject,
        body=row.body,
        at=row.at,
        sent_at=row.sent_at,
        error=row.error,
    )
