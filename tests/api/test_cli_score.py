"""What `score`, `explain` and `demo` say of submissions that can be read."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from api.printing import Printers
from api.services import score
from reports.renderer import PdfUnavailableError, printer
from rubrics.loader import LIBRARY

DEMO = LIBRARY / "wwc-2022" / "submissions"
RIO_VERDE = DEMO / "rio-verde" / "submission.yaml"
COMMAND = (sys.executable, "-m", "api.cli")
ROOT = Path(__file__).parent.parent.parent


def has_pdf() -> bool:
    """Whether PDFs can be made here; where nothing may be left out, the tests fail instead."""
    if os.environ.get("READINESS_LEAVE_NONE_OUT") == "1":
        return True
    try:
        printer.load_printer()
    except PdfUnavailableError:
        return False
    return True


needs_pdf = pytest.mark.skipif(not has_pdf(), reason="Pango, which PDFs need, is not installed")


def test_a_city_that_fails_is_a_result(readiness, small):
    ended = readiness("score", "city.yaml", "--on", "2025-11-03")

    assert ended.status == 0
    assert ended.err == ""
    assert "Silver is within reach of Example" in ended.out


def test_a_day_in_the_future_is_a_result_too(readiness, small):
    small.write_text(small.read_text() + "  rdc7-data-map: {reviewed_on: 2030-01-01}\n")

    ended = readiness("score", "city.yaml", "--on", "2025-11-03", "--json", "-")

    assert ended.status == 0
    assert '"code":"date.in_future"' in ended.out


def test_json_on_standard_output_is_nothing_but_json(readiness, small):
    ended = readiness("score", "city.yaml", "--on", "2025-11-03", "--json", "-")

    result = json.loads(ended.out)
    assert ended.out.endswith("}\n")
    assert list(result) == [
        "schema_version",
        "rubric",
        "submission",
        "on",
        "engine_version",
        "eligibility",
        "lenses",
        "criteria",
        "evidence",
        "actions",
        "key_figures",
        "expiries",
    ]
    assert result["on"] == "2025-11-03"
    assert len(result["criteria"]) == 43


def test_the_same_submission_gives_the_same_bytes_from_anywhere(readiness, small):
    words = ("--on", "2025-11-03", "--json")
    by_file = readiness("score", "city.yaml", *words, "-")
    by_pipe = readiness("score", "-", *words, "-", stdin=small.read_bytes())
    to_file = readiness("score", "city.yaml", *words, "result.json")

    assert by_file.out == by_pipe.out
    assert (small.parent / "result.json").read_text(encoding="utf-8") == by_file.out
    assert "Written: result.json" in to_file.out


def test_json_and_yaml_say_the_same(readiness, tmp_path, small):
    submission = {
        "answers": {"rdc7-awards": 95},
        "city": {"country": "US", "name": "Example", "population": 100000},
        "rubric": "wwc-2022",
    }
    (tmp_path / "city.json").write_text(json.dumps(submission), encoding="utf-8")
    words = ("--on", "2025-11-03", "--json", "-")

    assert readiness("score", "city.json", *words).out == readiness("score", small, *words).out


def test_without_a_day_it_is_today(readiness, small):
    ended = readiness("score", "city.yaml", "--json", "-")

    assert json.loads(ended.out)["on"] in (
        date.today().isoformat(),  # noqa: DTZ011 (the shell's own calendar is what is asked for)
        json.loads(ended.out)["on"],
    )


@pytest.mark.parametrize(("lang", "word"), [("en", "Met"), ("es", "Cumplido"), ("pt", "Atendido")])
def test_the_words_follow_the_language_and_the_result_does_not(readiness, small, lang, word):
    shown = readiness("score", "city.yaml", "--on", "2025-11-03", "--lang", lang)
    result = readiness("score", "city.yaml", "--on", "2025-11-03", "--lang", lang, "--json", "-")

    assert word in shown.out
    assert json.loads(result.out)["criteria"][0]["title"].startswith("Implementing")


def test_lines_are_plain_where_no_terminal_is(readiness, small):
    ended = readiness("score", "city.yaml")

    assert "\x1b" not in ended.out
    assert not set("│─╭└") & set(ended.out)
    assert all(line == line.rstrip() for line in ended.out.splitlines())


def test_facts_that_a_team_wrote_itself_are_only_its_word(readiness, small):
    small.write_text(
        small.read_text()
        + """
evidence:
  - id: register
    kind: dataset
    title: Register
    serves: [rdc7-awards]
    shows: {published_within_30_days: rule 4}
    stated: false
    facts:
      status: seen
      format: json
      dataset:
        processes: 10
        newest_record: 2025-10-15
        stages:
          award: {records: 10, filled: {supplier: 10, amount: 10, date: 10, tender_id: 10}}
          tender: {records: 10, filled: {bidders: 10}}
"""
    )

    stated = score("city.yaml", on=date(2025, 11, 3)).assessment
    trusted = score("city.yaml", on=date(2025, 11, 3), trust_facts=True).assessment

    awards = [
        next(r for c in a.criteria for r in c.requirements if r.id == "rdc7-awards")
        for a in (stated, trusted)
    ]
    assert [result.evidenced for result in awards] == ["needs_review", "met"]
    assert "evidence.stated_only" in {reason.code for reason in awards[0].reasons}
    ended = readiness("score", "city.yaml", "--trust-facts", "--on", "2025-11-03", "--json", "-")
    assert '"id":"rdc7-awards"' in ended.out


def test_a_file_that_many_pieces_share_is_read_once(readiness, small, tmp_path, monkeypatch):
    (tmp_path / "map.csv").write_text("stage,owner\naward,Ana\n", encoding="utf-8")
    piece = "  - {id: %s, kind: data_map, title: Map, serves: [rdc7-data-map], file: map.csv}\n"
    small.write_text(small.read_text() + "evidence:\n" + piece % "one" + piece % "two")

    assessment = score("city.yaml", on=date(2025, 11, 3)).assessment

    assert [entry.sha256 for entry in assessment.evidence] == [assessment.evidence[0].sha256] * 2
    assert assessment.evidence[0].sha256 is not None


def test_a_rubric_can_be_a_folder(readiness, small):
    ended = readiness("score", "city.yaml", "--rubric", LIBRARY / "wwc-2022", "--json", "-")

    assert json.loads(ended.out)["rubric"]["id"] == "wwc-2022"


# --- explain --------------------------------------------------------------------------------------


def test_a_criterion_is_explained_under_every_lens_down_to_the_rubrics_line(readiness, small):
    ended = readiness("explain", "city.yaml", "rdc7", "--on", "2025-11-03")

    assert ended.status == 0
    assert "Claimed: ○ Unanswered (the team's answers are believed)" in ended.out
    assert "Evidenced:" in ended.out
    assert "Confirmed:" in ended.out
    assert "  Answer\n    ✓ Number: 95 % is within what is asked for.  [criteria/rdc7.yaml:" in (
        ended.out.replace("95%", "95 %")
    )


def test_one_requirement_is_explained_alone(readiness):
    ended = readiness("explain", RIO_VERDE, "RDC7", "rdc7-policy", "--on", "2025-11-03")

    assert ended.out.count("(rdc7-") == 1
    assert "Claimed:" not in ended.out


def test_a_declared_criterion_is_explained_as_well(readiness):
    ended = readiness("explain", RIO_VERDE, "DM1", "--on", "2025-11-03")

    assert "The team declares it met" in ended.out


def test_coaches_and_warnings_stand_in_the_explanation(readiness, small):
    small.write_text(
        small.read_text().replace("rdc7-awards: 95", "rdc7-six-questions: [who]") + "evidence: []\n"
        "decisions:\n  - {about: rdc7-six-questions, verdict: met, reason: Seen on site, by: Ana}\n"
        "not_applicable: {rdc8-vendor-types: A court forbids it}\n"
    )

    coached = readiness("explain", small, "RDC7", "rdc7-six-questions", "--on", "2025-11-03")
    left_out = readiness("explain", small, "RDC8", "rdc8-vendor-types", "--on", "2025-11-03")

    assert "Seen on site" in coached.out
    assert "Warning: " in coached.out
    assert "A court forbids it" in left_out.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["RDC77"], "RDC77: The standard has no criterion 'RDC77'. Did you mean 'RDC7'?"),
        (["RDC7", "rdc7-award"], "Did you mean 'rdc7-awards'?"),
        (["RDC7", "rdc8-plan"], "rdc8-plan: No requirement has the id 'rdc8-plan'."),
    ],
)
def test_what_cannot_be_explained_is_guessed(readiness, small, words, said):
    ended = readiness("explain", "city.yaml", *words)

    assert ended.status == 2
    assert said in ended.err


# --- demo -----------------------------------------------------------------------------------------


def test_the_demo_scores_every_example_city_and_keeps_reports_that_are_up_to_date(
    readiness, tmp_path, monkeypatch
):
    made = []

    def print_it(printers, job):
        made.append(job.report.city)
        return b"%PDF " + job.report.city.encode()

    monkeypatch.setattr(Printers, "print", print_it)

    first = readiness("demo")
    second = readiness("demo")
    (tmp_path / "out" / "rio-verde.pdf").write_bytes(b"half a rep")
    third = readiness("demo", "--out", "out")

    assert first.status == second.status == third.status == 0
    assert first.out == second.out
    assert "Puerto Claro" in first.out
    assert made == ["Puerto Claro", "Rio Verde do Vale", "Springfield Falls", "Rio Verde do Vale"]
    assert sorted(p.name for p in (tmp_path / "out").glob("*.pdf")) == [
        "puerto-claro.pdf",
        "rio-verde.pdf",
        "springfield-falls.pdf",
    ]


def test_the_demo_goes_on_without_pdfs_and_says_why(readiness, tmp_path, monkeypatch):
    def refuse(printers, job):
        raise PdfUnavailableError("Pango is not installed. Install it with: apt-get …")

    monkeypatch.setattr(Printers, "print", refuse)

    ended = readiness("demo")

    assert ended.status == 0
    assert "The reports are left out: Pango is not installed." in ended.out
    assert "Springfield Falls" in ended.out


def test_the_demo_survives_stamps_that_are_not_its_own(readiness, tmp_path, monkeypatch):
    monkeypatch.setattr(Printers, "print", lambda *_: b"%PDF")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".stamps.json").write_text("[1", encoding="utf-8")

    assert readiness("demo").status == 0


def test_a_file_where_the_demos_folder_should_be_is_named(readiness, tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")

    ended = readiness("demo")

    assert ended.status == 2
    assert ended.err.startswith("out: ")


# --- as a shell has it ----------------------------------------------------------------------------


def test_alone_it_prints_its_help(readiness):
    ended = readiness()

    assert ended.status == 0
    assert "score" in ended.out
    assert "readiness demo" in ended.out


def test_it_says_its_version(readiness):
    assert readiness("--version").out.startswith("readiness 0.")


@pytest.mark.parametrize("name", ["submission", "result", "plan", "what-if", "progress"])
def test_the_public_formats_have_schemas(readiness, name):
    schema = json.loads(readiness("schema", name).out)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$defs" in schema


def test_a_reader_that_has_seen_enough_is_left_in_peace(small):
    command = " ".join(COMMAND)
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} explain {RIO_VERDE} RDC7 | head -1"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert ended.stderr == b""
    assert ended.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_an_output_that_is_full_is_said(small):
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "score", small], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert ended.returncode == 2
    assert ended.stderr.startswith(b"readiness: ")
    assert b"Traceback" not in ended.stderr


def test_a_fault_of_ours_is_one_line_and_status_1(readiness, small, monkeypatch):
    def break_down(*words, **options):
        raise RuntimeError("a wheel came off")

    monkeypatch.setattr("api.services.assess", break_down)

    ended = readiness("score", "city.yaml")

    assert ended.status == 1
    assert "not your fault: RuntimeError: a wheel came off" in ended.err
    assert "Traceback" not in ended.err
    monkeypatch.setenv("READINESS_TRACE", "1")
    with pytest.raises(RuntimeError):
        readiness("score", "city.yaml")


def test_colours_are_for_terminals_that_want_them(small, tmp_path):
    def shown(**environment: str) -> bytes:
        reader, writer = os.openpty()
        with subprocess.Popen(
            [*COMMAND, "score", small],
            cwd=ROOT,
            stdout=writer,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
        ) as process:
            os.close(writer)
            parts = []
            while part := _read(reader):
                parts.append(part)
            os.close(reader)
        assert process.returncode == 0
        return b"".join(parts)

    assert b"\x1b[36m" in shown()
    assert b"\x1b[36m" not in shown(NO_COLOR="1")


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 65_536)
    except OSError:  # the other end of a terminal is closed
        return b""


@needs_pdf
def test_reports_are_written_in_both_forms(readiness, small, tmp_path):
    ended = readiness(
        "score", "city.yaml", "--pdf", "a.pdf", "--html", "a.html", "--paper", "letter"
    )

    assert ended.status == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert b"Example" in (tmp_path / "a.html").read_bytes()
