"""A review from end to end: decided, changes asked for, submitted again, signed off, replayed."""

import json

import pytest

from api.db.checks import find_damage
from api.db.tables import audit
from api.errors import Locked, Stale, Unusable
from api.review.deciding import agree_with_machine, decide
from api.review.differing import differences
from api.review.reading import open_submitted_file, review_result
from api.review.reporting import previous_result, scored_for_report, scored_review
from api.review.requesting import read_request, requests
from api.review.signing import read_sign_off, reopen, replay, seal_of, sign_off
from api.review.views import LineState, Word
from api.services import tell
from api.workspace.answering import save_answer
from api.workspace.locker import remove_evidence
from api.workspace.reading import read_assessment
from api.workspace.submitting import read_submission
from api.workspace.talking import decisions
from api.workspace.views import Status
from assessment.results import Verdict
from reports.i18n import load_language
from tests.api.databases import World
from tests.api.review.acting import agree_with_all, ask, line_of, review_of, say, submit_again
from tests.api.review.conftest import DAY


def test_a_review_goes_all_the_way(city: World):
    name = city.assessment.id
    before = review_of(city)
    with city.database.write() as db:
        agreed = agree_with_machine(db, city.coach, name, version=None)
    say(city, "rdc7-awards", Word.NOT_MET, "The register stops in May.")
    after = review_of(city)

    assert before.agreeable == len(agreed) > 40
    assert (before.decided, after.decided) == (0, len(agreed))
    assert after.lenses.confirmed.points.guaranteed > before.lenses.confirmed.points.guaranteed
    assert line_of(city, "rdc7-awards").confirmed is Verdict.NOT_MET

    ask(city, rdc7_awards="Publish June to October as well, please.")
    with city.database.read() as db:
        request = read_request(db, city.lead, name)
    assert request is not None
    assert request.saw["rdc7-awards"].reason == "The register stops in May."
    with city.database.write() as db:
        save_answer(db, city.lead, name, "rdc7-awards", 91, version=1)
    submit_again(city)
    with city.database.read() as db:
        found = differences(db, city.coach, name)
        told = requests(db, city.lead, name)

    assert [one.about for one in found.lines] == ["rdc7-awards"]
    assert found.lines[0].asked == "Publish June to October as well, please."
    assert (found.lines[0].answer_before, found.lines[0].answer_after) == (97, 91)
    assert (found.untouched, told[0].answered_by) == ((), 2)
    assert line_of(city, "rdc7-awards").state is LineState.CHANGED
    assert review_of(city).decided == after.decided - 1

    say(city, "rdc7-awards", Word.MET, "All of it is there now.")
    agree_with_all(city)
    with city.database.write() as db:
        signed = sign_off(db, city.coach, name, version=None)
    with city.database.read() as db:
        assert read_sign_off(db, city.lead, name) == signed
        handed_in = read_submission(db, city.coach, name, 2).view
        line = db.sql.execute(audit.select().where(audit.c.action == "signed_off")).one()
        last = review_result(db, city.coach, name)
    assert handed_in.submission_digest == signed.submission_digest
    assert line.about["seal"] == signed.seal
    assert last.lenses.confirmed.points.guaranteed == last.lenses.evidenced.points.guaranteed
    assert find_damage(city.database) == []


def test_what_was_signed_is_told_and_comes_out_the_same_again(city: World):
    name = city.assessment.id
    agree_with_all(city)
    ask(city, RDC7="Tell us more.")
    submit_again(city)
    with city.database.write() as db:
        signed = sign_off(db, city.coach, name, version=None, note="Well done.")

    with city.database.read() as db:
        last, first = replay(db, city.lead, name), replay(db, city.lead, name, 1)
        found = differences(db, city.coach, name)
        scored = scored_for_report(db, city.lead, name, on=None)
        other_day = scored_for_report(db, city.lead, name, on=DAY)
        earlier = previous_result(db, city.coach, name)
    report = tell(scored, load_language("es"))

    assert (last.same, first.same) == (True, True)
    assert last.stored == signed.result_digest != first.stored
    assert (found.lines, found.untouched) == ((), ("RDC7",))
    assert "Coach" in report.status
    assert signed.seal in [entry.text for entry in report.method.identity]
    assert (scored.assessment.on, other_day.signed) == (DAY, None)
    assert scored.assessment.lenses == other_day.assessment.lenses
    assert earlier is not None
    assert earlier.submission.city == scored.assessment.submission.city


def test_a_seal_fits_no_other_decisions():
    decision = {"about": "a", "verdict": "met", "reason": "Seen."}
    sealed = seal_of(["submission", [decision], "result"])

    assert sealed != seal_of(["submission", [{**decision, "verdict": "not_met"}], "result"])
    assert sealed == seal_of(json.loads(json.dumps(["submission", [decision], "result"])))


def test_signing_needs_every_decision_and_ends_all_changes(city: World):
    name = city.assessment.id
    with pytest.raises(Unusable, match="undecided"), city.database.write() as db:
        sign_off(db, city.coach, name, version=None)
    agree_with_all(city)
    with pytest.raises(Stale), city.database.write() as db:
        sign_off(db, city.coach, name, version=1)
    with city.database.write() as db:
        sign_off(db, city.coach, name, version=review_of(city).assessment.version)

    with pytest.raises(Locked):
        say(city, "rdc7-awards", Word.NOT_MET, "On second thought.")
    with pytest.raises(Locked):
        ask(city, rdc7_awards="Something else")
    with pytest.raises(Locked), city.database.write() as db:
        save_answer(db, city.lead, name, "rdc7-awards", 1, version=1)


def test_opening_again_needs_a_reason_and_says_for_whom(city: World):
    name = city.assessment.id
    agree_with_all(city)
    with city.database.write() as db:
        sign_off(db, city.coach, name, version=None)
    for reason in ("", "  ", "x" * 5_000):
        with pytest.raises(Unusable, match="reason"), city.database.write() as db:
            reopen(db, city.coach, name, reason=reason, version=None)

    with city.database.write() as db:
        reopen(db, city.coach, name, reason="I read the wrong year.", version=None, to="review")
    say(city, "rdc7-awards", Word.NOT_MET, "It is of last year.")
    with city.database.read() as db:
        assert read_sign_off(db, city.lead, name) is None
    with city.database.write() as db:
        reopen(db, city.staff, name, reason="The team found more.", version=None)
        assert read_assessment(db, city.lead, name).status is Status.OPEN
        save_answer(db, city.member, name, "rdc7-awards", 1, version=1)
    with pytest.raises(Unusable, match="not_handed_in"):
        say(city, "rdc7-awards", Word.MET, "It is there.")
    with pytest.raises(Unusable, match="not_submitted"), city.database.write() as db:
        reopen(db, city.coach, name, reason="Once more", version=None)


def test_words_that_differ_from_the_machine_need_a_reason(city: World):
    name = city.assessment.id

    def word(about: str, verdict: Word | None, reason: str = "", version: int | None = None):
        with city.database.write() as db:
            return decide(
                db,
                city.coach,
                name,
                about=about,
                verdict=verdict,
                reason=reason,
                version=version,
            )

    assert word("rdc7-awards", Word.MET).verdict == Word.AGREE
    for verdict in (Word.NOT_MET, Word.NEEDS_PROOF):
        with pytest.raises(Unusable, match="reason_missing"):
            word("rdc7-awards", verdict, " .")
    first = word("rdc7-awards", Word.NEEDS_PROOF, "Show me")
    assert word("rdc7-awards", Word.NEEDS_PROOF, "Show me ") == first, "the same again is no change"
    assert line_of(city, "rdc7-awards").confirmed is Verdict.NEEDS_REVIEW
    assert word("rdc7-awards", None).verdict is None
    assert line_of(city, "rdc7-awards").state is LineState.OPEN
    assert word("rdc7-awards", None).number > first.number


def test_a_file_is_there_as_it_was_handed_in(city: World):
    name = city.assessment.id
    piece = next(one for one in review_of(city).lines if one.about == "rdc7-awards").evidence[0]
    with city.database.write() as db:
        reopen(db, city.coach, name, reason="You asked for it", version=None)
        remove_evidence(db, city.lead, name, piece, version=None)

    with city.database.read() as db:
        found = open_submitted_file(db, city.coach, name, 1, piece)
    assert found.path.stat().st_size == found.size > 0


def test_two_coaches_at_once_lose_nothing(world: World):
    """On both databases: the second one sees what the first has said."""
    name = world.assessment.id
    with world.database.write() as db:
        save_answer(db, world.lead, name, "rdc7-awards", 95, version=0)
    submit_again(world)
    say(world, "rdc7-awards", Word.NEEDS_PROOF, "Show me, please.")

    with pytest.raises(Stale) as caught, world.database.write() as db:
        decide(
            db,
            world.coach,
            name,
            about="rdc7-awards",
            verdict=Word.MET,
            reason="I saw it.",
            version=0,
        )
    with world.database.read() as db:
        assert [one.reason for one in decisions(db, world.coach, name)] == ["Show me, please."]
        scored = scored_review(db, world.coach, name)
    assert caught.value.theirs.value == {"verdict": "needs_proof", "reason": "Show me, please."}
    assert caught.value.mine.value == {"verdict": "met", "reason": "I saw it."}
    assert scored.submission is not None
    assert [one.about for one in scored.submission.decisions] == ["rdc7-awards"]
