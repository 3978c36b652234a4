"""Every kind as its readers see it: pages as they were last looked at, how many, their words."""

import io
import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pypdf
import pytest

from api.services import in_language, score
from api.teams import calendar_for, read_team
from assessment.progress import NotComparableError
from assessment.results import Assessment
from reports.builder import CityKind, build
from reports.edition import Edition
from reports.i18n import LANGUAGES, load_language
from reports.renderer import render_html
from reports.report import Report
from reports.session import SessionSheet
from tests.reports.examples import (
    DAY,
    FOLDER,
    cohort_report,
    demo_city,
    demo_city_on,
    empty_city,
    mixed_city,
    rubric,
)
from tests.reports.golden import FOLDER as GOLDEN
from tests.reports.golden import editions, normal

LAST_YEAR = date(2024, 11, 3)


def edition(
    kind: CityKind, name: str, language: str = "en", *, sprint: bool = False, since: bool = False
) -> Report | SessionSheet:
    """A demo city in a kind and language, on the calendar of a sprint if asked."""
    spoken = load_language(language)
    scored = demo_city(name)
    if sprint:
        path = FOLDER / "submissions" / name / "submission.yaml"
        calendar = calendar_for("oct-2025", read_team(None), on=DAY)
        scored = score(str(path), on=DAY, calendar=calendar)
    return build(
        kind,
        scored.assessment,
        in_language(rubric(), FOLDER, spoken),
        language=spoken,
        schedule=scored.schedule,
        since=demo_city_on(name, LAST_YEAR) if since else None,
    )


def every_kind(language: str) -> list[Edition]:
    """One of each kind, in a language."""
    return [
        edition("report", "rio-verde", language),
        edition("summary", "springfield-falls", language),
        edition("session", "rio-verde", language, since=True),
        cohort_report(language, count=12),
    ]


# --- the pages as they were last looked at --------------------------------------------------------


@pytest.mark.parametrize("kind", ["report", "summary", "session", "cohort"])
def test_page_is_as_it_was_last_looked_at(kind):
    page = normal(render_html(editions()[kind]))

    assert page == (GOLDEN / f"{kind}.html").read_text("utf-8"), (
        "look at the page, then run: python -m tests.reports.golden"
    )


# --- paper ----------------------------------------------------------------------------------------

PAGES = [
    (("report", "puerto-claro", "es", "a4", False), (6, 10)),
    (("report", "rio-verde", "pt", "letter", False), (6, 10)),
    (("report", "springfield-falls", "es", "letter", True), (6, 10)),
    (("summary", "springfield-falls", "es", "letter", True), (2, 2)),
    (("summary", "rio-verde", "pt", "a4", False), (2, 2)),
    (("summary", "puerto-claro", "en", "letter", False), (2, 2)),
    (("session", "springfield-falls", "pt", "a4", True), (1, 1)),
    (("session", "rio-verde", "es", "letter", True), (1, 1)),
    (("session", "puerto-claro", "en", "letter", False), (1, 1)),
]
"""The longest of each kind among languages and papers: Spanish is a third longer than English."""


@pytest.mark.parametrize(("what", "pages"), PAGES, ids=lambda value: "-".join(map(str, value)))
def test_kind_keeps_to_its_pages(pdfs, what, pages):
    kind, name, language, paper, sprint = what
    view = edition(kind, name, language, sprint=sprint, since=True)

    read = pypdf.PdfReader(io.BytesIO(pdfs(view, paper=paper)))

    assert pages[0] <= len(read.pages) <= pages[1]
    assert cover_of(read) == view.title
    foot = "".join(f"{view.status}·{view.day}".split())
    assert all(foot in "".join(page.extract_text().split()) for page in read.pages)


def cover_of(read: pypdf.PdfReader) -> object:
    about = read.metadata
    assert about is not None
    return about.title


def test_contents_name_the_page_of_every_part(pdfs, pdf_text, tmp_path):
    pdf = pdfs(edition("report", "rio-verde", "es"))
    read = pypdf.PdfReader(io.BytesIO(pdf))
    first = " ".join(pdf_text(pdf, tmp_path).partition("\f")[0].split())
    marks = {
        str(mark.title): (read.get_destination_page_number(mark) or 0) + 1
        for mark in flat(read.outline)
    }

    for title in ("Qué hacer", "Qué vence y cuándo", "El estándar completo", "Método y fuentes"):
        assert re.search(rf"{title}\s+{marks[title]}\b", first), title


def flat(outline: list[Any]) -> list[Any]:
    """Bookmarks of every level."""
    found: list[Any] = []
    for one in outline:
        found += flat(one) if isinstance(one, list) else [one]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_summary_says_what_matters(pdfs, pdf_text, tmp_path, language):
    view = edition("summary", "springfield-falls", language)
    assert isinstance(view, Report)

    text = " ".join(pdf_text(pdfs(view), tmp_path).split())

    for part in (view.summary.headline, view.actions_note, view.criteria[0].line.proven):
        assert part in text
    assert view.actions[0].title in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_session_sheet_says_what_matters(pdfs, pdf_text, tmp_path, language):
    view = edition("session", "rio-verde", language, sprint=True, since=True)
    assert isinstance(view, SessionSheet)

    text = " ".join(pdf_text(pdfs(view), tmp_path).split())

    for part in (view.summary.headline, view.since, view.waiting, view.more_questions):
        assert part in text
    for action in view.summary.next_actions:
        assert action.title in text
    assert view.bring
    assert view.changes[0].title in text


# --- the session sheet ----------------------------------------------------------------------------


def test_session_sheet_tells_what_turned_criteria_first():
    view = edition("session", "rio-verde", since=True)
    assert isinstance(view, SessionSheet)

    assert view.since == "Since November 3, 2024: 20 points proven then, 21 now."
    assert [(c.number, c.after.verdict) for c in view.changes[:2]] == [
        ("RDC8", "met"),
        ("RDC7.1", "met"),
    ]
    assert view.more_changes == "8 more verdicts have changed than this page shows."


def test_session_sheet_tells_what_slipped_because_it_got_too_old():
    now, later = demo_city("puerto-claro"), demo_city_on("puerto-claro", date(2026, 1, 5))

    view = build("session", later, rubric(), language=load_language("en"), since=now.assessment)

    assert isinstance(view, SessionSheet)
    assert [(change.number, change.note) for change in view.changes] == [
        ("RDC8", ""),
        ("RDC8.3", "too old by now"),
    ]
    assert {change.after.verdict for change in view.changes} == {"not_met"}


def test_session_sheet_without_an_earlier_result_compares_nothing():
    view = edition("session", "rio-verde")
    assert isinstance(view, SessionSheet)

    assert view.changes == ()
    assert view.since == "No earlier result was given, so nothing is compared."
    assert view.bring_note == "No sprint was given: agree on what comes first."


def test_session_sheet_of_the_same_day_says_that_nothing_changed():
    now = demo_city("rio-verde").assessment

    view = build("session", now, rubric(), language=load_language("en"), since=now)

    assert isinstance(view, SessionSheet)
    assert view.since.endswith("No verdict has changed.")


def test_session_sheet_asks_what_a_coach_can_settle_before_what_the_team_must_answer():
    view = edition("session", "rio-verde")
    assert isinstance(view, SessionSheet)

    verdicts = [q.cell.verdict for q in view.questions]
    assert verdicts == sorted(verdicts)  # needs_review, unanswered
    assert set(verdicts) == {"needs_review", "unanswered"}
    assert view.questions[-1].text.endswith("?")


def test_session_sheet_of_another_city_is_refused():
    with pytest.raises(NotComparableError):
        build(
            "session",
            demo_city("rio-verde").assessment,
            rubric(),
            language=load_language("en"),
            since=demo_city("puerto-claro").assessment,
        )


# --- charts and tables ----------------------------------------------------------------------------


class Charts(HTMLParser):
    """Every picture of a page, with where it stands and how many tables its section has."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.pictures: list[tuple[str, list[str], int]] = []
        self.sections = 0
        self.tables: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.sections += 1
        if tag == "table":
            self.tables[self.sections] = self.tables.get(self.sections, 0) + 1
        if tag == "img":
            words = dict(attrs).get("alt") or ""
            self.pictures.append((words, list(self.inside), self.sections))
        elif tag not in ("meta", "br"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_has_its_words_and_its_table(language):
    for view in every_kind(language):
        charts = Charts()
        charts.feed(render_html(view))

        assert charts.pictures, view.kind
        for words, inside, section in charts.pictures:
            assert len(words) > 5, (view.kind, words)
            assert "td" in inside or ("figure" in inside and charts.tables[section]), words


# --- languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_sentence_of_a_translated_kind_is_english(language):
    for english, translated in zip(every_kind("en"), every_kind(language), strict=True):
        said = set(re.findall(r">\s*([^<>]*[a-z]{3,} [a-z]{3,}[^<>]*?)\s*<", body(english)))
        same = said & set(re.findall(r">\s*([^<>]+?)\s*<", body(translated)))
        own = {s for s in same if s.startswith(("SHA-256", "S1 ", "; ")) or "github.com" in s}
        assert {s for s in same - own if not is_own_word(s)} == set(), view_name(english)


def body(view: Edition) -> str:
    return render_html(view).partition("<body")[2]


def view_name(view: Edition) -> str:
    return f"{view.kind} {view.language}"


def is_own_word(text: str) -> bool:
    """What the city wrote itself stays as it is, and so do the titles of works."""
    city = demo_city("rio-verde").assessment, demo_city("springfield-falls").assessment
    titles = [e.title for one in city for e in one.evidence]
    places = [e.url or e.file or "" for one in city for e in one.evidence]
    works = [ref.title for ref in rubric().sources.values()]
    return any(own and own in text for own in (*titles, *places, *works))


def test_kinds_hold_for_a_city_with_nothing_and_for_one_with_everything(pdfs):
    language = load_language("es")
    words = in_language(rubric(), FOLDER, language)
    kinds: list[tuple[CityKind, Assessment, int]] = [
        ("summary", empty_city(), 2),
        ("session", empty_city(), 1),
        ("report", mixed_city(), 11),
        ("summary", mixed_city(), 2),
        ("session", mixed_city(), 1),
    ]
    for kind, city, most in kinds:
        view = build(kind, city, words, language=language)
        assert len(pypdf.PdfReader(io.BytesIO(pdfs(view))).pages) <= most, kind
