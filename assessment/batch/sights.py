"""What a check may look at, in columns: many submissions, their pieces of evidence, their rows.

The counterpart of `assessment/sight.py`: where a `Sight` there holds one submission, one here holds
all of them, so that a check is asked once a batch and answers for every row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from assessment.batch import arrays
from assessment.batch.arrays import Words
from assessment.batch.cells import Cells, Fields
from assessment.batch.outcomes import Choice, Chosen, Step, occurring
from assessment.batch.rows import JsonTables, Tables, tables_of
from assessment.batch.schema import EVIDENCE, type_of
from assessment.batch.states import Flags, Index, Numbers
from assessment.judge import NOT_SEEN
from rubrics.schema import Rubric

SEEN = 0
STATUSES = {"seen": SEEN, **{status: i for i, status in enumerate(NOT_SEEN, 1)}}
_STATUSES = len(STATUSES) + 1


class Plan:
    """What a rubric says of its submissions: types of answers, names by which evidence serves."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self.kinds = {name: type_of(own.ask) for name, own in rubric.requirements.items()}
        self.served_as = {r.id: (r.id, c.id) for c in rubric.assessed() for r in c.requirements}


class Batch:
    """Many submissions on a day."""

    def __init__(self, table: pa.Table, on: date, plan: Plan) -> None:
        self.columns = table
        self.size = len(table)
        self.on = on
        self.plan = plan
        self._answers: dict[str, Cells] = {}
        self._tables: dict[tuple[str, str | None], Tables] = {}

    def answer(self, question: str) -> Cells:
        """The answers to a question; all blank where nobody asks it."""
        if question not in self._answers:
            kind = self.plan.kinds.get(question, pa.null())
            self._answers[question] = Cells(arrays.column(self.columns, question, kind))
        return self._answers[question]

    def table(self, question: str, field: str | None) -> Tables:
        """The tables that are the answers to a question, or a field of them."""
        if (question, field) not in self._tables:
            answer = self.answer(question)
            found = answer if field is None else answer.field(field)
            self._tables[question, field] = tables_of(found.array)
        return self._tables[question, field]

    @cached_property
    def entries(self) -> "Entries":
        """All pieces of evidence."""
        return Entries(self)


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything in view of a check, in `size` places.

    `submission` is the row that each place belongs to (`None` where places are submissions);
    `evidence` what was handed in for the requirement; `pieces` the pieces at hand, inside an
    evidence check; `rows` the rows at hand, inside a table.
    """

    batch: Batch
    size: int
    submission: npt.NDArray[np.signedinteger] | None = None
    evidence: "HandedIn | None" = None
    pieces: "Pieces | None" = None
    rows: Fields | None = None

    @property
    def on(self) -> int:
        """The day, as an ordinal."""
        return self.batch.on.toordinal()


class HandedIn:
    """The pieces of evidence that were handed in for something, submission by submission."""

    def __init__(self, entries: "Entries", at: Index) -> None:
        self._entries = entries
        self._at = at
        self._of: dict[frozenset[str], Pieces] = {}

    def of(self, kinds: frozenset[str]) -> "Pieces":
        """Those of these kinds."""
        if kinds not in self._of:
            accepted = self._entries.kinds.at(self._at).among(kinds)
            self._of[kinds] = Pieces(self._entries, self._at.compress(accepted))
        return self._of[kinds]


class Pieces:
    """The pieces of evidence at hand: some of all those of the batch."""

    def __init__(self, entries: "Entries", at: Index) -> None:
        self.entries = entries
        self.at = at
        self.submission = entries.submission.take(at)

    @cached_property
    def offsets(self) -> Index:
        """Where the pieces of each submission start and end."""
        many = len(self.entries.absent)
        offsets = np.zeros(many + 1, np.int64)
        np.cumsum(np.bincount(self.submission, minlength=many), out=offsets[1:])
        return offsets

    @cached_property
    def tables(self) -> Tables:
        """The table of each piece."""
        return self.entries.tables.at(self.at)


def evidence_of(sight: Sight) -> HandedIn:
    """What was handed in."""
    assert sight.evidence is not None  # noqa: S101 (a proof is asked of a requirement)
    return sight.evidence


def pieces_of(sight: Sight) -> Pieces:
    """The pieces at hand."""
    assert sight.pieces is not None  # noqa: S101 (a check on facts stands inside an evidence check)
    return sight.pieces


Judge = Callable[[Sight], Step]
"""A check made ready for judging columns."""


class Entries:
    """The pieces of evidence of all submissions, one after the other."""

    def __init__(self, batch: Batch) -> None:
        column = arrays.column(batch.columns, "evidence", pa.list_(EVIDENCE))
        found = arrays.lists(column)
        self._plan = batch.plan
        self._array = found.values
        self.size = len(found.values)
        self.offsets = found.offsets
        self.absent = found.absent
        """Which submissions have handed in nothing at all yet."""
        self.submission = found.parents.astype(np.int32)
        self._shows: dict[str, Flags] = {}

    def column(self, name: str) -> pa.Array:
        """A field of every piece."""
        return arrays.part(self._array, name, EVIDENCE.field(name).type)

    def words(self, name: str) -> Words:
        """A field that holds a word."""
        return arrays.words(self.column(name))

    @cached_property
    def kinds(self) -> Words:
        """What kind of evidence each piece is."""
        return self.words("kind")

    @cached_property
    def seen(self) -> tuple[Chosen, Index]:
        """How each piece was seen, and what that means: twice its status, and one where stated.

        The status comes last where nobody has looked yet; stated is what the team wrote itself.
        """
        statuses = self.words("status").numbered(STATUSES) % _STATUSES
        stated = arrays.flags(self.column("stated"))
        return occurring(Choice((2 * statuses + stated).astype(np.uint8), 2 * _STATUSES))

    @cached_property
    def dated(self) -> npt.NDArray[np.int32]:
        """The day from which each piece holds; 0 where nobody knows."""
        return arrays.days(self.column("dated")).astype(np.int32)

    @cached_property
    def formats(self) -> Words:
        """The format of each file."""
        return self.words("format")

    @cached_property
    def licences(self) -> Words:
        """The licence of each piece."""
        return self.words("licence")

    @cached_property
    def unconfirmed(self) -> Flags:
        """Where a city's own table waits for somebody to say what its columns hold."""
        return arrays.flags(self.column("columns"))

    @cached_property
    def population(self) -> tuple[Index, Numbers]:
        """How many processes there are in all, and of what value; 0 where nobody says."""
        number = arrays.counts(self.column("population_number"))
        return number, arrays.numbers(self.column("population_value"))

    @cached_property
    def tables(self) -> JsonTables:
        """The table of each piece."""
        return JsonTables(self.column("table"))

    @cached_property
    def _showing(self) -> dict[str, Index]:
        """The pieces that show each mark."""
        shown = arrays.lists(self.column("shows"))
        return arrays.words(shown.values).by_name(shown.parents)

    def shows(self, mark: str) -> Flags:
        """Which pieces show a mark."""
        if mark not in self._shows:
            self._shows[mark] = np.zeros(self.size, np.bool_)
            self._shows[mark][self._showing.get(mark, arrays.NOWHERE)] = True
        return self._shows[mark]

    @cached_property
    def datasets(self) -> "Datasets":
        """What was counted in the pieces that are datasets."""
        return Datasets(self.column("dataset"))

    @cached_property
    def _served(self) -> dict[str, Index]:
        """The pieces that name each requirement or criterion as what they serve."""
        served = arrays.lists(self.column("serves"))
        return arrays.words(served.values).by_name(served.parents)

    def serving(self, requirement: str) -> HandedIn:
        """The pieces that serve a requirement, in order, each once."""
        names = self._plan.served_as[requirement]
        found = np.concatenate([self._served.get(name, arrays.NOWHERE) for name in names])
        found.sort(kind="stable")  # two sorted stretches: merged, not sorted
        again = found[1:] == found[:-1]
        return HandedIn(self, found.compress(np.append(True, ~again)) if again.any() else found)


class Datasets:
    """What was counted in datasets; the columns are those of the pieces that are one."""

    def __init__(self, array: pa.Array) -> None:
        self.there = ~arrays.nulls(array)
        """Which pieces are a dataset."""
        self.number = np.cumsum(self.there) - 1
        """The place of each piece among the datasets."""
        self._array = array
        self._counts: dict[str, Index] = {}

    @cached_property
    def processes(self) -> Index:
        """How many contracting processes."""
        return arrays.counts(self._of("processes"))

    @cached_property
    def complete(self) -> tuple[Index, Flags]:
        """How many of them answer all six questions, and where that is known."""
        array = self._of("complete")
        return arrays.counts(array), ~arrays.nulls(array)

    @cached_property
    def newest(self) -> Index:
        """The day of the newest record; 0 where nobody knows."""
        return arrays.days(self._of("newest_record"))

    @cached_property
    def value(self) -> Numbers:
        """The value of all of them; 0 where nobody knows."""
        return arrays.numbers(self._of("value"))

    @cached_property
    def policy(self) -> Flags:
        """Where a publication policy is named."""
        return arrays.flags(self._of("publication_policy"))

    def _of(self, name: str) -> pa.Array:
        return arrays.part(self._array, name).filter(pa.array(self.there))

    @cached_property
    def _counted(self) -> tuple[dict[str, Index], Index, Index]:
        """Where each count stands; of all counts the dataset that each belongs to, and itself."""
        found = arrays.lists(arrays.part(self._array, "counts", pa.list_(pa.struct({}))))
        what = arrays.words(arrays.part(found.values, "what", pa.string()))
        counts = arrays.counts(arrays.part(found.values, "count", pa.int64()))
        datasets = np.repeat(self.number, np.diff(found.offsets))
        return what.by_name(np.arange(len(counts))), datasets, counts

    def count(self, name: str, at: Index) -> Index:
        """How many of something there are in these datasets; 0 where it was not there."""
        if name not in self._counts:
            where, datasets, counts = self._counted
            places = where.get(name, arrays.NOWHERE)
            self._counts[name] = np.zeros(np.count_nonzero(self.there), np.int64)
            self._counts[name][datasets.take(places)] = counts.take(places)
        found: Index = self._counts[name].take(at)
        return found
