"""Checks on pieces of evidence, over columns; the meaning is that of `assessment/checks/`."""

from collections.abc import Callable, Sequence
from typing import assert_never

import numpy as np

from assessment.batch.outcomes import Chosen, Outcomes, Step, choose
from assessment.batch.sights import Datasets, Judge, Sight, pieces_of
from assessment.batch.states import Flags, Index, Numbers
from assessment.checks.datasets import LICENCES
from assessment.codes import Code
from assessment.logic import MET, UNMET, UNSEEN
from assessment.windows import start_of
from rubrics import checks

DocumentCheck = checks.DatedWithin | checks.Formats | checks.Licences | checks.Shows
DatasetCheck = (
    checks.NewestWithin
    | checks.StageFields
    | checks.CompleteProcesses
    | checks.GroupShare
    | checks.Join
    | checks.Coverage
    | checks.Policy
)


# --- documents ------------------------------------------------------------------------------------


def judge_document(check: DocumentCheck) -> Judge:
    """A check on any one piece of evidence, ready for judging."""
    match check:
        case checks.DatedWithin(dated_within=window):
            return _dated(window)
        case checks.Formats(formats=names):
            return _format(frozenset(map(str, names)))
        case checks.Licences(licences=names):
            return _licence(frozenset(map(str, names)))
        case checks.Shows(shows=marks):
            return _shows(marks)
        case _:
            assert_never(check)


def _dated(window: str) -> Judge:
    said = Outcomes(
        (MET, Code.DOCUMENT_FRESH),
        (UNMET, Code.DOCUMENT_TOO_OLD),
        (UNMET, Code.DOCUMENT_IN_FUTURE),
        (UNSEEN, Code.DOCUMENT_UNDATED),
    )

    def judge(sight: Sight) -> Step:
        pieces = pieces_of(sight)
        entries, at = pieces.entries, pieces.at
        day = entries.dated.take(at)
        since = start_of(window, sight.batch.on).toordinal()
        rules = (day == 0, 3), (day > sight.on, 2), (day < since, 1)
        return said.step(choose(sight.size, *rules))

    return judge


def _format(accepted: frozenset[str]) -> Judge:
    said = Outcomes(
        (MET, Code.FORMAT_ACCEPTED),
        (UNMET, Code.FORMAT_NOT_ACCEPTED),
        (UNSEEN, Code.FORMAT_NOT_SEEN),
    )

    def judge(sight: Sight) -> Step:
        pieces = pieces_of(sight)
        entries, at = pieces.entries, pieces.at
        formats = entries.formats.at(at)
        rules = (formats.codes < 0, 2), (~formats.among(accepted), 1)
        return said.step(choose(sight.size, *rules))

    return judge


def _licence(accepted: frozenset[str]) -> Judge:
    said = Outcomes(
        (MET, Code.LICENCE_ACCEPTED),
        (UNMET, Code.LICENCE_NOT_ACCEPTED),
        (UNSEEN, Code.LICENCE_NOT_SEEN),
    )

    def judge(sight: Sight) -> Step:
        pieces = pieces_of(sight)
        entries, at = pieces.entries, pieces.at
        licences = entries.licences.at(at)
        rules = (~licences.among(_LICENCES), 2), (~licences.among(accepted), 1)
        return said.step(choose(sight.size, *rules))

    return judge


_LICENCES = frozenset(map(str, LICENCES))


def _shows(marks: Sequence[str]) -> Judge:
    said = Outcomes((MET, Code.MARK_SHOWN), (UNSEEN, Code.MARK_NOT_SHOWN))

    def judge(sight: Sight) -> Step:
        pieces = pieces_of(sight)
        shown = [pieces.entries.shows(mark).take(pieces.at) for mark in marks]
        return said.step((~np.logical_and.reduce(shown)).view(np.uint8))

    return judge


# --- datasets -------------------------------------------------------------------------------------

Test = Callable[[Sight, Datasets, Index, Index], Chosen]
"""Which outcome each dataset has, given the number of each among datasets and among pieces."""


def judge_dataset(check: DatasetCheck) -> Judge:
    """A check on a dataset, ready for judging; data that nobody read leave it open."""
    found, test = _test(check)
    unread = len(found)
    said = Outcomes(
        *found,
        (UNSEEN, Code.DATASET_NOT_SEEN),
        (UNSEEN, Code.DATASET_COLUMNS_UNCONFIRMED),
    )

    def judge(sight: Sight) -> Step:
        pieces = pieces_of(sight)
        entries, at = pieces.entries, pieces.at
        datasets = entries.datasets
        there = datasets.there.take(at)
        chosen = unread + entries.unconfirmed.take(at).view(np.uint8)
        known = at.compress(there)
        chosen[there] = test(sight, datasets, datasets.number.take(known), known)
        return said.step(chosen)

    return judge


Found = tuple[tuple[tuple[int, Code], ...], Test]


def _test(check: DatasetCheck) -> Found:
    match check:
        case checks.NewestWithin(newest_within=window):
            return _newest(window)
        case checks.StageFields():
            return _stage(check)
        case checks.CompleteProcesses(complete_processes=n):
            return _complete(n)
        case checks.GroupShare(group_share=share):
            return _group_share(share)
        case checks.Join():
            return _join(check)
        case checks.Coverage():
            return _coverage(check)
        case checks.Policy():
            said = (MET, Code.POLICY_NAMED), (UNMET, Code.POLICY_NOT_NAMED)
            return said, lambda _, data, at, __: (~data.policy.take(at)).view(np.uint8)
        case _:
            assert_never(check)


def _newest(window: str) -> Found:
    def test(sight: Sight, data: Datasets, at: Index, _: Index) -> Chosen:
        day = data.newest.take(at)
        since = start_of(window, sight.batch.on).toordinal()
        return choose(len(at), (day == 0, 3), (day > sight.on, 2), (day < since, 1))

    said = (
        (MET, Code.DATASET_FRESH),
        (UNMET, Code.DATASET_TOO_OLD),
        (UNSEEN, Code.DATASET_IN_FUTURE),
        (UNSEEN, Code.DATASET_UNDATED),
    )
    return said, test


def _stage(check: checks.StageFields) -> Found:
    stage, share = str(check.stage), check.share
    fields = [f"{stage}.{name}" for name in check.fields]

    def test(_: Sight, data: Datasets, at: Index, __: Index) -> Chosen:
        records = data.count(stage, at)
        thin = np.zeros(len(at), np.bool_)
        for field in fields:
            filled = data.count(field, at)
            thin |= filled < 1 if share is None else 100 * filled < share * records
        return choose(len(at), (records < check.records, 1), (thin, 2))

    said = (
        (MET, Code.STAGE_FILLED),
        (UNMET, Code.STAGE_MISSING),
        (UNMET, Code.STAGE_FIELDS_MISSING),
    )
    return said, test


def _complete(n: int) -> Found:
    def test(_: Sight, data: Datasets, at: Index, __: Index) -> Chosen:
        complete, known = data.complete
        return choose(len(at), (~known.take(at), 2), (complete.take(at) < n, 1))

    said = (
        (MET, Code.PROCESSES_COMPLETE),
        (UNMET, Code.PROCESSES_INCOMPLETE),
        (UNSEEN, Code.DATASET_NOT_SEEN),
    )
    return said, test


def _group_share(share: float) -> Found:
    groups = [f"groups.{group}" for group in checks.Group]

    def test(_: Sight, data: Datasets, at: Index, __: Index) -> Chosen:
        processes = data.processes.take(at)
        thin: Flags = processes == 0
        for group in groups:
            thin |= 100 * data.count(group, at) < share * processes
        return choose(len(at), (thin, 1))

    return ((MET, Code.GROUPS_ENOUGH), (UNMET, Code.GROUPS_TOO_FEW)), test


def _join(check: checks.Join) -> Found:
    name = "-".join(map(str, check.join))

    def test(_: Sight, data: Datasets, at: Index, __: Index) -> Chosen:
        records, joined = data.count(name, at), data.count(f"{name}.joined", at)
        return choose(len(at), (records == 0, 2), (100 * joined < check.min * records, 1))

    said = (
        (MET, Code.JOIN_ENOUGH),
        (UNMET, Code.JOIN_TOO_FEW),
        (UNSEEN, Code.JOIN_NOT_SEEN),
    )
    return said, test


def _coverage(check: checks.Coverage) -> Found:
    def test(sight: Sight, data: Datasets, at: Index, pieces: Index) -> Chosen:
        number, value = (known.take(pieces) for known in sight.batch.entries.population)
        by_number = (number > 0) & (check.by != "value")
        by_value = (value > 0) & (data.value.take(at) != 0) & (check.by != "number")
        enough = _share(data.processes.take(at), number, by_number) >= check.coverage
        enough |= _share(data.value.take(at), value, by_value) >= check.coverage
        return choose(len(at), (~(by_number | by_value), 2), (~enough, 1))

    said = (
        (MET, Code.COVERAGE_ENOUGH),
        (UNMET, Code.COVERAGE_TOO_LOW),
        (UNSEEN, Code.COVERAGE_NOT_STATED),
    )
    return said, test


def _share(some: Index | Numbers, every: Index | Numbers, known: Flags) -> Numbers:
    """The share in percent; less than any where it is not known."""
    shares = np.full(len(some), -np.inf)
    np.divide(100 * some, every, out=shares, where=known)
    return shares
