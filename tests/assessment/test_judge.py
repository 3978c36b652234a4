"""Groups and evidence: how single tests become one step, and what the step says of itself."""

import pytest

from assessment.checks.answers import judge_value
from assessment.checks.datasets import judge_dataset
from assessment.checks.tables import judge_table
from assessment.judge import Scope, judge_of
from assessment.results import Trace, Verdict
from assessment.sight import Sight, sight_of
from assessment.submission import Evidence
from tests.builders import DAY, Data, check, evidence, judge, said


def judge_evidence(text: str, *entries: Data) -> Trace:
    """What a proof says of these pieces of evidence."""
    pieces = [sight_of(Evidence.model_validate(entry), {}, DAY) for entry in entries]
    return judge_of(check(text), Scope("q"))(Sight(DAY, evidence=pieces))[1]


# --- groups ---------------------------------------------------------------------------------------

FIELDS = [f"{{field: {name}, is: yes}}" for name in "abc"]
ALL = f"{{all_of: [{', '.join(FIELDS)}]}}"
ANY = f"{{any_of: [{', '.join(FIELDS)}]}}"
TWO = f"{{at_least: 2, of: [{', '.join(FIELDS)}]}}"


@pytest.mark.parametrize(
    ("text", "answer", "expected", "params"),
    [
        (ALL, "yyy", ("met", "group.met"), {"met": 3, "asked": 3, "of": 3}),
        (ALL, "yyn", ("not_met", "group.not_met"), {"met": 2, "asked": 3, "of": 3}),
        (ALL, "yy?", ("unanswered", "group.open"), {"met": 2, "asked": 3, "of": 3}),
        (ANY, "nny", ("met", "group.met"), {"met": 1, "asked": 1, "of": 3}),
        (ANY, "nnn", ("not_met", "group.not_met"), {"met": 0, "asked": 1, "of": 3}),
        (TWO, "yny", ("met", "group.met"), {"met": 2, "asked": 2, "of": 3}),
        (TWO, "ynn", ("not_met", "group.not_met"), {"met": 1, "asked": 2, "of": 3}),
    ],
)
def test_group_tells_how_many_are_met_and_how_many_are_asked(text, answer, expected, params):
    words = {"y": True, "n": False, "?": None}

    trace = judge(text, {name: words[letter] for name, letter in zip("abc", answer, strict=True)})

    assert said(trace) == expected
    assert trace.params == params
    assert len(trace.children) == 3


def test_group_is_told_by_the_key_that_names_it():
    assert [judge(text, {}).kind for text in (ALL, ANY, TWO)] == ["all_of", "any_of", "at_least"]


def test_child_without_a_line_of_its_own_names_the_line_around_it():
    group = check("{all_of: [{any_of: [x]}]}").model_copy(update={"at": "criteria/a.yaml:7"})

    _, trace = judge_of(group, Scope())(Sight(DAY, states={"x": 1}))

    assert trace.children[0].at == "criteria/a.yaml:7"


# --- evidence -------------------------------------------------------------------------------------

OLD = evidence("q", name="old", dated="2001-01-01")
NEW = evidence("q", name="new", dated="2025-10-01")
HIDDEN = evidence("q", name="hidden", facts={"status": "encrypted"})
OTHER = evidence("q", name="other", kind="dataset", dated="2025-10-01")
RECENT = "{evidence: [document], where: [{dated_within: 12 months}]}"
TWO_RECENT = "{evidence: [document], count: 2, where: [{dated_within: 12 months}]}"


@pytest.mark.parametrize(
    ("text", "pieces", "expected"),
    [
        (RECENT, [], ("not_met", "evidence.missing")),
        (RECENT, [OTHER], ("not_met", "evidence.missing")),
        (RECENT, [OLD], ("not_met", "evidence.too_weak")),
        (RECENT, [OLD, HIDDEN], ("needs_review", "evidence.open")),
        (RECENT, [OLD, NEW], ("met", "evidence.enough")),
        (TWO_RECENT, [NEW], ("not_met", "evidence.too_weak")),
        (TWO_RECENT, [NEW, HIDDEN], ("needs_review", "evidence.open")),
        (TWO_RECENT, [NEW, {**NEW, "id": "newer"}], ("met", "evidence.enough")),
    ],
)
def test_enough_pieces_of_evidence_must_pass(text, pieces, expected):
    assert said(judge_evidence(text, *pieces)) == expected


def test_each_piece_is_told_with_what_was_found():
    trace = judge_evidence(RECENT, OLD, NEW, HIDDEN, {**OLD, "id": "undated", "dated": None})

    assert [(step.looked_at, *said(step)) for step in trace.children] == [
        ("old", "not_met", "evidence.fails"),
        ("new", "met", "evidence.proves"),
        ("hidden", "needs_review", "evidence.encrypted"),
        ("undated", "needs_review", "evidence.unclear"),
    ]
    assert trace.params == {"kinds": ("document",), "proving": 1, "asked": 1}


@pytest.mark.parametrize(
    "status",
    [
        *("not_checked", "unreachable", "refused", "login", "too_large", "encrypted"),
        *("unreadable", "not_a_dataset"),
    ],
)
def test_what_could_not_be_looked_at_is_never_a_no(status):
    trace = judge_evidence(RECENT, {**NEW, "facts": {"status": status}})

    assert said(trace.children[0]) == ("needs_review", f"evidence.{status}")


def test_address_that_was_not_called_says_why():
    facts = {"status": "refused", "link": {"checked_on": "2025-11-03", "refused": "address"}}

    trace = judge_evidence(RECENT, {**NEW, "facts": facts})

    assert trace.children[0].params["why"] == "address"


def test_evidence_without_facts_was_not_checked():
    trace = judge_evidence(RECENT, {**NEW, "facts": None})

    assert said(trace.children[0]) == ("needs_review", "evidence.not_checked")


def test_what_the_team_stated_of_its_evidence_proves_nothing():
    trace = judge_evidence(RECENT, {**NEW, "stated": True})

    assert said(trace) == ("needs_review", "evidence.open")
    assert trace.children[0].code == "evidence.stated_only"


def test_what_the_team_stated_may_still_be_too_little():
    trace = judge_evidence(RECENT, {**OLD, "stated": True})

    assert said(trace.children[0]) == ("not_met", "evidence.fails")


def test_evidence_that_was_never_handed_in_is_open():
    _, trace = judge_of(check(RECENT), Scope("q"))(Sight(DAY))

    assert said(trace) == ("unanswered", "evidence.not_handed_in")
    assert trace.verdict is Verdict.UNANSWERED


# --- families keep to themselves ------------------------------------------------------------------


def test_family_refuses_a_check_of_another():
    yes, table, group = check("{is: yes}"), check("{rows: 1}"), check("{all_of: [x]}")

    with pytest.raises(TypeError, match="rows"):
        judge_value(table, "q", in_row=False)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="all_of"):
        judge_dataset(group)
    with pytest.raises(TypeError, match="is"):
        judge_table(yes, "q", (), in_facts=False)(Sight(DAY, {"q": ()}))  # type: ignore[arg-type]
