"""What a plan says beside its actions: proof, questions, wishes, other ways, obstacles."""

from dataclasses import replace
from typing import Any

import pytest

from assessment.planning import Team, UnknownTargetError, Wishes, calendar_of, next_actions, plan
from assessment.planning.afterwards import is_reached, states_after
from assessment.planning.candidates import candidates_of
from assessment.planning.circuit import Node, _group, circuit_of
from assessment.planning.expressions import AtLeast, Chosen, all_of, any_of, at_least, holds
from assessment.planning.optimum import cheapest, choice_of, scale_of
from assessment.planning.problem import NO_WISHES, Problem, ask
from assessment.planning.program import Program
from assessment.planning.situation import situation
from assessment.planning.solver import Solved, solve
from assessment.planning.target import target_of
from assessment.plans import ActionPlan
from assessment.results import Lens
from rubrics.loader import load_sprint
from rubrics.schema import Rubric
from tests.builders import (
    DAY,
    Data,
    check,
    criterion,
    decision,
    evidence,
    remedy,
    requirement,
    rubric,
    submission,
)


def asks(name: str, days: float = 2, **changes: Any) -> Data:
    return requirement(name, remedy=remedy(effort_days=days, **changes))


def planned(of: Rubric, target: str = "rdc1", /, **parts: Any) -> ActionPlan:
    options = {key: parts.pop(key) for key in ("lens", "wishes", "others") if key in parts}
    return plan(of, submission(of, **parts), on=DAY, target=target, **options)


def no(*ids: str) -> Data:
    return {"answers": dict.fromkeys(ids, "no"), "evidence": []}


EITHER: Data = {"any_of": ["a", "b"]}
ROUTES: Data = {"routes": {"A": ["a"], "B": ["b"]}}


# --- targets --------------------------------------------------------------------------------------


def test_target_is_the_level_of_the_rubric_unless_another_is_asked_for():
    rules = rubric(criterion("RDC1", asks("a")), criterion("RDC2", asks("b", 1)))

    assert planned(rules, "", **no("a", "b")).target == "silver"
    assert planned(rules, "", **no("a", "b")).points_needed == 2
    assert planned(rules, "RDC2, gold", **no("a", "b")).target == "rdc2+gold"


def test_target_that_nobody_knows_is_named_with_those_that_are_known():
    with pytest.raises(UnknownTargetError) as error:
        target_of(rubric(criterion("RDC1", asks("a"))), "silver+bronze")

    assert error.value.word == "bronze"
    assert error.value.known == ("silver", "gold", "RDC1")


def test_what_does_not_apply_does_not_stand_in_the_way():
    source = {"refs": ["S1"], "thresholds": "interpretation"}
    excused = requirement("a", not_applicable={"because": "It may be.", "source": source})
    rules = rubric(criterion("RDC1", excused), criterion("RDC2", asks("b")))
    parts: Data = {"not_applicable": {"a": "Law 12."}, "evidence": []}

    assert planned(rules, "rdc1", **parts).reached
    assert planned(rules, "gold", answers={"b": "no"}, **parts).obstacles[0].params == {
        "at_best": 1,
        "needed": 2,
    }


# --- questions ------------------------------------------------------------------------------------


def test_open_questions_are_free_and_their_no_is_told():
    rules = rubric(criterion("RDC1", asks("a", 5), asks("b", 3), rule=EITHER))

    found = planned(rules, answers={"b": "no"}, evidence=[])

    assert (found.effort_days, found.questions, found.at_most_days) == (0, 1, 3)
    assert [a.requirement for a in found.actions] == ["a"]
    assert [a.requirement for a in found.otherwise] == ["b"]


def test_plan_may_take_open_questions_for_no():
    rules = rubric(criterion("RDC1", asks("a", 5)))

    found = planned(rules, evidence=[], wishes=Wishes(open_as_no=True))

    assert [(a.goal, a.effort_days) for a in found.actions] == [("do", 5)]
    assert (found.questions, found.at_most_days, found.otherwise) == (0, 5, ())


def test_all_that_hangs_on_a_question_may_be_out_of_reach():
    rules = rubric(criterion("RDC1", asks("a")), criterion("DM1"))

    found = planned(rules, "dm1", evidence=[])

    assert [(a.requirement, a.goal) for a in found.actions] == [
        ("DM1", "answer"),
        ("declared", "prove"),
    ]
    assert [a.title for a in found.actions] == ["Criterion DM1", ""]
    assert found.at_most_days is None
    assert found.otherwise == ()


def test_one_official_result_proves_all_that_is_declared():
    rules = rubric(criterion("DM1"), criterion("DM2"), criterion("RDC1", asks("a")))

    found = planned(rules, "silver", declared={"met": ["DM1", "DM2"]}, evidence=[])

    [action] = found.actions
    assert (action.requirement, action.effort_days) == ("declared", 1)
    assert action.unlocks == ("DM1", "DM2")


# --- whose word counts ----------------------------------------------------------------------------


def test_for_the_claim_alone_nothing_has_to_be_proven():
    rules = rubric(criterion("RDC1", asks("a")))

    assert planned(rules, answers={"a": "yes"}, evidence=[], lens=Lens.CLAIMED).reached


def test_for_a_confirmation_a_coach_has_to_look():
    rules = rubric(criterion("RDC1", asks("a"), asks("b")))
    parts: Data = {"answers": {"a": "yes", "b": "no"}, "evidence": [evidence("a")]}

    found = planned(rules, lens=Lens.CONFIRMED, **parts)

    goals = {a.requirement: (a.goal, a.effort_days) for a in found.actions}
    assert goals == {"a": ("confirm", 0), "b": ("do", 2)}


def test_coach_who_decided_against_a_criterion_is_asked_again():
    rules = rubric(criterion("RDC1", asks("a")))
    parts: Data = {"answers": {"a": "yes"}, "evidence": [evidence("a")]}

    found = planned(rules, lens=Lens.CONFIRMED, decisions=[decision("RDC1", "not_met")], **parts)

    assert [(a.requirement, a.goal, a.title) for a in found.actions] == [
        ("RDC1", "confirm", "Criterion RDC1")
    ]


# --- wishes and obstacles -------------------------------------------------------------------------


def test_wishes_are_honoured():
    rules = rubric(criterion("RDC1", asks("a", 1), asks("b", 9), rule=ROUTES))

    def chosen(wishes: Wishes) -> list[str]:
        return [a.requirement for a in planned(rules, wishes=wishes, **no("a", "b")).actions]

    assert chosen(NO_WISHES) == ["a"]
    assert chosen(Wishes(without=frozenset({"a"}))) == ["b"]
    assert chosen(Wishes(routes=(("RDC1", "B"),))) == ["b"]
    assert chosen(Wishes(without_roles=frozenset({"buyer"}))) == []


def test_only_the_wishes_that_are_in_the_way_are_named():
    rules = rubric(criterion("RDC1", asks("a", 1), asks("b", 9), rule=ROUTES))
    wishes = Wishes(without=frozenset({"a", "b"}), routes=(("RDC1", "B"),))

    found = planned(rules, wishes=wishes, **no("a", "b"))

    assert not found.possible
    assert [(o.code, dict(o.params)) for o in found.obstacles] == [
        ("wish.without", {"requirement": "b"}),
        ("wish.route", {"criterion": "RDC1", "route": "B"}),
    ]
    assert (found.proof, found.actions, found.alternatives) == (None, (), ())


def test_two_wishes_may_be_in_the_way_together():
    rules = rubric(criterion("RDC1", asks("a", 1), asks("b", 9), rule=EITHER))
    wishes = Wishes(without=frozenset({"a", "b"}))

    found = planned(rules, wishes=wishes, **no("a", "b"))

    assert [o.params["requirement"] for o in found.obstacles] == ["a", "b"]


def test_role_without_time_is_named():
    rules = rubric(criterion("RDC1", asks("a")))
    wishes = Wishes(without_roles=frozenset({"buyer"}))

    [obstacle] = planned(rules, wishes=wishes, **no("a")).obstacles

    assert (obstacle.code, obstacle.params) == ("wish.without_role", {"role": "buyer"})


def test_criterion_that_no_remedy_meets_is_named():
    rules = rubric(criterion("RDC1", asks("a")), criterion("DM1"))

    [obstacle] = planned(rules, "rdc1+dm1", declared={"not_met": ["DM1"]}, **no("a")).obstacles

    assert (obstacle.code, obstacle.params) == ("target.criterion", {"criterion": "DM1"})


# --- what one action brings, and other ways -------------------------------------------------------


def test_remedy_that_meets_two_requirements_is_worth_both():
    both = asks("c", 5, also_meets=["a", "b"])
    rules = rubric(criterion("RDC1", asks("a", 3), asks("b", 3), both))

    found = planned(rules, **no("a", "b", "c"))

    assert [a.requirement for a in found.actions] == ["c"]
    assert found.flips[0].target


def test_what_an_action_waits_for_is_in_the_plan():
    waiting = asks("b", 1, after=["a"])
    rules = rubric(
        criterion("RDC1", asks("a", 3)), criterion("RDC2", waiting, asks("c", 5), rule=_b_or_c())
    )

    found = planned(rules, "rdc2", **no("a", "b", "c"))

    assert [(a.requirement, a.after) for a in found.actions] == [("a", ()), ("b", ("a",))]
    assert found.effort_days == 4


def _b_or_c() -> Data:
    return {"any_of": ["b", "c"]}


def test_other_ways_are_told_with_what_differs_and_who_carries_them():
    rule = {"all_of": ["c", EITHER]}
    rules = rubric(criterion("RDC1", asks("a", 1), asks("b", 9), asks("c", 2), rule=rule))

    [way] = planned(rules, others=3, **no("a", "b", "c")).alternatives

    assert (way.effort_days, way.instead_of, way.by) == (11, ("a",), ("b",))
    assert [(load.role, load.days) for load in way.roles] == [("buyer", 11)]
    assert way.proof.optimal


def test_every_route_is_told_with_what_it_takes():
    rule: Data = {**ROUTES, "routes": {**ROUTES["routes"], "C": ["c"]}, "reviewer_if_only": ["C"]}
    rules = rubric(criterion("RDC1", asks("a", 1), asks("b", 9), asks("c", 2), rule=rule))
    wishes = Wishes(without=frozenset({"b"}), routes=(("RDC1", "A"),))

    found = planned(rules, others=1, wishes=wishes, **no("a", "b", "c"))

    assert [(way.route, way.effort_days) for way in found.routes] == [
        ("A", 1),
        ("B", None),
        ("C", 3),
    ]


def test_routes_of_what_is_no_target_are_not_told():
    rules = rubric(
        criterion("RDC1", asks("a"), asks("b"), rule=ROUTES), criterion("RDC2", asks("c"))
    )

    assert planned(rules, "rdc2", others=1, **no("a", "b", "c")).routes == ()


def test_where_nothing_is_to_be_done_there_are_no_other_ways():
    rules = rubric(criterion("RDC1", asks("a")))

    found = planned(rules, answers={"a": "yes"}, evidence=[evidence("a")], others=3)

    assert (found.reached, found.alternatives) == (True, ())


def test_what_is_out_of_reach_is_on_no_calendar():
    rules = rubric(criterion("RDC1", asks("a")))
    calendar = calendar_of(load_sprint("oct-2025"), Team(), on=DAY)
    wishes = Wishes(without=frozenset({"a"}))
    handed_in = submission(rules, **no("a"))

    found = plan(rules, handed_in, on=DAY, target="rdc1", wishes=wishes, calendar=calendar)

    assert not found.possible
    assert found.schedule is None


def test_single_change_that_turns_a_verdict_is_pointed_out():
    rules = rubric(
        criterion("RDC1", asks("a", 1), asks("b", 9), rule=EITHER),
        criterion("RDC2", asks("c"), asks("d")),
    )

    found = planned(rules, "gold", **no("a", "b", "c", "d"))

    assert [(f.requirement, f.criteria, f.target) for f in found.flips] == [
        ("a", ("RDC1",), False),
        ("b", ("RDC1",), False),
    ]


def test_effort_in_hundredths_of_a_day_is_exact():
    rules = rubric(
        criterion("RDC1", asks("a", 5)),
        planning={"prove_days": 0.33, "show_days": 0.2, "source": "interpretation"},
    )

    assert planned(rules, answers={"a": "yes"}, evidence=[]).effort_days == 0.33


# --- the parts ------------------------------------------------------------------------------------


def problem(**parts: Any) -> Problem:
    rules = rubric(criterion("RDC1", asks("a", 1), asks("b", 9), rule=EITHER))
    target = target_of(rules, "rdc1")
    return ask(rules, submission(rules, **(parts or no("a", "b"))), on=DAY, target=target)


def test_where_the_solver_has_no_time_a_plain_plan_is_told_without_proof():
    own = problem()
    scale = scale_of([c.effort for c in own.candidates])
    nothing = Solved(None, 0, 0, possible=True)

    found = choice_of(own, scale, nothing, fallback=True)

    assert found is not None
    assert [own.candidates[i].about for i in found.chosen] == ["a"]
    assert not found.proven
    assert found.bound == 0
    assert choice_of(own, scale, nothing, fallback=False) is None


def test_solver_without_time_still_ends():
    own = problem()

    found = cheapest(own, seconds=0)

    assert found is not None
    assert own.reached(found.chosen)


def test_many_candidates_are_planned_as_well():
    names = [f"r{i}" for i in range(70)]
    rule = {"at_least": 3, "of": names}
    rules = rubric(criterion("RDC1", *(asks(name) for name in names), rule=rule))

    assert planned(rules, **no(*names)).effort_days == 6


def test_circuit_refuses_what_is_no_pass_rule():
    rules = rubric(criterion("RDC1", asks("a")))
    passes = rules.criteria[0].passes
    assert passes is not None
    passes.__dict__["rule"] = check("{is: yes}")
    seen = replace(situation(rubric(criterion("RDC1", asks("a"))), submission(rules), on=DAY))

    with pytest.raises(TypeError, match="is"):
        circuit_of(rules, seen, Lens.EVIDENCED, candidates_of(rules, seen, Lens.EVIDENCED))


def test_expressions_are_folded():
    a, b = Chosen(0), Chosen(1)

    assert all_of(()) is True
    assert any_of(()) is False
    assert all_of((a, True)) == a
    assert any_of((a, a, any_of((a, b)))) == AtLeast(1, (a, b))
    assert all_of((a, all_of((a, b)))) == AtLeast(2, (a, b))
    assert at_least(2, (a, False)) is False
    assert holds(at_least(2, (a, b, Chosen(2))), {0, 2})


def test_programs_know_what_is_known():
    program = Program()
    program.column(3)

    program.require(True)  # noqa: FBT003 (an expression that is known)
    program.require(False)  # noqa: FBT003

    assert not solve(program).possible
    with pytest.raises(TypeError, match="needs no column"):
        program.literal(True)  # noqa: FBT003


def test_group_that_may_not_apply_is_met_where_all_of_it_holds():
    met, maybe_na = Node(True, True), Node(True, Chosen(0))  # noqa: FBT003

    node = _group(3, [met, maybe_na, Node(Chosen(1), True)])  # noqa: FBT003

    assert holds(node.met, {1})
    assert not holds(node.met, {0})


def test_engine_says_the_same_of_what_is_left_behind():
    rules = rubric(criterion("RDC1", asks("a")), criterion("DM1", prerequisites=["RDC1"]))
    target = target_of(rules, "dm1")
    own = ask(rules, submission(rules, declared={"met": ["DM1"]}, **no("a")), on=DAY, target=target)

    before = states_after(rules, own.seen, Lens.EVIDENCED, [])
    after = states_after(rules, own.seen, Lens.EVIDENCED, own.candidates)

    assert not is_reached(rules, target, before)
    assert is_reached(rules, target, after)


def test_nothing_is_next_where_nothing_is_assessed():
    rules = rubric(criterion("DM1"))

    assert next_actions(rules, submission(rules), on=DAY) == ()
