"""What must be chosen, as an expression: at least k of these, folded as far as it is known.

A leaf is `True` or `False` where nothing is left to choose, or `Chosen(i)`: the candidate of this
number is in the plan. Nothing here is ever negated: doing more never makes less hold.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import assert_never


@dataclass(frozen=True, slots=True)
class Chosen:
    """The candidate of this number is in the plan."""

    number: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `k` of these hold, with 0 < k <= len(of)."""

    k: int
    of: tuple["Expr", ...]


Expr = bool | Chosen | AtLeast


def at_least(k: int, of: Iterable[Expr]) -> Expr:
    """At least `k` of these, without what is known already."""
    parts = tuple(of)
    k -= sum(part is True for part in parts)
    rest: tuple[Expr, ...] = tuple(part for part in parts if not isinstance(part, bool))
    if k <= 0:
        return True
    if k > len(rest):
        return False
    if k == 1:
        rest = tuple(dict.fromkeys(p for part in rest for p in _parts_of_any(part)))
    elif k == len(rest):
        rest = tuple(dict.fromkeys(p for part in rest for p in _parts_of_all(part)))
        k = len(rest)
    return rest[0] if len(rest) == 1 else AtLeast(k, rest)


def all_of(of: Iterable[Expr]) -> Expr:
    """All of these; of nothing, all holds."""
    parts = tuple(of)
    return at_least(len(parts), parts)


def any_of(of: Iterable[Expr]) -> Expr:
    """One of these; of nothing, none holds."""
    return at_least(1, of)


def holds(expr: Expr, chosen: AbstractSet[int]) -> bool:
    """Whether it holds with these candidates in the plan."""
    match expr:
        case bool():
            return expr
        case Chosen(number):
            return number in chosen
        case AtLeast(k, of):
            return sum(holds(part, chosen) for part in of) >= k
        case _:
            assert_never(expr)


def _parts_of_any(expr: Expr) -> tuple[Expr, ...]:
    """The parts of "one of these", so that one of one is one."""
    return expr.of if isinstance(expr, AtLeast) and expr.k == 1 else (expr,)


def _parts_of_all(expr: Expr) -> tuple[Expr, ...]:
    """The parts of "all of these", so that all of all is one."""
    if isinstance(expr, AtLeast) and expr.k == len(expr.of):
        return expr.of
    return (expr,)
