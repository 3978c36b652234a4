"""What counts today and will be too old one day: every date, and the last day on which it counts.

Only what is known today is asked: something dated after the day may begin to count before something
else expires, and a team may do better. A date that counts stands in the trace of a verdict, so it
is read off there; a table that holds keeps the tests of the row that will be too old first.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assessment.lasting import DATES, FOR_EVER, end_of_date, last_day
from assessment.logic import MET, STATES, UNMET
from assessment.ready import ReadyCriterion, prepare
from assessment.results import Assessment, Expiry, Finding, RequirementResult, Trace, Verdict
from assessment.sight import Judge, Sight
from rubrics.schema import Rubric

_ROW = re.compile(r"\[[0-9]+\]")

_Key = tuple[date, str, str, str]


def expiries_of(rubric: Rubric, assessment: Assessment) -> tuple[Expiry, ...]:
    """Everything that counts on the day and will expire, the first to expire first."""
    findings = {finding.id: finding for finding in assessment.criteria}
    found = _Found(assessment.on)
    for criterion in prepare(rubric).criteria:  # prerequisites first
        finding = findings[criterion.own.id]
        if finding.declared:
            found.add_declared(finding)
        for result in finding.requirements:
            found.add(result, criterion.own.id)
        if finding.evidenced is Verdict.MET:
            found.add_end(criterion, finding)
    return found.listed()


def expiring(assessment: Assessment, *, before: date) -> tuple[Expiry, ...]:
    """What counts on the day of the assessment and will no longer do so on the day `before`."""
    return tuple(expiry for expiry in assessment.expiries if expiry.last_day < before)


@dataclass(slots=True)
class _Found:
    """What expires by its last day, place, date and window, and what it counts for.

    `ends` holds the last day of every requirement and criterion that is met, as far as it has one.
    """

    on: date
    about: dict[_Key, dict[str, None]] = field(default_factory=dict)
    ends: dict[str, date] = field(default_factory=dict)
    criteria: dict[str, str] = field(default_factory=dict)

    def add(self, result: RequirementResult, criterion: str) -> None:
        trace = result.trace
        self.criteria[result.id] = criterion
        self._dates(trace.check, result.id)
        self._dates(trace.proof, result.id)
        if result.evidenced is Verdict.MET:
            self.ends[result.id] = min(last_day(trace.check), last_day(trace.proof))

    def add_declared(self, finding: Finding) -> None:
        """A declared criterion counts as long as the official result that proves it."""
        trace = finding.trace.evidenced
        self._dates(trace, finding.id)
        if finding.evidenced is Verdict.MET:
            self.ends[finding.id] = last_day(trace)

    def add_end(self, criterion: ReadyCriterion, finding: Finding) -> None:
        """The last day of a criterion that is met, and of what must be met before it."""
        before = [self.ends.get(code, FOR_EVER) for code in criterion.own.prerequisites]
        own = self.ends.get(finding.id, FOR_EVER)
        if criterion.passes is not None:
            own = self._end_of_rule(criterion.passes, finding.requirements)
        self.ends[finding.id] = min([own, *before])

    def _end_of_rule(self, rule: Judge, results: Sequence[RequirementResult]) -> date:
        """Requirements expire one after the other, until the rule no longer holds."""
        states = {result.id: STATES[result.evidenced] for result in results}
        if rule(Sight(self.on, states=states))[0] & 7 != MET:
            return FOR_EVER  # it rests on one that is met or does not apply, nobody knows which
        ends = {name: self.ends[name] for name in states if name in self.ends}

        def still_met(day: date) -> bool:
            gone = [name for name, end in ends.items() if end <= day]
            sight = Sight(self.on, states={**states, **dict.fromkeys(gone, UNMET)})
            return rule(sight)[0] & 7 == MET

        return next(day for day in sorted(set(ends.values())) if not still_met(day))

    def listed(self) -> tuple[Expiry, ...]:
        return tuple(
            Expiry(
                last_day=key[0],
                looked_at=key[1],
                dated=date.fromisoformat(key[2]),
                window=key[3],
                about=tuple(names),
                turns=self._turning(key[0], names),
            )
            for key, names in sorted(self.about.items(), key=_by_key)
            if key[0] != FOR_EVER
        )

    def _turning(self, day: date, names: Mapping[str, None]) -> tuple[str, ...]:
        turning = [name for name in names if self.ends.get(name) == day]
        criteria = dict.fromkeys(self.criteria[n] for n in turning if n in self.criteria)
        return (*turning, *(code for code in criteria if self.ends.get(code) == day))

    def _dates(self, trace: Trace, name: str) -> None:
        for leaf in _dated(trace):
            params, place = leaf.params, _ROW.sub("", leaf.looked_at)
            key = (end_of_date(leaf), place, str(params[DATES[leaf.code]]), str(params["window"]))
            self.about.setdefault(key, {})[name] = None


def _by_key(pair: tuple[_Key, Mapping[str, None]]) -> _Key:
    return pair[0]


def _dated(trace: Trace) -> Iterator[Trace]:
    """Every date that counts, in evidence that does not fail in any other way."""
    todo = [trace]
    while todo:
        step = todo.pop()
        if step.code in DATES:
            yield step
        elif step.kind != "entry" or step.verdict is not Verdict.NOT_MET:
            todo.extend(reversed(step.children))
