"""Much of everything: what is longer than a page is printed whole, and lists say what they cut."""

import re
from functools import cache
from typing import cast

from api.services import Scored, judge, tell
from assessment.results import Assessment
from assessment.validation import validate
from reports.i18n import load_language
from reports.renderer import render_html
from reports.sections.criteria import MAX_EVIDENCE
from reports.sections.weeks import SPRINT_WEEKS
from rubrics.text import Plain
from tests.reports.examples import DAY, FOLDER, assess_whole, report_of, report_on, rubric

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


LETTER = "\n".join(f"Partner {n}: a local chamber of small and new firms." for n in range(1, 191))
"""An answer of about 10,000 characters."""


@cache
def talkative() -> Scored:
    """A city that answers with a letter, with tables of 3 and of 40 rows, and with a reason."""
    stages = [
        {
            "stage": "tender",
            "data_element": f"Record {n}",
            "system": "<b>SAP</b>",
            "published": "no",
        }
        for n in range(1, 41)
    ]
    changes = [{"change": f"Change {n}", "before": 2.5, "after": 3} for n in (1, 2, 3)]
    data: dict[str, Plain] = {
        "rubric": rubric().id,
        "city": {"name": "São Chico", "country": "BR", "population": 90_000},
        "answers": {
            "rdc7-data-map": {"departments_covered": 40, "rows": cast("Plain", stages)},
            "rdc8-capacity": {"advisory_service": True, "partners": LETTER},
            "rdc8-change-in-use": cast("Plain", changes),
            "rdc7-licence": "public_domain",
        },
        "not_applicable": {"rdc8-vendor-types": "The county buys & pays for us."},
    }
    return judge(rubric(), FOLDER, validate(rubric(), data, {}), on=DAY)


def test_every_answer_stands_in_the_report_by_its_question():
    answers = tell(talkative(), load_language("en")).answers
    assert answers is not None
    told = {line.number: line for line in answers.lines}

    assert answers.note == "23 questions are not answered yet."
    assert [part.text for part in told["RDC7.9"].parts] == [
        rubric().requirements["rdc7-licence"].ask.options["public_domain"]
    ]
    capacity = [(part.label[:20], part.text[:11]) for part in told["RDC8.11"].parts]
    assert capacity == [("Is there an advisory", "Yes"), ("Partners", "Partner 1: ")]
    (does_not_apply,) = told["RDC8.12"].parts
    assert does_not_apply.label == "Does not apply"
    assert does_not_apply.text == "The county buys & pays for us."
    (short,), (long,) = told["RDC8.14"].tables, told["RDC7.1"].tables
    assert (short.count, short.long) == ("3 rows", False)
    assert short.rows[0] == "Change 1 · – · – · – · 2.5 · 3 · – · –"  # noqa: RUF001 (dashes are meant)
    assert (long.count, long.long) == ("40 rows", True)


def test_long_answer_is_printed_whole_and_a_long_table_counted(pdfs, pdf_text, tmp_path):
    text = pdf_text(pdfs(tell(talkative(), load_language("en"))), tmp_path)

    assert {int(n) for n in re.findall(r"Partner (\d+): a local chamber", text)} == set(
        range(1, 191)
    )
    assert "Change 3" in text
    assert "Record 1" not in text
    assert "40 rows. They stand in submission.json" in " ".join(text.split())


def test_page_has_every_row_of_a_long_table_folded():
    page = render_html(tell(talkative(), load_language("en")))

    folded = page[page.index("<details>") : page.index("</details>")]
    assert all(f"Record {n} ·" in folded for n in range(1, 41))
    assert "&lt;b&gt;SAP&lt;/b&gt;" in folded
    assert page.count("<details>") == 1


def test_summary_tells_no_answers():
    assert "Partner 1" not in render_html(tell(talkative(), load_language("en"), kind="summary"))


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
