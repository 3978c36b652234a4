"""`readiness plan` and `readiness progress`: what they show, write and refuse."""

import json
import zipfile
from pathlib import Path

import icalendar
import msgspec
import pytest

from api.plan_files import to_csv
from api.plans import Wanted, make_plan
from api.showing_plan import told_of
from api.terminal import open_screen
from assessment.plans import Comparison
from reports.i18n import load_language
from rubrics.loader import LIBRARY
from tests.builders import DAY

DEMO = LIBRARY / "wwc-2022" / "submissions"
RIO = DEMO / "rio-verde" / "submission.yaml"
SPRINGFIELD = DEMO / "springfield-falls" / "submission.yaml"
BOTH = ["--target", "rdc7+rdc8", "--on", "2025-10-06"]

LONG_SPRINT = """\
id: long
title: A sprint of two hundred years
source: S1
dates: interpretation
days_per_week: 2
cohorts: {en: {title: English, language: en}}
sessions:
  - {number: 1, kinds: [support], slots: 1, dates: {en: 2025-10-06}}
  - {number: 2, kinds: [showtime], slots: 1, dates: {en: 2199-12-16}}
"""
WIZARD = "people: [{name: Ana, role: wizard, days_per_week: 1}]\n"

TEAM = """\
cohort: es
days_per_week: 3
people:
  - {name: Maria, role: procurement_official, days_per_week: 3, away: [5, 6]}
without_roles: [risk]
routes: {RDC8: A}
"""


def test_plan_says_what_it_takes_and_that_nothing_takes_less(readiness):
    ended = readiness("plan", RIO, "--target", "rdc7", "--on", "2025-11-03")

    assert ended.status == 0
    assert "RDC7: 3 actions, 4 days of work." in ended.out
    assert "This is proven: no other way takes less work." in ended.out
    assert "Add the missing columns" in ended.out


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "This is proven"), ("es", "Está demostrado"), ("pt", "Está demonstrado")],
)
def test_plan_speaks_three_languages(readiness, lang, said):
    words = [*BOTH, "--lang", lang, "--sprint", "oct-2025", "--alternatives", 2, "--open-as-no"]

    ended = readiness("plan", SPRINGFIELD, *words)

    assert said in ended.out
    assert ("Other ways" in ended.out) == (lang == "en")


def test_open_questions_are_told_with_what_their_no_would_take(readiness):
    ended = readiness("plan", RIO, "--on", "2025-11-03")

    assert "1 action is a question that only needs an answer" in ended.out
    assert "answered with no, it takes 4 days of work:" in ended.out


def test_silver_that_hangs_on_questions_may_be_out_of_reach(readiness):
    ended = readiness("plan", SPRINGFIELD, "--on", "2025-11-03")

    assert "answered with no, Silver is out of reach." in ended.out


def test_what_is_reached_needs_no_plan(readiness):
    ended = readiness("plan", DEMO / "puerto-claro" / "submission.yaml", "--on", "2025-11-03")

    assert "Silver: reached already, nothing is left to do." in ended.out


def test_what_is_in_the_way_is_named(readiness):
    words = ["--target", "rdc8", "--open-as-no", "--without", "department_buyer"]

    ended = readiness("plan", SPRINGFIELD, *words, "--route", "RDC8=B", "--on", "2025-11-03")

    assert "RDC8 is out of reach:" in ended.out
    assert "Nobody may be asked who is: Buyer in a department." in ended.out
    assert "RDC8 has to be met by route B." in ended.out


def test_a_requirement_that_may_not_be_touched_is_named_by_its_title(readiness):
    ended = readiness("plan", RIO, *BOTH, "--without", "rdc7-six-questions")

    assert "This may not be touched: " in ended.out
    assert "rdc7-six-questions" not in ended.out


def test_calendar_tells_dates_sessions_and_when_criteria_turn(readiness):
    ended = readiness("plan", SPRINGFIELD, *BOTH, "--sprint", "oct-2025", "--open-as-no")

    assert "Not everything can be done before Showtime on December 16, 2025" in ended.out
    assert "RDC8 turns on December 12, 2025." in ended.out
    assert "Worked on alone, it could turn on" in ended.out
    assert "Session 1, Oct 6, 2025: Masterclass with hands-on session" in ended.out


def test_what_fits_is_said_to_fit(readiness):
    ended = readiness("plan", RIO, *BOTH, "--sprint", "oct-2025")

    assert "Everything can be done by October 17, 2025" in ended.out


def test_evidence_that_will_be_too_old_at_showtime_is_named(readiness):
    ended = readiness(
        "plan", RIO, "--target", "rdc8", "--on", "2025-12-20", "--sprint", "late.yaml"
    )
    assert ended.status == 2

    late = (LIBRARY / "sprints" / "oct-2025.yaml").read_text("utf-8")
    for old, new in (("2025-12", "2026-06"), ("2025-11", "2026-05"), ("2025-10", "2026-04")):
        late = late.replace(old, new)
    Path("late.yaml").write_text(late, encoding="utf-8")

    ended = readiness(
        "plan", RIO, "--target", "rdc8", "--on", "2025-12-20", "--sprint", "late.yaml"
    )

    assert "These hold today and no longer at Showtime" in ended.out


def test_team_and_cohort_are_honoured(readiness):
    Path("team.yaml").write_text(TEAM, encoding="utf-8")
    words = [*BOTH, "--sprint", "oct-2025", "--team", "team.yaml", "--json", "-"]

    plan = json.loads(readiness("plan", RIO, *words).out)
    other = json.loads(readiness("plan", RIO, *words, "--cohort", "en").out)

    assert plan["counts_on"] == "2025-12-17"
    assert other["counts_on"] == "2025-12-16"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "rcd7"], "rcd7: 'rcd7' is no level and no criterion of this rubric."),
        (["--without", "finance"], "finance: 'finance' is neither a role nor a requirement"),
        (["--route", "RDC8=D"], "RDC8=D: There is no route 'RDC8=D'. Did you mean 'RDC8="),
        (["--route", "RDC8"], "RDC8=: There is no route 'RDC8='."),
        (["--sprint", "oct-2026"], "oct-2026: There is no sprint 'oct-2026'. Did you"),
        (["--sprint", "oct-2025", "--cohort", "fr"], "fr: The sprint has no cohort 'fr'."),
        (["--team", "none.yaml"], "none.yaml: 'none.yaml' cannot be opened"),
        (["--team", "team.yaml"], "team.yaml:1:1: 'days' is not a key that is known here."),
        (["--sprint", "long.yaml"], "long.yaml:1:1: a sprint takes no more than two"),
        (["--sprint", "oct-2025", "--on", "9999-12-31"], "oct-2025: The sprint 'oct-2025' ended"),
        (["--target", "rdc7+"], "rdc7+: 'rdc7+' is no level"),
        (["--team", "role.yaml"], "wizard: 'wizard' is no role of this rubric."),
        (["--team", "route.yaml"], "RDC9=A: There is no route 'RDC9=A'."),
        (["--sprint", "bad.yaml"], "bad.yaml:"),
        (["--what-if", "rdc7-awards"], "rdc7-awards: 'rdc7-awards' is no change."),
        (["--what-if", "DM1=maybe"], "DM1=maybe: 'DM1=maybe' is no change."),
        (["--what-if", "zzz=3"], "zzz=3: No question has the id 'zzz'."),
        (["--what-if", "rdc7-award=3"], "There is no question"),
        (["--json", "a", "--csv", "a"], "a: Two results would go to 'a'."),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_said_and_nothing_is_written(readiness, words, said):
    Path("team.yaml").write_text("days: 3\n", encoding="utf-8")
    Path("route.yaml").write_text("routes: {RDC9: A}\n", encoding="utf-8")
    Path("long.yaml").write_text(LONG_SPRINT, encoding="utf-8")
    Path("role.yaml").write_text(WIZARD, encoding="utf-8")
    Path("bad.yaml").write_text("id: bad\n", encoding="utf-8")
    before = sorted(Path().iterdir())

    ended = readiness("plan", RIO, "--on", "2025-11-03", *words)

    assert ended.status == 2
    if words[-1] != "rdc7-award=3":
        assert ended.err.startswith(said)
    assert ended.out == ""
    assert sorted(Path().iterdir()) == before


# --- what if --------------------------------------------------------------------------------------


def test_what_if_shows_both_and_saves_nothing(readiness):
    before = RIO.read_bytes()
    words = ["--target", "rdc7", "--today", "2025-11-03", "--on", "2025-11-03"]

    ended = readiness("plan", RIO, *words, "--what-if", "rdc7-awards=50")

    assert "What if: nothing of this is saved." in ended.out
    assert "RDC7: 3 actions, 4 days of work." in ended.out
    assert "RDC7: 4 actions, 16 days of work." in ended.out
    assert "Award results of competitive procurements are public" in ended.out
    assert RIO.read_bytes() == before


def test_what_if_as_data_holds_both_plans_and_what_changed(readiness):
    words = ["--target", "rdc7", "--today", "2025-11-03", "--on", "2025-11-03", "--json", "-"]

    found = json.loads(readiness("plan", RIO, *words, "--what-if", "rdc7-awards=50").out)

    assert (found["today"]["effort_days"], found["then"]["effort_days"]) == (4, 16)
    assert [change["id"] for change in found["changes"]] == ["rdc7-awards"]
    assert msgspec.convert(found, Comparison).then.target == "rdc7"


def test_a_later_day_shows_what_will_be_too_old(readiness):
    words = ["--target", "rdc8", "--today", "2025-11-03", "--on", "2026-06-01"]

    ended = readiness("plan", RIO, *words)

    assert "too old by now" in ended.out


def test_the_same_day_and_answers_differ_in_nothing(readiness):
    ended = readiness("plan", RIO, "--today", "2025-11-03", "--on", "2025-11-03")

    assert "No verdict differs." in ended.out


def test_a_declaration_and_a_field_of_an_answer_can_be_changed(readiness):
    words = ["--today", "2025-11-03", "--on", "2025-11-03", "--lens", "claimed", "--json", "-"]
    changed = ["--what-if", "EVAL3=met", "--what-if", "DM1=not_met"]
    field = ["--what-if", "rdc8-survey.responses=0", "--what-if", "rdc8-payment-time.days=3"]

    plan = json.loads(readiness("plan", RIO, *words, "--what-if", "EVAL3=met").out)["then"]
    same = json.loads(readiness("plan", RIO, *words, *changed).out)["then"]
    ended = readiness("plan", RIO, *words, *field[:2])

    assert plan["points_before"] == same["points_before"] + 1
    assert ended.status == 0


# --- files ----------------------------------------------------------------------------------------


def test_plan_goes_to_calendars_tables_and_workbooks(readiness):
    words = [*BOTH, "--sprint", "oct-2025", "--open-as-no"]
    files = ["--json", "p.json", "--ics", "p.ics", "--csv", "p.csv", "--xlsx", "p.xlsx"]

    ended = readiness("plan", SPRINGFIELD, *words, *files)

    assert ended.status == 0
    plan = json.loads(Path("p.json").read_text("utf-8"))
    book = icalendar.Calendar.from_ical(Path("p.ics").read_bytes())
    events = list(book.walk("VEVENT"))
    assert len(events) == len(plan["actions"]) + 12
    assert len({str(event["UID"]) for event in events}) == len(events)
    sessions = [event for event in events if str(event["SUMMARY"]).startswith("Session 12")]
    assert [event.decoded("DTSTART").isoformat() for event in sessions] == ["2025-12-16"]
    lines = Path("p.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == len(plan["actions"]) + 1
    with zipfile.ZipFile("p.xlsx") as book_file:
        names = book_file.namelist()
        sheet = book_file.read("xl/worksheets/sheet1.xml").decode()
        texts = book_file.read("xl/sharedStrings.xml").decode()
    assert "xl/worksheets/sheet2.xml" in names
    assert "<f>" not in sheet
    assert "Draw the procurement data map" in texts


def test_files_of_a_plan_are_the_same_bytes_every_time(readiness):
    words = [*BOTH, "--sprint", "oct-2025"]
    for name in ("a", "b"):
        files = [f"--{kind}={name}.{kind}" for kind in ("json", "ics", "csv", "xlsx")]
        readiness("plan", RIO, *words, *files)

    for kind in ("json", "ics", "csv", "xlsx"):
        assert Path(f"a.{kind}").read_bytes() == Path(f"b.{kind}").read_bytes()


def test_without_a_sprint_files_have_no_dates(readiness):
    readiness("plan", RIO, *BOTH, "--ics", "p.ics", "--csv", "p.csv", "--xlsx", "p.xlsx")

    assert "VEVENT" not in Path("p.ics").read_text("utf-8")
    assert ",,,," in Path("p.csv").read_text("utf-8-sig")


def test_no_text_of_a_rubric_becomes_a_formula(tmp_path):
    made = make_plan(str(RIO), Wanted(target="rdc7"), on=DAY)
    remedies = {r.id: r for c in made.rubric.criteria for r in c.requirements}
    own = remedies["rdc7-six-questions"]
    own.remedy.__dict__["title"] = "=HYPERLINK(0)"

    with open_screen("en") as screen:
        told, _ = told_of(made, screen)
    text = to_csv(made.plan, told, load_language("en")).decode("utf-8-sig")

    assert "'=HYPERLINK(0)" in text


# --- progress -------------------------------------------------------------------------------------


def test_progress_tells_what_turned_what_slipped_and_how_points_grew(readiness):
    claro = DEMO / "puerto-claro" / "submission.yaml"
    readiness("score", claro, "--on", "2025-10-06", "--json", "october.json")
    readiness("score", claro, "--on", "2026-10-06", "--json", "later.json")

    ended = readiness("progress", "october.json", "later.json")
    data = json.loads(readiness("progress", "later.json", "october.json", "--json", "-").out)

    for said in ("Progress of Puerto Claro", "Turned", "Slipped", "too old by now"):
        assert said in ended.out
    assert [point["on"] for point in data["burn_up"]] == ["2025-10-06", "2026-10-06"]


def test_results_of_two_cities_are_not_compared(readiness):
    readiness("score", RIO, "--on", "2025-10-06", "--json", "rio.json")
    readiness("score", SPRINGFIELD, "--on", "2025-10-06", "--json", "falls.json")

    ended = readiness("progress", "rio.json", "falls.json")

    assert ended.status == 2
    assert ended.err.startswith("falls.json: These results are not of one city")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be opened"), ("{}", "This is no result"), ("[" * 5_000, "This is no result")],
)
def test_what_is_no_result_is_said(readiness, content, said):
    if content is not None:
        Path("r.json").write_text(content, encoding="utf-8")

    ended = readiness("progress", "r.json", "r.json")

    assert ended.status == 2
    assert said in ended.err


def test_report_shows_the_plan_on_the_calendar(readiness):
    words = ["--on", "2025-10-06", "--sprint", "oct-2025", "--html", "r.html"]

    ended = readiness("score", SPRINGFIELD, *words)

    page = Path("r.html").read_text("utf-8")
    assert ended.status == 0
    assert "The sessions of the sprint" in page
    assert "Weeks 1 to 13" in page


def test_report_keeps_to_what_a_team_sets(readiness):
    team = TEAM.replace("{RDC8: A}", "{RDC8: B}")
    Path("team.yaml").write_text(team, encoding="utf-8")
    words = ["--on", "2025-10-06", "--sprint", "oct-2025", "--json", "-"]

    plain = json.loads(readiness("score", SPRINGFIELD, *words).out)
    found = json.loads(readiness("score", SPRINGFIELD, *words, "--team", "team.yaml").out)
    plain, found = (
        {a["requirement"] for a in result["actions"] if a["needed"]} for result in (plain, found)
    )

    assert "rdc8-early-notice" not in plain
    assert {"rdc8-early-notice", "rdc8-open-design"} <= found


@pytest.mark.parametrize("sprint", [[], ["--sprint", "oct-2025"]])
def test_report_knows_every_word_of_a_team_as_plans_do(readiness, sprint):
    Path("team.yaml").write_text(WIZARD, encoding="utf-8")

    ended = readiness("score", RIO, "--on", "2025-11-03", "--team", "team.yaml", *sprint)

    assert ended.status == 2
    assert "wizard: 'wizard' is no role of this rubric." in ended.err


def test_routes_are_compared_where_other_ways_are_asked_for(readiness):
    words = ["--target", "rdc8", "--open-as-no", "--on", "2025-11-03", "--alternatives", "1"]

    ended = readiness("plan", SPRINGFIELD, *words)

    assert "RDC8 by route A: 25 days; by route B: " in ended.out
