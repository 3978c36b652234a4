"""Checks a coach's word: that it is about something there is, and has its reason."""

from collections.abc import Mapping

from api.errors import Unusable
from api.review.lines import machine_verdicts
from api.review.reviewed import Reviewed
from api.review.views import Word
from api.workspace.checking import check_decision, refuse_half_characters
from assessment.results import Verdict
from assessment.validation import SHORTEST_REASON

SAME: Mapping[Word, Verdict] = {
    Word.MET: Verdict.MET,
    Word.NOT_MET: Verdict.NOT_MET,
    Word.NOT_APPLICABLE: Verdict.NOT_APPLICABLE,
}
"""Words that say the same as the machine where its verdict is this."""


def checked_word(
    reviewed: Reviewed, about: str, verdict: Word, reason: str
) -> tuple[Word, str, Verdict]:
    """A word that can be said of something, its reason, and the machine's verdict beside it.

    A word that says what the machine says needs no reason: then it is to agree. `InputError` or
    `Unusable` says what is wrong.
    """
    refuse_half_characters([about, reason], "decision")
    text = reason.strip()
    # Whether the reason is long enough is told below, in the words of a form.
    probe = text if len(text) >= SHORTEST_REASON else "..."
    check_decision(reviewed.rubric, {"about": about, "verdict": verdict, "reason": probe})
    machine = machine_verdicts(reviewed)[about]
    if not text and SAME.get(verdict) is machine:
        verdict = Word.AGREE
    if verdict is not Word.AGREE and len(text) < SHORTEST_REASON:
        raise Unusable("reason_missing")
    return verdict, text, machine


def checked_name(reviewed: Reviewed, about: str) -> Verdict:
    """The machine's verdict about something; `InputError` where there is no such thing."""
    return checked_word(reviewed, about, Word.AGREE, "")[2]
