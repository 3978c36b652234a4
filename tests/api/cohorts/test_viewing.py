"""Cohorts out of the database: equal to what the engine says, and nobody's without the right."""

import io
from collections import Counter
from datetime import date, timedelta
from itertools import product

import msgspec
import openpyxl
import pytest
from sqlalchemy import select, update

from api.accounts.actor import Actor, Role
from api.cohorts.choosing import EVERY_CITY, Choice, cohort_named, conditions_of
from api.cohorts.exporting import CohortKind, export_cohort, record_taken
from api.cohorts.gathering import gather, read_snapshot
from api.cohorts.saving import remove_view, save_view, saved_views
from api.cohorts.viewing import list_cohorts, view_cohort
from api.db import Database
from api.db.tables import assessment, audit, city, submission
from api.errors import AlreadyThere, NotAllowed, NotThere, Unusable
from api.workspace.library import rubric_named
from assessment.cohort import Cohort, cohort_of
from assessment.details import with_details
from assessment.engine import assess
from assessment.grouping import MIN_GROUP
from assessment.members import Member, member_of
from reports.i18n import load_language
from tests.api.cohorts.cities import RUBRIC, fill
from tests.api.cohorts.conftest import DAY, somebody


def judged_anew(database: Database) -> list[Member]:
    """Every city by the engine itself, from the last thing that it handed in."""
    rubric = rubric_named(RUBRIC).rubric
    query = (
        select(submission.c.snapshot, city)
        .select_from(submission.join(assessment).join(city))
        .order_by(submission.c.at)
    )
    with database.read() as db:
        rows = {row.id: row for row in db.sql.execute(query)}
    members = []
    for row in rows.values():
        handed_in = read_snapshot(rubric, row.snapshot, same=True)
        result = with_details(rubric, handed_in, assess(rubric, handed_in, on=DAY))
        members.append(member_of(rubric, handed_in, result, language=row.language))
    return members


def plain(cohort: Cohort) -> object:
    """Without what is told of all results, and not of the last ones."""
    return msgspec.to_builtins(msgspec.structs.replace(cohort, weeks=(), results=0))


def test_a_cohort_with_names_is_what_the_engine_says(full):
    database, staff, _ = full
    members = judged_anew(database)
    rubric = rubric_named(RUBRIC).rubric

    with database.read() as db:
        whole = view_cohort(db, staff, "all", named=True).cohort
        spanish = view_cohort(db, staff, "oct-2025.es", Choice(language="es"), named=True).cohort

    assert plain(whole) == plain(cohort_of(rubric, members, on=DAY, named=True))
    own = [one for one in members if one.language == "es"]
    assert 0 < len(own) < len(members)
    assert plain(spanish) == plain(cohort_of(rubric, own, on=DAY, named=True))
    assert whole.results == 70
    assert len(whole.weeks) > 2
    assert whole.weeks[-1].cities == whole.count == 30


def test_a_result_that_is_kept_is_what_its_submission_gives(full):
    """On its own day a submission is not judged again; that must make no difference."""
    database, _, _ = full
    rubric = rubric_named(RUBRIC).rubric
    with database.read() as db:
        row = db.sql.execute(select(submission)).first()
        found = gather(db, rubric, on=DAY, min_group=None)
    handed_in = read_snapshot(rubric, row.snapshot, same=True)
    on = date.fromisoformat(row.on)
    told = member_of(
        rubric, handed_in, with_details(rubric, handed_in, assess(rubric, handed_in, on=on))
    )

    kept = next(m for e in found.entries for m in e.history if m.digest == row.submission_digest)

    assert msgspec.structs.replace(told, language=kept.language) == kept


def test_without_names_nothing_is_told_that_could_be_subtracted(full):
    database, _, coach = full
    values = {
        "language": (None, "es", "pt", "en"),
        "country": (None, "MX", "CO", "BR", "US"),
        "tier": (None, "none", "silver"),
        "lacks": (None, "RDC7"),
    }
    cohorts = []
    with database.read() as db:
        for told in product(*values.values()):
            choice = Choice(**dict(zip(values, told, strict=True)))
            cohorts.append(view_cohort(db, coach, "all", choice, named=False).cohort)

    assert {one.count for one in cohorts} > {0, 30}
    points = [
        Counter(dict(one.points[1].guaranteed)) if one.points else Counter() for one in cohorts
    ]
    for one, other in product(points, repeat=2):
        left = one - other
        if other <= one:  # one choice within another: what is subtracted is a group, or nothing
            assert left.total() == 0 or left.total() >= MIN_GROUP
    for cohort in cohorts:
        text = msgspec.json.encode(cohort).decode()
        assert not any(name in text for name in ("Alta", "Bella", "Clara", "Dorada"))
        sizes = [g.cities for c in cohort.comparisons for g in c.groups]
        sizes += [week.cities for week in cohort.weeks]
        assert all(size >= MIN_GROUP for size in sizes)


def test_without_names_one_new_result_changes_nothing(full):
    database, staff, coach = full

    def shown(who: Actor, *, named: bool) -> Cohort:
        with database.read() as db:
            return view_cohort(db, who, "all", named=named).cohort

    before = shown(coach, named=False), shown(staff, named=True)
    fill(database, staff, 1, last=DAY, seed=7, results=(1,), start=100, spread=1)
    after = shown(coach, named=False), shown(staff, named=True)

    assert after[0] == before[0]
    assert after[1].count == before[1].count + 1


def test_who_may_see_what(full):
    database, staff, coach = full
    with database.read() as db:
        home = db.sql.execute(select(city.c.id)).scalars().first()
    lead = somebody(database, "lea", Role.TEAM_LEAD, scope=str(home))

    with database.read() as db:
        assert list_cohorts(db, staff)[0].cities == 30
        assert view_cohort(db, coach, "all", named=False).cohort.cities == ()
        with pytest.raises(NotAllowed):
            view_cohort(db, coach, "all", named=True)
        with pytest.raises(NotAllowed):
            view_cohort(db, lead, "all", named=False)
        with pytest.raises(NotAllowed):
            list_cohorts(db, lead)
        with pytest.raises(NotThere):
            view_cohort(db, staff, "oct-1999", named=True)
        with pytest.raises(Unusable):
            view_cohort(db, coach, "all", named=False, on=DAY - timedelta(days=1))
        for day in (date.min, date.max):  # from which nobody can count on
            with pytest.raises(Unusable):
                view_cohort(db, staff, "all", named=True, on=day)


def test_a_cohort_of_few_is_withheld_without_names(full):
    database, _, coach = full

    with database.read() as db:
        lines = {line.name: line.cities for line in list_cohorts(db, coach)}
        few = view_cohort(db, coach, "oct-2024", named=False).cohort

    assert lines["oct-2024"] is None
    assert (few.count, few.withheld, few.requirements) == (0, True, ())


def test_what_an_older_rubric_judged_is_judged_as_far_as_it_is_known(full):
    database, staff, _ = full
    with database.engine.begin() as sql:
        for trigger in sql.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'submission'"
        ).scalars():
            sql.exec_driver_sql(f"DROP TRIGGER {trigger}")
        sql.execute(update(submission).values(rubric_digest="0" * 64))
        first = sql.execute(select(submission)).first()
        told = msgspec.json.decode(first.snapshot)
        told["answers"]["rdc7-gone"] = True
        own = submission.c.assessment_id == first.assessment_id
        sql.execute(
            update(submission).where(own).values(snapshot=msgspec.json.encode(told).decode())
        )

    with database.read() as db:
        view = view_cohort(db, staff, "all", named=True, on=DAY)

    assert view.cohort.count == 30
    assert view.unread == ()


def test_views_are_kept_for_whoever_keeps_them(full):
    database, staff, coach = full
    choice = Choice(language="es", lacks="RDC7")

    with database.write() as db:
        made = save_view(db, staff, name=" Mine ", cohort="all", choice=choice, named=True)
        with pytest.raises(AlreadyThere):
            save_view(db, staff, name="Mine", cohort="all", choice=choice, named=False)
        with pytest.raises(Unusable):
            save_view(db, staff, name=" ", cohort="all", choice=choice, named=False)
        with pytest.raises(NotThere):
            save_view(db, staff, name="Other", cohort="x", choice=choice, named=False)
        with pytest.raises(NotAllowed):
            save_view(db, coach, name="Mine", cohort="all", choice=choice, named=True)
        assert saved_views(db, coach) == ()
        with pytest.raises(NotThere):
            remove_view(db, coach, made.id)
        assert saved_views(db, staff) == (made,)
        assert (made.name, made.choice, made.named) == ("Mine", choice, True)
        remove_view(db, staff, made.id)
        assert saved_views(db, staff) == ()


def test_nobody_keeps_more_views_than_they_find_again(full, monkeypatch):
    database, staff, _ = full
    monkeypatch.setattr("api.cohorts.saving.MAX_VIEWS", 1)

    with database.write() as db:
        save_view(db, staff, name="One", cohort="all", choice=EVERY_CITY, named=False)
        with pytest.raises(Unusable):
            save_view(db, staff, name="Two", cohort="all", choice=EVERY_CITY, named=False)


def test_what_is_met_and_lacked_at_once_is_nobody():
    both = Choice(criterion="RDC7", lacks="RDC7")

    assert conditions_of(cohort_named("all"), both) == {"RDC7": frozenset()}


@pytest.mark.parametrize("named", [True, False])
def test_files_name_cities_only_where_the_view_does(full, named):
    database, staff, _ = full
    language = load_language("es")
    with database.read() as db:
        view = view_cohort(db, staff, "all", named=named)

    def made(kind: CohortKind) -> bytes:
        return export_cohort(view, kind, language, printed=lambda _: b"").content

    book = openpyxl.load_workbook(io.BytesIO(made(CohortKind.XLSX)))
    cells = [str(c) for sheet in book for row in sheet.values for c in row if c is not None]
    texts = ["\n".join(cells), made(CohortKind.CSV).decode(), made(CohortKind.HTML).decode()]
    texts.append(made(CohortKind.JSON).decode())
    assert [("Alta 000" in text) for text in texts] == [named, False, named, named]
    assert ("Ciudades" in book.sheetnames) is named
    assert "Semana a semana" in book.sheetnames
    if named:
        assert made(CohortKind.CSV_CITIES).decode("utf-8-sig").count("\n") == 31
    else:
        with pytest.raises(Unusable):
            made(CohortKind.CSV_CITIES)


def test_who_takes_names_away_stands_in_the_log(full):
    database, staff, coach = full
    with database.write() as db:
        for named in (False, True):
            view = view_cohort(db, staff, "all", named=named)
            record_taken(db, staff, view, CohortKind.XLSX)
        with pytest.raises(NotAllowed):
            record_taken(db, coach, view, CohortKind.XLSX)
        taken = select(audit).where(audit.c.action == "cohort.taken")
        rows = db.sql.execute(taken).all()

    assert [(row.by, row.about["cities"]) for row in rows] == [(staff.id, 30)]


def test_levels_that_are_chosen_are_those_that_are_shown(full):
    database, staff, _ = full

    with database.read() as db:
        met = view_cohort(db, staff, "all", Choice(criterion="RDC8"), named=True)
        lacks = view_cohort(db, staff, "all", Choice(lacks="RDC8"), named=True)
        silver = view_cohort(db, staff, "all", Choice(tier="silver"), named=True)

    assert met.cohort.count + lacks.cohort.count == 30
    assert all("RDC8" in line.met for line in met.cohort.cities)
    assert all(line.tier == "silver" for line in silver.cohort.cities)
    assert met.cohort.eligible <= met.cohort.count
