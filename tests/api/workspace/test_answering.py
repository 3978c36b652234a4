"""Saving what people say: versions, conflicts, history; on both databases."""

import pytest

from api.db.audit import broken
from api.errors import NotAllowed, NotThere, Stale
from api.workspace.answering import Wish, save_answer, save_answers
from api.workspace.reading import read_answers
from rubrics.problems import InputError
from tests.api.databases import World


def test_an_answer_is_saved_with_whose_it_is(world: World):
    with world.database.write() as db:
        saved = save_answer(db, world.member, world.assessment.id, "rdc7-awards", 95, version=0)

    with world.database.read() as db:
        answers = read_answers(db, world.coach, world.assessment.id)
    assert saved.version == 1
    assert answers["rdc7-awards"].value == 95
    assert answers["rdc7-awards"].by == world.member.person


def test_a_conflict_carries_both_texts_and_changes_nothing(world: World):
    with world.database.write() as db:
        save_answer(db, world.member, world.assessment.id, "rdc7-awards", 95, version=0)

    with pytest.raises(Stale) as caught, world.database.write() as db:
        save_answer(db, world.lead, world.assessment.id, "rdc7-awards", 40, version=0)

    assert (caught.value.mine.value, caught.value.mine.by) == (40, world.lead.person)
    assert (caught.value.theirs.value, caught.value.theirs.version) == (95, 1)
    assert caught.value.theirs.by == world.member.person
    with world.database.read() as db:
        assert read_answers(db, world.lead, world.assessment.id)["rdc7-awards"].value == 95


def test_saving_the_same_again_is_neither_conflict_nor_version(world: World):
    for _ in range(2):
        with world.database.write() as db:
            saved = save_answer(db, world.member, world.assessment.id, "rdc7-awards", 95, version=0)

    assert (saved.version, saved.changed) == (1, False)


def test_several_answers_are_saved_together_or_not_at_all(world: World):
    wishes = {"rdc7-awards": Wish(95, 0), "rdc7-licence": Wish("no such licence", 0)}

    with pytest.raises(InputError) as caught, world.database.write() as db:
        save_answers(db, world.member, world.assessment.id, wishes)

    assert str(caught.value.problems[0].place) == "answers.rdc7-licence"
    with world.database.read() as db:
        assert not read_answers(db, world.member, world.assessment.id)


def test_another_citys_assessment_is_not_there(world: World):
    with pytest.raises(NotThere), world.database.write() as db:
        save_answer(db, world.member, world.foreign.id, "rdc7-awards", 95, version=0)


def test_a_coach_answers_for_nobody(world: World):
    with pytest.raises(NotAllowed), world.database.write() as db:
        save_answer(db, world.coach, world.assessment.id, "rdc7-awards", 95, version=0)


def test_the_chain_of_the_log_holds(world: World):
    for value in range(5):
        with world.database.write() as db:
            save_answer(db, world.member, world.assessment.id, "rdc7-awards", value, version=value)

    with world.database.read() as db:
        assert list(broken(db.sql)) == []
