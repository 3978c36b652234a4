"""The cohort report: what staff are told of many cities, and what nobody is told of one."""

import io
from datetime import date

import pypdf
import pytest
from msgspec.structs import replace

from assessment.cohort import (
    CodeCount,
    Cohort,
    ExpiringEntry,
    NearCity,
    NearCount,
    Week,
    cohort_of,
)
from assessment.grouping import Comparison, Group, Spread
from assessment.results import Lens
from reports import charts
from reports.cohort import CohortReport, DotStrip
from reports.i18n import LANGUAGES, load_language
from reports.renderer import render_html
from reports.report import Tick
from reports.sections.cohort import build_cohort_report
from reports.sections.cohort_lists import SHOWN
from tests.reports.examples import DAY, cohort_report, members, rubric

SPREAD = Spread(lower=10.0, median=18.5, upper=24.0)


def cohort(count: int = 12, *, named: bool = True) -> Cohort:
    return cohort_of(rubric(), members(count), on=DAY, named=named)


def told(of: Cohort) -> CohortReport:
    return build_cohort_report(of, rubric(), language=load_language("en"))


# --- who is named ---------------------------------------------------------------------------------


def test_staff_read_the_names_and_that_it_is_confidential():
    report = told(cohort())

    assert [line.name for line in report.cities][:1] == ["Ciudad AH"]
    assert report.confidential.startswith("Confidential: it names cities.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_shared_edition_names_no_city_anywhere(language):
    page = render_html(cohort_report(language, count=12, named=False))

    assert "Ciudad " not in page


def test_too_few_cities_without_names_are_told_nothing_of():
    report = told(cohort(4, named=False))
    page = render_html(report)

    assert report.strip is None
    assert "Nothing is told of fewer than 5 cities" in report.notices[0]
    assert "<img" not in page


def test_cohort_without_a_result_says_so():
    report = told(cohort(0))

    assert report.notices == ("No city has a result yet.",)
    assert report.headline == "0 cities"


def test_text_of_a_city_is_escaped():
    hostile = replace(members(1)[0], city="<script>alert(1)</script>")
    page = render_html(told(cohort_of(rubric(), [hostile], on=DAY, named=True)))

    assert "<script" not in page
    assert "&lt;script&gt;" in page


# --- what is told ---------------------------------------------------------------------------------


def test_headline_counts_the_cities_at_the_target_and_those_that_could_be():
    evidenced = cohort().points[1]
    reached = sum(n for points, n in evidenced.guaranteed if points >= 22)
    could = sum(n for points, n in evidenced.possible if points >= 22) - reached

    assert told(cohort()).headline == (
        f"12 cities: {reached} at Silver on the evidence at hand, {could} more within reach."
    )


def test_levels_hold_every_city_once_with_its_exact_points():
    report = told(cohort())

    assert [band.name for band in report.bands] == ["Platinum", "Gold", "Silver", "below Silver"]
    assert sum(int(band.proven) for band in report.bands) == 12
    assert sum(int(band.possible) for band in report.bands) == 12
    assert [band.span for band in report.bands][-1] == "0 to 21"
    assert "0 (4)" in report.bands[-1].proven_points


def test_requirements_stand_hardest_first_with_what_is_missing():
    report = told(cohort())
    shares = [line.bar.guaranteed / line.bar.total for line in report.hardest]

    assert shares == sorted(shares)
    assert report.hardest[0].why.startswith("no proof handed in (12)")


@pytest.mark.parametrize(
    ("code", "lens", "word"),
    [
        ("answer.missing", Lens.CLAIMED, "not answered"),
        ("evidence.missing", Lens.EVIDENCED, "no proof handed in"),
        ("document.too_old", Lens.EVIDENCED, "too old"),
        ("evidence.login", Lens.EVIDENCED, "the proof could not be looked at"),
        ("dataset.not_seen", Lens.EVIDENCED, "the proof could not be looked at"),
        ("choices.too_few", Lens.CLAIMED, "the answer falls short"),
        ("stage.missing", Lens.EVIDENCED, "the proof falls short"),
    ],
)
def test_reason_is_told_by_what_is_to_be_done_about_it(code, lens, word):
    of = cohort()
    share = replace(of.requirements[0], reasons=(CodeCount(code=code, lens=lens, cities=3),))

    report = told(replace(of, requirements=(share,)))

    assert report.hardest[0].why == f"{word} (3)"


def test_reasons_of_one_kind_are_told_once_with_the_most_cities():
    of = cohort()
    reasons = tuple(
        CodeCount(code=code, lens=Lens.EVIDENCED, cities=n)
        for code, n in (("document.too_old", 4), ("dataset.too_old", 6))
    )

    report = told(replace(of, requirements=(replace(of.requirements[0], reasons=reasons),)))

    assert report.hardest[0].why == "too old (6)"


def test_cities_near_a_criterion_are_named_with_what_each_would_need():
    of = cohort()
    way = (("rdc7-policy",), ("rdc7-awards",))
    near = NearCity(city=0, criterion="RDC7", steps=1, ways=way)
    counts = (
        NearCount(criterion="RDC7", steps=1, cities=1),
        NearCount(criterion="RDC8", steps=1, cities=0),
    )

    report = told(replace(of, near=counts, near_cities=(near,)))

    [line] = report.near
    assert (line.criterion, line.one, line.two) == ("RDC7", 1, 0)
    assert line.cities == ("Ciudad AH: RDC7.2 or RDC7.5",)
    assert "Ciudad AH: RDC7.2 or RDC7.5" in render_html(report)


def test_of_many_cities_near_a_criterion_the_rest_is_counted():
    of = cohort()
    near = NearCity(city=0, criterion="RDC7", steps=2, ways=(("rdc7-policy", "rdc7-awards"),))
    count = NearCount(criterion="RDC7", steps=2, cities=SHOWN + 3)

    report = told(replace(of, near=(count,), near_cities=(near,) * (SHOWN + 3)))

    assert report.near[0].cities[0] == "Ciudad AH: RDC7.2 + RDC7.5"
    assert report.near[0].cities[-1] == "and 3 more"


def test_what_expires_is_told_once_for_each_city_and_day():
    of = cohort()
    entry = ExpiringEntry(
        city=0,
        last_day=date(2025, 12, 1),
        looked_at="x",
        about=("rdc7-policy",),
        turns=("rdc7-policy", "RDC7"),
    )
    silent = replace(entry, turns=())

    report = told(replace(of, expiring_entries=(entry, replace(entry, looked_at="y"), silent)))

    [line] = report.expiring_cities
    assert (line.city, line.last_day, line.turns) == ("Ciudad AH", "Dec 1, 2025", "RDC7.2, RDC7")


def test_cohort_of_which_nothing_expires_is_told_so():
    report = told(replace(cohort(), expiring=(), expiring_entries=()))

    assert report.expiring_note == "Nothing expires in the next 90 days."


def test_groups_are_called_by_names():
    keys = ("US", "MX/Jalisco")
    group = Group(keys=keys, cities=7, guaranteed=SPREAD, possible=SPREAD, requirements_met=SPREAD)
    others = [
        Comparison(by="region", groups=(group,)),
        Comparison(
            by="population",
            groups=tuple(replace(group, keys=(key,)) for key in ("0", "100000", "1000000", "")),
        ),
        Comparison(by="language", groups=(replace(group, keys=("pt",)),)),
        Comparison(by="language", groups=()),
    ]

    report = told(replace(cohort(), comparisons=tuple(others)))

    names = [[line.name for line in section.groups] for section in report.comparisons]
    assert names == [
        ["United States and Jalisco, Mexico"],
        [
            "fewer than 30,000 people",
            "100,000 to 249,999 people",
            "1,000,000 people or more",
            "not known",
        ],
        ["Portuguese"],
        [],
    ]
    assert report.comparisons[0].groups[0].points.text == "18.5 (10 to 24)"
    assert report.comparisons[-1].note.startswith("Not compared: no two groups")


def test_weeks_stand_beside_each_other():
    week = Week(
        starts=date(2025, 10, 6),
        cities=9,
        renewed=3,
        guaranteed=SPREAD,
        possible=SPREAD,
        requirements_met=SPREAD,
    )

    report = told(replace(cohort(), weeks=(week,)))

    assert report.weeks[0].name == "Week from Oct 6, 2025"
    assert "Week by week" in render_html(report)


def test_cities_that_may_not_apply_are_counted():
    assert "2 cities may not apply yet" in told(replace(cohort(), eligible=10)).notices[0]


# --- pictures and paper ---------------------------------------------------------------------------


def test_every_city_is_a_dot_inside_the_picture():
    strip = DotStrip(
        total=43,
        proven=((0, 40), (43, 2)),
        possible=((43, 42),),
        ticks=(Tick(at=22, label="Silver"),),
        alt="",
    )

    svg = charts.dot_strip(strip)

    height = 2 * charts.DOT_ROOM + 8
    dots = [part.split('"') for part in svg.split("<circle")[1:]]
    assert len(dots) == 84
    for dot in dots:
        x, y, radius = (float(dot[i]) for i in (1, 3, 5))
        assert 0 <= x - radius <= x + radius <= charts.WIDTH
        assert -0.5 <= y - radius <= y + radius <= height + 0.5


def test_quartiles_are_a_bar_inside_the_picture():
    for report in (told(cohort()), told(cohort(1))):
        for lens in report.lenses:
            assert f'width="{charts.WIDTH}"' in charts.spread_bar(lens.points)


@pytest.mark.parametrize(("language", "paper"), [("es", "letter"), ("pt", "a4")])
def test_cohort_is_printed_with_what_matters(pdfs, pdf_text, tmp_path, language, paper):
    report = cohort_report(language)

    pdf = pdfs(report, paper=paper)

    text = " ".join(pdf_text(pdf, tmp_path).split())
    assert 3 <= len(pypdf.PdfReader(io.BytesIO(pdf)).pages) <= 6
    for part in (report.headline, report.confidential, report.cities[0].name):
        assert part in text
