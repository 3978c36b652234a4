"""Counts contracting processes one after the other, in a memory that does not grow with them.

All counts are whole numbers, so that they are the same in whatever order processes come, and two
counts of different processes can be put together.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from api.evidence.figures.key_figures import KeyFigures
from api.evidence.ocds.filled import BITS, JOINED, STAGES
from api.evidence.ocds.processes import Process
from api.evidence.ocds.sections import Money
from api.evidence.ocds.stage_records import GROUPS, NUMBERS, follow
from assessment.facts import JoinFacts, StageFacts
from rubrics.checks import Stage, StageField

PARTS = 10_000
"""Money is added up in such parts of its unit: cents, and the quarters of cents in unit prices."""

_ALL_GROUPS = sum(GROUPS.values())


@dataclass(slots=True)
class Sum:
    """A sum of money, and some of the currencies in it: more than one make no sum."""

    parts: int = 0
    amounts: int = 0
    currencies: set[str] = field(default_factory=set)

    def add(self, moneys: Sequence[Money]) -> None:
        """Adds amounts."""
        self.parts += sum([round(amount * PARTS) for amount, _ in moneys])
        self.amounts += len(moneys)
        if len(self.currencies) < 2:
            self.currencies.update([currency for _, currency in moneys if currency])

    def merge(self, other: "Sum") -> None:
        """Adds all that another added, too."""
        self.parts += other.parts
        self.amounts += other.amounts
        self.currencies |= other.currencies

    def result(self) -> tuple[float | None, str | None]:
        """The sum and its currency; `None` where several currencies stand side by side."""
        if not self.amounts or len(self.currencies) > 1:
            return None, None
        return self.parts / PARTS, next(iter(self.currencies), None)


@dataclass(slots=True)
class Tally:
    """What is counted of the processes seen so far."""

    processes: int = 0
    records: Counter[int] = field(default_factory=Counter)
    """How many records there are of each stage that fill exactly these fields."""
    answers: Counter[int] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)
    awarded: Sum = field(default_factory=Sum)
    contracted: Sum = field(default_factory=Sum)
    figures: KeyFigures = field(default_factory=KeyFigures)

    def add(self, processes: Sequence[Process]) -> None:
        """Counts some processes, the quicker the more there are."""
        self.processes += len(processes)
        procurements = [process.procurement for process in processes]
        for shape, times in Counter([process.shape for process in processes]).items():
            records, answers = follow(shape)
            self.answers[answers] += times
            for record in records:
                self.records[record] += times
        self.days.update(chain.from_iterable([process.days for process in processes]))
        won = chain.from_iterable([procurement.awards for procurement in procurements])
        self.awarded.add([(win.value, win.currency) for win in won if win.value is not None])
        self.contracted.add([money for process in processes for money in process.contracted])
        self.figures.add(*procurements)

    def merge(self, other: "Tally") -> None:
        """Counts all that another counted, too: it saw other processes of the same data."""
        self.processes += other.processes
        self.records.update(other.records)
        self.answers.update(other.answers)
        self.days |= other.days
        self.awarded.merge(other.awarded)
        self.contracted.merge(other.contracted)
        self.figures.merge(other.figures)

    def stages(self) -> dict[str, StageFacts]:
        """How many records each stage has, and how many of them fill each field."""
        return {
            stage: StageFacts(
                records=self._with(STAGES[stage]),
                filled={
                    name: filled
                    for name in StageField
                    if (filled := self._with(STAGES[stage] | BITS[name]))
                },
            )
            for stage in Stage
        }

    def groups(self) -> dict[str, int]:
        """How many processes answer each of the six questions."""
        return {group: self._answering(bit) for group, bit in GROUPS.items()}

    def complete(self) -> int:
        """How many processes answer all of them."""
        return self._answering(_ALL_GROUPS)

    def identifiers(self) -> dict[str, int]:
        """How many processes carry a number of each kind."""
        return {kind: self._answering(bit) for kind, bit in NUMBERS.items()}

    def joins(self) -> dict[str, JoinFacts]:
        """How many records point to one that is there; plans only where they have numbers."""
        found = {
            "award-tender": self._join(Stage.AWARD, BITS[StageField.TENDER_ID]),
            "award-supplier": self._join(Stage.AWARD, BITS[StageField.SUPPLIER_ID]),
            "contract-award": self._join(Stage.CONTRACT, JOINED),
            "implementation-contract": self._join(
                Stage.IMPLEMENTATION, BITS[StageField.CONTRACT_ID]
            ),
        }
        if self._with(STAGES[Stage.PLANNING] | BITS[StageField.ID]):
            found["tender-planning"] = self._join(Stage.TENDER, JOINED)
        return found

    def value(self) -> tuple[float | None, str | None]:
        """The sum of award (else contract) values and its currency."""
        return (self.awarded if self.awarded.amounts else self.contracted).result()

    def _join(self, stage: Stage, bit: int) -> JoinFacts:
        return JoinFacts(records=self._with(STAGES[stage]), joined=self._with(STAGES[stage] | bit))

    def _with(self, bits: int) -> int:
        return sum(number for record, number in self.records.items() if record & bits == bits)

    def _answering(self, bits: int) -> int:
        return sum(number for found, number in self.answers.items() if found & bits == bits)
