"""Counts what a city's own table of contracting data holds, as `ocds.py` does for open ones."""

from datetime import date
from typing import cast

from api.evidence.figures.key_figures import KeyFigures
from api.evidence.ocds.rhythm import active_months
from api.evidence.tables.engine import Engine
from api.evidence.tables.procurements import procurements
from api.evidence.tables.records import Records
from assessment.facts import DatasetFacts, JoinFacts, StageFacts
from rubrics.checks import Group, Stage, StageField

_JOINS = (
    ("award-tender", Stage.AWARD, StageField.TENDER_ID),
    ("award-supplier", Stage.AWARD, StageField.SUPPLIER_ID),
    ("contract-award", Stage.CONTRACT, StageField.AWARD_ID),
    ("implementation-contract", Stage.IMPLEMENTATION, StageField.CONTRACT_ID),
)


def count_facts(engine: Engine, records: Records) -> DatasetFacts:
    """What the rows of `picked` hold."""
    rows, distinct = _numbers(engine, "count(*), count(DISTINCT whole)", "picked")
    stages = {stage: _stage(engine, records, stage) for stage in Stage}
    processes, complete, groups, identifiers = _processes(engine, records)
    days = _days(engine, records)
    value, currency = _money(engine, records)
    joins = {
        name: JoinFacts(
            records=stages[stage].records, joined=stages[stage].filled.get(str(field), 0)
        )
        for name, stage, field in _JOINS
    }
    figures = KeyFigures()
    for procurement in procurements(engine, records):
        figures.add(procurement)
    return DatasetFacts(
        shape="table",
        processes=processes,
        rows=rows,
        duplicates=rows - distinct,
        oldest_record=min(days, default=None),
        newest_record=max(days, default=None),
        active_months=active_months(days),
        identifiers=identifiers,
        stages={str(stage): facts for stage, facts in stages.items()},
        groups=groups,
        complete=complete,
        joins=joins | _planned(engine, records),
        value=value,
        currency=currency,
        key_figures=figures.result(),
    )


def _stage(engine: Engine, records: Records, stage: Stage) -> StageFacts:
    fields = {field: sql for field, sql in records.fields(stage).items() if sql != "false"}
    each = ", ".join(f"bool_or({sql}) AS f{i}" for i, sql in enumerate(fields.values()))
    total = ", ".join(("count(*)", *(f"count(*) FILTER (f{i})" for i in range(len(fields)))))
    count, *filled = _numbers(
        engine,
        total,
        f"(SELECT {each or '1'} FROM picked WHERE {records.is_record(stage)} "  # noqa: S608 (our SQL)
        f"GROUP BY {records.key(stage)})",
    )
    found = zip(fields, filled, strict=True)
    return StageFacts(records=count, filled={str(field): n for field, n in found if n})


def _processes(engine: Engine, records: Records) -> tuple[int, int, dict[str, int], dict[str, int]]:
    """How many processes there are, how many answer all questions, which, and their numbers."""
    groups, numbers = records.groups(), records.identifiers()
    tests = [*groups.values(), *numbers.values()]
    each = ", ".join(f"bool_or({sql}) AS f{i}" for i, sql in enumerate(tests))
    all_groups = " AND ".join(f"f{i}" for i in range(len(groups)))
    count, complete, *found = _numbers(
        engine,
        f"count(*), count(*) FILTER ({all_groups}), "
        + ", ".join(f"count(*) FILTER (f{i})" for i in range(len(tests))),
        f"(SELECT {each} FROM picked GROUP BY {records.process})",  # noqa: S608 (our SQL)
    )
    answered = dict(zip((str(group) for group in Group), found, strict=False))
    return count, complete, answered, dict(zip(numbers, found[len(groups) :], strict=True))


def _days(engine: Engine, records: Records) -> list[date]:
    """The different days on which something happened.

    A file has no day of its own, so that days which are still to come stay: whoever judges on a
    given day sees that they cannot be.
    """
    days = f"SELECT DISTINCT unnest({records.days()}) FROM picked"  # noqa: S608 (our SQL)
    return [cast("date", day) for (day,) in engine.rows(days)]


def _money(engine: Engine, records: Records) -> tuple[float | None, str | None]:
    """The sum of awards, else of contracts. A row that repeats another adds nothing to it."""
    for stage in (Stage.AWARD, Stage.CONTRACT):
        key = "whole" if records.key(stage) == "rowid" else records.key(stage)
        value = records.value(f"{stage}.value")
        moneys = (
            f"(SELECT DISTINCT {key} AS k, {value} AS v, {records.currency} AS c "  # noqa: S608
            f"FROM picked WHERE {records.is_record(stage)} AND {value} IS NOT NULL)"
        )
        total, kinds, currency = engine.row(
            "SELECT fsum(v), count(DISTINCT nullif(c, '')), max(c) "  # noqa: S608 (our SQL)
            f"FROM {moneys}"
        )
        if total is not None:
            if cast("int", kinds) > 1:
                return None, None
            return cast("float", total), cast("str", currency) or None
    return None, None


def _planned(engine: Engine, records: Records) -> dict[str, JoinFacts]:
    """How many tenders name the plan that they come from, where plans have numbers."""
    if "planning.id" not in records.mapped:
        return {}
    tender = Stage.TENDER
    count, joined = _numbers(
        engine,
        "count(*), count(*) FILTER (f)",
        f"(SELECT bool_or(has_planning_id) AS f FROM picked "  # noqa: S608 (our SQL)
        f"WHERE {records.is_record(tender)} GROUP BY {records.key(tender)})",
    )
    return {"tender-planning": JoinFacts(records=count, joined=joined)}


def _numbers(engine: Engine, what: str, source: str) -> list[int]:
    return [cast("int", n) for n in engine.row(f"SELECT {what} FROM {source}")]  # noqa: S608
