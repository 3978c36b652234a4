"""The processes of a city's own table one after the other, as key figures need them."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from api.evidence.figures.procurement import Award, Procurement
from api.evidence.tables.engine import Engine
from api.evidence.tables.records import Records
from rubrics.checks import Stage

MAX_AWARDS = 10_000
"""Awards that are looked at in one process: more cannot be one, and would fill the memory."""


class _Line(NamedTuple):
    process: str
    method: str
    status: str
    opened: date | None
    closed: date | None
    bidders: int | None
    award: str | None
    awarded: date | None
    supplier: str | None
    value: float | None
    currency: str
    contracted: bool


def procurements(engine: Engine, records: Records) -> Iterator[Procurement]:
    """The processes, in the order of their numbers; their rows are put together.

    Where a table tells of contracts and no awards, each contract stands for its award.
    """
    stage = Stage.AWARD
    if not any(name.startswith("award.") for name in records.mapped):
        stage = Stage.CONTRACT
    key, there = records.key(stage), records.is_record(stage)
    supplier = records.value(
        *("award.supplier_id", "contract.supplier_id", "award.supplier", "contract.supplier")
    )
    columns = (
        records.process,
        records.method,
        records.status(Stage.TENDER),
        records.value("tender.opens"),
        records.value("tender.closes"),
        records.bidders,
        f"CASE WHEN {there} THEN CAST({key} AS VARCHAR) END",
        records.value(f"{stage}.date"),
        supplier,
        records.value("award.value", "contract.value"),
        records.currency,
        records.is_record(Stage.CONTRACT),
    )
    lines = engine.each(
        f"SELECT {', '.join(columns)} FROM picked ORDER BY 1"  # noqa: S608 (our SQL)
    )
    for process, rows in groupby((_Line(*row) for row in lines), key=lambda line: line.process):  # type: ignore[arg-type]
        yield _procurement(process, rows)


def _procurement(process: str, rows: Iterator[_Line]) -> Procurement:
    """One process from its rows: the first that tells something counts."""
    method = status = ""
    opened = closed = bidders = None
    awards: dict[str, Award] = {}
    for line in rows:
        method, status = method or line.method, status or line.status
        opened, closed = opened or line.opened, closed or line.closed
        bidders = line.bidders if bidders is None else bidders
        if line.award is not None and (line.award in awards or len(awards) < MAX_AWARDS):
            awards[line.award] = _joined(awards.get(line.award), line)
    odd = bidders == 0 and bool(awards)
    return Procurement(
        id=process,
        method=method,
        status=status,
        opened=opened,
        closed=closed,
        bidders=None if odd else bidders,
        bidders_odd=odd,
        awards=tuple(awards.values()),
    )


def _joined(known: Award | None, line: _Line) -> Award:
    """The award of a row, put together with what other rows say of the same one."""
    suppliers = (line.supplier,) if line.supplier else ()
    if known is None:
        return Award(line.awarded, suppliers, line.value, line.currency, line.contracted)
    return Award(
        day=known.day or line.awarded,
        suppliers=tuple(dict.fromkeys((*known.suppliers, *suppliers)))[:MAX_AWARDS],
        # The same sum again is that of the same award; another one is that of another part.
        value=line.value if known.value in {None, line.value} else _sum(known.value, line.value),
        currency=known.currency or line.currency,
        contracted=known.contracted or line.contracted,
    )


def _sum(known: float | None, value: float | None) -> float | None:
    return known if value is None else (known or 0.0) + value
