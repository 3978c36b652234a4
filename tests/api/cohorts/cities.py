"""Cities that have handed in, by the dozen: made up, and put into a database as `submit` would."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import msgspec
from sqlalchemy import insert

from api.accounts.actor import Actor
from api.db import Database
from api.db.columns import new_id
from api.db.tables import assessment, city, submission
from api.workspace.library import rubric_named
from api.workspace.submitting import snapshot_of
from assessment.details import with_details
from assessment.engine import ENGINE_VERSION, assess
from assessment.submission import Submission
from rubrics.schema import Rubric
from tests.submissions import perfect_submission, validated

RUBRIC = "wwc-2022"
PLACES = (
    *(("MX", "Jalisco", "es"), ("MX", "Oaxaca", "es"), ("CO", "Cauca", "es"), ("CO", None, "es")),
    *(("BR", "Bahia", "pt"), ("BR", "Pernambuco", "pt"), ("US", "Texas", "en"), ("US", None, "en")),
)
SIZES = (24_000, 48_000, 88_000, 120_000, 310_000, 640_000, 1_400_000)


def fill(
    database: Database,
    staff: Actor,
    count: int,
    *,
    last: date,
    seed: int = 0,
    results: Sequence[int] = (2, 3, 2),
    start: int = 0,
    spread: int = 6,
) -> None:
    """So many cities; each hands in two results or three, nine days apart, up to a day."""
    random, rubric = Random(seed), rubric_named(RUBRIC).rubric
    with database.write() as db:
        for number in range(start, start + count):
            place = PLACES[number % len(PLACES)]
            told = {
                "name": f"{('Alta', 'Bella', 'Clara', 'Dorada')[number % 4]} {number:03d}",
                "country": place[0],
                "region": place[1],
                "population": SIZES[random.randrange(len(SIZES))],
            }
            home = {"id": new_id(), "key": str(number), **told, "language": place[2]}
            db.sql.execute(insert(city), {**home, "version": 1, "created_at": db.now})
            made = _assessment(staff, home, rubric, db.now)
            db.sql.execute(insert(assessment), made)
            days = _days(last, results[number % len(results)], random, spread)
            for nth, day in enumerate(days, 1):
                handed_in = _handed_in(rubric, told, nth, last, random)
                row = _row(rubric, handed_in, nth, day, after=timedelta(seconds=9 * number + nth))
                own = {"assessment_id": made["id"], "by": staff.id}
                db.sql.execute(insert(submission), {**row, **own})


def _days(last: date, count: int, random: Random, spread: int) -> Iterator[date]:
    start = last - timedelta(days=random.randrange(spread))
    for back in reversed(range(count)):
        yield start - timedelta(days=9 * back)


def _assessment(
    staff: Actor, home: dict[str, Any], rubric: Rubric, now: datetime
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "city_id": home["id"],
        "title": "2025",
        "rubric": rubric.id,
        "edition": rubric.edition,
        "digest": rubric.digest,
        "sprint": "oct-2025",
        "cohort": "en" if home["language"] == "en" else "es",
        "status": "submitted",
        "version": 1,
        "created_at": now,
        "created_by": staff.id,
        "changed_at": now,
        "changed_by": staff.id,
    }


def _handed_in(
    rubric: Rubric, told: dict[str, Any], nth: int, last: date, random: Random
) -> Submission:
    # Perfect dates are as old as they may be: on the last day all that is there still counts.
    data: dict[str, Any] = {**perfect_submission(rubric, on=last), "city": told}
    names = list(rubric.requirements)
    open_ = set(random.sample(names, random.choice((1, 2, 3, 4, 6, 9, 14)) // nth))
    unproven = set(random.sample(names, random.choice((0, 1, 2, 3, 5)) // nth))
    data["answers"] = {k: v for k, v in data["answers"].items() if k not in open_}
    data["evidence"] = [e for e in data["evidence"] if not unproven.intersection(e["serves"])]
    codes = [c.id for c in rubric.criteria if not c.assessed]
    met = random.sample(codes, random.randrange(6, 34))
    no = [code for code in codes if code not in met and random.random() < 0.6]
    data["declared"] = {**data["declared"], "met": met, "not_met": no}
    return validated(rubric, data)


def _row(
    rubric: Rubric, handed_in: Submission, nth: int, day: date, *, after: timedelta
) -> dict[str, Any]:
    result = with_details(rubric, handed_in, assess(rubric, handed_in, on=day))
    return {
        "number": nth,
        "version": nth,
        "rubric": rubric.id,
        "edition": rubric.edition,
        "rubric_digest": rubric.digest,
        "submission_digest": result.submission.digest,
        "engine_version": ENGINE_VERSION,
        "on": day.isoformat(),
        "snapshot": snapshot_of(handed_in).decode(),
        "result": msgspec.json.encode(result).decode(),
        "at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + after,
    }
