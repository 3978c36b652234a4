"""What to do next: what unlocks a criterion with the least effort comes first."""

from typing import Any

import pytest

from assessment.planning import next_actions
from assessment.results import Action
from rubrics.schema import Rubric
from tests.builders import (
    ANY_DOCUMENT,
    DAY,
    Data,
    criterion,
    decision,
    evidence,
    remedy,
    requirement,
    rubric,
    submission,
)


def asks(name: str, days: float = 2, *after: str, **changes: Any) -> Data:
    """A requirement whose remedy takes so many days, after others."""
    return requirement(name, remedy=remedy(effort_days=days, after=list(after)), **changes)


def actions(of: Rubric, **parts: Any) -> tuple[Action, ...]:
    return next_actions(of, submission(of, **parts), on=DAY)


def names(of: Rubric, **parts: Any) -> list[str]:
    """The requirements of the actions in their order; those that are not needed in brackets."""
    found = actions(of, **parts)
    return [a.requirement if a.needed else f"({a.requirement})" for a in found]


def no(*ids: str) -> Data:
    """Every one of these was answered with no, and nothing was handed in."""
    return {"answers": dict.fromkeys(ids, "no"), "evidence": []}


# --- what is to be done ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "pieces", "goal", "days", "weeks"),
    [
        (None, [], "answer", 0, 0),
        ("no", [], "do", 2, 1),
        ("yes", [], "prove", 1, 1),
        ("yes", [evidence("a", facts={"status": "encrypted"})], "show", 0.5, 1),
        ("yes", [evidence("a", dated="1999-01-01")], "do", 2, 1),
    ],
)
def test_goal_says_what_is_missing_and_what_it_costs(answer, pieces, goal, days, weeks):
    proof = {**ANY_DOCUMENT, "where": [{"dated_within": "1 year"}]}
    rules = rubric(criterion("RDC1", requirement("a", proof=proof)))

    [action] = actions(rules, answers={"a": answer}, evidence=pieces)

    assert (action.goal, action.effort_days, action.weeks) == (goal, days, weeks)
    assert (action.requirement, action.criterion, action.unlocks) == ("a", "RDC1", ("RDC1",))


def test_proof_costs_no_more_than_the_thing_itself():
    rules = rubric(criterion("RDC1", asks("a", 0.5)))

    [action] = actions(rules, answers={"a": "yes"})

    assert action.effort_days == 0.5


def test_nothing_is_left_to_do_where_all_is_evidenced():
    rules = rubric(criterion("RDC1", requirement("a")), criterion("DM1"))

    assert actions(rules, answers={"a": "yes"}, evidence=[evidence("a")]) == ()


def test_what_does_not_apply_is_nothing_to_do():
    source = {"refs": ["S1"], "thresholds": "interpretation"}
    excused = {"because": "It may be.", "source": source}
    rules = rubric(criterion("RDC1", asks("a", not_applicable=excused), asks("b")))

    found = names(rules, **no("b"), not_applicable={"a": "Law 12 forbids it."})

    assert found == ["b"]


def test_word_of_a_coach_does_not_change_what_the_evidence_lacks():
    rules = rubric(criterion("RDC1", requirement("a")))

    assert names(rules, **no("a"), decisions=[decision("a", "met")]) == ["a"]


# --- in which order -------------------------------------------------------------------------------


def test_cheapest_action_comes_first():
    rules = rubric(criterion("RDC1", asks("a", 8), asks("b", 1), asks("c", 4)))

    assert names(rules, **no("a", "b", "c")) == ["b", "c", "a"]
    assert [a.rank for a in actions(rules, **no("a", "b", "c"))] == [1, 2, 3]


def test_nothing_comes_before_what_it_waits_for():
    rules = rubric(criterion("RDC1", asks("a", 8), asks("b", 1, "a"), asks("c", 4, "b")))

    found = actions(rules, **no("a", "b", "c"))

    assert [(a.requirement, a.after) for a in found] == [("a", ()), ("b", ("a",)), ("c", ("b",))]


def test_what_is_done_already_is_not_waited_for():
    rules = rubric(criterion("RDC1", asks("a"), asks("b", 1, "a")))

    [action] = actions(rules, answers={"a": "yes", "b": "no"}, evidence=[evidence("a")])

    assert action.after == ()


def test_criterion_that_is_cheapest_to_meet_comes_first():
    rules = rubric(criterion("RDC1", asks("a", 8)), criterion("RDC2", asks("b", 2)))

    assert names(rules, **no("a", "b")) == ["b", "a"]


def test_same_effort_is_ordered_by_name():
    rules = rubric(criterion("RDC1", asks("b"), asks("a")))

    assert names(rules, **no("a", "b")) == ["a", "b"]


# --- which alternatives ---------------------------------------------------------------------------


def test_cheaper_alternative_is_needed_and_the_other_is_not():
    rules = rubric(criterion("RDC1", asks("a", 8), asks("b", 2), rule={"any_of": ["a", "b"]}))

    assert names(rules, **no("a", "b")) == ["b", "(a)"]


def test_alternatives_that_share_a_requirement_pay_for_it_once():
    both: Any = [{"any_of": ["a", "b"]}, {"any_of": ["a", "c"]}]
    requirements = (asks("a", 3), asks("b", 4), asks("c", 5))
    rules = rubric(criterion("RDC1", *requirements, rule={"all_of": both}))

    assert names(rules, **no("a", "b", "c")) == ["a", "(b)", "(c)"]


def test_what_another_group_asks_for_anyway_takes_the_place_of_a_cheaper_choice():
    both: Any = [{"at_least": 1, "of": ["a", "b"]}, "b"]
    rules = rubric(criterion("RDC1", asks("a", 3), asks("b", 8), rule={"all_of": both}))

    assert names(rules, **no("a", "b")) == ["b", "(a)"]


def test_question_that_costs_nothing_is_not_needed_where_enough_is_met():
    two: Any = [{"at_least": 1, "of": ["a", "b"]}, "c"]
    rules = rubric(criterion("RDC1", asks("a"), asks("b"), asks("c"), rule={"all_of": two}))

    found = names(rules, answers={"b": "yes", "c": "no"}, evidence=[evidence("b")])

    assert found == ["c", "(a)"]


def test_what_is_met_counts_towards_the_number_that_is_asked():
    two = {"at_least": 2, "of": ["a", "b", "c"]}
    rules = rubric(criterion("RDC1", asks("a"), asks("b", 5), asks("c", 4), rule=two))

    found = names(rules, answers={"a": "yes", "b": "no", "c": "no"}, evidence=[evidence("a")])

    assert found == ["c", "(b)"]


def test_group_asks_for_no_more_than_what_applies():
    source = {"refs": ["S1"], "thresholds": "interpretation"}
    excused = {"because": "It may be.", "source": source}
    two = {"at_least": 2, "of": ["a", {"any_of": ["b"]}, "c"]}
    requirements = [asks(name, not_applicable=excused) for name in "abc"]
    rules = rubric(criterion("RDC1", *requirements, rule=two))

    found = names(rules, **no("c"), not_applicable={"a": "Law 12.", "b": "Law 13."})

    assert found == ["c"]


def routes(**changes: Any) -> Rubric:
    rule = {"routes": {"A": ["a", "b"], "C": ["c"]}, **changes}
    return rubric(criterion("RDC1", asks("a", 5), asks("b", 9), asks("c", 1), rule=rule))


def test_cheapest_route_is_taken():
    assert names(routes(), **no("a", "b", "c")) == ["c", "(a)", "(b)"]


def test_route_that_needs_a_reviewer_is_not_counted_on():
    rules = routes(reviewer_if_only=["C"])

    assert names(rules, **no("a", "b", "c")) == ["a", "(c)", "(b)"]


def test_nothing_is_needed_for_what_only_a_reviewer_can_decide():
    rules = routes(reviewer_if_only=["C"], at_least=2)

    assert names(rules, **no("a", "b", "c")) == ["(c)", "(a)", "(b)"]


def test_criterion_that_waits_only_for_another_has_no_actions_of_its_own():
    rules = rubric(
        criterion("RDC1", asks("a")), criterion("RDC2", asks("b"), prerequisites=["RDC1"])
    )

    found = names(rules, answers={"a": "no", "b": "yes"}, evidence=[evidence("b")])

    assert found == ["a"]
