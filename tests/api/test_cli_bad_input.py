"""Whatever is wrong with a submission: exit status 2, the place, the mend, and nothing written."""

import json
import os

import pytest

HEAD = "rubric: wwc-2022\ncity: {name: Example, country: US}\n"
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b, *b]\n"
EVIDENCE = (
    HEAD + "evidence:\n  - {id: map, kind: document, title: Map, serves: [rdc7-data-map], file: "
)

BAD = {
    "empty": (b"", "bad.yaml: The file is empty"),
    "blank": (b" \n\n", "bad.yaml: The file is empty"),
    "comment": (b"# nothing\n", "bad.yaml"),
    "list": (b"- a\n- b\n", "bad.yaml:1:1: "),
    "word": (b"hello\n", "bad.yaml:1:1: "),
    "not utf-8": (
        HEAD.encode() + b"prepared_by: Jos\xe9\n",
        "bad.yaml:3:17: The text is not valid",
    ),
    "utf-16": ("rubric: wwc-2022\n".encode("utf-16"), "Save the file again as UTF-8"),
    "nul": (HEAD.encode() + b'prepared_by: "a\0b"\n', "bad.yaml"),
    "50 MB": (b"rubric: " + b"x" * 50_000_000, "The file is larger than 5 MB"),
    "aliases": (HEAD.encode() + BOMB.encode(), "bad.yaml:3:4: Anchors and aliases"),
    "tag": (b"rubric: !!python/object:os.system {}\n", "bad.yaml:1:9: Tags such as"),
    "two documents": (HEAD.encode() + b"---\na: 1\n", "bad.yaml:3:1: A second document"),
    "deep yaml": (b"a: " + b"[" * 100_000, "nested more than 40 levels deep"),
    "deep json": (b'{"a":' + b"[" * 100_000, "nested more than 40 levels deep"),
    "open bracket": (HEAD.encode() + b"answers: {rdc7-awards: 95\n", "bad.yaml"),
    "tab": (b"rubric: wwc-2022\ncity:\n\tname: x\n", "bad.yaml:3:1: The text cannot be read"),
    "not a number": (b'{"rubric": NaN}', "bad.yaml"),
    "nothing in it": (b"{}", "'rubric' is missing. Add it."),
    "other rubric": (b"rubric: wwc-2021\n", "bad.yaml:1:9: There is no rubric 'wwc-2021'."),
    "rubric elsewhere": (b"rubric: ../../wwc-2022\n", "bad.yaml:1:9: There is no rubric"),
    "wrong types": (HEAD.encode() + b"answers: [1, 2]\n", "bad.yaml:3:10: Expected"),
    "unknown key": (
        HEAD.encode() + b"answer: {}\n",
        "bad.yaml:3:1: 'answer' is not a key that is known here. Did you mean 'answers'?",
    ),
    "unknown question": (
        HEAD.encode() + b"answers:\n  rdc7-award: 95\n",
        "bad.yaml:4:3: No question has the id 'rdc7-award'. Did you mean 'rdc7-awards'?",
    ),
    "answered twice": (
        HEAD.encode() + b"answers:\n  rdc7-awards: 95\n  rdc7-awards: 20\n",
        "bad.yaml:5:3: 'rdc7-awards' stands twice (first in line 4).",
    ),
    "140 percent": (
        HEAD.encode() + b"answers:\n  rdc7-awards: 140\n",
        "bad.yaml:4:16: The answer to 'rdc7-awards' must be a number from 0 to 100, found 140.",
    ),
    "words for a number": (
        HEAD.encode() + b"answers:\n  rdc7-awards: many\n",
        "bad.yaml:4:16: The answer to 'rdc7-awards' must be",
    ),
    "unknown option": (
        HEAD.encode() + b"answers:\n  rdc7-policy: drafted\n",
        "bad.yaml:4:16: 'drafted' is not an option of 'rdc7-policy'. Did you mean 'draft'?",
    ),
    "unknown criterion": (
        HEAD.encode() + b"declared: {met: [DM11]}\n",
        "bad.yaml:3:18: The standard has no criterion 'DM11'. Did you mean 'DM1'?",
    ),
    "evidence missing": (
        (EVIDENCE + "map.pdf}\n").encode(),
        "bad.yaml:4:74: There is no file 'map.pdf'. Did you mean 'maps.pdf'?",
    ),
    "evidence above": (
        (EVIDENCE + "../../etc/passwd}\n").encode(),
        "bad.yaml:4:74: '../../etc/passwd' lies outside the submission's folder. Copy it",
    ),
    "evidence absolute": (
        (EVIDENCE + "/etc/passwd}\n").encode(),
        "bad.yaml:4:74: '/etc/passwd' lies",
    ),
    "evidence by a link": ((EVIDENCE + "link.pdf}\n").encode(), "bad.yaml:4:74: 'link.pdf' lies"),
    "evidence a folder": (
        (EVIDENCE + "inner}\n").encode(),
        "bad.yaml:4:74: 'inner' is not an ordin",
    ),
    "evidence a pipe": (
        (EVIDENCE + "pipe}\n").encode(),
        "bad.yaml:4:74: 'pipe' is not an ordinary",
    ),
}


@pytest.mark.parametrize(("raw", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_said_with_place_and_mend(readiness, tmp_path, raw, said):
    (tmp_path / "bad.yaml").write_bytes(raw)
    (tmp_path / "maps.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "inner").mkdir()
    (tmp_path / "link.pdf").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.rglob("*"))

    ended = readiness("score", "bad.yaml", "--json", "result.json", "--html", "report.html")

    assert ended.status == 2
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_all_faults_are_told_at_once_in_the_order_of_the_file(readiness, tmp_path):
    text = EVIDENCE + "map.pdf}\nanswers: {rdc7-awards: 140, rdc7-award: 1}\n"
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")

    ended = readiness("score", "bad.yaml")

    places = [line.split(": ")[0] for line in ended.err.splitlines()]
    assert places == ["bad.yaml:4:74", "bad.yaml:5:24", "bad.yaml:5:29"]


def test_json_has_places_too(readiness, tmp_path):
    text = json.dumps({"rubric": "wwc-2022", "city": {"name": "A", "country": "US"}}, indent=1)
    (tmp_path / "bad.json").write_text(text.replace('"US"', '"USA"'), encoding="utf-8")

    ended = readiness("score", "bad.json")

    assert ended.err.startswith("bad.json:5:14: 'USA' has not the expected form")


def test_a_folder_is_no_submission_and_the_file_in_it_is_named(readiness, tmp_path):
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "submission.yaml").write_text(HEAD, encoding="utf-8")

    ended = readiness("score", "city")

    assert ended.status == 2
    assert "city: 'city' is a folder. Name the file in it." in ended.err
    assert "Did you mean 'city/submission.yaml'?" in ended.err


def test_a_file_that_is_not_there_is_guessed(readiness, small):
    ended = readiness("score", "ctiy.yaml")

    assert ended.status == 2
    assert "There is no file 'ctiy.yaml'. Did you mean 'city.yaml'?" in ended.err


def test_a_file_that_may_not_be_read_is_named(unprivileged, small):
    small.chmod(0)

    ended = unprivileged("score", "city.yaml")

    assert ended.status == 2
    assert "'city.yaml' cannot be opened (Permission denied)" in ended.err


@pytest.mark.parametrize("name", ["x" * 5_000, "city.yaml/inner"])
def test_a_name_that_no_file_can_have_is_no_accident(readiness, small, name):
    ended = readiness("score", name)

    assert ended.status == 2
    assert "Traceback" not in ended.err


def test_an_empty_standard_input_is_an_empty_file(readiness):
    ended = readiness("score", "-")

    assert ended.status == 2
    assert ended.err.startswith("<stdin>: The file is empty")


def test_evidence_of_standard_input_lies_in_the_current_folder(readiness, tmp_path):
    (tmp_path / "map.csv").write_text("stage,owner\naward,Ana\n", encoding="utf-8")

    found = readiness("score", "-", stdin=(EVIDENCE + "map.csv}\n").encode())
    missing = readiness("score", "-", stdin=(EVIDENCE + "none.csv}\n").encode())

    assert found.status == 0
    assert missing.status == 2
    assert "<stdin>:4:74: There is no file 'none.csv'" in missing.err


def test_a_submission_for_another_rubric_is_not_judged_by_this_one(readiness, small, tmp_path):
    small.write_text(small.read_text().replace("wwc-2022", "wwc-2018"))

    ended = readiness("score", "city.yaml", "--rubric", "wwc-2022")

    assert ended.status == 2
    assert "city.yaml:1:9: The submission was written for the rubric 'wwc-2018'" in ended.err


def test_a_rubric_that_is_not_there_is_guessed(readiness, small):
    ended = readiness("score", "city.yaml", "--rubric", "wwc-2202")

    assert ended.status == 2
    assert "There is no rubric 'wwc-2202'. Did you mean 'wwc-2022'?" in ended.err


@pytest.mark.parametrize(
    "words", [("--on", "2025-02-30"), ("--on", "yesterday"), ("--lang", "fr"), ("--paper", "a5")]
)
def test_an_option_that_makes_no_sense_is_refused(readiness, small, words):
    ended = readiness("score", "city.yaml", *words)

    assert ended.status == 2
    assert words[0] in ended.err


def test_problems_are_told_in_the_language_asked_for(readiness, tmp_path):
    (tmp_path / "bad.yaml").write_bytes(BAD["140 percent"][0])

    ended = readiness("score", "bad.yaml", "--lang", "es")

    assert ended.err.startswith("bad.yaml:4:16: ")
    assert "must be" not in ended.err


def test_a_strangers_text_cannot_command_the_terminal(readiness, tmp_path):
    raw = (HEAD + 'answers: {"\\e]0;owned\\a\\u202Erdc7": 1}\n').encode()
    (tmp_path / "bad.yaml").write_bytes(raw)

    ended = readiness("score", "bad.yaml")

    assert ended.status == 2
    assert all(char.isprintable() for char in ended.err.replace("\n", ""))


def test_a_very_long_list_of_faults_is_cut(readiness, tmp_path):
    answers = "".join(f"  q{i}: 1\n" for i in range(1_000))
    (tmp_path / "bad.yaml").write_text(f"{HEAD}answers:\n{answers}", encoding="utf-8")

    ended = readiness("score", "bad.yaml")

    assert len(ended.err.splitlines()) == 201
    assert ended.err.splitlines()[-1] == "And 800 more like these."
