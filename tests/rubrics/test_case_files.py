"""The files of cases: read whole, or every fault named with its place."""

import pytest

from rubrics.cases import read_cases
from rubrics.loader import LIBRARY, load_cases
from rubrics.problems import InputError

SOUND = """\
- name: Somebody who said yes
  about: one
  on: 2025-11-03
  expect: {claimed: met, reasons: [answer.is]}

- name: Nobody has a point
  about: score
  on: 2025-11-03
  counted_for: {points: 2, assessed: [AB1]}
  expect: {claimed: {guaranteed: 0, reached: null}, eligibility: met}
"""

BAD = {
    "- 3\n": "1:3: Expected a mapping, found 3.",
    "a: 1\n": "1:1: Expected a list, found a mapping.",
    "": " The file is empty.",
    SOUND.replace("about:", "abuot:", 1): "2:3: 'abuot' is not a key that is known here. Did you "
    "mean 'about'?",
    SOUND.replace("2025-11-03", "soon", 1): "3:7: 'soon' has not the expected form (a date",
    SOUND.replace("claimed: met", "claimed: mett"): "4:21: 'mett' is not one of",
    SOUND.replace("guaranteed: 0", "garanteed: 0"): "10:22: 'garanteed' is not a key that is",
    SOUND.replace("expect: {claimed: met", "expects: {claimed: met"): "'expect' is missing.",
}


def test_cases_come_as_they_were_written_with_their_places(tmp_path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "a.yaml").write_text(SOUND, encoding="utf-8")

    cases = read_cases(tmp_path)

    assert [case["about"] for case, _ in cases] == ["one", "score"]
    assert [str(place) for _, place in cases] == ["cases/a.yaml:1:3", "cases/a.yaml:6:3"]


@pytest.mark.parametrize(("text", "said"), BAD.items(), ids=range(len(BAD)))
def test_what_is_no_case_is_named(tmp_path, text, said):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "cases" / "b.yaml").write_text(SOUND, encoding="utf-8")

    with pytest.raises(InputError) as error:
        read_cases(tmp_path)

    assert said in str(error.value)
    assert "cases/b.yaml" not in str(error.value)


def test_every_case_of_the_library_is_one():
    folder = LIBRARY / "wwc-2022"

    assert [case for case, _ in read_cases(folder)] == [case for case, _ in load_cases(folder)]
