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
