"""Twenty reviewers at once while the server is killed again and again; no word may be lost.

    python -m tests.api.review.soak --seconds 60 --reviewers 20

Each reviewer does what a page does: decides with the version it has seen, reads both words after a
conflict, writes comments and private notes, and sends the same again when no answer comes. What is
written once by a key is there once. Afterwards the database must hold every decision, comment and
note that was acknowledged, by whoever wrote it, none twice, and the log must be whole.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import httpx2
from sqlalchemy import select

from api.accounts.actor import Role
from api.accounts.rights import Action
from api.accounts.sessions import sign_in_as
from api.accounts.tokens import create_token
from api.db import Database
from api.db.checks import find_damage
from api.db.tables import audit, comment, decision
from api.workspace.library import rubric_named
from api.workspace.submitting import submit
from tests.api.databases import add_person, make_world
from tests.api.soak import Server, both_databases

ABOUT = tuple(rubric_named("wwc-2022").rubric.requirements)
"""What all reviewers decide about, so that they get into each other's way."""

WORDS = ("met", "not_met", "needs_proof")


@dataclass
class Heard:
    """What one reviewer was told: everything that was acknowledged."""

    person: str
    token: str
    decisions: list[tuple[int, str, str]] = field(default_factory=list)
    comments: list[tuple[str, str, bool]] = field(default_factory=list)
    conflicts: int = 0
    unheard: int = 0


@dataclass(frozen=True)
class Outcome:
    """How it went: what was acknowledged, how often the server died, and all that is wrong."""

    decisions: int
    comments: int
    conflicts: int
    unheard: int
    kills: int
    wrong: tuple[str, ...]


def soak(database: Database, *, seconds: float, reviewers: int, workers: int = 1) -> Outcome:
    """Lets reviewers work for so long, killing the server at random, and looks what is there."""
    world = make_world(database)
    heard: list[Heard] = []
    with database.write() as db:
        for number in range(reviewers):
            who = add_person(database, db.sql, f"r{number}", Role.COACH, world.a.id)
            actor = sign_in_as(db, who).actor
            token = create_token(db, actor, name="soak", rights=list(Action), days=1)[1]
            heard.append(Heard(who, token))
    with database.write() as db:
        submit(db, world.lead, world.assessment.id, version=None, on=date(2025, 11, 3))
    server = Server(database.settings, workers=workers)
    stop = threading.Event()
    url = f"{server.url}/api/v1/assessments/{world.assessment.id}/"
    threads = [
        threading.Thread(target=work, args=(url, number, one, stop))
        for number, one in enumerate(heard)
    ]
    with server:
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(random.uniform(1, 3))
            server.kill()
            server.start()
        time.sleep(1)  # everybody hears what became of their last word
        stop.set()
        for thread in threads:
            thread.join()
    return Outcome(
        decisions=sum(len(one.decisions) for one in heard),
        comments=sum(len(one.comments) for one in heard),
        conflicts=sum(one.conflicts for one in heard),
        unheard=sum(one.unheard for one in heard),
        kills=server.kills,
        wrong=tuple(find_wrong(database, world.assessment.id, heard)),
    )


def work(url: str, number: int, heard: Heard, stop: threading.Event) -> None:
    """One reviewer: decides and writes in turns, until it is told to stop."""
    headers = {"Authorization": f"Bearer {heard.token}"}
    seen: Counter[str] = Counter()
    turn = number
    with httpx2.Client(base_url=url, headers=headers, timeout=20, trust_env=False) as client:
        while not stop.is_set():
            turn += 1
            about = ABOUT[turn % len(ABOUT)]
            if turn % 2:
                reason = f"reviewer {number}, {turn}"
                _decide(client, heard, stop, seen, about=about, reason=reason)
            else:
                text, private = f"reviewer {number}, {turn}", turn % 4 == 0
                _write(client, heard, stop, about=about, text=text, private=private)


def _decide(
    client: httpx2.Client,
    heard: Heard,
    stop: threading.Event,
    seen: Counter[str],
    *,
    about: str,
    reason: str,
) -> None:
    body: dict[str, object] = {"about": about, "verdict": random.choice(WORDS), "reason": reason}
    while not stop.is_set():
        said = _sent(client, "decisions", body, {"If-Match": f'"{seen[about]}"'})
        if said is None:
            heard.unheard += 1
            stop.wait(random.uniform(0.2, 1))
            continue  # nobody knows whether it was written: the same again
        if said.status_code == 201:
            number = said.json()["number"]
            seen[about] = number
            heard.decisions.append((number, about, reason))
            return
        told = said.json()
        seen[about] = told["theirs"]["version"]
        heard.conflicts += 1
        return  # a person reads both, and decides anew


def _write(
    client: httpx2.Client,
    heard: Heard,
    stop: threading.Event,
    *,
    about: str,
    text: str,
    private: bool,
) -> None:
    body = {"about": about, "text": text, "private": private}
    key = {"Idempotency-Key": text.replace(" ", "-").replace(",", "")}
    while not stop.is_set():
        said = _sent(client, "comments", body, key)
        if said is not None:
            heard.comments.append((said.json()["id"], text, private))
            return
        heard.unheard += 1
        stop.wait(random.uniform(0.2, 1))


def _sent(
    client: httpx2.Client, path: str, body: dict[str, object], headers: dict[str, str]
) -> httpx2.Response | None:
    try:
        said = client.post(path, json=body, headers=headers)
    except httpx2.TransportError:
        return None
    if said.status_code not in (201, 412):
        raise AssertionError(f"{said.status_code} {said.text}")
    return said


def find_wrong(database: Database, assessment: str, heard: list[Heard]) -> Iterator[str]:
    """Everything acknowledged that is not there as it was told, and everything that is twice."""
    with database.read() as db:
        decided = {
            row.number: row
            for row in db.sql.execute(
                select(decision).where(decision.c.assessment_id == assessment)
            )
        }
        written = {
            row.id: row
            for row in db.sql.execute(select(comment).where(comment.c.assessment_id == assessment))
        }
        logged = Counter(
            row.action
            for row in db.sql.execute(
                select(audit.c.action).where(audit.c.stream == f"assessment/{assessment}")
            )
        )
    for said, number in Counter(row.reason for row in decided.values()).items():
        if number > 1:
            yield f"{said!r} was decided {number} times"
    for said, number in Counter(row.text for row in written.values()).items():
        if number > 1:
            yield f"{said!r} was written {number} times"
    for one in heard:
        for number, about, reason in one.decisions:
            told = decided.get(number)
            if told is None or (told.about, told.reason, told.by) != (about, reason, one.person):
                yield f"{about}: decision {number}, {reason!r}, was acknowledged and is not there"
        for name, text, private in one.comments:
            row = written.get(name)
            if row is None or (row.text, row.private, row.by) != (text, private, one.person):
                yield f"comment {text!r} was acknowledged and is not there"
    for action, number in (("decided", len(decided)), ("commented", len(written))):
        if logged[action] != number:
            yield f"log: {logged[action]} lines of {number} that were {action}"
    yield from find_damage(database)


def main() -> None:
    """Runs it on both databases and tells how it went; ends with 1 if a word was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    asked = parser.parse_args()
    wrong = 0
    with both_databases() as databases:
        for name, database in databases.items():
            if asked.only not in (None, name):
                continue
            out = soak(
                database,
                seconds=asked.seconds,
                reviewers=asked.reviewers,
                workers=asked.workers,
            )
            print(
                f"{name}: {asked.reviewers} reviewers, {asked.seconds:.0f} s, server killed "
                f"{out.kills} times; acknowledged {out.decisions} decisions and {out.comments} "
                f"comments and notes, conflicts {out.conflicts}, no answer {out.unheard}; wrong: "
                f"{len(out.wrong)}"
            )
            print(*out.wrong[:20], sep="\n")
            wrong += len(out.wrong)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
