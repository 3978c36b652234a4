"""From pass rules to expressions over candidates: what each criterion takes to be surely met.

This turns the algebra of `assessment/logic.py` round. Something is met when it can no longer be
unmet and can no longer be n/a, so every node carries both as expressions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assessment.logic import MET, NA, UNMET
from assessment.planning.candidates import Candidate, lens_of
from assessment.planning.expressions import Chosen, Expr, all_of, any_of, at_least
from assessment.planning.situation import Situation
from assessment.results import Lens
from rubrics import checks
from rubrics.schema import Criterion, Rubric

LENSES = tuple(Lens)


@dataclass(frozen=True)
class Node:
    """When something can no longer be unmet (`passes`), and no longer be n/a (`applies`)."""

    passes: Expr
    applies: Expr

    @cached_property
    def met(self) -> Expr:
        """When it is surely met."""
        return all_of((self.passes, self.applies))


@dataclass(frozen=True, slots=True)
class Circuit:
    """The criteria as expressions over candidates, and the routes by which some can be met."""

    candidates: tuple[Candidate, ...]
    criteria: Mapping[str, Node]
    routes: Mapping[tuple[str, str], Expr]


def circuit_of(
    rubric: Rubric, seen: Situation, lens: Lens, candidates: Sequence[Candidate]
) -> Circuit:
    """Every criterion of the rubric under a lens, prerequisites first."""
    ways: dict[str, list[tuple[str, Expr]]] = {}
    for i, candidate in enumerate(candidates):
        for name in candidate.meets:
            ways.setdefault(name, []).append((candidate.goal, Chosen(i)))
    wiring = _Wiring(rubric, seen, lens, ways)
    nodes: dict[str, Node] = {}
    waiting = list(rubric.criteria)
    while waiting:
        own = next(c for c in waiting if all(code in nodes for code in c.prerequisites))
        waiting.remove(own)
        nodes[own.id] = _gated(wiring.criterion(own), [nodes[code] for code in own.prerequisites])
    return Circuit(
        candidates=tuple(candidates),
        criteria={c.id: nodes[c.id] for c in rubric.criteria},
        routes=wiring.routes,
    )


class _Wiring:
    """Makes nodes, and remembers every route on the way."""

    def __init__(
        self,
        rubric: Rubric,
        seen: Situation,
        lens: Lens,
        ways: Mapping[str, Sequence[tuple[str, Expr]]],
    ) -> None:
        self.rubric = rubric
        self.seen = seen
        self.lens = lens
        self.ways = ways
        self.routes: dict[tuple[str, str], Expr] = {}

    def criterion(self, own: Criterion) -> Node:
        """A criterion before its prerequisites, as the coach has decided or the rules say."""
        decision = self.seen.decisions.get(own.id) if self.lens is Lens.CONFIRMED else None
        if decision is not None and decision.verdict in ("met", "not_applicable"):
            return Node(passes=True, applies=decision.verdict == "met")
        if own.passes is None:
            return self.declared(own.id)
        node = self.rule(own.passes.rule, own.id)
        if decision is not None and decision.verdict != "agree":
            again = any_of(way for _, way in self.ways.get(own.id, ()))
            return Node(all_of((node.passes, again)), node.applies)
        return node

    def declared(self, code: str) -> Node:
        """A declaration: made, proven where evidence counts, and seen where a coach counts."""
        said = self.seen.declared[code]
        steps = dict(self.ways.get(code, ()))
        parts: list[Expr] = [said & 7 == MET or steps.get("answer", False)]
        if self.lens is not Lens.CLAIMED:
            parts.append(self.seen.proof & 7 == MET or steps.get("prove", False))
        if self.lens is Lens.CONFIRMED:
            decision = self.seen.decisions.get(code)
            agreed = decision is not None and decision.verdict == "agree"
            parts.append(agreed or steps.get("confirm", False))
        return Node(all_of(parts), applies=True)

    def rule(self, check: checks.AnyCheck, code: str) -> Node:
        """A pass rule, or a part of one."""
        match check:
            case checks.RequirementMet(requirement=name):
                return self.requirement(name, code)
            case checks.AllOf(all_of=group):
                return _group(len(group), [self.rule(child, code) for child in group])
            case checks.AnyOf(any_of=group):
                return _group(1, [self.rule(child, code) for child in group])
            case checks.AtLeast(at_least=n, of=group):
                return _group(n, [self.rule(child, code) for child in group])
            case checks.Routes():
                return self.by_routes(check, code)
            case _:  # lint lets nothing else into a pass rule
                raise TypeError(checks.kind_of(check))

    def requirement(self, name: str, code: str) -> Node:
        """A requirement: what still may be unmet or n/a of it is settled by what meets it."""
        lens, ways = lens_of(self.seen, code, self.lens), self.ways.get(name, ())
        states = self.seen.requirements[name]
        state = states[LENSES.index(lens)]
        if lens is Lens.CONFIRMED and states[1] & 7 == NA:  # a coach can only agree to that
            agreed = any_of(way for goal, way in ways if goal == "confirm")
            return Node(agreed if state & UNMET else True, state & 7 == MET)
        done = any_of(way for _, way in ways)
        if state & 7 == NA:
            return Node(passes=True, applies=False)
        return Node(done if state & UNMET else True, done if state & NA else True)

    def by_routes(self, check: checks.Routes, code: str) -> Node:
        """Routes; those that need a reviewer cannot carry the verdict alone."""
        nodes = {
            name: _group(check.each_at_least, [self.requirement(r, code) for r in group])
            for name, group in check.routes.items()
        }
        self.routes |= {(code, name): node.met for name, node in nodes.items()}
        whole = _group(check.at_least, list(nodes.values()))
        if whole.applies is False:
            return whole
        firm = [node for name, node in nodes.items() if name not in check.reviewer_if_only]
        without = _group(check.at_least, firm).met if len(firm) >= check.at_least else False
        return Node(all_of((whole.passes, without)), whole.applies)


def _group(n: int, nodes: Sequence[Node]) -> Node:
    """At least n of these; children that do not apply leave, then min(n, rest) are asked for."""
    met = [node.met for node in nodes]
    open_ = [node for node in nodes if node.passes is not True]
    enough = at_least(n, met)
    plain = all(node.met == node.passes for node in open_)
    known = sum(m is True for m in met)
    if open_ and plain and known + len(open_) >= n:
        passes = enough  # whoever has all of them has n of them
    else:
        passes = any_of((enough, all_of(node.passes for node in nodes)))
    return Node(passes, any_of(node.applies for node in nodes))


def _gated(node: Node, before: Sequence[Node]) -> Node:
    """Behind prerequisites: one that does not apply does not block."""
    if node.applies is False:
        return node
    return Node(all_of((node.passes, *(b.passes for b in before))), node.applies)
