"""What is wrong and what to do about it, apart: for tables in which each has its column."""

import re

from reports.i18n import N_, Language
from reports.wording import fill_in
from rubrics.messages import MESSAGES
from rubrics.problems import Problem

MEND = N_("Correct it, then run the batch again.")
"""For what says by itself what it should be."""

_END = re.compile(r"(?<=[.!?])(?: |(?=\{hint\}))")


def problem_parts(problem: Problem, language: Language) -> tuple[str, str]:
    """What is wrong, and the mend.

    A message ends its first sentence where the mend begins; it is parted before a stranger's words
    are put into it, for these may hold any sign.
    """
    template = language.catalogue.gettext(MESSAGES[problem.code])
    reason, *rest = _END.split(template, maxsplit=1)
    mend = fill_in(problem, rest[0], language).strip() if rest else ""
    return fill_in(problem, reason, language), mend or language.say(MEND)
