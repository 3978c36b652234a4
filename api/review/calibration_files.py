"""What coaches do not agree on as tables, for the calibration meeting and the rubric's author."""

from collections.abc import Iterable

from api.review.views import Agreement, MachineDisagreement
from api.sheet_files import to_csv
from reports.exports.sheets import Column, Sheet
from reports.i18n import Language
from reports.wording import verdict_word


def disagreements_csv(found: Agreement, language: Language) -> bytes:
    """Both readings of everything that two coaches judge otherwise."""
    say = language.text
    columns = (
        Column(say("City"), 24),
        Column(say("Submission"), 12),
        Column(say("Requirement"), 28),
        Column(say("Machine"), 16),
        Column(say("First coach"), 20),
        Column(say("Verdict"), 16),
        Column(say("Reason"), 60),
        Column(say("Second coach"), 20),
        Column(say("Verdict"), 16),
        Column(say("Reason"), 60),
    )
    rows = tuple(
        (
            one.city,
            one.submission,
            one.about,
            verdict_word(one.machine, language),
            one.first_by.name,
            verdict_word(one.first, language),
            one.first_reason,
            one.second_by.name,
            verdict_word(one.second, language),
            one.second_reason,
        )
        for one in found.disagreements
    )
    return to_csv(Sheet(say("Disagreements"), columns, rows))


def machine_csv(found: Iterable[MachineDisagreement], language: Language) -> bytes:
    """Where coaches often judge otherwise than the machine."""
    say = language.text
    columns = (
        Column(say("Requirement"), 28),
        Column(say("Cases"), 10),
        Column(say("Judged otherwise"), 16),
        Column(say("Share in percent"), 16),
        Column(say("What became of it"), 40),
        Column(say("Reasons"), 80),
    )
    rows = tuple(
        (
            one.about,
            one.cases,
            one.differ,
            round(one.share * 100, 1),
            "; ".join(f"{turned}: {number}" for turned, number in sorted(one.turned.items())),
            " | ".join(one.reasons),
        )
        for one in found
    )
    return to_csv(Sheet(say("Machine and coaches"), columns, rows))
