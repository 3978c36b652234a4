"""Of two people who change the same thing, each keeps what they changed and nothing else."""

import pytest

from api.db.audit import broken
from api.errors import NotAllowed, NotThere
from api.workspace.answering import Wish, save_answer, save_answers
from api.workspace.merging import Choice, Keep, Together, merge, put_together
from api.workspace.reading import read_answers
from api.workspace.setting_aside import set_aside, texts_set_aside
from api.workspace.views import Part
from tests.api.databases import World, make_world

MINE = {"DM1": Wish("not_met", 0), "DM2": Wish(None, 0), "DM3": Wish("met", 0)}


@pytest.fixture
def shared(sqlite) -> World:
    """Somebody else has declared two criteria, since we opened the page that names three."""
    world = make_world(sqlite)
    with sqlite.write() as db:
        for name in ("DM1", "DM2"):
            save_answer(
                db, world.lead, world.assessment.id, name, "met", version=0, part=Part.DECLARED
            )
    return world


def together(world: World, choice: Choice) -> Together:
    with world.database.write() as db:
        found = put_together(
            db, world.member, world.assessment.id, Part.DECLARED, MINE, choice=choice
        )
        if not found.both:
            save_answers(db, world.member, world.assessment.id, found.wishes, part=Part.DECLARED)
    return found


def declared(world: World) -> dict[str, object]:
    with world.database.read() as db:
        said = read_answers(db, world.coach, world.assessment.id, part=Part.DECLARED)
    return {name: one.value for name, one in said.items()}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged", "conflicts"),
    [
        (1, 2, 1, 2, ()),
        (1, 1, 2, 2, ()),
        (1, 2, 2, 2, ()),
        (1, 2, 3, 2, ((),)),
        (1, True, 1, True, ()),
        (None, {"a": 1}, {"b": 2}, {"a": 1, "b": 2}, ()),
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3}, {"a": 2, "b": 3}, ()),
        ({"a": 1}, {}, {"a": 1, "b": 2}, {"b": 2}, ()),
        ({"a": 1}, {}, {"a": 2}, {}, (("a",),)),
        (
            {"a": {"b": 1}},
            {"a": {"b": 2}},
            {"a": {"b": 3, "c": 4}},
            {"a": {"b": 2, "c": 4}},
            (("a", "b"),),
        ),
    ],
)
def test_only_what_both_changed_is_a_conflict(base, mine, theirs, merged, conflicts):
    found = merge(base, mine, theirs)

    assert (found.mine, found.conflicts) == (merged, conflicts)
    assert (found.mine == found.theirs) is (not conflicts)


def test_what_was_not_touched_puts_nothing_back_and_nothing_is_saved_before_the_choice(
    shared: World,
):
    found = together(shared, Choice())

    assert [one.name for one in found.both] == ["DM1"]
    assert found.both[0].there.by == shared.lead.person
    assert set(found.moved) == {"DM2"}
    assert declared(shared) == {"DM1": "met", "DM2": "met"}


@pytest.mark.parametrize(
    ("keep", "stays", "aside"),
    [
        (Keep.MINE, "not_met", []),
        (Keep.THEIRS, "met", ["not_met"]),
    ],
)
def test_the_text_that_gives_way_is_kept(shared: World, keep: Keep, stays: str, aside: list[str]):
    together(shared, Choice(keep, {"DM1": 1}))

    assert declared(shared) == {"DM1": stays, "DM2": "met", "DM3": "met"}
    with shared.database.read() as db:
        texts = texts_set_aside(db, shared.coach, shared.assessment.id).items
        assert [text.value for text in texts] == aside
        assert list(broken(db.sql)) == []


def test_the_same_as_what_stands_there_is_no_conflict_whatever_was_seen(shared: World):
    with shared.database.write() as db:
        found = put_together(
            db,
            shared.member,
            shared.assessment.id,
            Part.DECLARED,
            {"DM1": Wish("met", 0), "DM4": Wish(None, 7)},
        )

    assert (found.both, found.moved) == ((), {})
    assert found.wishes == {"DM1": Wish("met", 1), "DM4": Wish(None, 0)}


def test_a_choice_counts_only_for_the_text_that_was_seen(shared: World):
    with shared.database.write() as db:
        save_answer(
            db, shared.lead, shared.assessment.id, "DM1", None, version=1, part=Part.DECLARED
        )
        save_answer(
            db, shared.lead, shared.assessment.id, "DM1", "met", version=2, part=Part.DECLARED
        )

    found = together(shared, Choice(Keep.MINE, {"DM1": 1}))

    assert [one.there.version for one in found.both] == [3]
    assert declared(shared)["DM1"] == "met"


def test_only_who_may_write_sets_texts_aside_and_lists_go_on_page_by_page(shared: World):
    about = {"part": "answers", "name": "rdc7-awards"}
    for who, error in ((shared.coach, NotAllowed), (shared.other, NotThere)):
        with pytest.raises(error), shared.database.write() as db:
            set_aside(db, who, shared.assessment.id, **about, value=1)
    for value in range(3):
        with shared.database.write() as db:
            set_aside(db, shared.member, shared.assessment.id, **about, value=value)

    with shared.database.read() as db:
        first = texts_set_aside(db, shared.member, shared.assessment.id, limit=2)
        rest = texts_set_aside(db, shared.member, shared.assessment.id, after=first.after)

    assert [text.value for text in (*first.items, *rest.items)] == [2, 1, 0]
    assert rest.after is None
