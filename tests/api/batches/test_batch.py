"""A batch: every sound submission is scored as if alone, every damaged one is named, in one run."""

import csv
import json
import zipfile
from datetime import date
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from api.batches.earlier import earlier_digest, read_earlier
from assessment.cohort import cohort_of
from assessment.engine import assess
from rubrics.problems import InputError
from rubrics.schema import Rubric
from tests.api.batches.conftest import ON
from tests.api.batches.mixture import cities, flattened, plain
from tests.submissions import DAY, validated


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_sound_submission_is_scored_and_every_damaged_one_is_named(mixture, scored):
    _, wanted = mixture
    out, said = scored

    found = rows(out / "scores.csv")
    errors = rows(out / "errors.csv")

    assert len(found) == wanted.good
    assert {(e["file"], int(e["row"]) if e["file"] in MANY else 0) for e in errors} == {*wanted.bad}
    assert all(e["reason"] and e["mend"] and e["code"] for e in errors)
    assert f"{wanted.good} of {wanted.good + len(wanted.bad)} submissions scored" in said


MANY = ("many.jsonl", "table.csv")


def test_a_submission_means_the_same_in_every_form(wwc, scored):
    out, _ = scored

    found = {row["city"]: row for row in pq.read_table(out / "scores.parquet").to_pylist()}

    forms = set()
    for data in cities(wwc, 32):
        name = plain(data)["city"]["name"]
        own = found.get(name)
        if own is None or own["file"].endswith((".xlsx", "submission.yaml")):
            continue  # damaged, or in a form that holds other evidence
        forms.add(own["file"].rpartition(".")[2])
        handed_in = validated(wwc, plain(data))
        alone = assess(wwc, handed_in, on=DAY)
        assert own["evidenced.guaranteed"] == alone.lenses.evidenced.points.guaranteed, name
        assert own["claimed.possible"] == alone.lenses.claimed.points.possible
        # An empty list is an answer; an empty cell of a CSV is none.
        assert own["digest"] == handed_in.digest or own["file"] == "table.csv"
    assert forms == {"yaml", "json", "jsonl", "csv"}


NO_REPORTS = {"reports": 0, "reports_failed": 0}


def test_what_was_run_is_told_without_times(scored):
    out, _ = scored

    told = json.loads((out / "run.json").read_bytes())

    assert told["counts"] == {"submissions": 32, "scored": 24, "refused": 8, **NO_REPORTS}
    assert told["input"]["ignored"] == ["notes.pdf"]
    assert len(told["rubric"]["digest"]) == len(told["input"]["digest"]) == 64
    assert "seconds" in json.loads((out / "timings.json").read_bytes())
    assert sorted(path.name for path in out.iterdir()) == [
        *("cohort.pdf", "errors.csv", "portfolio.xlsx", "requirements.parquet", "run.json"),
        *("scores.csv", "scores.parquet", "timings.json"),
    ]


def test_requirements_have_a_row_each_with_codes(wwc, scored):
    out, _ = scored

    found = pq.read_table(out / "requirements.parquet").to_pylist()

    assert len(found) == 24 * len(wwc.requirements)
    assert {r["claimed"] for r in found} >= {"met", "not_met", "unanswered"}
    assert any("evidenced:dataset.too_old" in r["reasons"] for r in found)


def test_the_workbook_lists_every_city_and_runs_nothing(scored):
    out, _ = scored

    book = load_workbook(out / "portfolio.xlsx")

    names = ["Summary", "Cities", "Requirements", "One step away", "Expiring", "Groups"]
    assert book.sheetnames == names
    assert book["Cities"].max_row == 25
    assert book["Cities"].auto_filter.ref == "A1:N25"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_an_archive_is_a_folder_and_what_strangers_write_becomes_no_formula(
    wwc: Rubric, mixture, tmp_path, readiness
):
    evil = '=HYPERLINK("https://evil.example","click")'
    city = {"name": evil, "country": "US", "region": "@SUM(1)", "population": 50_000}
    bad = {"rubric": wwc.id, "city": {"name": "x", "country": "=1+1"}}
    lines = [{"rubric": wwc.id, "city": city}, bad]
    folder, _ = mixture
    packed = tmp_path / "many.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("batch/a.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        own = next(folder.glob("city-*/submission.yaml")).parent
        for path in own.iterdir():
            archive.write(path, f"batch/{own.name}/{path.name}")

    ended = readiness("batch", packed, "--out", "out", *ON, "--workers", 1, "--lang", "pt")

    assert ended.status == 0, ended.err
    first, second = rows(tmp_path / "out" / "scores.csv")
    assert (first["city"], first["region"]) == (f"'{evil}", "'@SUM(1)")
    assert second["file"] == f"batch/{own.name}/submission.yaml"
    cells = {
        cell.value: cell.data_type
        for cell in load_workbook(tmp_path / "out" / "portfolio.xlsx").worksheets[1]["A"]
    }
    assert cells[evil] == "s"
    error = rows(tmp_path / "out" / "errors.csv")[0]
    assert (error["file"], error["row"]) == ("batch/a.jsonl", "2")
    assert "letras" in error["reason"]


def test_earlier_results_show_the_weeks(wwc, scored, tmp_path):
    out, _ = scored

    earlier = read_earlier(out, wwc)

    assert len(earlier) == 24
    later = [msgspec.structs.replace(one, on=date(2025, 12, 16)) for one in earlier[:20]]
    cohort = cohort_of(wwc, [*earlier, *later], on=date(2025, 12, 16), named=True)
    assert [week.renewed for week in cohort.weeks] == [24, 0, 0, 0, 0, 0, 20]
    for one in earlier:
        assert [line.id for line in one.requirements] == list(wwc.requirements)
    assert earlier_digest([out]) != earlier_digest([out, out])


def test_what_are_no_results_is_said(tmp_path, wwc, scored):
    out, _ = scored
    for name in ("requirements.parquet", "scores.parquet"):
        (tmp_path / name).write_bytes((out / name).read_bytes())
    (tmp_path / "run.json").write_text('{"rubric": {"id": "another"}}', "utf-8")
    with pytest.raises(InputError, match="another rubric"):
        read_earlier(tmp_path, wwc)
    (tmp_path / "run.json").write_text("[]", "utf-8")
    with pytest.raises(InputError, match="no results of a batch"):
        read_earlier(tmp_path, wwc)
    (tmp_path / "scores.parquet").unlink()
    with pytest.raises(InputError, match="no results of a batch"):
        earlier_digest([tmp_path])


def test_flattened_rows_have_columns_of_the_form(wwc):
    from api.forms.batch_columns import fields_of
    from api.forms.submission_layout import load_spoken
    from tests.api.batches.mixture import FOLDER

    names = {field.name for field in fields_of(load_spoken(FOLDER))}

    for data in cities(wwc, 5):
        assert {name for name, _ in flattened(plain(data))} <= names
