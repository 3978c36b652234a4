"""What a report says: the headline at the edges of Silver, reasons, actions, declared criteria."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import cast

import pytest

from assessment.results import Assessment
from assessment.validation import validate
from reports.i18n import LANGUAGES, load_language
from reports.report import Report
from reports.sections.summary import NEXT_ACTIONS, points_bar_of
from rubrics.text import Plain
from tests.reports.examples import (
    assess_whole,
    demo_city,
    empty_city,
    mixed_city,
    report_of,
    report_on,
    rubric,
)

CITIES = ("puerto-claro", "rio-verde", "springfield-falls")
DECLARED = [criterion.id for criterion in rubric().criteria if not criterion.assessed]


def city_with(met: int, *, not_met: int = 0, evidence: bool = True) -> Assessment:
    """A city that declares criteria, with the official result, and has answered nothing else."""
    data: dict[str, Plain] = {
        "rubric": rubric().id,
        "city": {"name": "Alta Vista", "country": "MX", "population": 90_000},
        "declared": {
            "met": cast("Plain", DECLARED[:met]),
            "not_met": cast("Plain", DECLARED[met : met + not_met]),
            "assessed_on": "2025-05-02",
            "evidence": "result" if evidence else None,
        },
    }
    result: dict[str, Plain] = {
        "id": "result",
        "kind": "official_result",
        "title": "Letter of results",
        "dated": "2025-05-02",
        "facts": {"status": "seen"},
    }
    if evidence:
        data["evidence"] = [result]
    return assess_whole(validate(rubric(), data, {}))


def texts(value: object) -> Iterator[str]:
    """Every string of a report."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from texts(getattr(value, part.name))


# --- the headline ---------------------------------------------------------------------------------


def test_a_city_with_22_proven_points_reaches_silver_and_is_told_of_the_edge():
    summary = report_on(city_with(22)).summary

    assert summary.headline == "Alta Vista reaches Silver on the evidence at hand."
    assert any("22 of 43" in notice for notice in summary.notices)


def test_a_city_with_21_proven_points_is_one_short():
    summary = report_on(city_with(21, not_met=19)).summary

    assert summary.headline == (
        "Silver is within reach of Alta Vista; the evidence does not secure it yet."
    )
    assert summary.distance.endswith("Silver takes 22: 1 more has to be proven.")


def test_a_city_that_cannot_get_there_yet_is_told_so_plainly():
    summary = report_on(city_with(10, not_met=31)).summary

    assert summary.headline == "Alta Vista does not reach Silver yet."
    assert "10 of 43 points are proven" in summary.distance
    assert "12 more have to be proven" in summary.distance


def test_a_city_above_silver_is_told_the_next_level():
    summary = report_on(city_with(30)).summary

    assert summary.headline == "Alta Vista reaches Gold on the evidence at hand."
    assert summary.distance.endswith("The next level, Platinum, takes 37: 7 more.")


def test_points_that_are_only_claimed_are_not_in_the_headline():
    summary = report_on(city_with(25, not_met=16, evidence=False)).summary

    assert summary.headline.startswith("Silver is within reach")
    assert "own answers: 25. Proven by evidence: 0." in summary.certainty


def test_declared_points_without_the_official_result_say_what_proves_them():
    [notice] = report_on(city_with(25, evidence=False)).summary.notices

    assert notice == (
        "25 declared points are not proven yet. No evidence has been handed in yet. "
        "Attach one of these: Result of an official assessment."
    )


def test_the_headline_names_the_city_in_every_language():
    for language in LANGUAGES:
        assert "Alta Vista" in report_on(city_with(22), language).summary.headline


def test_the_bar_shows_every_level_at_its_first_point():
    bar = points_bar_of(city_with(22).lenses.evidenced, rubric(), load_language("es"))

    assert [tick.at for tick in bar.ticks] == [22, 30, 37]
    assert (bar.guaranteed, bar.total) == (22, 43)
    assert "22" in bar.alt


def test_a_city_outside_the_programme_is_told_on_the_first_page():
    data: dict[str, Plain] = {
        "rubric": rubric().id,
        "city": {"name": "Lyon", "country": "FR", "population": 500_000},
    }

    summary = report_on(assess_whole(validate(rubric(), data, {}))).summary

    assert "not open to cities of France" in summary.notices[0]


# --- criteria -------------------------------------------------------------------------------------


def test_requirements_are_numbered_and_told_under_three_lenses():
    section = report_on(mixed_city()).criteria[0]

    assert [r.number for r in section.requirements] == [f"RDC7.{n}" for n in range(1, 15)]
    assert all(
        r.claimed.word and r.evidenced.mark and r.confirmed.verdict for r in section.requirements
    )


def test_every_requirement_that_is_not_proven_has_a_reason():
    for name in CITIES:
        for section in report_of(name, "en").criteria:
            for line in section.requirements:
                settled = line.evidenced.verdict in ("met", "not_applicable")
                assert settled or line.reasons, (name, line.number)


def test_no_reason_is_told_twice():
    for section in report_on(mixed_city()).criteria:
        for line in section.requirements:
            assert len(set(line.reasons)) == len(line.reasons), line.number


def test_kinds_of_evidence_of_which_one_is_enough_are_named_together():
    line = report_on(city_with(22)).criteria[0].requirements[0]

    (proof,) = (r.text for r in line.reasons if r.about == "Proof")
    assert proof.endswith("Attach one of these: Procurement data map (a table) or Document.")


def test_the_rule_is_told_by_the_numbers_of_its_requirements():
    rule = report_on(mixed_city()).criteria[0].rule

    assert rule[0].text == "All of 1, 4, 5, 8, 10, and 12"
    assert rule[1].text == "At least 4 of 3, 4, 5, 6, and 7"
    assert re.fullmatch(r"\d of 6", rule[0].state)


def test_the_literal_reading_stands_beside_the_full_one():
    rdc7, rdc8 = report_of("puerto-claro", "en").criteria

    assert rdc7.literal is None
    assert rdc8.literal is not None
    assert rdc8.literal.evidenced.verdict == "met"
    assert rdc8.label == "Strong"


# --- actions --------------------------------------------------------------------------------------


def test_the_first_page_shows_the_first_actions_of_the_plan():
    report = report_of("springfield-falls", "en")

    assert report.summary.next_actions == report.actions[:NEXT_ACTIONS]
    assert [action.rank for action in report.actions] == list(range(1, len(report.actions) + 1))


def test_actions_are_titled_by_what_is_lacking_in_the_language_of_the_report():
    starts = {
        "en": ("Answer: ", "Hand in proof: ", "Make the evidence clear: "),
        "es": ("Responder: ", "Presentar la prueba: ", "Dejar clara la evidencia: "),
        "pt": ("Responder: ", "Apresentar a prova: ", "Deixar clara a evidência: "),
    }
    goals = [action.goal for action in mixed_city().actions]
    assert {"answer", "prove", "show", "do"} == set(goals)
    for language, leads in starts.items():
        for goal, line in zip(goals, report_on(mixed_city(), language).actions, strict=True):
            lead = dict(zip(("answer", "prove", "show"), leads, strict=True)).get(goal, "")
            assert line.title.startswith(lead)
            assert bool(line.steps) == (goal == "do")


def test_an_action_that_waits_names_the_ranks_it_waits_for():
    assessment = demo_city("springfield-falls").assessment
    waiting = [a for a in assessment.actions if a.after]
    lines = {line.rank: line for line in report_of("springfield-falls", "en").actions}

    assert waiting
    for action in waiting:
        before = max(int(n) for n in re.findall(r"\d+", lines[action.rank].after))
        assert before < action.rank


def test_a_city_with_nothing_to_do_is_sent_to_its_coach():
    summary = report_of("puerto-claro", "en").summary

    assert summary.next_actions == ()
    assert summary.nothing_left[0].startswith("Nothing is left to do")
    assert "coach" in summary.nothing_left[1]


# --- the rest -------------------------------------------------------------------------------------


def test_every_criterion_of_the_standard_is_told_once():
    report = report_on(mixed_city())
    groups = [group for practice in report.practices for group in practice.groups]
    declared = [line.code for group in groups for line in group]
    assessed = [code for practice in report.practices for code in practice.assessed]

    assert sorted(declared + assessed) == sorted(c.id for c in rubric().criteria)


def test_the_points_of_the_practices_add_up_to_the_score():
    for assessment in (mixed_city(), demo_city("rio-verde").assessment):
        practices = report_on(assessment).practices
        points = assessment.lenses.evidenced.points

        assert sum(p.bar.guaranteed for p in practices) == points.guaranteed
        assert sum(p.bar.possible for p in practices) == points.possible


def test_evidence_is_listed_with_its_fingerprint():
    lines = report_on(mixed_city()).evidence

    assert [line.number for line in lines] == [f"E{n}" for n in range(1, len(lines) + 1)]
    assert all(re.fullmatch(r"[0-9a-f]{64}", line.sha256) for line in lines)


def test_the_method_names_every_requirement_s_sources_and_what_was_computed():
    method = report_on(empty_city()).method
    identity = {entry.text for entry in method.identity}

    assert len(method.sources) == len(rubric().requirements)
    assert "our interpretation" in {line.thresholds for line in method.sources}
    assert {rubric().digest, empty_city().submission.digest, "2025-11-03"} <= identity


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CITIES)
def test_no_id_and_no_placeholder_shows_in_a_report(name, language):
    report = report_of(name, language)
    shown = [text for text in texts(report) if not re.fullmatch(r"[0-9a-f]{64}|(un)?\w+", text)]

    bad = [t for t in shown if re.search(r"\brdc[78]-[a-z]|[{}]", t)]
    assert bad == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_sentence_of_a_translated_report_is_english(language):
    """What a city wrote itself stays; everything else is said in the language of the report."""
    english = set(texts(report_on(mixed_city(), "en")))
    translated = list(texts(report_on(mixed_city(), language)))
    own = {entry.title for entry in mixed_city().evidence}
    same = {t for t in translated if t in english and re.search(r"[a-z]{3,} [a-z]{3,}", t)} - own
    # Sources are works with their own titles.
    titles = {entry.text for entry in report_on(mixed_city()).method.references}

    assert same - titles == set()


def test_a_report_knows_its_language():
    report = report_on(empty_city(), "pt")

    assert isinstance(report, Report)
    assert report.language == "pt"
    assert report.day == "3 de novembro de 2025"
