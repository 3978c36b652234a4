"""`readiness score --kind`: a summary, a session sheet, and what a result may be compared with."""

from pathlib import Path

from rubrics.loader import LIBRARY

RIO_VERDE = str(LIBRARY / "wwc-2022" / "submissions" / "rio-verde" / "submission.yaml")
PUERTO_CLARO = str(LIBRARY / "wwc-2022" / "submissions" / "puerto-claro" / "submission.yaml")
NOW = ["--on", "2025-11-03"]


def earlier(readiness, city: str = RIO_VERDE, *, on: str = "2024-11-03") -> str:
    """The file with a result of an earlier day."""
    assert readiness("score", city, "--on", on, "--json", "before.json").status == 0
    return "before.json"


def test_summary_is_written_as_a_page(readiness):
    ended = readiness("score", RIO_VERDE, *NOW, "--kind", "summary", "--html", "s.html")

    page = Path("s.html").read_text("utf-8")
    assert ended.status == 0
    assert '<body class="brief">' in page
    assert "Not proven yet" in page


def test_session_sheet_tells_what_has_changed_since(readiness):
    before = earlier(readiness)

    ended = readiness(
        "score", RIO_VERDE, *NOW, "--kind", "session", "--since", before, "--html", "s.html"
    )

    assert ended.status == 0
    assert "Since November 3, 2024: 20 points proven then, 21 now." in Path("s.html").read_text()


def test_session_sheet_says_what_to_bring_to_the_next_session(readiness):
    words = ["--kind", "session", "--sprint", "oct-2025", "--lang", "es", "--html", "s.html"]

    ended = readiness("score", RIO_VERDE, *NOW, *words)

    page = Path("s.html").read_text("utf-8")
    assert ended.status == 0
    assert "Sesión 6, 4 nov 2025: " in page
    assert "Agregar las columnas que faltan" in page.partition("Para la próxima sesión")[2]


def test_result_of_another_city_is_refused_with_its_place(readiness):
    before = earlier(readiness, PUERTO_CLARO)

    ended = readiness(
        "score", RIO_VERDE, *NOW, "--kind", "session", "--since", before, "--html", "s.html"
    )

    assert ended.status == 2
    assert ended.err.startswith("before.json: These results are not of one city")
    assert not Path("s.html").exists()


def test_later_result_is_refused_with_both_days(readiness):
    before = earlier(readiness, on="2026-01-05")

    ended = readiness(
        "score", RIO_VERDE, *NOW, "--kind", "session", "--since", before, "--html", "s.html"
    )

    assert ended.status == 2
    assert "This result is of 2026-01-05, later than 2025-11-03." in ended.err


def test_what_is_no_result_is_refused(readiness):
    Path("before.json").write_text("{}", encoding="utf-8")

    ended = readiness("score", RIO_VERDE, *NOW, "--kind", "session", "--since", "before.json")

    assert ended.status == 2
    assert "no result of 'readiness score --json'" in ended.err


def test_only_a_session_sheet_looks_back(readiness):
    ended = readiness("score", RIO_VERDE, *NOW, "--since", "before.json")

    assert ended.status == 2
    assert "it goes with --kind session" in ended.err


def test_earlier_result_is_not_written_over(readiness):
    before = earlier(readiness)

    ended = readiness(
        "score", RIO_VERDE, *NOW, "--kind", "session", "--since", before, "--json", before
    )

    assert ended.status == 2
    assert ended.err.startswith("before.json: ")
