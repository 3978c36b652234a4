"""What a page says after something was done; an address names it by a word of this closed list."""

from collections.abc import Mapping

from reports.i18n import N_, Message

DONE: Mapping[str, Message] = {
    "saved": N_("Saved."),
    "removed": N_("Removed."),
    "restored": N_("It is back, with what you typed."),
    "set-aside": N_("What you typed is kept under Activity, among the texts set aside."),
    "signed-out": N_("You are signed out."),
    "signed-out-everywhere": N_("You are signed out on all devices."),
    "invited": N_("The invitation is ready. Send the link below: it is shown only once."),
    "withdrawn": N_("The invitation no longer works."),
    "handed-over": N_("You handed the lead over. You are a member of the team now."),
    "left-out": N_("The person no longer has access."),
    "submitted": N_("Submitted. What you handed in is kept as it is now."),
    "decided": N_("Kept. This is the next one that waits for you."),
    "decided-all": N_("Kept. Nothing waits for your decision any more."),
    "taken-back": N_("Taken back. It waits for a decision again."),
    "agreed": N_("You agree with the machine wherever it looked at the evidence."),
    "asked": N_("The team can now change what you asked for, and nothing else."),
    "signed-off": N_("Signed off. Nothing of it can be changed any more."),
    "reading-begun": N_("Your second reading has begun. You see no decision until you finish it."),
    "reading-done": N_("Thank you. The calibration page compares your reading now."),
    "written": N_("Sent."),
    "resolved": N_("Marked as resolved."),
    "unresolved": N_("Open again."),
    "reopened": N_("The assessment is open again."),
    "imported": N_("The workbook was taken over."),
    "revoked": N_("The token no longer works."),
    "started": N_("The assessment is ready. Begin with any question: the order is yours."),
    "batch-begun": N_("The batch is in line. You may leave this page: it goes on without you."),
    "batch-cancelled": N_("The batch was stopped. What is judged already stays."),
    "batch-resumed": N_("The batch goes on where it was."),
    "view-saved": N_("The view is kept. You find it on the page of all cohorts."),
    "view-removed": N_("The view is removed."),
    "attached": N_("The evidence now serves this requirement as well."),
}
