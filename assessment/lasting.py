"""How long what holds today will hold: read off the trace of a verdict, if nothing else changes."""

from datetime import date

from assessment.codes import Code
from assessment.results import Trace, Verdict
from assessment.windows import end_of

FOR_EVER = date.max
"""The last day of what never expires."""

DATES: dict[str, str] = {
    Code.DATE_IN_WINDOW: "date",
    Code.DOCUMENT_FRESH: "dated",
    Code.DATASET_FRESH: "newest",
}
"""The codes of what counts because it is recent, and the parameter that holds its date."""

_TABLES = frozenset({"rows", "every_row"})
"""Tables ask for rows; their traces hold the tests of the one that will be too old first."""


def last_day(trace: Trace) -> date:
    """The last day on which what holds today still holds; the first of all days if it does not."""
    if trace.verdict is not Verdict.MET:
        return date.min
    if trace.code in DATES:
        return end_of_date(trace)
    ends = [last_day(c) for c in trace.children if c.verdict is not Verdict.NOT_APPLICABLE]
    if not ends:
        return FOR_EVER
    asked = trace.params.get("asked")
    if trace.kind in _TABLES or not isinstance(asked, int):
        return min(ends)
    return sorted(ends, reverse=True)[asked - 1]


def end_of_date(trace: Trace) -> date:
    """The last day on which the date of a step (one of `DATES`) lies in its window."""
    params = trace.params
    return end_of(str(params["window"]), date.fromisoformat(str(params[DATES[trace.code]])))
