"""Handing in: what is unproven, a snapshot that stays, and what changed since the last one."""

import io
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from api.db.tables import answer
from api.errors import Locked, Stale
from api.evidence import EvidenceFileError
from api.review.signing import reopen
from api.services import score
from api.submissions import read_written
from api.workspace.advising import explain, make_plan, scored, what_if, what_would_change
from api.workspace.answering import save_answer
from api.workspace.exchanging import (
    export_submission,
    export_workbook,
    import_submission,
    import_written,
)
from api.workspace.judging import detailed, live, live_bytes
from api.workspace.reading import history, read_answers
from api.workspace.submitting import (
    checklist,
    difference,
    read_submission,
    submissions,
    submit,
)
from api.workspace.views import Part
from assessment.results import Verdict
from rubrics.loader import LIBRARY
from rubrics.problems import InputError
from tests.api.databases import World, make_world

DAY = date(2025, 11, 3)
FOLDER = LIBRARY / "wwc-2022/submissions/puerto-claro"
FILE = FOLDER / "submission.yaml"


@pytest.fixture
def city(sqlite) -> World:
    return make_world(sqlite)


@pytest.fixture
def filled(world: World) -> World:
    """The assessment of city A with everything that Puerto Claro hands in."""
    quiet = world.database.settings.model_copy(update={"fetch_links": False})
    world.database.settings = quiet
    given = read_written(str(FILE))
    import_written(world.database, world.lead, world.assessment.id, given, files=FOLDER)
    return world


def test_a_whole_submission_comes_in_and_is_judged_as_its_file_is(filled: World):
    expected = score(str(FILE), on=DAY).assessment

    with filled.database.read() as db:
        found = detailed(db, filled.lead, filled.assessment.id, on=DAY)

    assert found.lenses == expected.lenses
    assert [c.evidenced for c in found.criteria] == [c.evidenced for c in expected.criteria]
    assert found.key_figures == expected.key_figures


def test_a_submission_stays_as_it_was_and_reads_as_a_submission_file(filled: World, tmp_path: Path):
    here = (filled.lead, filled.assessment.id)
    with filled.database.write() as db:
        first = submit(db, *here, version=None, on=DAY)
    with filled.database.read() as db:
        told = read_submission(db, *here, first.number)
    (tmp_path / "snapshot.json").write_bytes(told.snapshot)

    again = score(str(tmp_path / "snapshot.json"), on=DAY, trust_facts=True).assessment

    assert again.submission.digest == first.submission_digest
    assert again.rubric == first.rubric
    assert again.lenses == first.lenses


def test_the_difference_tells_what_turned(filled: World):
    name = filled.assessment.id
    with filled.database.write() as db:
        submit(db, filled.lead, name, version=None, on=DAY)
        reopen(db, filled.coach, name, reason="Awards are missing", version=None)
    with filled.database.write() as db:
        save_answer(db, filled.lead, name, "rdc7-awards", 10, version=1)
    with filled.database.write() as db:
        submit(db, filled.lead, name, version=None, on=DAY)

    with filled.database.read() as db:
        found = difference(db, filled.coach, name, 1, 2)
        listed = submissions(db, filled.coach, name)

    assert [one.number for one in listed] == [2, 1]
    assert "rdc7-awards" in {change.id for change in found.slipped}


def test_whoever_hands_in_has_seen_the_last_version(filled: World):
    with pytest.raises(Stale), filled.database.write() as db:
        submit(db, filled.lead, filled.assessment.id, version=1, on=DAY)

    with filled.database.write() as db:
        submit(db, filled.lead, filled.assessment.id, version=None, on=DAY)
        with pytest.raises(Locked):
            submit(db, filled.lead, filled.assessment.id, version=None, on=DAY)


def test_the_checklist_names_what_is_unproven(city: World):
    name = city.assessment.id
    with city.database.write() as db:
        save_answer(db, city.lead, name, "rdc7-awards", 95, version=0)
        save_answer(db, city.lead, name, "no_evidence", value=True, version=0, part=Part.ABOUT)
        found = checklist(db, city.lead, name, on=DAY)

    assert found.unproven == ("rdc7-awards",)
    assert "rdc7-policy" in found.unanswered
    assert len(found.undeclared) == 41
    assert found.eligibility.verdict is Verdict.MET


# --- in and out -----------------------------------------------------------------------------------


def test_what_goes_out_comes_in_again(filled: World, tmp_path: Path):
    with filled.database.read() as db:
        book = export_workbook(db, filled.lead, filled.assessment.id, language="es")
        text = export_submission(db, filled.lead, filled.assessment.id)
        before = dict(read_answers(db, filled.lead, filled.assessment.id))

    for name, content in (("city.xlsx", book), ("city.yaml", text)):
        done = import_submission(
            filled.database,
            filled.lead,
            filled.assessment.id,
            io.BytesIO(content),
            filename=name,
            version=None,
        )
        assert (done.changed, done.added, done.missing) == (0, (), ())
        assert done.unchanged == 27 + 41 + 3
    with filled.database.read() as db:
        assert dict(read_answers(db, filled.lead, filled.assessment.id)) == before


def test_an_import_clears_nothing_and_names_files_that_are_missing(city: World):
    name = city.assessment.id
    with city.database.write() as db:
        save_answer(db, city.lead, name, "rdc7-licence", "cc_by", version=0)
    text = (
        b"rubric: wwc-2022\ncity: {name: X, country: CL}\n"
        b"answers: {rdc7-awards: 80, rdc7-licence: }\n"
        b"evidence: [{id: a, kind: policy, title: A, file: evidence/a.pdf}]\n"
    )

    done = import_submission(
        city.database, city.member, name, io.BytesIO(text), filename="a.yaml", version=None
    )

    assert (done.changed, done.missing) == (1, ("a",))
    with city.database.read() as db:
        answers = read_answers(db, city.member, name)
    assert answers["rdc7-licence"].value == "cc_by"
    assert answers["rdc7-awards"].by == city.member.person


def test_a_workbook_puts_nothing_back_that_others_changed_since(city: World):
    name = city.assessment.id
    with city.database.write() as db:
        save_answer(db, city.lead, name, "rdc7-awards", 80, version=0)
        save_answer(db, city.lead, name, "rdc7-licence", "cc_by", version=0)
        book = export_workbook(db, city.lead, name, language="es")
    with city.database.write() as db:
        save_answer(db, city.member, name, "rdc7-awards", 95, version=1)

    done = import_submission(
        city.database,
        city.lead,
        name,
        io.BytesIO(book),
        filename="city.xlsx",
        version=None,
    )

    assert done.changed == 0
    with city.database.read() as db:
        assert read_answers(db, city.lead, name)["rdc7-awards"].value == 95


def test_a_wrong_file_says_where_and_changes_nothing(city: World):
    text = (
        b"rubric: wwc-2022\ncity: {name: X, country: CL}\nanswers: {rdc7-awards: 80, rdc7-x: 1}\n"
    )

    with pytest.raises(InputError) as caught:
        import_submission(
            city.database,
            city.lead,
            city.assessment.id,
            io.BytesIO(text),
            filename="my/a.yaml",
            version=None,
        )

    assert str(caught.value).startswith("a.yaml:3:")
    with city.database.read() as db:
        assert db.sql.execute(select(answer)).first() is None


# --- the result, and what would change it ---------------------------------------------------------


def test_an_unchanged_state_is_judged_once(filled: World):
    def read() -> tuple[str, bytes]:
        with filled.database.read() as db:
            return live_bytes(db, filled.member, filled.assessment.id, on=DAY)

    first, again = read(), read()
    with filled.database.write() as db:
        save_answer(db, filled.lead, filled.assessment.id, "rdc7-awards", 10, version=1)
    changed = read()

    assert again[1] is first[1]
    assert changed[0] != first[0]
    assert changed[1] != first[1]


def test_what_if_saves_nothing(filled: World):
    with filled.database.read() as db:
        found = what_if(db, filled.member, filled.assessment.id, {"rdc7-awards": 1}, on=DAY)
        still = live(db, filled.member, filled.assessment.id, on=DAY).assessment

    assert {c.id for c in found.changes} >= {"rdc7-awards", "RDC7"}
    assert found.before == still.lenses
    assert found.after.claimed.points.guaranteed == found.before.claimed.points.guaranteed - 1


def test_advice_names_the_actions_that_would_change_a_verdict(city: World):
    with city.database.read() as db:
        criterion = what_would_change(db, city.member, city.assessment.id, "RDC7", on=DAY)
        one = what_would_change(db, city.member, city.assessment.id, "rdc7-policy", on=DAY)
        finding, result = explain(db, city.member, city.assessment.id, "rdc7-policy", on=DAY)

    assert criterion.possible
    assert criterion.actions
    assert "rdc7-policy" in {action.requirement for action in one.actions}
    assert (finding.id, result and result.id) == ("RDC7", "rdc7-policy")


def test_the_plan_and_the_report_follow_the_assessment(filled: World):
    with filled.database.read() as db:
        plan = make_plan(db, filled.member, filled.assessment.id, on=DAY, target="RDC8")
        told = scored(db, filled.member, filled.assessment.id, on=DAY)

        with pytest.raises(InputError):
            make_plan(db, filled.member, filled.assessment.id, on=DAY, target="nonsense")
    assert plan.reached
    assert told.assessment.lenses.evidenced.tier.reached == "silver"


def test_the_history_goes_back_page_by_page(filled: World):
    seen = []
    after: str | None = None
    with filled.database.read() as db:
        while True:
            page = history(db, filled.coach, filled.assessment.id, after=after, limit=10)
            seen += [(one.part, one.name) for one in page.items]
            after = page.after
            if after is None:
                break

    assert len(seen) == len(set(seen)) == 27 + 41 + 3 + 20


def test_what_was_rolled_back_is_not_remembered(city: World):
    name = city.assessment.id

    def claimed(db) -> Verdict:
        found = live(db, city.lead, name, on=DAY).assessment
        return next(
            r.claimed for c in found.criteria for r in c.requirements if r.id == "rdc7-awards"
        )

    with city.database.write() as db:
        save_answer(db, city.lead, name, "rdc7-awards", 99, version=0)
        assert claimed(db) is Verdict.MET
        db.sql.rollback()
    with city.database.write() as db:
        save_answer(db, city.lead, name, "rdc7-awards", 1, version=0)
    with city.database.read() as db:
        assert claimed(db) is Verdict.NOT_MET


def test_an_import_takes_no_file_from_outside_its_folder(city: World, tmp_path: Path):
    (tmp_path / "secret.txt").write_text("root:x:0:0", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "submission.yaml").write_text(
        "rubric: wwc-2022\ncity: {name: X, country: CL}\n"
        "evidence: [{id: a, kind: policy, title: A, file: ../secret.txt}]\n",
        encoding="utf-8",
    )
    given = read_written(str(tmp_path / "in" / "submission.yaml"))

    with pytest.raises(EvidenceFileError):
        import_written(city.database, city.lead, city.assessment.id, given, files=tmp_path / "in")
    assert list(city.database.blobs.all()) == []
