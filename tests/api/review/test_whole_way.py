"""A review from end to end: decided, changes asked for, submitted again, signed off, replayed."""

from datetime import timedelta

from api.db.audit import assessment_stream, head
from api.review.deciding import agree_with_machine, decide
from api.review.differing import differences
from api.review.reading import read_review, review_result
from api.review.requesting import request_changes, requests
from api.review.signing import read_sign_off, replay, sign_off
from api.review.views import LineState, Review, ReviewLine, Word
from api.workspace.answering import save_answer
from api.workspace.submitting import read_submission, submit
from assessment.results import Verdict
from tests.api.databases import World
from tests.api.review.conftest import DAY


def line(review: Review, about: str) -> ReviewLine:
    return next(one for one in review.lines if one.about == about)


def review_of(city: World) -> Review:
    with city.database.read() as db:
        return read_review(db, city.coach, city.assessment.id)


def word(city: World, about: str, verdict: Word | None, reason: str = "", version: int = 0) -> None:
    with city.database.write() as db:
        decide(
            db,
            city.coach,
            city.assessment.id,
            about=about,
            verdict=verdict,
            reason=reason,
            version=version,
        )


def ask(city: World, **asks: str) -> None:
    with city.database.write() as db:
        told = {name.replace("_", "-"): text for name, text in asks.items()}
        due = db.now.date() + timedelta(days=14)
        request_changes(db, city.coach, city.assessment.id, asks=told, due=due, version=None)


def finish(city: World) -> None:
    """Agrees with the machine wherever something still waits."""
    with city.database.write() as db:
        agree_with_machine(db, city.coach, city.assessment.id)
    for one in review_of(city).lines:
        if one.state is not LineState.DECIDED and one.evidenced != Verdict.NOT_MET:
            word(city, one.about, Word.AGREE, version=one.version)


def test_a_review_goes_all_the_way(city: World):
    name = city.assessment.id
    before = review_of(city)

    with city.database.write() as db:
        agreed = agree_with_machine(db, city.coach, name)
    word(
        city,
        "rdc7-awards",
        Word.NOT_MET,
        "The register stops in May.",
        line(review_of(city), "rdc7-awards").version,
    )
    after = review_of(city)

    assert before.agreeable == len(agreed) > 40
    assert (before.decided, after.decided) == (0, len(agreed))
    assert line(before, "rdc7-awards").confirmed is Verdict.NEEDS_REVIEW
    assert line(after, "rdc7-awards").confirmed is Verdict.NOT_MET
    assert after.lenses.confirmed.points.guaranteed > before.lenses.confirmed.points.guaranteed

    ask(city, rdc7_awards="Publish June to October as well, please.")
    with city.database.write() as db:
        saved = save_answer(db, city.lead, name, "rdc7-awards", 91, version=1)
    with city.database.write() as db:
        submit(db, city.lead, name, version=None, on=DAY)
    with city.database.read() as db:
        found = differences(db, city.coach, name)
        told = requests(db, city.lead, name)
    again = review_of(city)

    assert saved.changed
    assert [one.about for one in found.lines] == ["rdc7-awards"]
    assert found.lines[0].asked == "Publish June to October as well, please."
    assert (found.lines[0].answer_before, found.lines[0].answer_after) == (97, 91)
    assert told[0].answered_by == 2
    assert line(again, "rdc7-awards").state is LineState.CHANGED
    assert line(again, "rdc7-awards").changed
    assert again.decided == after.decided - 1

    word(
        city, "rdc7-awards", Word.MET, "All of it is there now.", line(again, "rdc7-awards").version
    )
    finish(city)
    with city.database.write() as db:
        signed = sign_off(db, city.coach, name, version=None)
        ends = head(db.sql, assessment_stream(name))
    with city.database.read() as db:
        assert read_sign_off(db, city.lead, name) == signed
        assert replay(db, city.lead, name).same
        assert replay(db, city.lead, name, 1).same
        assert review_result(db, city.coach, name).lenses.confirmed.points.guaranteed > 0
        assert read_submission(db, city.coach, name, 2).view.submission_digest == (
            signed.submission_digest
        )
        assert head(db.sql, assessment_stream(name)) == ends


def before_number(city: World) -> int:
    return line(review_of(city), "rdc7-awards").version
