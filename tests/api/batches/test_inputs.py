"""What a batch reads: archives, folders, tables and lines of strangers, each with its place."""

import json
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path
from string import Formatter

import msgspec
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from api.batches.judging import judge, open_bench, rows_of
from api.batches.outcome import told_of
from api.batches.plan import Options, Plan, Source, Wrong, chunk_size, chunks_of, differences
from api.batches.results import Judged, Outcome, Refused, from_line, to_line
from api.batches.sources import find_sources
from api.forms.submission_layout import load_spoken
from api.forms.templates import template_bytes
from api.printing import Printers
from api.sheet_files import FORMULA_STARTS, harmless
from reports.i18n import LANGUAGES, load_language
from reports.mending import problem_parts
from rubrics.messages import MESSAGES
from rubrics.problems import InputError, Place, Problem
from tests.api.batches.mixture import FOLDER, as_yaml, cities, flattened, plain
from tests.submissions import DAY

OPTIONS = Options(on=DAY, language="en", paper="a4", pdf=False, trust_facts=True)
SMALL = "rubric: wwc-2022\ncity: {name: A, country: US}\n"


def planned(given: Path, work: Path) -> Plan:
    """The plan of an input, as the command makes it."""
    found = find_sources(given, work=work, spoken=load_spoken(FOLDER), rubric="wwc-2022")
    rows = sum(source.rows for source in found.sources)
    return Plan(
        plan_version="1",
        engine_version="0.1.0",
        run="r",
        root=str(found.root),
        out=str(work),
        input_digest=found.digest,
        rubric=str(FOLDER),
        rubric_id="wwc-2022",
        rubric_digest="d",
        earlier=(),
        earlier_digest="",
        options=OPTIONS,
        seconds=60,
        sources=found.sources,
        ignored=found.ignored,
        chunks=tuple(chunks_of(found.sources, size=chunk_size(rows, pdf=True))),
    )


def outcomes(given: Path, work: Path) -> list[Outcome]:
    """What comes of every submission of an input."""
    plan = planned(given, work)
    bench = open_bench(plan, Printers(workers=1))
    return [judge(bench, row) for chunk in plan.chunks for row in rows_of(plan, chunk)]


def wrongs(found: Sequence[Outcome]) -> list[tuple[str, int, str, str]]:
    return [
        (wrong.file, wrong.row, wrong.column, wrong.code)
        for one in found
        if isinstance(one, Refused)
        for wrong in one.wrong
    ]


def refused_input(given: Path, work: Path) -> list[str]:
    with pytest.raises(InputError) as raised:
        planned(given, work)
    return [problem.code for problem in raised.value.problems]


# --- folders --------------------------------------------------------------------------------------


def test_evidence_beside_a_submission_is_no_submission(tmp_path):
    for name in ("north/a", "b"):
        folder = tmp_path / "in" / name
        (folder / "evidence").mkdir(parents=True)
        (folder / "submission.yaml").write_text(SMALL, "utf-8")
        (folder / "evidence/rows.json").write_text("[]", "utf-8")
        (folder / "notes.yaml").write_text("a: 1", "utf-8")
    (tmp_path / "in/c.yml").write_text(SMALL, "utf-8")
    (tmp_path / "in/contracts.csv").write_text("id,amount\n1,2\n", "utf-8")
    (tmp_path / "in/.hidden.yaml").write_text("", "utf-8")
    (tmp_path / "in/link.yaml").symlink_to(tmp_path / "in/c.yml")

    plan = planned(tmp_path / "in", tmp_path / "work")

    names = [source.name for source in plan.sources]
    assert names == ["b/submission.yaml", "c.yml", "north/a/submission.yaml"]
    assert plan.ignored == ("contracts.csv",)


def test_a_folder_with_a_submission_at_its_top_is_one_city(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/submission.json").write_text(
        '{"city": {"name": "A", "country": "US"}}', "utf-8"
    )
    (tmp_path / "in/data.json").write_text("[]", "utf-8")

    found = outcomes(tmp_path / "in", tmp_path / "work")

    assert [type(one) for one in found] == [Judged]


def test_paths_of_the_machine_stand_in_no_result(tmp_path):
    (tmp_path / "in/x").mkdir(parents=True)
    piece = "evidence: [{id: a, kind: policy, title: A, file: ../../secret.txt}]\n"
    (tmp_path / "in/x/submission.yaml").write_text(SMALL + piece, "utf-8")

    found = outcomes(tmp_path / "in", tmp_path / "work")

    assert wrongs(found) == [("x/submission.yaml", 3, "50", "file.outside")]
    assert str(tmp_path) not in to_line(found[0]).decode()
    assert from_line(to_line(found[0])) == found[0]


# --- archives -------------------------------------------------------------------------------------


def archive(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return path


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("member", "content", "code"),
    [
        ("../climbs.yaml", b"a: 1", "batch.archive_name"),
        ("/etc/cron.d/x.yaml", b"a: 1", "batch.archive_name"),
        ("a\\..\\..\\b.yaml", b"a: 1", "batch.archive_name"),
        ("C:/b.yaml", b"a: 1", "batch.archive_name"),
        (link("link.yaml"), b"/etc/passwd", "batch.archive_name"),
        ("bomb.yaml", bytes(60_000_000), "batch.archive_too_large"),
        (".DS_Store", b"x", "batch.nothing"),
    ],
    ids=["climbing", "absolute", "backslashes", "drive", "link", "bomb", "litter"],
)
def test_archives_are_unpacked_within_their_folder_and_limits(tmp_path, member, content, code):
    packed = archive(tmp_path / "a.zip", (member, content))

    codes = refused_input(packed, tmp_path / "work/deep/er")

    assert codes == [code]
    written = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert written == [packed]


def test_an_archive_that_is_one_folder_is_that_folder(tmp_path):
    packed = archive(tmp_path / "a.zip", ("all/a.yaml", SMALL.encode()), ("all/b/c.yaml", b"x"))

    found = outcomes(packed, tmp_path / "work")

    assert [(one.file, type(one)) for one in found] == [("all/a.yaml", Judged)]


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06 not whole", b"no archive"])
def test_a_broken_archive_says_so(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)

    assert refused_input(tmp_path / "a.zip", tmp_path / "work") == ["batch.archive_broken"]


# --- lines ----------------------------------------------------------------------------------------


def test_lines_are_told_by_their_number_and_blank_ones_are_none(tmp_path):
    good = json.dumps({"city": {"name": "A", "country": "US"}})
    lines = [good, "", "{broken", "   ", '["a list"]', good, "x" * 6_000_000, good]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")

    found = outcomes(tmp_path / "many.jsonl", tmp_path / "work")

    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6]
    assert [one.row for one in found] == [1, 3, 5, 6, 7, 8]
    assert [(w[1], w[3]) for w in wrongs(found)] == [
        (3, "text.syntax"),
        (5, "file.not_a_mapping"),
        (7, "file.too_large"),
    ]


def test_chunks_begin_where_lines_do(tmp_path):
    lines = [json.dumps({"city": {"name": str(n), "country": "US"}}) for n in range(23)]
    (tmp_path / "many.jsonl").write_text("\n\n".join(lines), "utf-8")

    plan = planned(tmp_path / "many.jsonl", tmp_path / "work")
    found = outcomes(tmp_path / "many.jsonl", tmp_path / "work")

    assert [(c.first, c.count) for c in plan.chunks] == [
        *((1, 5), (6, 5), (11, 5)),
        *((16, 5), (21, 3)),
    ]
    told = [(one.number, one.row, one.member.city) for one in found if isinstance(one, Judged)]
    assert told == [(n + 1, 2 * n + 1, str(n)) for n in range(23)]


# --- tables ---------------------------------------------------------------------------------------


def test_the_form_is_read_back_in_every_language(tmp_path, wwc):
    for language in LANGUAGES:
        form = tmp_path / f"{language}.xlsx"
        form.write_bytes(template_bytes("batch", language=language, as_csv=False, start=None))
        book = openpyxl.load_workbook(form)
        sheet = book.worksheets[1]
        names = {str(cell.value).removeprefix("batch."): cell.column for cell in sheet[1]}
        filled = {
            "city": "Río Verde",
            "country": "BR",
            "population": 96_300,
            "DM1": "met",
            "rdc7-awards": 0.88,
            "rdc8-survey.invited": 120,
            "no_evidence": "Sí",
            "rdc7-contracts": "register; contract_text",
            "rdc8-plan.updated_on": "03/11/2025",
        }
        for name, value in filled.items():
            sheet.cell(3, names[name], value)
        sheet.cell(4, names["city"], "Without a country")
        book.save(form)

        found = outcomes(form, tmp_path / f"work-{language}")

        if language == "en":  # where 3/11 could be the third of November or the eleventh of March
            assert wrongs(found)[0][1:] == (3, "rdc8-plan.updated_on", "answer.wrong_type")
        else:
            assert isinstance(found[0], Judged)
            assert (found[0].row, found[0].member.city) == (3, "Río Verde")
            claimed = {line.id: line.claimed.value for line in found[0].member.requirements}
            assert claimed["rdc7-awards"] == claimed["rdc7-contracts"] == "met"
        assert ("key.missing", 4) in [(w[3], w[1]) for w in wrongs(found)]


def test_a_parquet_file_keeps_its_types(tmp_path, wwc):
    data = plain(next(cities(wwc, 1)))
    row = {name: value for name, value in flattened(data) if value is not None}
    row["rdc7-contracts"] = ["register", "contract_text"]
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    (tmp_path / "a.yaml").write_text(
        as_yaml({**data, "answers": {**data["answers"], "rdc7-contracts": row["rdc7-contracts"]}}),
        "utf-8",
    )

    [table] = outcomes(tmp_path / "a.parquet", tmp_path / "work")
    [alone] = outcomes(tmp_path / "a.yaml", tmp_path / "work")

    assert isinstance(table, Judged)
    assert isinstance(alone, Judged)
    assert table.member.lenses == alone.member.lenses
    assert table.member.requirements == alone.member.requirements


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("city,country,rdc7-award\nA,US,3\n", "batch.column_unknown"),
        ("city,country,city\nA,US,B\n", "batch.column_twice"),
        ("city,rdc7-awards\nA,3\n", "batch.column_missing"),
        ("city,country\n", "batch.table_empty"),
        ("", "batch.column_missing"),
        (",".join(["city", "country", *map(str, range(600))]), "file.too_large"),
    ],
)
def test_a_table_that_cannot_be_trusted_is_not_read(tmp_path, text, code):
    (tmp_path / "a.csv").write_text(text, "utf-8")

    assert code in refused_input(tmp_path / "a.csv", tmp_path / "work")


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx"])
def test_a_table_that_is_none_says_so(tmp_path, name):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(b"PAR1 this is nothing")
    (tmp_path / "in/b.yaml").write_text(SMALL, "utf-8")

    found = outcomes(tmp_path / "in", tmp_path / "work")

    assert len([one for one in found if isinstance(one, Judged)]) == 1
    codes = [wrong[3] for wrong in wrongs(found)]
    assert codes == (["workbook.unreadable"] if name == "a.xlsx" else [])


def test_cells_that_fail_are_told_by_row_and_column(tmp_path):
    rows = [
        "city;country;rdc7-awards;evidence;DM1;rdc7-policy",
        "A;US;12,5;[];met;no",
        "B;US;much;{broken;;no",
        "C;US;#REF!;;perhaps;",
    ]
    (tmp_path / "a.csv").write_bytes("\n".join(rows).encode("cp1252"))

    found = outcomes(tmp_path / "a.csv", tmp_path / "work")

    assert isinstance(found[0], Judged)
    assert wrongs(found) == [
        ("a.csv", 3, "evidence", "text.syntax"),
        ("a.csv", 4, "rdc7-awards", "workbook.formula_failed"),
    ]


# --- plans and words ------------------------------------------------------------------------------


def test_what_has_changed_is_named(tmp_path):
    (tmp_path / "a.yaml").write_text(SMALL, "utf-8")
    plan = planned(tmp_path / "a.yaml", tmp_path / "work")
    other = msgspec.structs.replace(
        plan, rubric_digest="e", options=msgspec.structs.replace(OPTIONS, paper="letter")
    )

    assert differences(plan, plan) == []
    assert differences(plan, other) == ["rubric", "--paper"]


def test_chunks_grow_with_the_input_and_not_with_the_workers():
    assert [chunk_size(n, pdf=False) for n in (1, 1_000, 1_000_000)] == [50, 50, 500]
    assert [chunk_size(n, pdf=True) for n in (1, 10_000, 11_001)] == [5, 5, 10]


def test_many_files_share_a_chunk():
    sources = [Source(name=str(n), kind="file", rows=1) for n in range(12)]

    found = [(c.first, c.count) for c in chunks_of(sources, size=5)]

    assert found == [(1, 5), (6, 5), (11, 2)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_parted_into_reason_and_mend(language):
    for code, sentence in MESSAGES.items():
        names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        params = dict.fromkeys(names, "Things. With dots. {hint}")

        parts = problem_parts(Problem(code, Place("a"), params), load_language(language))

        assert all(part.strip() for part in parts), code
        assert parts[1][0] not in "{.", code


def test_a_strangers_words_do_not_part_a_sentence():
    wrong = Wrong(file="a", row=1, column="", code="key.unknown", params={"key": "x. Do evil. "})

    reason, mend = told_of(wrong, load_language("en"))

    assert reason == "'x. Do evil. ' is not a key that is known here."
    assert mend == "Correct or remove it."


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "\rx"])
def test_no_cell_of_a_csv_is_a_formula(text):
    assert not str(harmless(text)).startswith(FORMULA_STARTS)
    assert str(harmless(text)).endswith(text[1:])
    assert harmless(-1) == -1
    assert harmless("a=1") == "a=1"
