"""What to do where a step of a review cannot be taken, by the reason of `Unusable`."""

from collections.abc import Mapping

from reports.i18n import N_, Message

REFUSED: Mapping[str, Message] = {
    "comment_length": N_("Write a comment of at most {longest} signs."),
    "not_submitted": N_("This assessment is open already. Nothing is to be done."),
    "not_handed_in": N_("Nothing has been submitted yet. Wait until the team hands it in."),
    "changes_are_open": N_("The team is working on the changes. Wait until it submits again."),
    "reason_missing": N_("Write the reason, in one sentence at least."),
    "undecided": N_("Decide about every requirement first: {count} are still to be decided."),
    "nothing_flagged": N_("Choose at least one requirement, and say what is to be changed."),
    "ask_length": N_("Say it in at least 3 and at most {longest} signs."),
    "due_day": N_("Choose a day from today on, and within a year."),
    "no_coach": N_("This person is no coach of the city. Choose somebody else."),
    "rubric_moved": N_("The rubric has changed so much that this submission no longer fits it."),
    "no_reading": N_("You have not begun a second reading of this submission. Begin it first."),
    "own_review": N_("You have decided here already. Somebody else can give the second reading."),
    "reading_sees_all": N_(
        "You run the programme, and see the results of all cities: a second reading of yours would "
        "not be blind. Ask a coach for it."
    ),
    "reading_done": N_("You have finished this reading. What you said stays as it is."),
    "no_thread": N_("This comment is a reply. Settle the comment that it answers."),
}

NOT_ASKED = N_("This was not asked for")
ONLY_ASKED = N_(
    "Only what your coach asks for is open: '{name}' stays as you submitted it. "
    "Answer what is asked, then submit again."
)
"""What is told of a change to what no coach has asked for."""
