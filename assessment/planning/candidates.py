"""What could be done: a candidate for every requirement or declaration that is not settled.

Which candidates there are depends on whose word counts. For the claims alone it is enough to do a
thing; the evidence asks for its proof as well; a coach has to look at what the evidence shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assessment.codes import Code
from assessment.decisions import States
from assessment.logic import MET, NA, UNMET
from assessment.planning.situation import Situation
from assessment.results import Lens, RequirementResult, Verdict
from rubrics.schema import Requirement, Rubric

DECLARED = "declared"
"""What the candidate is called that proves every declared criterion: the official result."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that could be done.

    `about` is the requirement or criterion, or `DECLARED`; `goal` is as in `Action`. It settles
    `meets`, and can only be done when what it `needs` is done as well (both by `about`).
    """

    about: str
    criterion: str
    goal: str
    effort: float
    weeks: int = 0
    roles: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def candidates_of(
    rubric: Rubric, seen: Situation, lens: Lens, *, open_as_no: bool = False
) -> tuple[Candidate, ...]:
    """Every candidate under a lens, in the order of the rubric.

    With `open_as_no` an open question counts as answered with no.
    """
    found = [*_for_requirements(rubric, seen, lens, open_as_no=open_as_no)]
    doing = {c.about for c in found if c.goal in ("do", "answer")}
    linked = [_linked(rubric, c, doing) for c in found]
    return (*linked, *_for_criteria(rubric, seen, lens, open_as_no=open_as_no))


def _for_requirements(
    rubric: Rubric, seen: Situation, lens: Lens, *, open_as_no: bool
) -> Iterator[Candidate]:
    for criterion in rubric.assessed():
        own_lens = lens_of(seen, criterion.id, lens)
        for own in criterion.requirements:
            result, states = seen.results[own.id], seen.requirements[own.id]
            goal = _goal(result, states, own_lens, seen)
            if goal == "answer" and open_as_no:
                goal = "do"
            if goal:
                yield _candidate(rubric, criterion.id, own, goal)


def _candidate(rubric: Rubric, criterion: str, own: Requirement, goal: str) -> Candidate:
    remedy, planning = own.remedy, rubric.planning
    effort, weeks = {
        "answer": (0.0, 0),
        "confirm": (0.0, 0),
        "show": (min(planning.show_days, remedy.effort_days), 1),
        "prove": (min(planning.prove_days, remedy.effort_days), 1),
        "do": (remedy.effort_days, remedy.weeks),
    }[goal]
    return Candidate(
        about=own.id,
        criterion=criterion,
        goal=goal,
        effort=effort,
        weeks=weeks,
        roles=remedy.roles,
        activity=remedy.activity,
        meets=(own.id,),
    )


def _linked(rubric: Rubric, candidate: Candidate, doing: set[str]) -> Candidate:
    """With what it waits for and what it settles besides: only doing does either.

    What is done already, and only lacks its proof, is waited for by nothing.
    """
    if candidate.goal != "do":
        return candidate
    remedy = rubric.requirements[candidate.about].remedy
    return Candidate(
        about=candidate.about,
        criterion=candidate.criterion,
        goal=candidate.goal,
        effort=candidate.effort,
        weeks=candidate.weeks,
        roles=candidate.roles,
        activity=candidate.activity,
        meets=(candidate.about, *remedy.also_meets),
        needs=tuple(name for name in remedy.after if name in doing),
    )


def _goal(result: RequirementResult, states: States, lens: Lens, seen: Situation) -> str:
    """What a requirement lacks under a lens; nothing where it is met or does not apply."""
    claimed, evidenced, confirmed = states
    if {Lens.CLAIMED: claimed, Lens.EVIDENCED: evidenced, Lens.CONFIRMED: confirmed}[lens] & 7 in (
        MET,
        NA,
    ):
        return ""
    if lens is Lens.CONFIRMED and evidenced & 7 in (MET, NA):
        if evidenced & 7 == NA:
            return "confirm"
        decision = seen.decisions.get(result.id)
        words = {"not_met": "do", "needs_proof": "prove"}
        return words.get(decision.verdict, "confirm") if decision is not None else "confirm"
    if result.claimed is Verdict.UNANSWERED:
        return "answer"
    if claimed & 7 not in (MET, NA) or lens is Lens.CLAIMED or _contradicted(result):
        return "do"
    return "show" if result.evidenced is Verdict.NEEDS_REVIEW else "prove"


def _contradicted(result: RequirementResult) -> bool:
    """Whether evidence was handed in and does not hold: then the claim itself needs work."""
    if result.evidenced is Verdict.NEEDS_REVIEW:
        return False
    nothing = (Code.EVIDENCE_MISSING, Code.EVIDENCE_NOT_HANDED_IN)
    codes = [reason.code for reason in result.reasons if reason.lens is Lens.EVIDENCED]
    return any(code not in nothing for code in codes)


def _for_criteria(
    rubric: Rubric, seen: Situation, lens: Lens, *, open_as_no: bool
) -> Iterator[Candidate]:
    """Declarations to be made and proven, and what a coach has to look at again."""
    proving: list[str] = []
    for criterion in rubric.criteria:
        code = criterion.id
        said = seen.declared.get(code)
        if said is None:
            decision = seen.decisions.get(code)
            asked_again = decision is not None and decision.verdict in ("not_met", "needs_proof")
            if lens is Lens.CONFIRMED and asked_again:
                yield Candidate(code, code, "confirm", 0.0, meets=(code,))
            continue
        decided = seen.decisions.get(code) if lens is Lens.CONFIRMED else None
        if decided is not None and decided.verdict in ("met", "not_applicable"):
            continue
        if said & 7 != MET and (said & 7 == UNMET or open_as_no):
            continue
        if said & 7 != MET:
            yield Candidate(code, code, "answer", 0.0, meets=(code,))
        if lens is not Lens.CLAIMED and seen.proof & 7 != MET:
            proving.append(code)
        if lens is Lens.CONFIRMED and (decided is None or decided.verdict != "agree"):
            yield Candidate(code, code, "confirm", 0.0, meets=(code,))
    if proving:
        days = rubric.planning.prove_days
        yield Candidate(DECLARED, "", "prove", days, 1, meets=tuple(proving))


def lens_of(seen: Situation, criterion: str, lens: Lens) -> Lens:
    """The lens under which a criterion's requirements count.

    A coach's word on the criterion itself stands above those on its requirements.
    """
    if lens is Lens.CONFIRMED and criterion in seen.decisions:
        return Lens.EVIDENCED
    return lens
