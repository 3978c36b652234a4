"""Exports: sound by the judges of each format, the same bytes every time, safe to open."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.export_kinds import Kind
from api.exports import export
from api.services import Scored, score
from api.teams import calendar_for
from assessment.planning import Team
from assessment.results import Assessment, Lens, Verdict
from assessment.validation import validate
from reports.exports.earl import outcome_of
from reports.exports.parts import judged
from reports.i18n import LANGUAGES, load_language
from rubrics.text import Plain
from tests.reports.examples import (
    DAY,
    FOLDER,
    assess_whole,
    demo_city,
    empty_city,
    mixed_city,
    rubric,
)

SHAPES = Path(__file__).parents[2] / ".." / "shared" / "data" / "cccev" / "cccev-ap-2.1.0-SHACL.ttl"
LENSES = ("claimed", "evidenced", "confirmed")
SHEETS = {
    "en": ["Summary", "Criteria", "Requirements", "Evidence", "Actions", "What expires"],
    "es": ["Resumen", "Criterios", "Requisitos", "Evidencia", "Acciones", "Qué vence"],
    "pt": ["Resumo", "Critérios", "Requisitos", "Evidência", "Ações", "O que vence"],
}
HOSTILE = """\
rubric: wwc-2022
city: {name: " =cmd|'/c calc'!A1\\nSpringfield ", country: US, population: 100000}
answers: {rdc7-awards: 95}
evidence:
  - id: page
    kind: page
    title: '=HYPERLINK("https://evil.example","Click")'
    url: "javascript:alert(1)"
    serves: [rdc7-awards]
  - id: other
    kind: page
    title: '@SUM(1+1)*cmd|calc!A1'
    file: "+1.md"
    serves: [rdc7-awards]
"""


def whole(assessment: Assessment) -> Scored:
    return Scored(assessment, rubric(), FOLDER)


@cache
def cities() -> dict[str, Scored]:
    """One that is ready, one with some of everything, one that handed in nothing, one between."""
    between: dict[str, Plain] = {
        "rubric": "wwc-2022",
        "city": {"name": "Entre Rios", "country": "BR", "population": 90_000},
        "answers": {"rdc7-awards": 95},
        "not_applicable": {"rdc8-vendor-types": "State law forbids us to ask for this."},
    }
    return {
        "between": whole(assess_whole(validate(rubric(), between, {}))),
        "ready": demo_city("puerto-claro"),
        "mixed": whole(mixed_city()),
        "empty": whole(empty_city()),
    }


def document(name: str, kind: Kind, language: str = "en") -> Any:
    return json.loads(export(cities()[name], kind, load_language(language)).content)


def workbook(scored: Scored, language: str = "en") -> openpyxl.Workbook:
    content = export(scored, Kind.XLSX, load_language(language)).content
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture
def hostile(tmp_path: Path) -> Scored:
    """A city whose texts are attacks on whoever opens them."""
    path = tmp_path / "city.yaml"
    path.write_text(HOSTILE, "utf-8")
    (tmp_path / "+1.md").write_text("=1+1", "utf-8")
    return score(str(path), on=DAY)


# --- every format ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_same_assessment_gives_the_same_bytes(kind):
    first = export(cities()["mixed"], kind, load_language("es"))

    again = export(whole(mixed_city()), kind, load_language("es"))

    assert first == again
    assert len(first.content) > 1_000


def test_names_say_city_day_and_content():
    made = export(cities()["mixed"], Kind.CSV, load_language("en"))

    assert made.name == "puerto-esperanza-2025-11-03-requirements.csv"
    assert made.media_type.startswith("text/csv")


def test_name_of_a_city_in_no_latin_letters_is_still_a_name(hostile):
    assert export(hostile, Kind.EARL, load_language("en")).name == (
        "cmd-c-calc-a1-springfield-2025-11-03-earl.jsonld"
    )


# --- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_workbook_speaks_the_language_and_can_be_filtered(language):
    book = workbook(cities()["mixed"], language)

    assert book.sheetnames == SHEETS[language]
    for sheet in book:
        assert sheet.auto_filter.ref, sheet.title
        assert sheet.freeze_panes, sheet.title


def test_workbook_has_every_requirement_under_three_lenses():
    sheet = workbook(cities()["mixed"])["Requirements"]

    rows = list(sheet.iter_rows(min_row=2, values_only=True))

    assert [row[1] for row in rows] == list(rubric().requirements)
    words = {"Met", "Not met", "Unanswered", "Needs review", "Does not apply"}
    assert {word for row in rows for word in row[4:7]} == words - {"Does not apply"}
    unmet = [row for row in rows if row[5] == "Not met"]
    assert all(row[7] for row in unmet), "whoever fails is told why"


def test_cells_are_numbers_and_days_where_they_mean_them():
    book = workbook(cities()["ready"])

    expiry = book["What expires"].cell(2, 1)
    points = [cell.value for cell in book["Criteria"]["D"][1:]]

    assert expiry.is_date
    assert set(points) == {1}


def test_actions_have_their_weeks_on_a_calendar():
    path = FOLDER / "submissions" / "rio-verde" / "submission.yaml"
    on = date(2025, 10, 6)
    scored = score(str(path), on=on, calendar=calendar_for("oct-2025", Team(), on=on))

    every = list(workbook(scored)["Actions"].iter_rows(min_row=2, values_only=True))
    rows = [row for row in every if row[10] is not None]  # what takes no time has no weeks
    poam = json.loads(export(scored, Kind.OSCAL_POAM, load_language("en")).content)

    assert rows
    assert all(row[10].date() <= row[11].date() for row in rows)
    risks = poam["plan-of-action-and-milestones"]["risks"]
    tasks = [task for risk in risks for r in risk["remediations"] for task in r["tasks"]]
    timed = [task for task in tasks if "timing" in task]
    assert [t["timing"]["within-date-range"]["start"][:10] for t in timed] == [
        row[10].date().isoformat() for row in rows
    ]


def test_no_text_of_a_city_becomes_a_formula(hostile):
    book = workbook(hostile)
    tables = [
        export(hostile, kind, load_language("en")).content.decode("utf-8-sig")
        for kind in (Kind.CSV, Kind.CSV_ACTIONS)
    ]

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    for table in tables:
        for row in csv.reader(io.StringIO(table)):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


# --- OSCAL ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def oscal() -> Any:
    """The models of compliance-trestle, which refuse what OSCAL does not know."""
    import trestle.oscal.assessment_results as results
    from trestle.oscal import poam

    return {Kind.OSCAL_RESULTS: results.Model, Kind.OSCAL_POAM: poam.Model}


@pytest.mark.parametrize("name", ["ready", "mixed", "empty", "between"])
@pytest.mark.parametrize("kind", [Kind.OSCAL_RESULTS, Kind.OSCAL_POAM])
def test_oscal_is_sound_by_trestle(oscal, kind, name):
    made = document(name, kind, "pt")

    oscal[kind](**made)

    assert_whole(made)


@pytest.mark.parametrize("kind", [Kind.OSCAL_RESULTS, Kind.OSCAL_POAM])
def test_oscal_of_hostile_texts_is_sound_and_links_nowhere(oscal, kind, hostile):
    made = json.loads(export(hostile, kind, load_language("en")).content)

    oscal[kind](**made)

    assert not [link for link in values(made, "href") if not str(link).startswith("#")]


def test_trestle_would_notice(oscal):
    made = document("mixed", Kind.OSCAL_RESULTS)
    made["assessment-results"]["results"][0]["findings"][0]["verdict"] = "met"

    with pytest.raises(ValueError, match="verdict"):
        oscal[Kind.OSCAL_RESULTS](**made)


def test_what_is_not_known_is_no_failure_in_oscal():
    judgements = []
    for name in ("mixed", "between"):
        result = document(name, Kind.OSCAL_RESULTS)["assessment-results"]["results"][0]
        told = {f["target"]["target-id"]: f for f in result["findings"]}
        judgements += [(one, told[one.id]) for one in judged(cities()[name].assessment)]

    states = {
        Verdict.MET: ("satisfied", "pass"),
        Verdict.NOT_MET: ("not-satisfied", "fail"),
        Verdict.UNANSWERED: ("not-satisfied", "other"),
        Verdict.NEEDS_REVIEW: ("not-satisfied", "other"),
        Verdict.NOT_APPLICABLE: ("satisfied", "other"),
    }
    assert {one.evidenced for one, _ in judgements} == set(Verdict)
    for one, finding in judgements:
        status = finding["target"]["status"]
        props = {prop["name"]: prop["value"] for prop in finding["props"]}
        assert (status["state"], status["reason"]) == states[one.evidenced]
        assert [props[lens] for lens in LENSES] == [one.claimed, one.evidenced, one.confirmed]


def test_city_with_nothing_to_do_has_a_plan_that_says_so():
    assert not cities()["ready"].assessment.actions

    items = document("ready", Kind.OSCAL_POAM)["plan-of-action-and-milestones"]["poam-items"]

    assert [item["title"] for item in items] == ["Nothing is left to do"]


def assert_whole(made: Any) -> None:
    """Every identifier stands for one thing, and every reference leads to one."""
    given = list(values(made, "uuid"))
    assert len(set(given)) == len(given)
    for name in ("observation-uuid", "finding-uuid", "risk-uuid", "task-uuid"):
        assert set(values(made, name)) <= set(given), name
    assert {str(link)[1:] for link in values(made, "href") if str(link).startswith("#")} <= set(
        given
    )
    roles = {role["id"] for found in values(made, "roles") for role in found}
    assert set(values(made, "role-id")) <= roles


def values(part: Any, name: str) -> Iterator[Any]:
    """What stands under a name, at whatever depth."""
    if isinstance(part, dict):
        if name in part:
            yield part[name]
        part = list(part.values())
    if isinstance(part, list):
        for child in part:
            yield from values(child, name)


# --- linked data ----------------------------------------------------------------------------------


# rdflib's own reader, and pyshacl, use what rdflib has deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Dataset.:DeprecationWarning"),
]


def graph(made: Any) -> Any:
    import rdflib

    return rdflib.Graph().parse(data=json.dumps(made), format="json-ld")


@pytest.mark.skipif(
    not SHAPES.is_file(), reason="the official shapes are not ours, and lie beside us or not"
)
def test_cccev_conforms_to_the_official_shapes():
    import pyshacl

    made = document("mixed", Kind.CCCEV, "es")
    broken = document("mixed", Kind.CCCEV, "es")
    for node in broken["@graph"]:
        if node["type"] == "cccev:EvidenceType":
            node["type"] = "cccev:Evidence"

    sound, _, report = pyshacl.validate(graph(made), shacl_graph=str(SHAPES))
    still_sound, _, _ = pyshacl.validate(graph(broken), shacl_graph=str(SHAPES))

    assert sound, report
    assert not still_sound


@pytest.mark.parametrize("name", ["mixed", "empty"])
def test_cccev_refers_only_to_what_it_holds(name):
    nodes = document(name, Kind.CCCEV)["@graph"]

    ids = [node["id"] for node in nodes]

    assert len(set(ids)) == len(ids)
    named = {text for node in nodes for text in texts(node) if text.startswith("urn:uuid:")}
    assert named == set(ids)


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    for child in (
        part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    ):
        yield from texts(child)


def test_cccev_says_of_everything_what_the_evidence_shows():
    nodes = document("mixed", Kind.CCCEV)["@graph"]
    by_id = {node["id"]: node for node in nodes}

    said = {
        by_id[node["providesValueFor"]]["name"].removeprefix("Verdict on "): node["value"]
        for node in nodes
        if node["type"] == "cccev:SupportedValue"
    }

    findings = cities()["mixed"].assessment.criteria
    assert said["RDC7"] == next(f.evidenced for f in findings if f.id == "RDC7")
    assert len(said) == len(findings) + sum(len(f.requirements) for f in findings)


def test_earl_has_an_assertion_for_every_verdict_under_every_lens():
    import rdflib

    earl = rdflib.Namespace("http://www.w3.org/ns/earl#")
    found = graph(document("mixed", Kind.EARL, "es"))
    assessment = cities()["mixed"].assessment
    ids = dict(found.subject_objects(rdflib.URIRef("http://purl.org/dc/terms/identifier")))

    said = []
    for assertion in found.subjects(rdflib.RDF.type, earl.Assertion):
        test = found.value(assertion, earl.test, any=False)
        result = found.value(assertion, earl.result, any=False)
        mode = found.value(assertion, earl.mode, any=False)
        outcome = found.value(result, earl.outcome, any=False)
        assert (found.value(assertion, earl.assertedBy), rdflib.RDF.type, earl.Assertor) in found
        assert found.value(assertion, earl.subject) is not None
        said.append((str(ids[test]), str(mode).rpartition("#")[2], str(outcome).rpartition("#")[2]))

    modes = dict(zip(LENSES, ("manual", "automatic", "semiAuto"), strict=True))
    expected = [
        (one.id, modes[lens], outcome_of(getattr(one, lens)).removeprefix("earl:"))
        for one in judged(assessment)
        for lens in LENSES
    ]
    assert sorted(said) == sorted(expected)


def test_verdicts_have_the_words_of_earl():
    words = [outcome_of(verdict).removeprefix("earl:") for verdict in Verdict]

    assert words == ["passed", "failed", "untested", "cantTell", "inapplicable"]
    assert list(Lens) == list(LENSES)


@pytest.mark.parametrize("kind", [Kind.CCCEV, Kind.EARL])
def test_nothing_is_fetched_to_read_linked_data(kind):
    context = document("empty", kind)["@context"]

    assert isinstance(context, dict)  # an address would be fetched by whoever reads it
    assert "@import" not in context


# --- the command ----------------------------------------------------------------------------------


def test_command_writes_what_was_asked_for(readiness, small):
    ended = readiness("export", small, "--to", "earl", "-o", "earl.jsonld", "--on", "2025-11-03")

    assert ended.status == 0
    assert "Written: earl.jsonld" in ended.out
    assert "earl:Assertion" in Path("earl.jsonld").read_text("utf-8")


def test_standard_output_holds_nothing_else(readiness, small):
    ended = readiness("export", small, "--to", "csv", "-o", "-", "--lang", "es")

    assert ended.status == 0
    assert ended.out.startswith("\ufeff")
    assert "Requisito" in ended.out.splitlines()[0]
    assert "Written" not in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "docx", "-o", "a"], "docx"),
        (["--to", "xlsx"], "--output"),
        (["--to", "xlsx", "-o", "city.yaml"], "city.yaml"),
        (["--to", "xlsx", "-o", "nowhere/a.xlsx"], "nowhere"),
    ],
)
def test_what_cannot_be_exported_is_told_and_nothing_written(readiness, small, words, said):
    before = small.read_bytes()

    ended = readiness("export", small, *words)

    assert ended.status == 2
    assert said in ended.err
    assert small.read_bytes() == before
    assert [path.name for path in small.parent.iterdir()] == [small.name]
