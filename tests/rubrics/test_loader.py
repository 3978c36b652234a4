"""A folder of YAML becomes a Rubric, or every error names file, line, column and the mend."""

import re
from pathlib import Path

import pytest
import yaml

from rubrics.loader import (
    LIBRARY,
    build_rubric,
    load_cases,
    load_rubric,
    load_words,
    read_sources,
    rubric_folder,
)
from rubrics.messages import MESSAGES
from rubrics.problems import InputError, Place
from tests.builders import mapping
from tests.rubrics.folders import CRITERION, RUBRIC, complaints, spoilt, write

# --- a sound folder -------------------------------------------------------------------------------


def test_folder_becomes_a_rubric(tmp_path):
    rubric = load_rubric(write(tmp_path / "small"))

    assert [c.id for c in rubric.criteria] == ["DM1", "RDC1"]
    assert list(rubric.requirements) == ["awards", "register"]
    assert rubric.points == 3
    assert [c.id for c in rubric.assessed()] == ["RDC1"]


def test_every_piece_knows_its_line(tmp_path):
    rubric = load_rubric(write(tmp_path / "small"))

    awards = rubric.requirements["awards"]
    assert rubric.at == "rubric.yaml:1"
    assert rubric.criterion("DM1").at == "rubric.yaml:34"
    assert rubric.criterion("RDC1").at == "criteria/rdc1.yaml:1"
    assert awards.at == "criteria/rdc1.yaml:6"
    assert awards.check.at == "criteria/rdc1.yaml:9"


def test_criterion_that_is_not_there_is_a_slip_in_the_code(tmp_path):
    with pytest.raises(KeyError):
        load_rubric(write(tmp_path / "small")).criterion("XX1")


def test_digest_names_the_files_that_judge(tmp_path):
    digest = load_rubric(write(tmp_path / "one")).digest

    assert len(digest) == 64
    assert load_rubric(write(tmp_path / "two")).digest == digest
    changed = spoilt("check: {min: 80}", "check: {min: 81}")
    assert load_rubric(write(tmp_path / "three", *changed)).digest != digest


def test_digest_ignores_line_ends_words_and_cases(tmp_path):
    digest = load_rubric(write(tmp_path / "one")).digest
    other = write(tmp_path / "two")
    (other / "rubric.yaml").write_bytes(RUBRIC.replace("\n", "\r\n").encode())
    (other / "words").mkdir()
    (other / "words/es.yaml").write_text("title: Algo\n", encoding="utf-8")

    assert load_rubric(other).digest == digest


def test_rubrics_of_one_digest_are_one_key(tmp_path):
    one, two = load_rubric(write(tmp_path / "one")), load_rubric(write(tmp_path / "two"))

    assert {one: "kept"}[two] == "kept"


# --- which folder ---------------------------------------------------------------------------------


def test_rubric_of_the_library_is_found_by_its_name():
    assert rubric_folder("wwc-2022") == LIBRARY / "wwc-2022"


def test_rubric_elsewhere_is_found_by_its_path(tmp_path):
    assert rubric_folder(str(write(tmp_path / "mine"))) == tmp_path / "mine"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("wwc-2023", " Did you mean 'wwc-2022'?"), ("nothing/of/the/kind", ""), ("", "")],
)
def test_rubric_that_is_not_there_is_answered_with_those_that_are(name, hint):
    with pytest.raises(InputError) as caught:
        rubric_folder(name)

    [problem] = caught.value.problems
    assert problem.code == "rubric.unknown"
    assert f"There is no rubric '{name}'.{hint} Known: " in str(problem)
    assert "wwc-2022" in str(problem)


# --- errors ---------------------------------------------------------------------------------------


COMPLAINTS = yaml.safe_load((Path(__file__).parent / "complaints.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", COMPLAINTS, ids=lambda case: case["new"].strip()[:60])
def test_author_is_told_file_line_column_and_the_mend(tmp_path, case):
    assert complaints(tmp_path / "small", case["old"], case["new"]) == case["says"]


def test_every_problem_of_a_rubric_is_among_the_complaints():
    sentences = [sentence for case in COMPLAINTS for sentence in case["says"]]
    rubric_codes = [code for code in MESSAGES if code.startswith(("check.", "tier.", "route."))]
    rubric_codes += ["criterion.file_missing", "criterion.file_id", "criterion.file_unused"]
    rubric_codes += ["criterion.cycle", "requirement.cycle", "requirement.unknown"]
    rubric_codes += ["requirement.unused", "source.unknown", "vocabulary.unknown", "id.duplicate"]

    for code in rubric_codes:
        words = re.split(r"\{[a-z_]+\}", MESSAGES[code])
        pattern = ".*".join(map(re.escape, words))
        assert any(re.search(pattern, sentence) for sentence in sentences), code


def test_criterion_with_requirements_needs_a_pass_rule(tmp_path):
    without = CRITERION[: CRITERION.index("passes:")]
    folder = write(tmp_path / "small", criterion=without)

    with pytest.raises(InputError, match="'requirements' and 'passes' come together"):
        load_rubric(folder)


def test_rubric_file_that_is_no_mapping_is_refused(tmp_path):
    folder = write(tmp_path / "small", rubric="- a list\n")

    with pytest.raises(InputError, match=r"rubric\.yaml:1:1: The file must be a list of"):
        load_rubric(folder)


def test_plain_values_can_be_changed_and_built_again(tmp_path):
    value, places = read_sources(write(tmp_path / "small"))
    value["title"] = "Another title"

    rubric = build_rubric(value, places, digest="x")

    assert (rubric.title, rubric.digest) == ("Another title", "x")


def test_rubric_can_be_built_without_places():
    text = RUBRIC.replace("      - RDC1\n", "")

    rubric = build_rubric(mapping(text), {}, digest="")

    assert rubric.at == ":0"


# --- words and cases ------------------------------------------------------------------------------


def test_words_are_read_by_language(tmp_path):
    folder = write(tmp_path / "small")
    (folder / "words").mkdir()
    for language in ("pt", "es"):
        (folder / f"words/{language}.yaml").write_text("title: Algo\n", encoding="utf-8")

    words = load_words(folder)

    assert list(words) == ["es", "pt"]
    value, places = words["es"]
    assert value == {"title": "Algo"}
    assert places["title",] == Place("words/es.yaml", 1, 8)


def cases_of(folder: Path, text: str) -> list[tuple[object, str]]:
    (folder / "cases").mkdir()
    (folder / "cases/a.yaml").write_text(text, encoding="utf-8")
    return [(case.get("name"), str(place)) for case, place in load_cases(folder)]


def test_cases_are_read_with_their_places(tmp_path):
    found = cases_of(write(tmp_path / "small"), "- name: One\n\n- name: Two\n- three\n")

    assert found == [("One", "cases/a.yaml:1:3"), ("Two", "cases/a.yaml:3:3")]


def test_file_that_is_no_list_holds_no_cases(tmp_path):
    assert cases_of(write(tmp_path / "small"), "name: One\n") == []
