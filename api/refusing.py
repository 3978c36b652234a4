"""What to do where something is well written and cannot be done, in a sentence each."""

from collections.abc import Mapping

from api.cohorts.refusing import COHORTS_REFUSED
from api.review.refusing import REFUSED
from reports.i18n import N_, Message

UNUSABLE: Mapping[str, Message] = {
    "batch_active": N_("Somebody works on this batch. Cancel it first, then remove it."),
    "batch_kind": N_("'{file}' can hold no submissions. Send ZIP, XLSX, CSV, JSONL or Parquet."),
    "batch_over": N_("This batch has come to its end. Load it again to see how it is."),
    "nothing_submitted": N_("No assessment with a submission is like that. Ask for more of them."),
    **COHORTS_REFUSED,
    "cohort_unknown": N_("The sprint has no cohort '{cohort}'. Leave it out, or choose another."),
    "empty_file": N_("'{file}' is empty. Choose the file that holds the document."),
    "file_kind": N_("'{file}' is of a kind that is not taken. Save it as PDF, CSV, XLSX or JSON."),
    **REFUSED,
    "not_a_demo": N_("This database is no demo. Start the demo with another folder."),
    "email": N_("This is no address for e-mail. Write one such as ana@city.example."),
    "expired_link": N_("This invitation has ended. Ask whoever sent it for a new one."),
    "last_lead": N_("A team needs a lead. Hand the lead over to somebody first."),
    "profile": N_("Give a name of at most {longest} signs, and one of our languages."),
    "role": N_("This role cannot be given here. Choose one that goes with the city."),
    "rubric_changed": N_(
        "The rubric was changed since this was submitted, so no report can be made of it any more. "
        "Its result is kept as it was: add '/result' to the address of the submission."
    ),
    "title_length": N_("Give it a title of at most {longest} signs."),
    "token": N_("A token needs a name, at least one right, and at most {longest} days."),
    "unknown_link": N_("There is no such invitation. Check that the link is whole."),
    "used_link": N_("This invitation has been used already. Sign in, or ask for a new one."),
    "weak_password": N_("Choose a password of at least {shortest} signs that is not a common one."),
}
"""By the reason of `Unusable`."""
