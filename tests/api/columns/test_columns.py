"""Files of many submissions: read as columns, scored, written; rows that do not fit are named."""

import json
from collections.abc import Iterator
from csv import DictReader
from itertools import count
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.columns.lines import LineReader
from api.columns.parquet import read_parquet
from api.columns.rows import ahead
from api.columns.scoring import score_columns
from assessment.batch import columns_of
from rubrics.problems import InputError
from tests import builders, submissions
from tests.assessment.batch.worlds import random_rubric, random_world_submission
from tests.builders import DAY
from tests.columns import differences


def drawn(rubric, seed: int, rows: int) -> list[builders.Data]:
    random = Random(seed)
    return [submissions.random_submission(rubric, random) for _ in range(rows)]


def lines_of(file: Path, data: list[builders.Data]) -> Path:
    file.write_text("".join(json.dumps(one) + "\n" for one in data), "utf-8")
    return file


# --- JSON Lines -----------------------------------------------------------------------------------


def test_lines_are_scored_as_their_submissions_are(wwc, tmp_path):
    data = drawn(wwc, 1, 9)
    file = lines_of(tmp_path / "in.jsonl", data)

    parts = list(LineReader(wwc, trust_facts=True).read(file, rows=4))

    assert [len(part.table) for part in parts] == [4, 4, 1]
    assert [number for part in parts for number in part.numbers] == list(range(1, 10))
    whole = pa.concat_tables([part.table for part in parts])
    given = [submissions.validated(wwc, one) for one in data]
    assert differences(wwc, given, on=DAY, table=whole) == []


@settings(max_examples=12)
@given(st.integers(0, 10**9))
def test_lines_hold_everything_that_a_check_looks_at(tmp_path_factory, seed):
    random = Random(seed)
    rubric = random_rubric(random)
    given = [random_world_submission(rubric, random) for _ in range(6)]
    file = tmp_path_factory.mktemp("lines") / "in.jsonl"
    file.write_text("".join(one.model_dump_json() + "\n" for one in given), "utf-8")

    (rows,) = LineReader(rubric, trust_facts=True).read(file)

    assert rows.bad == []
    assert differences(rubric, given, on=DAY, table=rows.table) == []


def test_facts_are_the_teams_word_unless_they_are_trusted(wwc, tmp_path):
    perfect = submissions.perfect_submission(wwc)
    file = lines_of(tmp_path / "in.jsonl", [perfect])
    stated = submissions.validated(wwc, perfect)
    entries = tuple(e.model_copy(update={"stated": True}) for e in stated.evidence or ())

    (rows,) = LineReader(wwc).read(file)

    given = stated.model_copy(update={"evidence": entries})
    assert differences(wwc, [given], on=DAY, table=rows.table) == []


@pytest.mark.parametrize(
    ("changed", "place", "said"),
    [
        ("{broken", "", "malformed"),
        ('{"answers": {"rdc7-awords": 3}}', "answers", "unknown field `rdc7-awords`"),
        ('{"answers": {"rdc7-awards": "80"}}', "answers", "got `str`"),
        ('{"answers": {"rdc7-awards": 120}}', "answers", "<= 100"),
        ('{"answers": {"rdc7-policy": "maybe"}}', "answers", "Invalid enum value 'maybe'"),
        ('{"city": {"name": "X", "country": "us"}}', "city.country", "matching regex"),
        ('{"declared": {"met": ["DM1"], "not_met": ["DM1"]}}', "declared", "one list alone"),
        ('{"declared": {"evidence": "e9"}}', "declared.evidence", "piece of evidence"),
        ('{"evidence": [{"id": "a"}, {"id": "a"}]}', "evidence", "each id once"),
        ('{"evidence": [{"id": "a", "knd": "page"}]}', "evidence[0]", "unknown field `knd`"),
        ('{"evidence": [{"facts": {"status": "lost"}}]}', "evidence[0].facts.status", "lost"),
        ('{"decisions": [{"about": "DM1"}, {"about": "DM1"}]}', "decisions", "each id once"),
        ("[" * 100_000, "", ""),
    ],
)
def test_line_that_does_not_fit_is_named_and_the_others_are_read(
    wwc, tmp_path, changed, place, said
):
    file = tmp_path / "in.jsonl"
    file.write_text(f'{{"answers": {{}}}}\n\n{changed}\n{{"rubric": "wwc-2022"}}\n', "utf-8")

    (rows,) = LineReader(wwc).read(file)

    assert rows.numbers == [1, 4]
    assert len(rows.table) == 2
    ((row, where, reason),) = rows.bad
    assert row == 3
    assert where.startswith(place.partition("[")[0])
    assert said in reason


def test_what_does_not_apply_is_not_answered(tmp_path):
    policy = {
        "because": "It may be.",
        "source": {"refs": ["S1"], "thresholds": "interpretation"},
    }
    of = builders.rubric(builders.criterion("RDC1", builders.requirement(not_applicable=policy)))
    away = {"not_applicable": {"a": "The law says so."}}
    file = lines_of(tmp_path / "in.jsonl", [away, {**away, "answers": {"a": True}}])

    (rows,) = LineReader(of).read(file)

    assert rows.numbers == [1]
    assert [(bad.row, bad.place) for bad in rows.bad] == [(2, "answers.a")]


def test_text_that_is_no_utf_8_is_a_line_that_does_not_fit(wwc, tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_bytes(b'{"prepared_by": "\xff"}\n{}\n')

    (rows,) = LineReader(wwc).read(file)

    assert rows.numbers == [2]
    assert [bad.row for bad in rows.bad] == [1]


def test_line_that_is_too_long_is_named_and_memory_has_a_bound(wwc, tmp_path, monkeypatch):
    monkeypatch.setattr("api.columns.lines.MAX_BYTES", 200)
    monkeypatch.setattr("api.columns.lines.MAX_SIZE", 100)
    file = tmp_path / "in.jsonl"
    long = json.dumps({"prepared_by": "x" * 500})
    file.write_text(f'{{"prepared_by": "{"y" * 90}"}}\n{long}\n{{}}\n', "utf-8")

    parts = list(LineReader(wwc).read(file))

    assert [number for part in parts for number in part.numbers] == [1, 3]
    assert [bad.row for part in parts for bad in part.bad] == [2]
    assert len(parts) == 3


# --- Parquet --------------------------------------------------------------------------------------


def test_rows_of_parquet_that_do_not_fit_are_left_out_by_number(wwc, tmp_path):
    given = [submissions.validated(wwc, one) for one in drawn(wwc, 2, 5)]
    table = columns_of(wwc, given)
    at = table.column_names.index("rdc7-awards")
    table = table.set_column(at, table.field(at), pa.array([10.0, 101.0, 20.0, None, 30.0]))
    pq.write_table(table, tmp_path / "in.parquet")

    (first, second) = read_parquet(wwc, tmp_path / "in.parquet", rows=3)

    assert (list(first.numbers), list(second.numbers)) == ([1, 3], [4, 5])
    assert len(first.table) == 2
    assert [(b.row, b.place) for b in first.bad] == [(2, "rdc7-awards")]
    assert second.bad == []


@pytest.mark.parametrize("dictionary", [100, 1_000_000])
def test_row_groups_and_dictionaries_may_end_anywhere(wwc, tmp_path, dictionary):
    random = Random(6)
    data = drawn(wwc, 6, 40)
    for one in data:
        one["answers"]["rdc8-open-design"] = None
        for entry in one["evidence"]:
            entry["id"] = f"{entry['id']}-{random.randrange(10**9)}"
        one["declared"]["evidence"] = one["evidence"][-1]["id"]
    given = [submissions.validated(wwc, one) for one in data]
    pq.write_table(
        columns_of(wwc, given),
        tmp_path / "in.parquet",
        row_group_size=17,
        dictionary_pagesize_limit=dictionary,
        data_page_size=500,
        write_batch_size=3,
    )

    parts = list(read_parquet(wwc, tmp_path / "in.parquet", rows=6))

    assert [number for part in parts for number in part.numbers] == list(range(1, 41))
    start = 0
    for part in parts:
        some = given[start : start + len(part.table)]
        assert differences(wwc, some, on=DAY, table=part.table) == []
        start += len(some)


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("rdc7-awords", [3.0], "key.unknown"),
        ("rdc7-awards", ["80"], "value.wrong_type"),
        ("rdc7-data-map", [{"rows": [{"stge": "award"}]}], "value.wrong_type"),
        ("rdc7-data-map", ["award"], "value.wrong_type"),
        ("rdc7-contracts", ["register"], "value.wrong_type"),
        ("city", [{"country": "US", "population": 3.5}], "value.wrong_type"),
        ("rdc7-policy", [3], "value.wrong_type"),
        ("evidence", [[{"stated": "yes"}]], "value.wrong_type"),
    ],
)
def test_column_that_does_not_fit_is_named(wwc, tmp_path, name, values, code):
    pq.write_table(pa.table({name: values}), tmp_path / "in.parquet")

    with pytest.raises(InputError) as error:
        list(read_parquet(wwc, tmp_path / "in.parquet"))

    (problem,) = error.value.problems
    assert problem.code == code
    assert name in str(problem)


def test_columns_may_be_few_whole_numbers_and_blank(wwc, tmp_path):
    table = pa.table(
        {"rdc7-awards": [90, 10], "rdc7-policy": pa.nulls(2), "rdc7-licence": ["x"] * 2}
    )
    table = table.drop_columns(["rdc7-licence"])
    pq.write_table(table, tmp_path / "in.parquet")

    found = score_columns(wwc, tmp_path / "in.parquet", tmp_path / "out.parquet", on=DAY)

    scored = pq.read_table(tmp_path / "out.parquet")
    assert found.rows == 2
    assert scored["rdc7-awards.claimed"].to_pylist() == ["met", "not_met"]
    assert scored["rdc7-policy.claimed"].to_pylist() == ["unanswered"] * 2


def test_file_that_is_no_parquet_is_told(wwc, tmp_path):
    (tmp_path / "in.parquet").write_text("PAR1 or not", "utf-8")

    with pytest.raises(InputError) as error:
        list(read_parquet(wwc, tmp_path / "in.parquet"))

    assert [problem.code for problem in error.value.problems] == ["file.not_readable"]


# --- from file to file ----------------------------------------------------------------------------


def test_lines_and_parquet_of_the_same_submissions_give_the_same_bytes(wwc, tmp_path):
    data = drawn(wwc, 3, 20)
    lines_of(tmp_path / "in.jsonl", data)
    given = [submissions.validated(wwc, one) for one in data]
    pq.write_table(columns_of(wwc, given), tmp_path / "in.parquet")
    told: list[int] = []

    for suffix in ("jsonl", "parquet", "jsonl"):
        found = score_columns(
            wwc,
            tmp_path / f"in.{suffix}",
            tmp_path / f"out-{suffix}.parquet",
            on=DAY,
            trust_facts=True,
            progress=told.append,
        )
        assert (found.rows, found.bad, found.errors) == (20, 0, None)

    by_lines, by_columns = (tmp_path / f"out-{s}.parquet" for s in ("jsonl", "parquet"))
    assert by_lines.read_bytes() == by_columns.read_bytes()
    assert told == [20, 20, 20]
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *("in.jsonl", "in.parquet", "out-jsonl.parquet", "out-parquet.parquet")
    ]
    assert differences(wwc, given, on=DAY) == []


def test_rows_that_do_not_fit_are_listed_beside_the_result(wwc, tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_text('{}\n{"answers": {"rdc7-awards": 101}}\n{}\n', "utf-8")

    found = score_columns(wwc, file, tmp_path / "out.parquet", on=DAY)

    assert (found.rows, found.bad) == (2, 1)
    assert pq.read_table(tmp_path / "out.parquet")["row"].to_pylist() == [1, 3]
    assert found.errors == tmp_path / "out.errors.csv"
    assert found.errors is not None
    with found.errors.open(newline="", encoding="utf-8") as stream:
        (row,) = DictReader(stream)
    assert row["row"] == "2"
    assert row["place"].startswith("answers")


def test_nothing_half_written_is_left_when_a_run_fails(wwc, tmp_path, monkeypatch):
    file = lines_of(tmp_path / "in.jsonl", drawn(wwc, 4, 3))
    (tmp_path / "out.parquet").write_text("of before", "utf-8")
    seen = count()

    def interrupt(_: int) -> None:
        next(seen)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_columns(wwc, file, tmp_path / "out.parquet", on=DAY, progress=interrupt)

    assert next(seen) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "out.parquet"]
    assert (tmp_path / "out.parquet").read_text("utf-8") == "of before"


@pytest.mark.parametrize(
    ("name", "code"), [("in.csv", "value.wrong_form"), ("none.jsonl", "file.missing")]
)
def test_input_that_cannot_be_read_is_told(wwc, tmp_path, name, code):
    (tmp_path / "in.csv").write_text("a,b\n", "utf-8")

    with pytest.raises(InputError) as error:
        score_columns(wwc, tmp_path / name, tmp_path / "out.parquet", on=DAY)

    assert [problem.code for problem in error.value.problems] == [code]


def test_what_is_made_ahead_arrives_in_order_and_so_do_errors():
    def numbers() -> Iterator[int]:
        yield from range(3)
        raise ValueError("the end")

    found = []
    with pytest.raises(ValueError, match="the end"):
        found += [*ahead(numbers())]
    for number in ahead(iter(range(4))):
        found.append(number)

    assert found == [0, 1, 2, 3]


# --- the command ----------------------------------------------------------------------------------


def test_command_scores_lines_and_says_what_does_not_fit(readiness, tmp_path):
    file = tmp_path / "in.jsonl"
    file.write_text(
        '{"answers": {"rdc7-awards": 90}}\n{"answers": {"rdc7-awards": 101}}\n', "utf-8"
    )

    ended = readiness("score-columns", file, "--out", "scored.parquet", "--on", "2025-11-03")

    assert ended.status == 0, ended.err
    assert "Rows that were scored: 1" in ended.out
    assert "Rows that do not fit: 1. See scored.errors.csv." in ended.out
    assert pq.read_table(tmp_path / "scored.parquet")["row"].to_pylist() == [1]


def test_command_names_what_it_cannot_read(readiness, tmp_path):
    (tmp_path / "in.csv").write_text("a,b\n", "utf-8")

    ended = readiness("score-columns", "in.csv", "--out", "scored.parquet", "--lang", "es")

    assert ended.status == 2
    assert "in.csv" in ended.err
    assert not (tmp_path / "scored.parquet").exists()
