"""The commands for people who write rubrics."""

import json
import shutil
from pathlib import Path

import pytest

from api.schemas import RUBRIC_SCHEMA, rubric_schema, to_text
from rubrics.loader import LIBRARY, load_rubric

LIBRARY_RUBRIC = LIBRARY / "wwc-2022"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the library's rubric, to be changed."""
    folder = tmp_path / "mine"
    shutil.copytree(LIBRARY_RUBRIC, folder, ignore=shutil.ignore_patterns("submissions"))
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A rubric of one's own: one practice, one declared criterion, nothing else."""
    folder = tmp_path / "tiny"
    (folder / "cases").mkdir(parents=True)
    (folder / "words").mkdir()
    (folder / "words" / "es.yaml").write_text(TINY_WORDS, encoding="utf-8")
    (folder / "rubric.yaml").write_text(TINY, encoding="utf-8")
    return folder


TINY = """\
id: tiny  # a comment that stays
edition: "1"
status: draft
title: Tiny
status_note: An example.
language: en
tiers:
  rounding: none
  rounding_source: interpretation
  target: one
  levels: [{id: one, title: One, min_percent: 50, source: interpretation}]
eligibility: {min_population: 1, countries: [US], source: interpretation}
vocabulary:
  evidence_kinds: {note: Note}
  roles: {anybody: Anybody}
  activities: {talk: Talk}
sources: {}
declarations:
  proof: {evidence: [note]}
  source: {refs: [interpretation], thresholds: interpretation}
planning: {prove_days: 1, show_days: 1, source: interpretation}
practices:
  - id: AB
    title: First
    criteria:
      - id: AB1
        title: "A: title"
        statement: A statement.
      # the end of the first
  - id: CD
    title: Second
    criteria:
      - {id: CD1, title: T, statement: S}"""

TINY_WORDS = """\
title: Minúsculo
status_note: Un ejemplo.
tiers: {levels: {one: {title: Uno}}}
vocabulary: {evidence_kinds: {note: Nota}, roles: {anybody: Quien sea}, activities: {talk: Charla}}
practices: {AB: {title: Primera}, CD: {title: Segunda}}
criteria:
  AB1:
    title: Un título
    statement: Una frase.
  CD1:
    title: T
    statement: S
"""


# --- lint -----------------------------------------------------------------------------------------


def test_the_library_is_sound_and_none_of_its_cases_is_left_out(readiness):
    ended = readiness("rubric", "lint")

    assert ended.status == 0
    assert ended.out.startswith("wwc-2022 2022.1 is sound.\n43 criteria, 28 requirements")
    assert "words in en, es, pt" in ended.out
    assert "left out" not in ended.out


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    "fault",
    [
        ("rubric.yaml", "edition:", "editon:", "'editon' is not a key that is known here. Did you"),
        ("rubric.yaml", "status: unofficial", "status: unoficial", "Did you mean 'unofficial'?"),
        ("criteria/rdc7.yaml", "at_least: 4", "at_least: 6", "At least 6 of 5 can never be met."),
        ("criteria/rdc7.yaml", "after: [rdc7-data-map]", "after: [rdc7-datamap]",
         "No requirement has the id 'rdc7-datamap'. Did you mean 'rdc7-data-map'?"),
        ("criteria/rdc7.yaml", "newest_within:", "newest_witin:", "Did you mean 'newest_within'?"),
        ("criteria/rdc7.yaml", "    why: ", "    wy: ", "'why' is missing. Add it."),
        ("words/es.yaml", "title: Plata", "titel: Plata", "The es words lack 'tiers/levels/silver"),
        ("words/pt.yaml", "\nstatus_note:", "\nstatus_nota:",
         "'status_nota' translates nothing in the rubric. Did you mean 'status_note'?"),
        ("words/pt.yaml", "\ntitle: ", "\ntitle: [", "words/pt.yaml"),
        ("cases/rdc7-awards.yaml", "rdc7-awards: 80}", "rdc7-awards: 79}",
         "cases/rdc7-awards.yaml:6:3: The case 'Exactly 80 % of the awards are enough' fails:"),
        ("cases/rdc7-awards.yaml", "rdc7-awards: 80}", "rdc7-award: 80}", "Did you mean 'rdc7-aw"),
        ("cases/rdc7-awards.yaml", "about: rdc7-awards", "about: rdc7-award",
         "No requirement or criterion has the id 'rdc7-award', and it is not 'score'. Did you"),
        ("cases/rdc7-awards.yaml", "number.too_low", "number.to_low",
         "'number.to_low' is not a reason that verdicts have. Did you mean 'number.too_low'?"),
        ("cases/rdc7-awards.yaml", "expect:", "expects:", "Did you mean 'expect'?"),
        ("cases/rdc7-awards.yaml", "on: 2025-11-03", "on: 2025-13-03", "fails: ValueError: month"),
        ("cases/rdc7.yaml", "- name:", "name:", "cases/rdc7.yaml"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_line_and_mend(readiness, copy, fault):
    file, old, new, said = fault
    for cases in copy.glob("cases/*.yaml"):
        if cases.stem not in ("rdc7-awards", "rdc7"):  # the others take their time
            cases.unlink()
    change(copy / file, old, new)

    ended = readiness("rubric", "lint", copy)

    assert ended.status == 2
    assert said in ended.err
    assert ended.err.splitlines()[0].split(":")[0].endswith(".yaml")
    assert "Traceback" not in ended.err


def test_a_requirement_without_its_three_cases_is_named(readiness, copy):
    (copy / "cases" / "rdc7-awards.yaml").unlink()

    ended = readiness("rubric", "lint", copy)

    lines = [line for line in ended.err.splitlines() if "'rdc7-awards' has no case" in line]
    assert len(lines) == 3
    assert lines[0].startswith("criteria/rdc7.yaml:")
    assert "that shows it unanswered / needs_review" in lines[2]


def test_a_folder_that_is_no_rubric_is_refused(readiness, tmp_path):
    ended = readiness("rubric", "lint", tmp_path)

    assert ended.status == 2
    assert "There is no rubric" in ended.err


# --- show -----------------------------------------------------------------------------------------


def test_the_standard_at_a_glance_names_every_id(readiness):
    ended = readiness("rubric", "show")

    rubric = load_rubric(LIBRARY_RUBRIC)
    assert all(f"  {c.id}  " in ended.out for c in rubric.criteria)
    assert all(f"      {name}  " in ended.out for name in rubric.requirements)
    assert readiness("rubric", "show", "wwc-2022").out == ended.out


@pytest.mark.parametrize("lang", ["en", "es", "pt"])
def test_a_criterion_is_a_page(readiness, lang):
    ended = readiness("rubric", "show", "rdc8", "--lang", lang)

    assert ended.status == 0
    rubric = load_rubric(LIBRARY_RUBRIC)
    assert all(f"({r.id})" in ended.out for r in rubric.criterion("RDC8").requirements)
    assert "[criteria/rdc8.yaml:" in ended.out
    assert "S28: " in ended.out


def test_a_declared_criterion_is_a_short_page(readiness):
    ended = readiness("rubric", "show", "wwc-2022", "DM1")

    assert "The team declares it" in ended.out


def test_a_requirement_is_shown_alone(readiness):
    ended = readiness("rubric", "show", LIBRARY_RUBRIC, "rdc8-vendor-types")

    assert "May not apply: " in ended.out
    assert "(rdc8-vendor-types)" in ended.out


def test_a_proof_names_what_a_submission_and_its_tables_write(readiness):
    proof = readiness("rubric", "show", "rdc7-data-map", "--lang", "es").out.partition("Prueba")[2]

    for name in ("data_map", "stage", "planning", "owner", "captured", "departments_covered"):
        assert f" [{name}]" in proof


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["RDC77"], "RDC77: The standard has no criterion 'RDC77'. Did you mean 'RDC7'?"),
        (["rdc7-award"], "Did you mean 'rdc7-awards'?"),
        (["wwc", "RDC7"], "There is no rubric 'wwc'."),
        (["wwc-2022", "RDC7", "RDC8"], "Name one rubric and one criterion"),
    ],
)
def test_what_cannot_be_shown_is_guessed(readiness, words, said):
    ended = readiness("rubric", "show", *words)

    assert ended.status == 2
    assert said in ended.err


# --- schema ---------------------------------------------------------------------------------------


def test_the_schema_for_editors_is_in_step_with_the_language(readiness):
    ended = readiness("rubric", "schema")

    assert ended.out == RUBRIC_SCHEMA.read_text(encoding="utf-8"), "readiness rubric schema --write"
    assert json.loads(ended.out) == rubric_schema()


def test_the_schema_knows_the_short_forms_and_not_our_own_keys():
    text = to_text(rubric_schema())
    parts = json.loads(text)["$defs"]

    assert '"@"' not in text
    assert "digest" not in parts["Rubric"]["properties"]
    assert parts["Check"]["oneOf"][0]["type"] == "string"
    assert parts["Practice"]["properties"]["criteria"]["items"]["anyOf"][1]["type"] == "string"
    assert parts["Requirement"]["properties"]["check"] == {"$ref": "#/$defs/Check"}
    assert "title" in parts["Requirement"]["properties"]


def test_the_schema_is_written_where_editors_look(readiness, tmp_path, monkeypatch):
    monkeypatch.setattr("api.schemas.RUBRIC_SCHEMA", tmp_path / "schema.json")

    ended = readiness("rubric", "schema", "--write")

    assert ended.status == 0
    assert json.loads((tmp_path / "schema.json").read_text()) == rubric_schema()


# --- new-criterion --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["RDC9", "od2"])
def test_a_new_criterion_in_a_copy_of_the_library_is_sound_at_once(readiness, copy, code):
    ended = readiness("rubric", "new-criterion", copy, code)

    assert (ended.status, ended.err) == (0, "")
    assert "Now fill in:" in ended.out
    linted = readiness("rubric", "lint", copy)
    assert linted.status == 0
    assert "cases were counted for a standard of other points or criteria" in linted.out
    assert load_rubric(copy).criterion(code.upper()).assessed


def test_a_new_criterion_in_a_rubric_of_ones_own_changes_no_other_line(readiness, tiny):
    begun = [readiness("rubric", "new-criterion", tiny, code) for code in ("AB1", "AB2", "CD2")]

    assert [(ended.status, ended.err) for ended in begun] == [(0, "")] * 3
    assert readiness("rubric", "lint", tiny).out.startswith("tiny 1 is sound.\n4 criteria, 3 req")
    assert (
        (tiny / "rubric.yaml")
        .read_text()
        .endswith(
            """\
practices:
  - id: AB
    title: First
    criteria:
      - AB1
      - AB2
      # the end of the first
  - id: CD
    title: Second
    criteria:
      - {id: CD1, title: T, statement: S}
      - CD2
"""
        )
    )
    assert (tiny / "rubric.yaml").read_text().startswith("id: tiny  # a comment that stays\n")
    assert load_rubric(tiny).criterion("AB1").title == "A: title"


def test_words_that_know_no_criteria_yet_get_them(readiness, tiny):
    words = TINY_WORDS.partition("criteria:")[0]
    (tiny / "words" / "es.yaml").write_text(words, encoding="utf-8")
    change(tiny / "rubric.yaml", "id: AB1", "id: AB1")

    ended = readiness("rubric", "new-criterion", tiny, "AB2")

    assert ended.status == 2  # AB1 and CD1 were never translated, and still are not
    assert "AB2" not in ended.err
    assert "criteria/AB1/title" in ended.err


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("RDC7", "'criteria/rdc7.yaml' is there already, and nothing was changed."),
        ("XY1", "'XY1' is not the code of a new criterion"),
        ("RDD9", "Did you mean 'RDC'?"),
        ("RDC", "ends with a number."),
    ],
)
def test_what_is_there_or_fits_nowhere_is_refused(readiness, copy, code, said):
    before = {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}

    ended = readiness("rubric", "new-criterion", copy, code)

    assert ended.status == 2
    assert said in ended.err
    assert {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()} == before


def test_cases_that_are_there_are_not_written_over(readiness, copy):
    (copy / "cases" / "rdc9.yaml").write_text("[]", encoding="utf-8")

    ended = readiness("rubric", "new-criterion", copy, "RDC9")

    assert ended.status == 2
    assert "'cases/rdc9.yaml' is there already" in ended.err
    assert not (copy / "criteria" / "rdc9.yaml").exists()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rubric.yaml", "    criteria:\n      - {id: CD1, title: T, statement: S}",
         "    criteria: [{id: CD1, title: T, statement: S}]"),
        ("words/es.yaml", TINY_WORDS.partition("criteria:\n")[2],
         "  {AB1: {title: T, statement: S}, CD1: {title: T, statement: S}}\n"),
        ("words/es.yaml", "criteria:\n" + TINY_WORDS.partition("criteria:\n")[2],
         "criteria: {AB1: {title: T, statement: S}, CD1: {title: T, statement: S}}\n"),
    ],
)  # fmt: skip
def test_lines_cannot_be_put_into_a_single_line(readiness, tiny, file, old, new):
    change(tiny / file, old, new)

    ended = readiness("rubric", "new-criterion", tiny, "CD2")

    assert ended.status == 2
    assert "Write each in a line of its own first." in ended.err
    assert not (tiny / "criteria").exists()
