"""The kernel says of every row what the evaluator says of that submission, whatever the rubric."""

from collections import defaultdict
from datetime import date, timedelta
from io import BytesIO
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.examples import DAY as DEMO_DAY
from api.examples import SUBMISSIONS
from api.submissions import read_submission, read_written
from assessment.batch import arrow_schema, columns_of, compile_rubric
from assessment.batch.judge import judge_of, rule_of
from assessment.cases import submission_of as submission_of_case
from assessment.judge import Scope
from assessment.submission import Submission
from rubrics.loader import LIBRARY, load_cases
from tests import builders, submissions
from tests.assessment.batch.worlds import random_rubric, random_world_submission
from tests.assessment.test_properties import submission_of, worlds
from tests.builders import DAY
from tests.columns import differences

SEEDS = st.integers(0, 10**9)


@settings(max_examples=80)
@given(SEEDS)
def test_kernel_agrees_with_the_evaluator_on_every_kind_of_check(seed):
    random = Random(seed)
    rubric = random_rubric(random)
    given = [random_world_submission(rubric, random) for _ in range(12)]

    assert differences(rubric, given, on=DAY) == []


@settings(max_examples=25)
@given(worlds())
def test_kernel_agrees_where_rules_and_routes_are_nested(world):
    assert differences(world.rubric, [submission_of(world)], on=DAY) == []


@settings(max_examples=15)
@given(SEEDS, st.integers(0, 12), st.integers(0, 12))
def test_any_slice_scores_as_its_rows_do(seed, start, length):
    random = Random(seed)
    rubric = random_rubric(random)
    given = [random_world_submission(rubric, random) for _ in range(12)]
    whole = columns_of(rubric, given)
    # One after the other, and in two chunks of which neither starts where its child arrays start.
    halves = pa.concat_tables([whole.slice(0, 5), whole.slice(5)])

    for table in (whole, halves):
        cut = table.slice(start, length)
        assert differences(rubric, given[start : start + length], on=DAY, table=cut) == []


@settings(max_examples=12)
@given(SEEDS)
def test_kernel_agrees_on_the_rubric_of_the_library(wwc, seed):
    random = Random(seed)
    given = [submissions.validated(wwc, submissions.random_submission(wwc, random)) for _ in "abc"]

    assert differences(wwc, given, on=DAY + timedelta(days=random.randint(-30, 400))) == []


def test_kernel_agrees_on_every_case_of_the_library(wwc):
    by_day: dict[str, list[Submission]] = defaultdict(list)
    for case, _ in load_cases(LIBRARY / "wwc-2022"):
        by_day[str(case["on"])].append(submission_of_case(wwc, case))

    found = [
        said
        for day, cases in by_day.items()
        for said in differences(wwc, cases, on=date.fromisoformat(day))
    ]

    assert sum(map(len, by_day.values())) > 700
    assert found == []


def test_kernel_agrees_on_the_example_cities(wwc):
    files = sorted(SUBMISSIONS.glob("*/submission.yaml"))
    cities = [read_submission(wwc, read_written(str(file))) for file in files]

    assert len(cities) == 3
    assert differences(wwc, cities, on=DEMO_DAY) == []


# --- batches in which little or nothing stands ----------------------------------------------------


def test_empty_batch_has_every_column_and_no_row(wwc):
    kernel = compile_rubric(wwc)

    empty = kernel.score(columns_of(wwc, []), on=DAY)

    perfect = submissions.validated(wwc, submissions.perfect_submission(wwc))
    assert empty.num_rows == 0
    assert empty.schema == kernel.score(columns_of(wwc, [perfect]), on=DAY).schema


def test_columns_that_are_not_there_are_blank(wwc):
    nothing = submissions.validated(wwc, {"rubric": "wwc-2022", "city": dict(submissions.CITY)})
    whole = columns_of(wwc, [nothing] * 3)
    one = whole.select(["city"])
    expected = compile_rubric(wwc).score(whole, on=DAY).drop_columns(["eligibility"])

    for table in (
        one,
        one.append_column("evidence", pa.nulls(3)),
        _all_null(wwc, 3).append_column("something else", pa.array([1, 2, 3])),
    ):
        scored = compile_rubric(wwc).score(table, on=DAY).drop_columns(["eligibility"])
        assert scored.equals(expected)


def _all_null(rubric, rows: int) -> pa.Table:
    schema = arrow_schema(rubric)
    return pa.Table.from_arrays([pa.nulls(rows, f.type) for f in schema], schema=schema)


def test_city_that_is_not_named_is_open(wwc):
    scored = compile_rubric(wwc).score(_all_null(wwc, 1), on=DAY)

    assert scored["eligibility"].to_pylist() == ["unanswered"]


def test_decision_without_a_verdict_decides_nothing(wwc):
    perfect = submissions.validated(wwc, submissions.perfect_submission(wwc))
    table = columns_of(wwc, [perfect])
    about = [[{"about": "rdc7-policy", "verdict": None}]]
    position = table.column_names.index("decisions")
    decisions = pa.array(about, table.field(position).type)

    found = differences(
        wwc,
        [perfect],
        on=DAY,
        table=table.set_column(position, table.field(position), decisions),
    )

    assert found == []


def test_null_list_may_hide_values(wwc):
    # Arrow lets a null list point at values; they are no evidence.
    perfect = submissions.validated(wwc, submissions.perfect_submission(wwc))
    table = columns_of(wwc, [perfect, perfect])
    evidence = table["evidence"].combine_chunks()
    hidden = pa.ListArray.from_arrays(
        evidence.offsets, evidence.values, mask=pa.array([True, False])
    )
    position = table.column_names.index("evidence")
    nothing = perfect.model_copy(update={"evidence": None})

    found = differences(
        wwc,
        [nothing, perfect],
        on=DAY,
        table=table.set_column(position, table.field(position), hidden),
    )

    assert found == []


def _random_columns(wwc) -> tuple[list[Submission], pa.Table]:
    random = Random(7)
    given = [submissions.validated(wwc, submissions.random_submission(wwc, random)) for _ in "abcd"]
    return given, columns_of(wwc, given)


def test_texts_may_come_in_dictionaries_as_parquet_has_them(wwc):
    given, table = _random_columns(wwc)
    file = BytesIO()
    pq.write_table(table, file)
    schema = pq.ParquetFile(file).schema
    leaves = [schema.column(i) for i in range(len(schema))]
    texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]

    read = pq.read_table(file, read_dictionary=texts)

    assert pa.types.is_dictionary(read.schema.field("rdc7-policy").type)
    assert differences(wwc, given, on=DAY, table=read) == []


def test_types_may_be_inferred(wwc):
    # What is blank in every row has no type of its own, and lists may be large.
    given, table = _random_columns(wwc)
    inferred = pa.Table.from_pylist(table.to_pylist())
    texts = [field.name for field in inferred.schema if field.type == pa.string()]
    for name in texts:
        large = inferred[name].cast(pa.large_string())
        inferred = inferred.set_column(inferred.column_names.index(name), name, large)

    assert differences(wwc, given, on=DAY, table=inferred) == []


def test_days_and_numbers_may_be_written_as_others_write_them():
    fields = {
        "d1": {"kind": "date", "text": "From?"},
        "d2": {"kind": "date", "text": "To?"},
        "n": {"kind": "number", "text": "How many?"},
        "yes": {"kind": "yes_no", "text": "Is it so?"},
    }
    tests = [
        {"span": ["d1", "d2"], "lasts": "12 months"},
        {"field": "d1", "within": "2 years"},
        {"field": "n", "min": 3},
        {"ratio": ["yes", "n"], "min": 20},
    ]
    own = builders.requirement(
        ask={"kind": "group", "text": "How?", "fields": fields}, check={"all_of": tests}
    )
    of = builders.rubric(builders.criterion("RDC1", own))
    answers = [
        {"d1": "2024-01-01", "d2": "2024-12-31", "n": 4, "yes": "yes"},
        {"d1": "2024-01-02", "d2": "2024-12-31", "n": 2, "yes": "no"},
        {"d1": "2021-01-01", "d2": None, "n": 9},
    ]
    given = [builders.submission(of, answers={"a": answer}) for answer in answers]
    table = columns_of(of, given)
    texts = pa.struct(
        {"d1": pa.string(), "d2": pa.string(), "n": pa.int32(), "yes": pa.bool_()},
    )
    written = table.set_column(table.column_names.index("a"), "a", table["a"].cast(texts))

    assert differences(of, given, on=DAY) == []
    assert differences(of, given, on=DAY, table=written) == []


def test_more_words_than_fit_one_mask():
    columns = {"name": {"kind": "text", "text": "Who?"}}
    own = builders.requirement(
        ask={"kind": "table", "text": "Who?", "columns": columns},
        check={"distinct": 70, "column": "name"},
    )
    of = builders.rubric(builders.criterion("RDC1", own))
    tables = [[{"name": f"Vendor {i % n}"} for i in range(90)] for n in (69, 70, 90)]
    given = [builders.submission(of, answers={"a": [*rows, {}]}) for rows in tables]

    assert differences(of, given, on=DAY) == []


@pytest.mark.parametrize("text", ["x", "{routes: {A: [x]}}"])
def test_rules_are_no_checks(text):
    with pytest.raises(TypeError):
        judge_of(builders.check(text), Scope("q"))


def test_checks_are_no_rules():
    with pytest.raises(TypeError):
        rule_of(builders.check("{is: yes}"))


def test_more_marks_than_fit_one_mask():
    marks = {f"mark-{i}": f"Mark {i}" for i in range(130)}
    vocabulary = builders.rubric_data()["vocabulary"] | {"marks": marks}
    proof = {"evidence": ["document"], "where": [{"shows": [m]} for m in marks]}
    of = builders.rubric(
        builders.criterion("RDC1", builders.requirement(proof=proof)), vocabulary=vocabulary
    )
    shown = dict.fromkeys(marks, "page 1")
    most = {name: place for name, place in shown.items() if name != "mark-64"}

    given = [
        builders.submission(
            of, answers={"a": "yes"}, evidence=[builders.evidence("a", shows=shows)]
        )
        for shows in (shown, most, {})
    ]

    assert differences(of, given, on=DAY) == []
    assert compile_rubric(of).score(columns_of(of, given), on=DAY)["a.evidenced"].to_pylist() == [
        "met",
        "needs_review",
        "needs_review",
    ]


def test_check_forgets_values_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("assessment.batch.answers.MAX_KEPT", 3)
    options = {f"o{i}": f"Option {i}" for i in range(10)}
    ask = {"kind": "choice", "text": "Which?", "options": options}
    of = builders.rubric(
        builders.criterion("RDC1", builders.requirement(ask=ask, check={"one_of": ["o3"]}))
    )
    given = [builders.submission(of, answers={"a": option}) for option in options]

    assert differences(of, given, on=DAY) == []
    assert differences(of, given, on=DAY) == []
