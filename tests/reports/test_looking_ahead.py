"""What the report says of evidence: notes, key figures beside each other, and what expires when."""

from datetime import date
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from api.submissions import read_submission, read_written
from assessment.facts import Facts
from assessment.results import Assessment
from assessment.submission import Submission
from reports.i18n import LANGUAGES
from reports.renderer import render_html
from tests.assessment.test_notes import EVERYTHING
from tests.reports.examples import FOLDER, assess_whole, empty_city, report_on, rubric

YEAR = {"period_start": "2024-10-01", "period_end": "2025-09-30"}
FIGURES: list[dict[str, Any]] = [
    {"id": "avg_bids", "unit": "bids", "value": 3.1, "numerator": 68, "denominator": 22, **YEAR},
    {
        "id": "single_bid_rate",
        "unit": "percent",
        "value": 22.7,
        **YEAR,
        "excluded": {"cancelled": 3},
    },
    {"id": "new_vendor_share", "unit": "percent", "missing": "short_history"},
    {"id": "days_advertised", "unit": "days", "value": 1, "few": True},
]


def city(*figures: dict[str, Any]) -> Submission:
    """Puerto Claro, with these figures computed from its data, and everything else seen of it."""
    written = read_written(str(FOLDER / "submissions/puerto-claro/submission.yaml"))
    submission = read_submission(rubric(), written)
    pieces = []
    for entry in submission.evidence or ():
        facts = entry.facts
        if entry.id == "contrataciones-ocds" and facts is not None and facts.dataset is not None:
            seen = {**facts.dataset.model_dump(mode="json"), "key_figures": figures}
            whole = {**facts.model_dump(mode="json"), "dataset": seen}
            facts = Facts.model_validate(whole)
        if entry.id == "ordenanza":
            facts = Facts.model_validate({**EVERYTHING, "dataset": None})
        changes = {"facts": facts, "received": date(2025, 10, 28)}
        pieces.append(entry.model_copy(update=changes))
    return submission.model_copy(update={"evidence": tuple(pieces)})


@cache
def puerto_claro() -> Assessment:
    return assess_whole(city(*FIGURES))


def test_figures_stand_beside_each_other_with_the_difference():
    lines = {line.name: line for line in report_on(puerto_claro()).figures}

    bids = lines["Average number of bids"]
    assert (bids.typed.value, bids.typed.parts) == ("2.91 bids", "64 ÷ 22")
    assert (bids.computed.value, bids.computed.parts) == ("3.1 bids", "68 ÷ 22")
    assert bids.difference == "\N{MINUS SIGN}0.19 bids"
    assert bids.computed.period == "Oct 1, 2024 to Sep 30, 2025"


def test_figure_typed_alike_in_two_places_is_told_once_with_both():
    bids = report_on(puerto_claro()).figures[0]

    assert bids.typed.place == "RDC8.3, row 1; E8, row 1"


def test_figures_that_agree_say_so_and_tell_what_was_left_out():
    rate = report_on(puerto_claro()).figures[1]

    assert rate.difference == "none"
    assert rate.notes == ("Left out: cancelled 3.",)


def test_figure_that_could_not_be_computed_says_why():
    share = report_on(puerto_claro()).figures[2]

    assert share.computed.value == "not computed: the data do not reach back far enough"
    assert share.difference == ""


def test_figure_that_nobody_typed_stands_alone_and_warns_of_small_numbers():
    days = report_on(puerto_claro()).figures[3]

    assert (days.typed.value, days.computed.value) == ("", "1 day")
    assert "Fewer than ten procurements" in days.notes[0]


@pytest.mark.parametrize(
    ("typed", "parts", "difference", "note"),
    [
        (0.25, (10, 40), "+2.3 percentage points", "is read as a fraction: 25\xa0%"),
        (0.25, (None, None), "", "could be a percentage or a fraction"),
        (None, (10, 40), "+2.3 percentage points", "numerator and denominator: 25\xa0%"),
    ],
)
def test_share_is_shown_as_it_was_typed_and_the_reader_is_told_how_it_was_read(
    typed, parts, difference, note
):
    row = {"kpi": "single_bid_rate", "value": typed, "numerator": parts[0], "denominator": parts[1]}
    given = city(FIGURES[1])
    answers = {**given.answers, "rdc8-baseline": {"rows": (row,)}}
    found = assess_whole(given.model_copy(update={"answers": answers}))

    line = report_on(found).figures[0]

    assert line.typed.value == ("" if typed is None else "0.25")
    assert line.difference == difference
    assert any(note in text for text in line.notes)


def test_figures_of_different_periods_say_so():
    other = {**FIGURES[1], "period_end": "2025-08-31"}

    (line,) = report_on(assess_whole(city(other))).figures

    assert "The two are about different periods." in line.notes


def test_what_expires_within_a_year_is_listed_with_what_turns():
    report = report_on(puerto_claro())

    first = report.expiries[0]
    assert (first.last_day, first.number) == ("Dec 31, 2025", "E8")
    assert first.title.endswith(": Last day of the period")
    assert (first.about, first.turns) == ("RDC8.3", "RDC8.3, RDC8")
    assert (first.dated, first.window) == ("Sep 30, 2025", "the past 3 months")
    assert report.expiries[1].title == "Answer to RDC8.3: Last day of the period"
    days = [line.on for line in report.expiries]
    assert days == sorted(days)
    assert days[-1] <= date(2026, 11, 3)


def test_verdicts_have_turned_on_the_day_after():
    after = report_on(assess_whole(city(*FIGURES), on=date(2026, 1, 1)))

    rdc8 = next(line for line in after.summary.criteria if line.code == "RDC8")
    assert rdc8.evidenced.verdict == "not_met"
    assert report_on(puerto_claro()).summary.criteria[1].evidenced.verdict == "met"


def test_many_declared_criteria_are_counted():
    later = assess_whole(city(*FIGURES), on=date(2026, 6, 1))

    official = [line for line in report_on(later).expiries if line.number == "E16"]

    assert [line.about for line in official] == ["20 declared criteria"]


def test_few_declared_criteria_are_named():
    given = city()
    declared = given.declared.model_copy(update={"met": ("DM1", "DM2")})
    few = given.model_copy(update={"declared": declared})

    report = report_on(assess_whole(few, on=date(2026, 6, 1)))

    assert [line.about for line in report.expiries if line.number == "E16"] == ["DM1, DM2"]


def test_city_of_which_nothing_expires_soon_is_told_so():
    late = tuple(e for e in puerto_claro().expiries if e.last_day > date(2027, 1, 1))

    report = report_on(replace(puerto_claro(), expiries=late))

    assert report.expiries == ()
    assert report.expiries_note == "Nothing that counts today expires before November 4, 2026."


def test_report_on_the_last_of_all_days_looks_no_further():
    report = report_on(replace(puerto_claro(), on=date.max))

    assert len(report.expiries) == len(puerto_claro().expiries)


def test_city_without_evidence_is_told_nothing_of_all_this():
    report = report_on(empty_city())

    assert (report.figures, report.expiries, report.expiries_note) == ((), (), "")


def test_notes_stand_with_their_evidence_warnings_apart():
    line = next(e for e in report_on(puerto_claro()).evidence if e.number == "E11")

    assert any(text.startswith("It is a scan without text") for text in line.warnings)
    assert "12 pages." in line.seen
    assert line.received == "Oct 28, 2025"


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_shows_it_all(language):
    report = report_on(puerto_claro(), language)

    page = render_html(report)

    assert report.expiries_note in page
    assert report.figures[0].computed.value in page
    assert report.evidence[0].received in page
    assert all(line.title in page for line in report.expiries)
