"""The question that a plan answers: from where, to which target, by what a team can do."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from assessment.planning.candidates import Candidate, candidates_of
from assessment.planning.circuit import Circuit, circuit_of
from assessment.planning.expressions import Expr, all_of, holds
from assessment.planning.situation import Situation, situation
from assessment.planning.target import Target, settled
from assessment.results import Lens
from assessment.submission import Submission
from rubrics.schema import Rubric


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a team sets: who and what is out of reach, which routes it has to go.

    `without_roles` have no time at all, `without` are requirements that cannot be touched,
    `routes` pairs of a criterion and a route of it that must be used. With `open_as_no` open
    questions count as answered with no.
    """

    without_roles: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    routes: tuple[tuple[str, str], ...] = ()
    open_as_no: bool = False

    def each(self) -> Iterator[tuple[str, str]]:
        """Every single wish, as its kind and its word."""
        yield from (("without_role", role) for role in sorted(self.without_roles))
        yield from (("without", name) for name in sorted(self.without))
        yield from (("route", f"{code}:{route}") for code, route in self.routes)

    def but(self, kind: str, word: str) -> "Wishes":
        """All of them but this one."""
        match kind:
            case "without_role":
                return replace(self, without_roles=self.without_roles - {word})
            case "without":
                return replace(self, without=self.without - {word})
            case _:
                kept = tuple(r for r in self.routes if ":".join(r) != word)
                return replace(self, routes=kept)


NO_WISHES = Wishes()


@dataclass(frozen=True)
class Problem:
    """A rubric, a situation and a target, as expressions over candidates."""

    rubric: Rubric
    seen: Situation
    lens: Lens
    target: Target
    circuit: Circuit
    wishes: Wishes = field(default=NO_WISHES)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Everything that could be done, whoever may do it."""
        return self.circuit.candidates

    @cached_property
    def needs(self) -> tuple[tuple[int, ...], ...]:
        """For every candidate the numbers of those that it waits for."""
        numbers = {c.about: i for i, c in enumerate(self.candidates) if c.criterion != c.about}
        return tuple(tuple(numbers[name] for name in c.needs) for c in self.candidates)

    @cached_property
    def allowed(self) -> frozenset[int]:
        """The candidates that the wishes leave, and that wait for no other."""
        left = {i for i, c in enumerate(self.candidates) if not self._forbidden(c)}
        while lost := {i for i in left if any(j not in left for j in self.needs[i])}:
            left -= lost
        return frozenset(left)

    def _forbidden(self, candidate: Candidate) -> bool:
        busy = candidate.effort > 0 and not self.wishes.without_roles.isdisjoint(candidate.roles)
        return busy or candidate.about in self.wishes.without

    @cached_property
    def conditions(self) -> Expr:
        """The criteria of the target and the routes of the wishes, without the points."""
        routes = [self.circuit.routes[route] for route in self.wishes.routes]
        codes = self.target.criteria
        return all_of([*(settled(self.circuit.criteria[code]) for code in codes), *routes])

    def points(self, chosen: frozenset[int]) -> int:
        """The guaranteed points with these candidates done."""
        nodes = self.circuit.criteria
        return sum(c.points for c in self.rubric.criteria if holds(nodes[c.id].met, chosen))

    def reached(self, chosen: frozenset[int]) -> bool:
        """Whether these candidates reach the target, as the wishes want it."""
        return holds(self.conditions, chosen) and (
            not self.target.points or self.points(chosen) >= self.target.points
        )

    @property
    def possible(self) -> bool:
        """Whether the target can be reached at all: more done is never less reached."""
        return self.reached(self.allowed)

    def for_criterion(self, code: str) -> "Problem":
        """The same question for one criterion alone."""
        routes = tuple(route for route in self.wishes.routes if route[0] == code)
        return replace(
            self,
            target=Target(code.lower(), criteria=(code,)),
            wishes=replace(self.wishes, routes=routes),
        )

    def with_wishes(self, wishes: Wishes) -> "Problem":
        """The same question for a team with other wishes."""
        if wishes.open_as_no != self.wishes.open_as_no:
            return problem_of(self.rubric, self.seen, self.lens, self.target, wishes)
        return replace(self, wishes=wishes)


def problem_of(
    rubric: Rubric, seen: Situation, lens: Lens, target: Target, wishes: Wishes = NO_WISHES
) -> Problem:
    """The question as expressions."""
    candidates = candidates_of(rubric, seen, lens, open_as_no=wishes.open_as_no)
    circuit = circuit_of(rubric, seen, lens, candidates)
    return Problem(rubric, seen, lens, target, circuit, wishes)


def ask(
    rubric: Rubric,
    submission: Submission,
    *,
    on: date,
    target: Target,
    lens: Lens = Lens.EVIDENCED,
    wishes: Wishes = NO_WISHES,
) -> Problem:
    """The question of a submission on a day."""
    return problem_of(rubric, situation(rubric, submission, on=on), lens, target, wishes)
