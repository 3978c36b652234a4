"""What holds for every rubric and submission: better never counts for less, and nothing is magic.

**The order.** Verdicts are ordered `not_met` < open < `met`, where open is `unanswered` or
`needs_review`. An answer is better than another when no single test on it comes out worse; evidence
is better when a piece is added, or when no test on a piece comes out worse.

**What is no bettering but learning.** Going from an answer that is missing to one that fails, from
facts that nobody saw to facts that fail, or from no `evidence` key at all ("not handed in yet", so
everything is still possible) to a list ("this is all there is") may turn open into `not_met`. What
was known before must stay as it was: that is the second law here, guaranteed <= truth <= possible.

The laws are held against small rubrics of all shapes and against the rubric of the library.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.engine import assess
from assessment.judge import Scope, judge_of
from assessment.planning import next_actions
from assessment.results import Assessment, Finding, Lens, RequirementResult, Score, Trace, Verdict
from assessment.sight import Sight
from assessment.submission import Submission
from rubrics import checks
from rubrics.schema import Rubric
from rubrics.text import Plain
from tests import builders, submissions
from tests.builders import DAY

RANK = {
    Verdict.NOT_MET: 0,
    Verdict.NOT_APPLICABLE: 0,
    Verdict.UNANSWERED: 1,
    Verdict.NEEDS_REVIEW: 1,
    Verdict.MET: 2,
}
LENSES = (Lens.CLAIMED, Lens.EVIDENCED, Lens.CONFIRMED)
KNOWN = (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)

Verdicts = dict[tuple[str, str], Verdict]


# --- small rubrics of all shapes, and submissions whose parts are known to be better or worse -----

BAD, OPEN, GOOD = 0, 1, 2
"""How good an answer or a piece of evidence is: known to fail, unknown, known to pass."""


@dataclass(frozen=True)
class World:
    """What a city did, part by part; `rubric` asks for it.

    `answers` and `evidence` hold how good each answer and each piece of evidence of a requirement
    is (`evidence` is None when nothing was handed in yet), `declared` the same of the others.
    """

    rubric: Rubric
    answers: Mapping[str, tuple[int, ...]]
    evidence: Mapping[str, tuple[int, ...]] | None
    declared: Mapping[str, int]
    official: int
    not_applicable: frozenset[str] = frozenset()
    decisions: Mapping[str, str] = field(default_factory=dict)


YES_NO = {"kind": "yes_no", "text": "Is it so?"}


def _ask(fields: int) -> Plain:
    names = [f"f{i}" for i in range(fields)]
    return {"kind": "group", "text": "How is it?", "fields": {n: dict(YES_NO) for n in names}}


_FIELDS = {"one": 1, "both": 2, "either": 2, "two of three": 3}


def _check(shape: str) -> Plain:
    tests: list[Plain] = [{"field": f"f{i}", "is": "yes"} for i in range(_FIELDS[shape])]
    match shape:
        case "either":
            return {"any_of": tests}
        case "two of three":
            return {"at_least": 2, "of": tests}
        case _:
            return {"all_of": tests}


_PROOFS: dict[str, Plain] = {
    "any document": {"evidence": ["document"]},
    "a recent one": {"evidence": ["document"], "where": [{"dated_within": "12 months"}]},
    "two recent ones": {
        "evidence": ["document"],
        "count": 2,
        "where": [{"dated_within": "12 months"}],
    },
    "recent or shown": {
        "any_of": [
            {"evidence": ["document"], "where": [{"dated_within": "12 months"}]},
            {"evidence": ["document", "dataset"], "where": [{"shows": ["scope"]}], "count": 2},
        ]
    },
}


@st.composite
def rules(
    draw: st.DrawFn, names: Sequence[str], *, depth: int = 2, reviewers: bool = True
) -> Plain:
    """A pass rule over some of these requirements."""
    kinds = ["one", "all_of", "any_of", "at_least", "routes"]
    kind = draw(st.sampled_from(kinds if depth else kinds[:1]))
    if kind == "one":
        return draw(st.sampled_from(names))
    if kind == "routes":
        groups = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
        routes = draw(st.dictionaries(st.sampled_from("ABC"), groups, min_size=1, max_size=3))
        asking = st.lists(st.sampled_from(sorted(routes)), max_size=2)
        return {
            "routes": cast("dict[str, Plain]", routes),
            "at_least": draw(st.integers(1, len(routes))),
            "each_at_least": draw(st.integers(1, min(map(len, routes.values())))),
            "reviewer_if_only": cast("list[Plain]", draw(asking) if reviewers else []),
        }
    child = rules(names, depth=depth - 1, reviewers=reviewers)
    group = draw(st.lists(child, min_size=1, max_size=3, unique_by=str))
    if kind == "at_least":
        return {"at_least": draw(st.integers(1, len(group))), "of": group}
    return {kind: group}


@st.composite
def rubrics(draw: st.DrawFn, *, simple: bool = False) -> Rubric:
    """A rubric of one to three criteria in depth, with prerequisites, and two that are declared.

    In a `simple` one no route asks for a reviewer, and prerequisites are not chained.
    """
    criteria = [builders.criterion("DM1"), builders.criterion("DM2")]
    everything: list[str] = []
    for i in range(1, draw(st.integers(1, 3)) + 1):
        names = [f"r{i}{letter}" for letter in "abcd"[: draw(st.integers(1, 4))]]
        requirements = []
        for name in names:
            shape = draw(st.sampled_from(list(_FIELDS)))
            proof = _PROOFS[draw(st.sampled_from(list(_PROOFS)))]
            source: Plain = {"refs": ["S1"], "thresholds": "interpretation"}
            requirements.append(
                builders.requirement(
                    name,
                    ask=_ask(_FIELDS[shape]),
                    check=_check(shape),
                    proof=proof,
                    not_applicable={"because": "It may be.", "source": source},
                )
            )
        everything += names
        used: Plain = draw(rules(names, reviewers=not simple))
        rule: Plain = {"all_of": [used, {"any_of": cast("list[Plain]", [*names])}]}
        before = st.sampled_from([str(c["id"]) for c in criteria[: 2 if simple else None]])
        criteria.append(
            builders.criterion(
                f"RDC{i}",
                *requirements,
                rule=rule,
                literal=draw(st.one_of(st.none(), rules(names, reviewers=not simple))),
                prerequisites=cast("list[Plain]", draw(st.lists(before, max_size=2, unique=True))),
                points=draw(st.integers(1, 3)),
            )
        )
    rounding = draw(st.sampled_from(["none", "whole_percent"]))
    tiers = {**cast("Any", builders.rubric_data()["tiers"]), "rounding": rounding}
    return builders.rubric(*criteria, tiers=tiers)


@st.composite
def worlds(draw: st.DrawFn, *, of: st.SearchStrategy[Rubric] | None = None) -> World:
    """What some city did about some rubric."""
    rubric = draw(rubrics() if of is None else of)
    levels = st.integers(BAD, GOOD)
    names = list(rubric.requirements)
    gone = draw(st.frozensets(st.sampled_from(names), max_size=2))
    answers = {
        name: draw(st.tuples(*[levels] * len(own.ask.fields)))
        for name, own in rubric.requirements.items()
        if name not in gone
    }
    pieces = st.lists(levels, max_size=3).map(tuple)
    evidence = {name: draw(pieces) for name in names} if draw(st.booleans()) else None
    words = st.sampled_from(["agree", "met", "not_met", "needs_proof"])
    return World(
        rubric,
        answers,
        evidence,
        {"DM1": draw(levels), "DM2": draw(levels)},
        draw(levels),
        gone,
        draw(st.dictionaries(st.sampled_from([*names, "DM1", "RDC1"]), words, max_size=3)),
    )


def submission_of(world: World) -> Submission:
    """What the city hands in."""
    words = {BAD: "no", OPEN: None, GOOD: "yes"}
    answers: Plain = {
        name: {f"f{i}": words[level] for i, level in enumerate(levels)}
        for name, levels in world.answers.items()
    }
    parts: dict[str, Plain] = {
        "answers": answers,
        "not_applicable": dict.fromkeys(world.not_applicable, "The law says so."),
        "declared": {
            "met": [code for code, level in world.declared.items() if level == GOOD],
            "not_met": [code for code, level in world.declared.items() if level == BAD],
        },
        "decisions": [builders.decision(*pair) for pair in world.decisions.items()],
    }
    if world.evidence is not None:
        official = _piece("official", world.official, kind="official_result")
        entries = [
            _piece(f"{name}-{i}", level, name)
            for name, levels in world.evidence.items()
            for i, level in enumerate(levels)
        ]
        parts["evidence"] = [*entries, official]
        cast("builders.Data", parts["declared"])["evidence"] = "official"
    return builders.submission(world.rubric, **parts)


def _piece(name: str, level: int, *serves: str, kind: str = "document") -> builders.Data:
    """A piece of evidence: old and for sure no proof, not to be seen, or good in every way."""
    whole = builders.evidence(*serves, name=name, kind=kind)
    if level == BAD:
        return {**whole, "kind": "dataset" if kind == "document" else kind, "dated": "1999-01-01"}
    if level == OPEN:
        return {**whole, "facts": {"status": "unreachable"}}
    return {**whole, "dated": "2025-11-01", "shows": {"scope": "page 1"}}


def verdicts(assessment: Assessment) -> Verdicts:
    """Every verdict of requirements, criteria and literal readings, by name and lens."""
    found: Verdicts = {}
    for finding in assessment.criteria:
        for lens in LENSES:
            found[finding.id, lens] = getattr(finding, lens)
            if finding.literal is not None:
                found[f"{finding.id} literal", lens] = getattr(finding.literal, lens)
            for result in finding.requirements:
                found[result.id, lens] = getattr(result, lens)
    return found


def judged(finding: Finding) -> list[Finding | RequirementResult]:
    """A criterion and its requirements."""
    return [finding, *finding.requirements]


def scores(assessment: Assessment) -> list[Score]:
    return [getattr(assessment.lenses, lens) for lens in LENSES]


def assessed(world: World) -> Assessment:
    return assess(world.rubric, submission_of(world), on=DAY)


def assert_no_worse(before: Assessment, after: Assessment) -> None:
    """No verdict, lens, point or tier of the second is worse than that of the first."""
    old, new = verdicts(before), verdicts(after)
    worse = {name: (old[name], new[name]) for name in old if RANK[new[name]] < RANK[old[name]]}
    assert not worse
    order = [None, *("silver", "gold", "platinum")]
    for was, now in zip(scores(before), scores(after), strict=True):
        assert now.points.guaranteed >= was.points.guaranteed
        assert now.points.possible >= was.points.possible
        assert now.percent >= was.percent
        assert now.to_silver <= was.to_silver
        assert order.index(now.tier.reached) >= order.index(was.tier.reached)
        assert order.index(now.tier.within_reach) >= order.index(was.tier.within_reach)


def assert_learned(before: Assessment, after: Assessment) -> None:
    """What was known stays as it was, and the points stay between guaranteed and possible."""
    old, new = verdicts(before), verdicts(after)
    changed = {n: (old[n], new[n]) for n in old if old[n] in KNOWN and new[n] is not old[n]}
    assert not changed
    for was, now in zip(scores(before), scores(after), strict=True):
        assert was.points.guaranteed <= now.points.guaranteed
        assert now.points.possible <= was.points.possible


# --- better never counts for less -----------------------------------------------------------------


@given(st.data())
def test_better_answers_and_evidence_never_lower_anything(data):
    world = data.draw(worlds())
    answers = {
        name: tuple(data.draw(st.integers(level, GOOD)) for level in levels)
        for name, levels in world.answers.items()
    }
    evidence = world.evidence and {
        name: (
            *(data.draw(st.integers(level, GOOD)) for level in levels),
            *data.draw(st.lists(st.integers(BAD, GOOD), max_size=2)),
        )
        for name, levels in world.evidence.items()
    }
    declared = {c: data.draw(st.integers(level, GOOD)) for c, level in world.declared.items()}
    official = data.draw(st.integers(world.official, GOOD))
    better = replace(
        world, answers=answers, evidence=evidence, declared=declared, official=official
    )

    assert_no_worse(assessed(world), assessed(better))


@given(st.data())
def test_what_is_known_stays_when_more_becomes_known(data):
    world = data.draw(worlds())

    def learned(level: int) -> int:
        return data.draw(st.sampled_from([BAD, GOOD])) if level == OPEN else level

    pieces = st.lists(st.integers(BAD, GOOD), max_size=3).map(tuple)
    late = data.draw(st.fixed_dictionaries(dict.fromkeys(world.rubric.requirements, pieces)))
    evidence = late if world.evidence is None else world.evidence
    wiser = replace(
        world,
        answers={name: tuple(map(learned, levels)) for name, levels in world.answers.items()},
        evidence={name: tuple(map(learned, levels)) for name, levels in evidence.items()},
        declared={code: learned(level) for code, level in world.declared.items()},
        official=learned(world.official),
    )

    assert_learned(assessed(world), assessed(wiser))


@given(worlds())
def test_guaranteed_is_at_most_possible(world):
    for score in scores(assessed(world)):
        assert 0 <= score.points.guaranteed <= score.points.possible <= score.total


@given(worlds())
def test_evidence_adds_nothing_to_what_is_claimed(world):
    found = assessed(world)

    claimed, evidenced, _ = scores(found)
    assert claimed.points.guaranteed >= evidenced.points.guaranteed
    assert claimed.points.possible >= evidenced.points.possible
    for finding in found.criteria:
        for one in judged(finding):
            assert RANK[one.claimed] >= RANK[one.evidenced], one.id


@given(worlds())
def test_confirmed_without_decisions_is_never_better_than_evidenced(world):
    found = assessed(replace(world, decisions={}))

    _, evidenced, confirmed = scores(found)
    assert confirmed.points.guaranteed == 0
    assert confirmed.points.possible <= evidenced.points.possible
    for finding in found.criteria:
        for one in judged(finding):
            if one.evidenced is not Verdict.NOT_APPLICABLE:
                assert RANK[one.confirmed] <= RANK[one.evidenced], one.id


# --- what does not apply --------------------------------------------------------------------------


@given(worlds(of=rubrics(simple=True)), st.randoms(use_true_random=False))
def test_what_does_not_apply_never_counts_for_more_than_what_is_met(world, random):
    # Two shapes are left out. A criterion that does not apply is no longer behind its own
    # prerequisites, so what stands behind it is freed of them as well. And a route that only a
    # reviewer can let pass leaves the rule when it does not apply, so nobody need look.
    name = random.choice(list(world.rubric.requirements))
    asked = len(world.rubric.requirements[name].ask.fields)
    rest = {n: levels for n, levels in world.answers.items() if n != name}
    gone = replace(world, answers=rest, not_applicable=world.not_applicable | {name})
    pieces = dict(world.evidence or {})
    met = replace(
        gone,
        answers={**rest, name: (GOOD,) * asked},
        evidence={**pieces, name: (GOOD, GOOD)},
        not_applicable=world.not_applicable - {name},
    )

    without, with_it = assessed(replace(gone, evidence=pieces)), assessed(met)

    helped = {n for n, word in verdicts(without).items() if word is Verdict.MET}
    assert {verdicts(with_it)[n] for n in helped} <= {Verdict.MET}
    for less, more in zip(scores(without), scores(with_it), strict=True):
        assert less.points.guaranteed <= more.points.guaranteed
        assert less.points.possible <= more.points.possible


@given(worlds())
def test_met_criterion_rests_on_a_requirement_that_is_met(world):
    for finding in assessed(replace(world, decisions={})).criteria:
        for lens in (Lens.CLAIMED, Lens.EVIDENCED):
            if not finding.declared and getattr(finding, lens) is Verdict.MET:
                assert Verdict.MET in [getattr(r, lens) for r in finding.requirements]


@given(rubrics())
def test_city_to_which_nothing_applies_gets_no_point_for_it(rubric):
    names = frozenset(rubric.requirements)
    world = World(rubric, {}, {}, {"DM1": BAD, "DM2": BAD}, BAD, names)

    found = assessed(world)

    for score in scores(found):
        assert score.points.guaranteed == score.points.possible == 0
    blocked = [c.id for c in rubric.criteria if c.prerequisites]
    for finding in found.criteria:
        if not finding.declared and finding.id not in blocked:
            assert finding.evidenced is Verdict.NOT_APPLICABLE


# --- the same, whatever the order, process and machine --------------------------------------------


def result_bytes(rubric: Rubric, submission: Submission) -> bytes:
    found = assess(rubric, submission, on=DAY)
    actions = next_actions(rubric, submission, on=DAY)
    return msgspec.json.encode(msgspec.structs.replace(found, actions=actions))


def shuffled(value: Plain, random: Random, path: tuple[str, ...] = ()) -> Plain:
    """The same submission, written in another order; the order of a table's rows has a meaning."""
    if isinstance(value, dict):
        keys = random.sample(list(value), len(value))
        return {key: shuffled(value[key], random, (*path, key)) for key in keys}
    if isinstance(value, list) and not (
        path and path[-1] in ("rows", "table", "rdc8-change-in-use")
    ):
        return [shuffled(child, random, path) for child in random.sample(value, len(value))]
    return value


@given(worlds(), st.randoms(use_true_random=False))
def test_order_of_everything_is_irrelevant_in_small_rubrics(world, random):
    submission = submission_of(world)
    data = cast("Plain", submission.model_dump(mode="json"))
    other = submissions.validated(world.rubric, cast("Any", shuffled(data, random)))

    assert result_bytes(world.rubric, submission) == result_bytes(world.rubric, other)


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_order_of_everything_is_irrelevant_in_the_library(wwc, seed):
    random = Random(seed)
    data = submissions.random_submission(wwc, random)

    written = submissions.validated(wwc, data)
    otherwise = submissions.validated(wwc, cast("Any", shuffled(data, random)))

    assert result_bytes(wwc, written) == result_bytes(wwc, otherwise)


_IN_A_PROCESS = """
from hashlib import sha256
from random import Random
from rubrics.loader import LIBRARY, load_rubric
from tests.assessment.test_properties import result_bytes
from tests.submissions import random_submission, validated

wwc = load_rubric(LIBRARY / "wwc-2022")
for seed in range(8):
    data = random_submission(wwc, Random(seed))
    print(sha256(result_bytes(wwc, validated(wwc, data))).hexdigest())
"""


def test_same_input_gives_the_same_bytes_in_every_process():
    root = Path(__file__).parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _IN_A_PROCESS],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": hash_seed, "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed, zone in (("1", "UTC"), ("2", "America/Bogota"))
    }

    assert len(outputs) == 1
    assert len(next(iter(outputs)).splitlines()) == 8


# --- the laws, in the rubric of the library -------------------------------------------------------

SEEDS = st.integers(0, 10**6)


def leaves(check: checks.Check, trace: Trace) -> list[Trace]:
    """The single tests of a check on answers, in the order of the rubric."""
    children = [child for _, group in checks.children(check) for child in group]
    if checks.family_of(check) is not checks.Family.STRUCTURE:
        return [trace]
    pairs = zip(children, trace.children, strict=True)
    return [leaf for child, inner in pairs for leaf in leaves(child, inner)]


def ranks(rubric: Rubric, name: str, submission: Submission) -> list[int]:
    """How each single test on the answer to a question comes out."""
    check = rubric.requirements[name].check
    _, trace = judge_of(check, Scope(name))(Sight(DAY, submission.answers))
    return [RANK[leaf.verdict] for leaf in leaves(check, trace)]


@settings(max_examples=60)
@given(SEEDS)
def test_better_answer_never_lowers_anything_in_the_library(wwc, seed):
    random = Random(seed)
    data = submissions.random_submission(wwc, random)
    before = submissions.validated(wwc, data)
    answers = dict(cast("builders.Data", data["answers"]))
    for name in random.sample(list(wwc.requirements), 6):
        own = wwc.requirements[name]
        answer = submissions.random_answer(own, random, good=0.5)
        changed = submissions.validated(wwc, {**data, "answers": {**answers, name: answer}})
        old, new = ranks(wwc, name, before), ranks(wwc, name, changed)
        if all(now >= was for was, now in zip(old, new, strict=True)):
            answers[name] = answer
    after = submissions.validated(wwc, {**data, "answers": answers})

    assert_no_worse(assess(wwc, before, on=DAY), assess(wwc, after, on=DAY))


@settings(max_examples=60)
@given(SEEDS)
def test_one_more_piece_of_evidence_never_lowers_anything_in_the_library(wwc, seed):
    random = Random(seed)
    data = submissions.random_submission(wwc, random)
    more = [
        {**cast("builders.Data", entry), "id": f"more-{i}"}
        for own in random.sample(list(wwc.requirements.values()), 5)
        for i, entry in enumerate(submissions.random_evidence(own, random), random.randrange(10**9))
    ]

    before = submissions.validated(wwc, data)
    evidence: Plain = [*cast("list[Plain]", data["evidence"]), *more]
    after = submissions.validated(wwc, {**data, "evidence": evidence})

    assert_no_worse(assess(wwc, before, on=DAY), assess(wwc, after, on=DAY))


@settings(max_examples=60)
@given(SEEDS)
def test_what_is_known_stays_when_more_becomes_known_in_the_library(wwc, seed):
    random = Random(seed)
    whole = submissions.random_submission(wwc, random, complete=True)
    answers = cast("builders.Data", whole["answers"])
    pieces = cast("list[builders.Data]", whole["evidence"])
    seen_by_nobody: builders.Data = {"facts": {"status": "not_checked"}}
    forgotten: builders.Data = {
        **whole,
        "answers": {n: answer for n, answer in answers.items() if random.random() < 0.8},
        "evidence": [{**e, **seen_by_nobody} if random.random() < 0.2 else e for e in pieces],
    }
    if random.random() < 0.2:
        del forgotten["evidence"]
        del cast("builders.Data", forgotten["declared"])["evidence"]

    before = submissions.validated(wwc, forgotten)
    after = submissions.validated(wwc, whole)

    assert_learned(assess(wwc, before, on=DAY), assess(wwc, after, on=DAY))


@settings(max_examples=30)
@given(SEEDS)
def test_lenses_keep_their_order_in_the_library(wwc, seed):
    data = submissions.random_submission(wwc, Random(seed))

    claimed, evidenced, confirmed = scores(assess(wwc, submissions.validated(wwc, data), on=DAY))

    assert claimed.points.guaranteed >= evidenced.points.guaranteed
    assert claimed.points.possible >= evidenced.points.possible >= confirmed.points.possible
    assert confirmed.points.guaranteed == 0


@settings(max_examples=30)
@given(SEEDS)
def test_doing_what_the_plan_says_is_needed_meets_the_criteria(wwc, seed):
    data = submissions.random_submission(wwc, Random(seed))
    actions = next_actions(wwc, submissions.validated(wwc, data), on=DAY)
    needed = {action.requirement for action in actions if action.needed}
    answers = cast("builders.Data", data["answers"])
    evidence = cast("list[Plain]", data["evidence"])
    for name in needed:
        own = wwc.requirements[name]
        answers[name] = submissions.perfect_answer(own)
        for entry in submissions.perfect_evidence(own):
            evidence.append({**cast("builders.Data", entry), "id": f"done-{len(evidence)}"})

    after = assess(wwc, submissions.validated(wwc, data), on=DAY)

    for finding in after.criteria:
        if not finding.declared:
            assert finding.evidenced is Verdict.MET, finding.id


def test_every_requirement_of_the_library_can_be_met(wwc):
    perfect = submissions.validated(wwc, submissions.perfect_submission(wwc))

    found = assess(wwc, perfect, on=DAY)

    unmet = [
        name for (name, lens), v in verdicts(found).items() if lens != "confirmed" and v != "met"
    ]
    assert unmet == []


@pytest.mark.parametrize("days", [0, 1, 200, 5000])
def test_city_that_says_nothing_is_open_on_every_day(wwc, days):
    nothing = submissions.validated(wwc, {"rubric": "wwc-2022", "city": dict(submissions.CITY)})

    found = assess(wwc, nothing, on=DAY + timedelta(days=days))

    assert set(verdicts(found).values()) == {Verdict.UNANSWERED}
