"""Much of everything: what is longer than a page is printed whole, and lists say what they cut."""

import re
from functools import cache
from typing import cast

from assessment.results import Assessment
from assessment.validation import validate
from reports.sections.criteria import MAX_EVIDENCE
from reports.sections.weeks import SPRINT_WEEKS
from rubrics.text import Plain
from tests.reports.examples import assess_whole, report_of, report_on, rubric

STORY = "A story of many words that a coach wrote down. " * 80


@cache
def much(pieces: int) -> Assessment:
    """A city that hands in very much for one requirement, of which a coach writes very much."""
    evidence: list[dict[str, Plain]] = [
        {
            "id": f"piece-{number}",
            "kind": "document",
            "title": f"Document number {number}",
            "serves": ["rdc7-policy"],
            "dated": "2025-05-02",
            "facts": {"status": "seen", "sha256": "5e" * 32},
        }
        for number in range(pieces)
    ]
    decision: dict[str, Plain] = {
        "about": "rdc7-policy",
        "verdict": "met",
        "reason": STORY,
        "by": "Ana Coach",
    }
    data: dict[str, Plain] = {
        "rubric": rubric().id,
        "city": {"name": "مدينة النور 🌆", "country": "MX", "population": 90_000},
        "evidence": cast("Plain", evidence),
        "decisions": [decision],
    }
    return assess_whole(validate(rubric(), data, {}))


def test_requirement_names_the_first_pieces_and_counts_the_rest():
    line = report_on(much(60)).criteria[0].requirements[1]

    assert len(line.evidence) == MAX_EVIDENCE
    assert line.more_evidence == "and 48 more pieces in the list of evidence"


def test_everything_that_was_handed_in_and_said_is_printed(pdfs, pdf_text, tmp_path):
    text = " ".join(pdf_text(pdfs(report_on(much(60))), tmp_path).split())

    assert {int(n) for n in re.findall(r"Document number (\d+)", text)} == set(range(60))
    assert text.count("that a coach wrote down") >= 80


def test_actions_without_a_sprint_stand_as_early_as_those_before_them_allow():
    actions = report_of("springfield-falls", "en").actions
    bars = {action.rank: action.bar for action in actions}

    for action in actions:
        bar = bars[action.rank]
        assert bar is not None
        assert bar.weeks >= max(SPRINT_WEEKS, bar.last + 1)
        assert bar.at_once == (action.weeks == "")
        for before in [int(word) for word in action.after.split() if word.isdigit()]:
            other = bars[before]
            assert other is not None
            assert bar.first >= other.first if other.at_once else bar.first > other.last
