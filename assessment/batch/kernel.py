"""The kernel: a rubric compiled to one function from columns to columns.

`compile_rubric` turns every check into a function over columns, once; `Kernel.score` then reads
like `engine.assess`: judge every requirement, apply the pass rules under each lens, count the
points.
What it says of a row is what the evaluator says of that submission, code for code; only parameters
and traces are left to the evaluator, which explains one row whenever somebody asks.
"""

from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from assessment.batch.arrays import column, counts, nulls, part, words
from assessment.batch.criteria import ReadyCriteria, Scores
from assessment.batch.outcomes import choose
from assessment.batch.requirements import Decisions, Lenses, Named, ReadyRequirement, reasons_of
from assessment.batch.schema import TEXTS, arrow_schema
from assessment.batch.sights import Batch, Plan
from assessment.logic import WORDS
from assessment.results import Lens, Verdict
from rubrics.schema import Rubric

LENSES = tuple(Lens)
_VERDICTS = tuple(Verdict)
_WORDS = pa.array([str(word) for word in _VERDICTS], pa.string())
_NUMBERS = np.array([_VERDICTS.index(word) for word in WORDS], np.int8)


class Kernel:
    """A rubric, ready to score columns of submissions."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self.schema: pa.Schema = arrow_schema(rubric)
        self._plan = Plan(rubric)
        self._requirements = [ReadyRequirement(own) for own in rubric.requirements.values()]
        self._criteria = ReadyCriteria(rubric)
        self._scores = Scores(rubric)

    def score(self, table: pa.Table, *, on: date) -> pa.Table:
        """The verdicts, points and reasons of every row, as of a day; rows stay in their order.

        A column that is not there is read as blank. Memory grows with the rows: hand over some
        thousands at a time.
        """
        batch = Batch(table, on, self._plan)
        decisions = Decisions(batch)
        justified = Named(column(table, "not_applicable", TEXTS))
        judged: dict[str, Lenses] = {}
        columns = {"eligibility": self._eligibility(table)}
        told: dict[str, pa.Array] = {}
        for ready in self._requirements:
            name = ready.own.id
            found = ready.judge(batch, decisions, justified.rows(name))
            judged[name] = found.everywhere()
            told |= _verdicts(name, judged[name])
            told[f"{name}.reasons"] = reasons_of(found)
        findings = self._criteria.judge(batch, decisions, judged)
        in_order = [findings[criterion.id].states for criterion in self.rubric.criteria]
        for i, lens in enumerate(LENSES):
            columns |= self._scores.columns(lens, [states[i] for states in in_order])
        for criterion in self.rubric.criteria:
            finding = findings[criterion.id]
            columns |= _verdicts(criterion.id, finding.states)
            if finding.literal is not None:
                columns |= _verdicts(f"{criterion.id}.literal", finding.literal)
        return pa.table(columns | told)

    def _eligibility(self, table: pa.Table) -> pa.Array:
        """Whether each city may apply at all; what it did not say is open."""
        rule, city = self.rubric.eligibility, column(table, "city", pa.null())
        countries = words(part(city, "country", pa.string()))
        people = part(city, "population", pa.int64())
        rules = (
            (countries.codes < 0, _OPEN),
            (~countries.among(frozenset(rule.countries)), _NOT_MET),
            (nulls(people), _OPEN),
            (counts(people) < rule.min_population, _NOT_MET),
        )
        return _words(choose(len(table), *rules).astype(np.int8))


_NOT_MET = _VERDICTS.index(Verdict.NOT_MET)
_OPEN = _VERDICTS.index(Verdict.UNANSWERED)


@lru_cache(maxsize=16)
def compile_rubric(rubric: Rubric) -> Kernel:
    """The kernel of a rubric."""
    return Kernel(rubric)


def _verdicts(name: str, states: Lenses) -> dict[str, pa.Array]:
    return {
        f"{name}.{lens}": _words(_NUMBERS.take(state))
        for lens, state in zip(LENSES, states, strict=True)
    }


def _words(numbers: npt.NDArray[np.int8]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(numbers), _WORDS)
