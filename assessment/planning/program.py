"""A linear program with whole numbers: what may be chosen, what must hold, what it costs.

Expressions become rows. One direction is enough: a row says that something may only count as met
when what it takes is chosen, since choosing more never makes less hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from assessment.planning.expressions import AtLeast, Chosen, Expr

INFINITE = float("inf")

Term = tuple[int, float]
"""A column by its number, and its factor."""


@dataclass(frozen=True, slots=True)
class Row:
    """`low <= sum of terms <= high`."""

    low: float
    high: float
    terms: tuple[Term, ...]


@dataclass(slots=True)
class Program:
    """Columns that are 0 or 1, each with its cost, and the rows that bind them.

    The first columns are the candidates, in their order, where there are any.
    """

    costs: list[int] = field(default_factory=list)
    fixed: dict[int, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    known: dict[AtLeast, int] = field(default_factory=dict)

    def column(self, cost: int = 0) -> int:
        """A new column."""
        self.costs.append(cost)
        return len(self.costs) - 1

    def row(self, terms: Iterable[Term], *, low: float = -INFINITE, high: float = INFINITE) -> None:
        """A new row. What is named twice counts twice: the solver wants each column named once."""
        factors: dict[int, float] = {}
        for column, factor in terms:
            factors[column] = factors.get(column, 0) + factor
        self.rows.append(Row(low, high, tuple(factors.items())))

    def require(self, expr: Expr) -> None:
        """It must hold."""
        match expr:
            case bool():
                if not expr:
                    self.row((), low=1)
            case Chosen(number):
                self.row([(number, 1)], low=1)
            case AtLeast(k, of):
                if k == len(of):
                    for part in of:
                        self.require(part)
                else:
                    self.row([(self.literal(part), 1) for part in of], low=k)
            case _:
                assert_never(expr)

    def literal(self, expr: Expr) -> int:
        """A column that can only be 1 where the expression (one that is not known) holds."""
        match expr:
            case Chosen(number):
                return number
            case AtLeast(k, of):
                if expr not in self.known:
                    self.known[expr] = self._gate(k, [self.literal(part) for part in of])
                return self.known[expr]
            case _:
                raise TypeError(f"{expr} is known and needs no column")

    def _gate(self, k: int, parts: Sequence[int]) -> int:
        column = self.column()
        if k == len(parts):
            for part in parts:
                self.row([(part, 1), (column, -1)], low=0)
        else:
            self.row([*((part, 1) for part in parts), (column, -k)], low=0)
        return column

    def points(self, worth: Sequence[tuple[Expr, int]], at_least: int) -> None:
        """Expressions with what each is worth must together bring this many points."""
        have = sum(points for expr, points in worth if expr is True)
        terms = [(self.literal(e), p) for e, p in worth if not isinstance(e, bool)]
        self.row(terms, low=at_least - have)
