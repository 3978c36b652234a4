"""Checks on contracting data that a collector read: stages, fields, joins, coverage, licence."""

from collections.abc import Callable, Mapping

from assessment.codes import Code
from assessment.facts import DatasetFacts, Facts
from assessment.logic import MET, UNMET, UNSEEN, WORDS, state_of
from assessment.results import Param, Trace
from assessment.sight import Judge, Sight, Step, step
from assessment.windows import iso_of, start_of
from rubrics import checks
from rubrics.checks import Group, kind_of

Found = tuple[int, Code, Mapping[str, Param]]
Test = Callable[[Sight, DatasetFacts], Found]


def judge_dataset(check: checks.Check) -> Judge:
    """A check on a dataset, ready for judging; data that nobody read leave it open."""
    test = _test(check)
    kind, at = kind_of(check), check.at

    def judge(sight: Sight) -> Step:
        place, dataset = sight.piece.entry.id, sight.piece.facts.dataset
        if dataset is None:
            code, params = _unread(sight.piece.facts)
            return step(kind, UNSEEN, code, params, place, at)
        state, code, params = test(sight, dataset)
        return state, Trace(kind, WORDS[state], code, params, place, at)

    return judge


def _unread(facts: Facts) -> tuple[Code, Mapping[str, Param]]:
    """Why nothing was counted: of a city's own table, nobody has said what the columns hold."""
    if not facts.columns:
        return Code.DATASET_NOT_SEEN, {}
    suggested = sum(1 for column in facts.columns if column.suggests is not None)
    params: dict[str, Param] = {"columns": len(facts.columns), "suggested": suggested}
    return Code.DATASET_COLUMNS_UNCONFIRMED, params


def judge_licence(check: checks.Licences) -> Judge:
    """A check on the licence that the data, or the page they stand on, name."""
    accepted = tuple(str(name) for name in check.licences)
    at = check.at

    def judge(sight: Sight) -> Step:
        place, licence = sight.piece.entry.id, _licence(sight.piece.facts)
        if licence not in LICENCES:
            return step("licences", UNSEEN, Code.LICENCE_NOT_SEEN, {}, place, at)
        if licence in accepted:
            params: dict[str, Param] = {"licence": licence}
            return step("licences", MET, Code.LICENCE_ACCEPTED, params, place, at)
        params = {"licence": licence, "accepted": accepted}
        return step("licences", UNMET, Code.LICENCE_NOT_ACCEPTED, params, place, at)

    return judge


LICENCES = frozenset(checks.Licence) - {checks.Licence.UNRECOGNISED}
"""The licences that a collector could make out; any other word says that it could not."""


def _licence(facts: Facts) -> str | None:
    return facts.licence or (facts.dataset.licence if facts.dataset is not None else None)


def _test(check: checks.Check) -> Test:
    match check:
        case checks.NewestWithin(newest_within=window):
            return lambda sight, dataset: _newest(sight, dataset, window)
        case checks.StageFields():
            return _stage(check)
        case checks.CompleteProcesses(complete_processes=n):
            return lambda _, dataset: _complete(dataset, n)
        case checks.GroupShare(group_share=share):
            return lambda _, dataset: _group_share(dataset, share)
        case checks.Join(join=(source, target), min=least):
            return lambda _, dataset: _join(dataset, str(source), target, least)
        case checks.Coverage():
            return lambda sight, dataset: _coverage(sight, dataset, check)
        case checks.Policy():
            return lambda _, dataset: _policy(dataset)
        case _:
            raise TypeError(kind_of(check))


def _newest(sight: Sight, dataset: DatasetFacts, window: str) -> Found:
    newest = dataset.newest_record
    if newest is None:
        return UNSEEN, Code.DATASET_UNDATED, {}
    if newest > sight.on:  # a slip in the data, or data from after the day: we cannot tell
        return UNSEEN, Code.DATASET_IN_FUTURE, {"newest": newest.isoformat()}
    since = start_of(window, sight.on)
    met = newest >= since
    code = Code.DATASET_FRESH if met else Code.DATASET_TOO_OLD
    params: dict[str, Param] = {
        "newest": iso_of(newest),
        "since": iso_of(since),
        "window": window,
    }
    return state_of(met=met), code, params


def _stage(check: checks.StageFields) -> Test:
    name, asked, share = str(check.stage), check.records, check.share
    fields = tuple(str(field) for field in check.fields)
    times = 1 if share is None else 100

    def test(_: Sight, dataset: DatasetFacts) -> Found:
        stage = dataset.stages.get(name)
        records = stage.records if stage is not None else 0
        if stage is None or records < asked:
            return UNMET, Code.STAGE_MISSING, {"stage": name, "records": records, "asked": asked}
        filled, least = stage.filled, 1 if share is None else share * records
        thin = tuple([field for field in fields if times * filled.get(field, 0) < least])
        params: dict[str, Param] = {"stage": name, "records": records, "fields": thin or fields}
        # Of what no record holds, "fewer than 80 %" would say too little.
        if share is not None and (not thin or any(filled.get(field) for field in thin)):
            params["share"] = share
        return (
            (UNMET, Code.STAGE_FIELDS_MISSING, params) if thin else (MET, Code.STAGE_FILLED, params)
        )

    return test


def _complete(dataset: DatasetFacts, n: int) -> Found:
    complete = dataset.complete
    if complete is None:
        return UNSEEN, Code.DATASET_NOT_SEEN, {}
    if complete >= n:
        return MET, Code.PROCESSES_COMPLETE, {"complete": complete, "asked": n}
    weakest = min(Group, key=lambda group: dataset.groups.get(group, 0))
    params: dict[str, Param] = {"complete": complete, "asked": n, "weakest": str(weakest)}
    return UNMET, Code.PROCESSES_INCOMPLETE, params


def _group_share(dataset: DatasetFacts, share: float) -> Found:
    processes = dataset.processes
    thin = tuple(
        str(group)
        for group in Group
        if not processes or 100 * dataset.groups.get(group, 0) < share * processes
    )
    if thin:
        return UNMET, Code.GROUPS_TOO_FEW, {"groups": thin, "share": share}
    return MET, Code.GROUPS_ENOUGH, {"share": share}


def _join(dataset: DatasetFacts, source: str, target: str, least: float) -> Found:
    join = dataset.joins.get(f"{source}-{target}")
    if join is None or not join.records:
        return UNSEEN, Code.JOIN_NOT_SEEN, {"from": source, "to": target}
    met = 100 * join.joined >= least * join.records
    value = round(100 * join.joined / join.records, 1)
    params: dict[str, Param] = {"from": source, "to": target, "value": value, "min": least}
    return state_of(met=met), Code.JOIN_ENOUGH if met else Code.JOIN_TOO_FEW, params


def _coverage(sight: Sight, dataset: DatasetFacts, check: checks.Coverage) -> Found:
    stated = sight.piece.entry.population
    shares: dict[str, float] = {}
    if stated is not None and stated.number is not None and check.by != "value":
        shares["by_number"] = 100 * dataset.processes / stated.number
    value = dataset.value
    if stated is not None and stated.value is not None and check.by != "number" and value:
        shares["by_value"] = 100 * value / stated.value
    if not shares:
        return UNSEEN, Code.COVERAGE_NOT_STATED, {}
    met = max(shares.values()) >= check.coverage
    rounded = {name: round(share, 1) for name, share in shares.items()}
    code = Code.COVERAGE_ENOUGH if met else Code.COVERAGE_TOO_LOW
    return state_of(met=met), code, {**rounded, "min": check.coverage}


def _policy(dataset: DatasetFacts) -> Found:
    if dataset.publication_policy:
        return MET, Code.POLICY_NAMED, {}
    return UNMET, Code.POLICY_NOT_NAMED, {}
