"""The plan that one makes without a solver: the cheapest next thing, one after the other.

For every criterion child by child is chosen, the one that adds least; then what the rest makes
superfluous is left out again; criteria are taken by their price until there are points enough.
"""

from collections.abc import Sequence

from assessment.planning.expressions import AtLeast, Chosen, Expr, holds
from assessment.planning.problem import Problem
from assessment.planning.target import settled


def greedy(problem: Problem) -> frozenset[int]:
    """Candidates that reach the target, chosen greedily."""
    chosen: frozenset[int] = frozenset()
    for code in problem.target.criteria:
        chosen = _with(problem, settled(problem.circuit.criteria[code]), chosen)
    nodes = problem.circuit.criteria
    left = [c.id for c in problem.rubric.criteria]
    while problem.target.points and problem.points(chosen) < problem.target.points:
        ways = [
            (_with(problem, nodes[code].met, chosen), code)
            for code in left
            if not holds(nodes[code].met, chosen) and holds(nodes[code].met, problem.allowed)
        ]
        chosen, code = min(ways, key=lambda way: (cost(problem, way[0]), way[1]))
        left.remove(code)
    return thinned(problem, chosen)


def cost(problem: Problem, chosen: frozenset[int]) -> float:
    """The effort of these candidates."""
    return sum(problem.candidates[i].effort for i in chosen)


def thinned(problem: Problem, chosen: frozenset[int]) -> frozenset[int]:
    """Without what the rest makes superfluous, the dearest left out first."""
    for i in sorted(chosen, key=lambda i: -problem.candidates[i].effort):
        rest = chosen - {i}
        alone = all(j in rest for k in rest for j in problem.needs[k])
        if alone and problem.reached(rest):
            chosen = rest
    return chosen


def _with(problem: Problem, expr: Expr, chosen: frozenset[int]) -> frozenset[int]:
    """`chosen` with what makes the expression hold, child by child the cheapest."""
    match expr:
        case bool():
            return chosen
        case Chosen(number):
            return _closed(problem, chosen | {number})
        case AtLeast(k, of):
            left: Sequence[Expr] = [
                e for e in of if not holds(e, chosen) and holds(e, problem.allowed)
            ]
            for _ in range(k - sum(holds(e, chosen) for e in of)):
                options = [(_with(problem, e, chosen), i) for i, e in enumerate(left)]
                chosen, i = min(options, key=lambda o: (cost(problem, o[0]), o[1]))
                left = [e for j, e in enumerate(left) if j != i]
            return chosen


def _closed(problem: Problem, chosen: frozenset[int]) -> frozenset[int]:
    while missing := {j for i in chosen for j in problem.needs[i]} - chosen:
        chosen |= missing
    return chosen
