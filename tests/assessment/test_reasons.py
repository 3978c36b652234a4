"""The few reasons that a reader needs, out of all the steps of a trace."""

from assessment.reasons import reasons_of, rule_reasons
from assessment.results import Lens, Trace, Verdict

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.UNANSWERED


def leaf(code: str, verdict: Verdict = NOT_MET, kind: str = "min", **params: str) -> Trace:
    return Trace(kind, verdict, code, dict(params))


def node(kind: str, *children: Trace, code: str = "group.not_met") -> Trace:
    return Trace(kind, NOT_MET, code, children=children)


def told(trace: Trace) -> list[str]:
    return [reason.code for reason in reasons_of(trace, Lens.CLAIMED)]


def test_what_holds_is_no_reason():
    assert told(leaf("number.in_bounds", MET)) == []
    assert told(node("all_of", leaf("a.b"), leaf("c.d", MET))) == ["a.b"]
    assert told(leaf("group.not_applicable", Verdict.NOT_APPLICABLE)) == []


def test_groups_are_no_reasons_but_what_fails_in_them():
    assert told(node("all_of", node("any_of", leaf("a.b")), leaf("c.d"))) == ["a.b", "c.d"]


def test_table_is_a_reason_beside_its_failing_rows():
    assert told(node("rows", leaf("fields.empty"), code="rows.too_few")) == [
        "rows.too_few",
        "fields.empty",
    ]


def test_facts_that_were_only_stated_are_a_reason_themselves():
    stated = node("entry", leaf("mark.not_shown"), code="evidence.stated_only")

    assert told(stated) == ["evidence.stated_only", "mark.not_shown"]


def test_alternative_that_nobody_tried_is_no_news():
    tried = node("evidence", node("entry", leaf("document.too_old")), code="evidence.too_weak")
    untried = leaf("evidence.missing", kind="evidence")

    assert told(node("any_of", untried, tried)) == ["document.too_old"]
    assert told(node("at_least", untried, tried)) == ["document.too_old"]


def test_alternatives_that_nobody_tried_are_all_told():
    first = leaf("evidence.missing", kind="evidence", kinds="dataset")
    second = leaf("evidence.missing", kind="evidence", kinds="page")

    assert len(reasons_of(node("any_of", first, second), Lens.EVIDENCED)) == 2


def test_same_reason_is_told_once():
    assert told(node("all_of", leaf("a.b", x="1"), leaf("a.b", x="1"), leaf("a.b", x="2"))) == [
        "a.b",
        "a.b",
    ]


def test_reason_keeps_parameters_place_and_lens():
    trace = Trace("min", OPEN, "answer.missing", {"question": "q"}, "q", "criteria/a.yaml:3")

    [reason] = reasons_of(trace, Lens.CLAIMED)

    assert reason.lens is Lens.CLAIMED
    assert reason.params == {"question": "q"}
    assert (reason.looked_at, reason.at) == ("q", "criteria/a.yaml:3")


def test_rule_is_told_by_its_groups_and_not_by_its_requirements():
    lacking = node("at_least", leaf("requirement.verdict", kind="requirement"))
    rule = node("all_of", leaf("requirement.verdict", kind="requirement"), lacking)

    assert [r.code for r in rule_reasons(rule, Lens.EVIDENCED)] == ["group.not_met"]


def test_routes_are_told_as_a_whole():
    route = node("route A", leaf("requirement.verdict", kind="requirement"))
    rule = node("all_of", node("routes", route, code="routes.not_met"))

    assert [r.code for r in rule_reasons(rule, Lens.EVIDENCED)] == ["routes.not_met"]


def test_rule_that_holds_has_no_reasons():
    assert rule_reasons(leaf("group.met", MET, kind="all_of"), Lens.EVIDENCED) == ()


def test_declared_criterion_is_told_with_what_its_proof_lacks():
    proof = node("evidence", node("entry", leaf("document.too_old")), code="evidence.too_weak")
    rule = node("declared", proof, code="declared.met")

    assert [r.code for r in rule_reasons(rule, Lens.EVIDENCED)] == [
        "declared.met",
        "document.too_old",
    ]
