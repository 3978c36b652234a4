"""Second readings, agreement between coaches, and where coaches and the machine do not agree."""

import json
from datetime import date

import pytest

from api.errors import NotAllowed, Stale, StillBlind, Unusable
from api.review.assigning import assign
from api.review.calibrating import agreement, machine_disagreements
from api.review.calibration_files import disagreements_csv, machine_csv
from api.review.deciding import agree_with_machine
from api.review.queue import load_of_coaches, queue
from api.review.second import finish_reading, give_opinion, read_reading, start_reading
from api.review.sessions import sessions_ahead
from api.review.threads import threads
from api.review.views import LineState, Order, Word
from api.workspace.answering import save_answer
from api.workspace.starting import start_assessment
from api.workspace.submitting import submit
from api.workspace.talking import activity, decisions, write_comment
from api.workspace.views import Part, Status
from assessment.results import Verdict
from reports.i18n import load_language
from tests.api.databases import World
from tests.api.review.acting import ask, line_of, review_of, say
from tests.api.review.conftest import DAY


def opinion(city: World, about: str, word: Word, reason: str = "", version: int = 0) -> None:
    with city.database.write() as db:
        give_opinion(
            db,
            city.second,
            city.assessment.id,
            about=about,
            verdict=word,
            reason=reason,
            version=version,
        )


def test_a_second_reading_is_blind_until_it_is_finished(city: World):
    name, second = city.assessment.id, city.second
    say(city, "rdc7-awards", Word.NOT_MET, "It stops in May.")
    with city.database.write() as db:
        write_comment(
            db, city.coach, name, about="rdc7-awards", text="It stops in May", private=True
        )
        with pytest.raises(Unusable, match="own_review"):
            start_reading(db, city.coach, name)
        with pytest.raises(Unusable, match="no_reading"):
            finish_reading(db, second, name)
    with pytest.raises(Unusable, match="no_reading"):
        opinion(city, "rdc7-awards", Word.AGREE)
    with city.database.write() as db:
        assert start_reading(db, second, name) == start_reading(db, second, name)

    seen = review_of(city, "second")
    with city.database.read() as db:
        for closed in (decisions, threads, activity):
            with pytest.raises(StillBlind):
                closed(db, second, name)
    assert (seen.blind, seen.decided) == (True, 0)
    assert {one.state for one in seen.lines} == {LineState.OPEN}
    assert Verdict.NOT_MET not in {one.confirmed for one in seen.lines if one.evidenced == "met"}
    with pytest.raises(StillBlind), city.database.write() as db:
        agree_with_machine(db, second, name, version=None)

    opinion(city, "rdc7-awards", Word.MET)
    opinion(city, "rdc7-awards", Word.MET)  # the same again
    with pytest.raises(Stale):
        opinion(city, "rdc7-awards", Word.NOT_MET, "I looked again.")
    opinion(city, "rdc7-awards", Word.NEEDS_PROOF, "I looked again.", version=1)
    with city.database.write() as db:
        finish_reading(db, second, name)
        done = finish_reading(db, second, name)
        assert read_reading(db, second, name) == done
        assert read_reading(db, city.coach, name) is None
        lead = [one.action for one in activity(db, city.lead, name).items]
    with pytest.raises(Unusable, match="reading_done"):
        opinion(city, "rdc7-policy", Word.AGREE)
    assert [(one.about, one.verdict) for one in done.opinions] == [("rdc7-awards", "needs_proof")]
    assert not {"reading.started", "opinion.given"} & set(lead), "no team hears of it"
    assert line_of(city, "rdc7-awards").confirmed is Verdict.NOT_MET, "an opinion decides nothing"


def test_agreement_and_disagreements_are_told(city: World):
    name = city.assessment.id
    with city.database.write() as db:
        agree_with_machine(db, city.coach, name, version=None)
    say(city, "rdc7-awards", Word.NOT_MET, "It stops in May.")
    say(city, "rdc7-policy", Word.NEEDS_PROOF, "Which page?")
    with city.database.write() as db:
        start_reading(db, city.second, name)
    for about in ("rdc7-awards", "rdc7-policy", "rdc7-data-map", "rdc7-licence"):
        opinion(city, about, Word.AGREE)
    with city.database.read() as db:
        assert agreement(db, city.staff).readings == 0, "an unfinished reading does not count"
    with city.database.write() as db:
        finish_reading(db, city.second, name)

    with city.database.read() as db:
        found = agreement(db, city.staff)
        machine = machine_disagreements(db, city.coach)
        assert agreement(db, city.staff, rubric="another").overall.cases == 0
    by_name = {one.about: one for one in found.requirements}
    assert (found.overall.cases, found.overall.agreed, found.readings) == (4, 2, 1)
    assert found.overall.kappa == pytest.approx(0.0)
    assert (by_name["rdc7-awards"].cases, by_name["rdc7-awards"].agreed) == (1, 0)
    assert by_name["rdc7-licence"].kappa is None
    assert [(one.about, one.first, one.second) for one in found.disagreements] == [
        ("rdc7-awards", "not_met", "met"),
        ("rdc7-policy", "needs_review", "met"),
    ]
    assert [(one.about, one.cases, one.differ, dict(one.turned)) for one in machine] == [
        ("rdc7-awards", 1, 1, {"met>not_met": 1}),
        ("rdc7-policy", 1, 1, {"met>needs_review": 1}),
    ]
    table = disagreements_csv(found, load_language("es")).decode("utf-8-sig").splitlines()
    assert len(table) == 3
    assert "It stops in May." in table[1]
    rows = machine_csv(machine, load_language("en")).decode("utf-8-sig").splitlines()
    assert rows[1].startswith("rdc7-awards,1,1,100")


def test_the_queue_begins_with_who_claims_much_and_proves_little(city: World):
    with city.database.write() as db:
        poor = start_assessment(
            db, city.lead, city_id=city.a.id, title="Poor", sprint="oct-2025", cohort="es"
        )
        for code in ("DM1", "DM2"):
            save_answer(db, city.lead, poor.id, code, "met", version=0, part=Part.DECLARED)
        submit(db, city.lead, poor.id, version=None, on=DAY)
        assign(db, city.staff, poor.id, city.second.id)
    with city.database.read() as db:
        found = queue(db, city.coach)
        by = {order: [i.assessment.title for i in queue(db, city.staff, order=order)]
              for order in Order}  # fmt: skip
        mine = queue(db, city.second, coach=city.second.id)
        nobodys = queue(db, city.coach, coach="nobody")
        of_cohort = queue(db, city.coach, cohort="es")
        load = load_of_coaches(db, city.staff)
        for who in (city.lead, city.other):
            with pytest.raises(NotAllowed):
                queue(db, who)
        assert queue(db, city.coach, city=city.b.id) == ()

    assert [(one.assessment.title, one.risk) for one in found] == [("Poor", 2), ("First", 1)]
    assert by[Order.AGE] == ["First", "Poor"]
    assert by[Order.COHORT] == ["First", "Poor"]
    assert [one.assessment.title for one in mine] == ["Poor"]
    assert [one.assessment.title for one in nobodys] == ["First"]
    assert [one.assessment.title for one in of_cohort] == ["Poor"]
    assert [(one.coach.name, one.waiting) for one in load] == [("Coach", 0), ("Second", 1)]

    ask(city, rdc7_awards="More, please.")
    with city.database.read() as db:
        assert [one.assessment.title for one in queue(db, city.coach)] == ["Poor"]
        (asked,) = queue(db, city.coach, status=Status.CHANGES_REQUESTED)
        ahead = sessions_ahead(db, city.coach, on=date(2025, 11, 3))
    assert asked.due is not None
    assert [(one.number, one.cohort, one.on) for one in ahead] == [
        (6, "es", date(2025, 11, 5)),
        (7, "es", date(2025, 11, 12)),
        (8, "es", date(2025, 11, 19)),
    ]
    assert all(one.cities[0].requirements for one in ahead), "there is something to bring"
    assert {one.cities[0].assessment for one in ahead} == {poor.id}


def test_reviews_of_other_cities_are_nobodys_business(city: World):
    with city.database.write() as db:
        submit(db, city.other, city.foreign.id, version=None, on=DAY)
    with city.database.read() as db:
        seen = [one.assessment.city.name for one in queue(db, city.coach)]
        every = [one.assessment.city.name for one in queue(db, city.staff)]
        told = json.dumps([one.about for one in agreement(db, city.coach).requirements])
    assert (seen, sorted(every), told) == (["Alta"], ["Alta", "Baja"], "[]")
