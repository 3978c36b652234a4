"""The one door to the solver: HiGHS finds the best choice and proves how good it is."""

from dataclasses import dataclass

from assessment.planning.program import Program


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver says of a program.

    `chosen` holds the columns that are 1 in the best choice found, `None` where it found none.
    `bound` is the cost below which it has proven that nothing lies; with the proof complete it is
    the cost itself. `possible` is false when it has proven that there is no choice at all.
    """

    chosen: frozenset[int] | None
    cost: int
    bound: int
    possible: bool

    @property
    def proven(self) -> bool:
        """Whether nothing is better."""
        return self.chosen is not None and self.cost <= self.bound


def solve(program: Program, *, seconds: float = 60, gap: float = 0) -> Solved:
    """The cheapest choice, or the best one found in so many seconds; `gap` is how good will do.

    Costs are whole numbers, so that a gap below one is none.
    """
    if not program.costs:  # nothing to choose: the solver knows no such programs
        possible = all(row.low <= 0 <= row.high for row in program.rows)
        return Solved(frozenset() if possible else None, 0, 0, possible=possible)
    import highspy  # noqa: PLC0415 (it takes longer to load than a submission to judge)
    import numpy as np  # noqa: PLC0415

    n, rows = len(program.costs), program.rows
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n, len(rows)
    lp.col_cost_ = np.array(program.costs, dtype=float)
    lower, upper = np.zeros(n), np.ones(n)
    for column, fixed in program.fixed.items():
        lower[column] = upper[column] = fixed
    lp.col_lower_, lp.col_upper_ = lower, upper
    lp.row_lower_ = np.array([row.low for row in rows], dtype=float)
    lp.row_upper_ = np.array([row.high for row in rows], dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    sizes = [len(row.terms) for row in rows]
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(sizes, dtype=np.int32)))
    lp.a_matrix_.index_ = np.array([c for row in rows for c, _ in row.terms], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([v for row in rows for _, v in row.terms], dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * n
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    settings: dict[str, bool | float] = {
        "output_flag": False,
        "threads": 1,  # the same way on every machine
        "mip_rel_gap": gap,
        "mip_abs_gap": 0.99,
        "time_limit": seconds,
    }
    for option, value in settings.items():
        highs.setOptionValue(option, value)
    highs.passModel(lp)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Solved(None, 0, 0, possible=False)
    values = highs.getSolution().col_value if info.primal_solution_status == 2 else None
    if values is None:
        return Solved(None, 0, 0, possible=True)
    chosen = frozenset(i for i, value in enumerate(values) if value > 0.5)
    cost = sum(program.costs[i] for i in chosen)
    bound = max(0, -int(-(info.mip_dual_bound - 1e-6) // 1))
    return Solved(chosen, cost, min(bound, cost), possible=True)
