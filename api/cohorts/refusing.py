"""What to do where something about a cohort is well written and cannot be done."""

from collections.abc import Mapping

from reports.i18n import N_, Message

COHORTS_REFUSED: Mapping[str, Message] = {
    "cohort_day": N_("Without names a cohort is shown as of today. Leave out the day."),
    "cohort_day_range": N_("Choose a day from {first} to {last}."),
    "cohort_names": N_(
        "This file names cities. Ask for it with names, if your role has the right."
    ),
    "too_many_views": N_("You keep {most} views already. Remove one that you no longer need."),
    "view_name": N_("Give the view a name of at most {longest} signs."),
}
"""By the reason of `Unusable`."""
