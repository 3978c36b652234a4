"""From a trace to the few reasons that a reader needs: the leaves that keep it from being met."""

from collections.abc import Mapping, Sequence

from assessment.codes import Code
from assessment.results import Lens, Param, Reason, Trace, Verdict

_SETTLED = (Verdict.MET, Verdict.NOT_APPLICABLE)
_NOTHING_HANDED_IN = (Code.EVIDENCE_MISSING, Code.EVIDENCE_NOT_HANDED_IN)
_WRAPPERS = frozenset({"all_of", "any_of", "at_least", "entry", "evidence"})
_RULE_KINDS = frozenset({"at_least", "routes", "prerequisites", "declared", "decision"})


def reasons_of(trace: Trace, lens: Lens) -> tuple[Reason, ...]:
    """Why a check or proof does not hold (yet), in the order of the rubric, each reason once."""
    return _once(_leaves(trace), lens)


def rule_reasons(trace: Trace, lens: Lens) -> tuple[Reason, ...]:
    """Why a pass rule does not hold: groups that lack requirements, routes, prerequisites."""
    return _once(_unmet_rules(trace), lens)


def _leaves(trace: Trace) -> list[Trace]:
    if trace.verdict in _SETTLED:
        return []
    if not trace.children:
        return [trace]
    found: list[Trace] = []
    for child in trace.children:
        found += _leaves(child)
    if trace.kind in ("any_of", "at_least"):
        # Where one alternative was tried, that the other was not is no news.
        tried = [leaf for leaf in found if leaf.code not in _NOTHING_HANDED_IN]
        found = tried or found
    if trace.kind not in _WRAPPERS or trace.code == Code.EVIDENCE_STATED_ONLY:
        return [trace, *found]
    return found


def _unmet_rules(trace: Trace) -> list[Trace]:
    if trace.verdict in _SETTLED:
        return []
    found = [trace] if trace.kind in _RULE_KINDS else []
    for child in trace.children:
        if child.kind == "evidence":
            found += _leaves(child)
        elif trace.kind != "routes":
            found += _unmet_rules(child)
    return found


def _once(traces: Sequence[Trace], lens: Lens) -> tuple[Reason, ...]:
    """Each reason once, with the first line of the rubric that asked for it."""
    told: list[tuple[str, str, Mapping[str, Param]]] = []
    reasons: list[Reason] = []
    for trace in traces:
        tells = (trace.code, trace.looked_at, trace.params)
        if tells not in told:
            told.append(tells)
            reasons.append(Reason(trace.code, lens, trace.params, trace.looked_at, trace.at))
    return tuple(reasons)
