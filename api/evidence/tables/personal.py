"""Suspects personal data in the rows of a table: e-mail addresses and numbers of natural persons.

As in open contracting data (`personal.py`), contacts of public bodies are published on purpose: a
column that is mapped to a contact, or named like one, is not looked at.
"""

from collections.abc import Collection, Sequence

from api.evidence.personal import holds_number
from api.evidence.tables.engine import Engine, quoted

_ADDRESS = r"[\w.%+-]+@(?:[\w-]+\.)+[A-Za-z]{2,24}"
_FORM = r"\.\d{3}\.\d{3}-|\d{3}-\d{2}-\d{4}|[A-Z]{4}\d{6}[A-Z]{6}"
"""What is common to the numbers that `personal.py` knows: few rows are worth a closer look."""


def suspects(
    engine: Engine, scan: str, columns: Sequence[str], *, contacts: Collection[str]
) -> dict[str, int]:
    """In how many rows personal data are suspected, by their kind."""
    looked_at = [name for name in columns if name not in contacts]
    if not looked_at:
        return {"email": 0, "national_id": 0}
    rows = f"(SELECT concat_ws(chr(10), {', '.join(looked_at)}) AS t FROM {scan})"  # noqa: S608
    # Nearly always there is no @ in a row, which is quicker to see.
    with_address = f"contains(t, '@') AND regexp_matches(t, {quoted(_ADDRESS)})"
    (addresses,) = engine.row(
        f"SELECT count(*) FILTER ({with_address}) FROM {rows}"  # noqa: S608 (our SQL)
    )
    likely = engine.each(
        f"SELECT t FROM {rows} WHERE regexp_matches(t, {quoted(_FORM)})"  # noqa: S608 (our SQL)
    )
    numbers = sum(holds_number(str(text).encode()) for (text,) in likely)
    return {"email": addresses if isinstance(addresses, int) else 0, "national_id": numbers}
