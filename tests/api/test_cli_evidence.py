"""Looking at one piece of evidence from the command line, and listing what expires."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from rubrics.loader import LIBRARY
from rubrics.text import read_mapping
from tests.api.conftest import Run

CITIES = LIBRARY / "wwc-2022" / "submissions"
RIO = CITIES / "rio-verde"
CONTRACTS = """\
Contract Number,Vendor Name,Vendor ID,Award Amount,Start Date,End Date,Department
C-1,Salt LLC,V-1,"1,200.50",2025-02-01,2025-12-31,Streets
C-2,Paint Inc,V-2,800,2025-03-01,2025-12-31,Streets
"""
ON = ("--on", "2025-11-03")


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """A contract register of a city's own shape."""
    file = tmp_path / "contracts.csv"
    file.write_text(CONTRACTS, encoding="utf-8")
    return file


def told(readiness: Run, *words: object) -> Any:
    """What `evidence --json -` says."""
    ended = readiness("evidence", *words, *ON, "--json", "-")
    assert ended.status == 0, ended.err
    return json.loads(ended.out)


def test_a_letter_says_what_is_there_and_what_is_missing_for_what(readiness):
    ended = readiness("evidence", RIO / "evidence" / "registros-ocds.json", *ON)

    assert ended.status == 0
    assert "Looked at as: Dataset" in ended.out
    assert "Procurements: " in ended.out
    assert "Key figures in these data" in ended.out
    assert "✓ Met: RDC7 · " in ended.out
    missing = ended.out.split("What is missing, and for what")[1]
    assert "rdc7-six-questions" in missing  # no method in these data


@pytest.mark.parametrize(("lang", "word"), [("es", "Revisado como"), ("pt", "Conferido como")])
def test_a_letter_is_written_in_the_language_that_is_asked_for(readiness, lang, word):
    ended = readiness("evidence", RIO / "evidence" / "mapa-de-dados.csv", *ON, "--lang", lang)

    assert word in ended.out


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("registros-ocds.json", "dataset"),
        ("mapa-de-dados.csv", "data_map"),
        ("linha-de-base.csv", "kpi_table"),
        ("plano-de-melhoria.csv", "plan"),
        ("como-vender.html", "document"),
    ],
)
def test_without_a_kind_a_file_is_taken_for_what_it_seems_to_be(readiness, file, kind):
    assert told(readiness, RIO / "evidence" / file)["kind"] == kind


def test_a_table_that_cannot_be_read_is_a_dataset_still(readiness, tmp_path):
    file = tmp_path / "contracts.csv"
    file.write_text(f"Vendor,{'x' * 1_000_000}\n1,2\n3,4\n", "utf-8")

    said = told(readiness, file)

    assert said["facts"]["status"] == "unreadable"
    assert said["kind"] == "dataset"


def test_a_kind_may_be_called_as_people_say_it(readiness):
    file = RIO / "evidence" / "linha-de-base.csv"

    assert told(readiness, file, "--as", "kpi")["kind"] == "kpi_table"


def test_json_holds_facts_notes_and_verdicts(readiness):
    said = told(readiness, RIO / "evidence" / "registros-ocds.json")

    assert said["facts"]["status"] == "seen"
    assert said["facts"]["collector"] == "evidence/3"
    assert {note["kind"] for note in said["notes"]} <= {"seen", "warning"}
    assert {serving["criterion"] for serving in said["serves"]} == {"RDC7", "RDC8"}


def test_columns_are_suggested_saved_and_used(readiness, contracts, tmp_path):
    suggested = tmp_path / "columns.yaml"

    before = readiness("evidence", contracts, *ON, "--save-columns", suggested)
    after = told(readiness, contracts, "--columns", suggested)

    assert "Nobody has confirmed yet what its 7 columns stand for" in before.out
    columns, _ = read_mapping(suggested.read_bytes(), name="columns.yaml")
    assert columns["Contract Number"] == "contract.id"
    assert columns == yaml.safe_load(suggested.read_text("utf-8"))
    assert after["facts"]["dataset"]["stages"]["contract"]["records"] == 2


def test_columns_in_a_submission_make_a_table_count(readiness, contracts, tmp_path):
    entry = {
        "id": "contracts",
        "kind": "dataset",
        "title": "Contracts",
        "file": "contracts.csv",
        "serves": ["rdc7-six-questions"],
        "columns": {"Contract Number": "contract.id", "Vendor Name": "contract.supplier"},
    }
    city = {"name": "Example", "country": "US", "population": 100_000}
    written = {"rubric": "wwc-2022", "city": city, "evidence": [entry]}
    (tmp_path / "city.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")

    ended = readiness("score", "city.yaml", *ON, "--json", "-")

    result = json.loads(ended.out)
    (rdc7,) = [c for c in result["criteria"] if c["id"] == "RDC7"]
    (six,) = [r for r in rdc7["requirements"] if r["id"] == "rdc7-six-questions"]
    assert "processes.incomplete" in {reason["code"] for reason in six["reasons"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("no-such-file.csv",), "There is no file"),
        (("contracts.csv", "--as", "datamap"), "Did you mean 'data-map'?"),
        (("https://city.example/data",), "Addresses are called only with '--fetch'"),
        (("contracts.csv", "--columns", "none.yaml"), "'none.yaml' cannot be opened"),
        (("contracts.csv", "--json", "contracts.csv"), "what is being read"),
    ],
    ids=["missing", "kind", "address", "columns", "input"],
)
def test_what_cannot_be_done_is_said_in_one_line(readiness, contracts, words, said):
    ended = readiness("evidence", *words, *ON)

    assert ended.status == 2
    assert ended.out == ""
    (line,) = ended.err.splitlines()
    assert said in line


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "http://2130706433/", "http://[::1]/", "http://169.254.169.254/latest"],
)
def test_no_address_of_our_own_network_is_ever_called(readiness, address):
    said = told(readiness, address, "--fetch")

    assert said["facts"]["status"] == "refused"


def test_what_expires_is_listed_with_the_day_and_what_it_turns(readiness):
    ended = readiness("expiring", RIO / "submission.yaml", *ON, "--before", "2026-01-31")

    assert ended.status == 0
    assert "What counts today, and no longer on January 31, 2026" in ended.out
    assert "Dec 31, 2025" in ended.out
    assert "RDC8.3" in ended.out


def test_where_nothing_expires_that_is_said(readiness):
    ended = readiness("expiring", RIO / "submission.yaml", *ON, "--before", "2025-11-04")

    assert "Nothing that counts today expires before November 4, 2025" in ended.out


def test_a_workbook_scores_like_the_file_it_was_written_from(readiness, tmp_path):
    shutil.copytree(RIO / "evidence", tmp_path / "evidence")
    readiness(
        *("template", "submission", "--lang", "pt", "--from", RIO / "submission.yaml"),
        *("-o", "cidade.xlsx"),
    )

    from_workbook = readiness("score", "cidade.xlsx", *ON)
    from_yaml = readiness("score", RIO / "submission.yaml", *ON)

    assert from_workbook.err == ""
    assert from_workbook.out == from_yaml.out


def test_a_whole_submission_is_pointed_to_the_command_that_judges_it(readiness):
    readiness("template", "submission", "-o", "city.xlsx")

    ended = readiness("evidence", "city.xlsx", *ON)

    assert ended.status == 2
    assert "Judge it with 'readiness score city.xlsx'" in ended.err
