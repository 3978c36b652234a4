"""`readiness rubric impact`: what it shows, writes, sets aside and refuses."""

import io
import json
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from api.accounts.sessions import sign_in_as
from api.db import Transaction, open_database
from api.db.tables import person
from api.demo_data import make_demo
from api.settings import Settings
from api.workspace.reading import assessments
from api.workspace.submitting import submit
from rubrics.loader import LIBRARY

OLD = LIBRARY / "wwc-2022"
DEMO = OLD / "submissions"
ON = ["--on", "2025-11-03"]
ON_DAY = date(2025, 11, 3)


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """Another edition: a higher threshold, and an option and a criterion's level that are gone."""
    folder = tmp_path / "edition"
    shutil.copytree(OLD, folder, ignore=shutil.ignore_patterns("submissions"))
    change(folder / "rubric.yaml", 'edition: "2022.1"', 'edition: "2026.1"')
    change(folder / "criteria" / "rdc7.yaml", "check: {min: 80}", "check: {min: 95}")
    return folder


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Another verdict or level: 1 of 3 submissions."),
        ("es", "Otro veredicto o nivel: 1 de 3 entregas."),
        ("pt", "Outro veredito ou nível: 1 de 3 entregas."),
    ],
)
def test_whose_verdict_flips_and_why_is_shown(readiness, edition, lang, said):
    ended = readiness("rubric", "impact", edition, "--on-submissions", DEMO, *ON, "--lang", lang)

    assert ended.status == 0
    assert said in ended.out
    assert "check.min 80 → 95" in ended.out
    assert "Rio Verde do Vale" in ended.out
    assert "Puerto Claro" not in ended.out


def test_results_go_to_programs_and_people(readiness, edition):
    words = ["--json", "i.json", "--xlsx", "i.xlsx"]

    readiness("rubric", "impact", edition, "--on-submissions", DEMO, *ON, *words)

    told = json.loads(Path("i.json").read_text("utf-8"))
    book = openpyxl.load_workbook(io.BytesIO(Path("i.xlsx").read_bytes()))
    assert [count["id"] for count in told["counts"]] == ["rdc7-awards"]
    flips = list(book["Verdicts that differ"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[2], row[4], row[5]) for row in flips] == [
        ("Rio Verde do Vale", "rdc7-awards", "Met", "Not met")
    ]
    assert "check.min 80 → 95" in flips[0][6]
    assert "88" in flips[0][6]


def test_same_edition_changes_nothing(readiness):
    ended = readiness("rubric", "impact", OLD, "--on-submissions", DEMO, *ON)

    assert ended.status == 0
    assert "Nothing that judges or is asked differs" in ended.out


def test_what_the_new_edition_does_not_know_is_set_aside_and_asked_anew(
    readiness, edition, tmp_path
):
    # The option that the city chose is called otherwise now.
    criteria = edition / "criteria" / "rdc7.yaml"
    for file in [criteria, *edition.glob("words/*.yaml"), *edition.glob("cases/*.yaml")]:
        text = file.read_text("utf-8")
        file.write_text(text.replace("public_dataset", "open_dataset"), "utf-8")
    cities = tmp_path / "cities"
    cities.mkdir()
    (cities / "one.yaml").write_text(
        "rubric: wwc-2022\n"
        "city: {name: Example, country: US, population: 100000}\n"
        "answers: {rdc7-forecast: public_dataset, rdc7-awards: 96}\n",
        "utf-8",
    )
    (cities / "two.json").write_text(
        '{"rubric": "wwc-2022", "city": {"name": "Other", "country": "US", "population": 100000},'
        ' "answers": {"rdc7-forecast": "public_dataset"}}',
        "utf-8",
    )

    ended = readiness(
        "rubric", "impact", edition, "--on-submissions", cities, *ON, "--lens", "claimed",
        "--json", "i.json",
    )  # fmt: skip

    told = json.loads(Path("i.json").read_text("utf-8"))
    assert "Set aside" in ended.out
    assert [city["dropped"] for city in told["cities"]] == [["answers.rdc7-forecast"]] * 2
    assert all("rdc7-forecast" in city["asked"] for city in told["cities"])
    flips = {flip["id"]: flip for flip in told["cities"][0]["flips"]}
    assert (flips["rdc7-forecast"]["before"], flips["rdc7-forecast"]["after"]) == (
        "met",
        "unanswered",
    )
    assert "rdc7-awards" not in flips


def test_submission_that_cannot_be_read_is_named_and_the_others_are_compared(
    readiness, edition, tmp_path
):
    cities = tmp_path / "cities"
    shutil.copytree(DEMO / "rio-verde", cities / "rio-verde")
    (cities / "broken").mkdir()
    (cities / "broken" / "submission.yaml").write_text("city: [", "utf-8")

    ended = readiness("rubric", "impact", edition, "--on-submissions", cities, *ON)

    assert ended.status == 0
    assert "broken/submission.yaml" in ended.out
    assert "Not read" in ended.out
    assert "rdc7-awards" in ended.out


@pytest.mark.parametrize(
    ("new", "folder", "said"),
    [
        ("wwc-2022", "nowhere", "'nowhere' cannot be opened"),
        ("wwc-2022", "empty", "There is no submission in 'empty'."),
        ("wwc-2099", "empty", "wwc-2099"),
    ],
)
def test_what_cannot_be_compared_is_told(readiness, new, folder, said):
    Path("empty").mkdir()

    ended = readiness("rubric", "impact", new, "--on-submissions", folder)

    assert ended.status == 2
    assert said in ended.err


def test_the_database_of_the_service_is_looked_at(readiness, edition, monkeypatch):
    """Without a database, without a submission, and with the one of the demo and another."""
    monkeypatch.setenv("READINESS_DATA_FOLDER", "data")
    words = ("rubric", "impact", edition, "--on-submissions", "db", "--on", "2099-01-01")

    empty = readiness(*words)
    readiness("db", "upgrade")
    nobody = readiness(*words)
    database = open_database(Settings(data_folder=Path("data")))
    make_demo(database)
    with database.write() as db:
        lead = sign_in_as(db, _lead(db)).actor
        submit(db, lead, assessments(db, lead).items[0].id, version=None, on=ON_DAY)
    database.close()
    found = readiness(*words[:-2], "--on", "2026-11-03", "--lens", "claimed")

    assert empty.status == nobody.status == 2
    assert "readiness db upgrade" in empty.err
    assert "has handed in" in nobody.err
    assert "1 of 2 submissions" in found.out
    assert "check.min 80 → 95" in found.out


def _lead(db: Transaction) -> str:
    found = select(person.c.id).where(person.c.persona == "team_lead")
    return str(db.sql.execute(found).scalar_one())
