"""How many submissions a second the engine judges, with its full trace, beside CEL and ZEN.

`python -m tests.bench` (or `make bench`) scores RDC7 and RDC8 of the same submissions with

- the engine: every verdict under three lenses, with reasons and the whole trace;
- cel-python: two compiled expressions a requirement (answer and proof), and one a criterion;
- zen-engine: one decision graph of the same expressions, with its trace switched on. The trace says
  less than ours, so there is a second graph in which every single check has a result of its own.

All of them first have to say the same of every requirement and criterion. Then they take turns, on
one core; what is printed are medians of the processor time. CEL and ZEN know only true and false:
no open verdicts, no reasons, no third lens, so their task is the smaller one. In the last line the
engine judges all 43 criteria and digests the submission, as it does for the command line.
"""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Any

import celpy
import zen
from celpy.adapter import json_to_cel

from assessment.engine import assess
from assessment.results import Assessment
from assessment.submission import Submission
from rubrics.loader import LIBRARY, load_rubric
from rubrics.schema import Rubric
from tests.rivals import CEL, ZEN, Data, Translator, data_of, name_of
from tests.submissions import DAY, random_submission, validated

SUBMISSIONS = 200
ROUNDS = 7
SLOW_SHARE = 10
"""cel-python gets every tenth submission a round, or the bench would take minutes."""

GOALS = {
    "cel-python, no trace": 20.0,
    "zen-engine, traced, each check": 1.0,
    "zen-engine, traced, each answer and proof": 1.0,
}

Verdicts = dict[str, bool]
Contender = tuple[str, Callable[[int], object], int]
"""A name, a function that judges one submission by its number, and every how many-th it gets."""


class Cel:
    """The criteria as CEL programs, compiled once."""

    def __init__(self, rubric: Rubric, data: Sequence[dict[str, dict[str, Data]]]) -> None:
        environment = celpy.Environment()

        def program(text: str) -> Any:
            return environment.program(environment.compile(text))

        translator = Translator(CEL, DAY)
        self.requirements = {
            name_of(own.id): (
                program(translator.check(own, "a")),
                program(translator.proof(own, "s")),
            )
            for own in rubric.requirements.values()
        }
        self.rules = {
            criterion.id: program(translator.rule(criterion.passes.rule, ""))
            for criterion in rubric.assessed()
            if criterion.passes is not None
        }
        self.data = [
            {
                name: {
                    "a": json_to_cel(one["answers"][name]),
                    "s": json_to_cel(one["evidence"][name]),
                }
                for name in self.requirements
            }
            for one in data
        ]

    def judge(self, number: int) -> Verdicts:
        """Whether each requirement and criterion is evidenced."""
        met: Verdicts = {}
        values = {}
        for name, (check, proof) in self.requirements.items():
            context = self.data[number][name]
            claimed, proven = check.evaluate(context), proof.evaluate(context)
            met[name] = bool(claimed) and bool(proven)
            values[name] = celpy.celtypes.BoolType(met[name])
        return met | {code: bool(rule.evaluate(values)) for code, rule in self.rules.items()}


class Zen:
    """The criteria as a ZEN decision graph: requirements, then rules.

    Its trace has a result for every answer and every proof; `apart` also for every single check.
    """

    def __init__(
        self,
        rubric: Rubric,
        data: Sequence[dict[str, dict[str, Data]]],
        *,
        apart: bool = False,
        trace: bool = True,
    ) -> None:
        translator = Translator(ZEN, DAY, apart=apart)
        requirements: dict[str, str] = {}
        for own in rubric.requirements.values():
            name = name_of(own.id)
            claimed = translator.check(own, f"answers.{name}")
            proven = translator.proof(own, f"evidence.{name}")
            requirements |= translator.apart or {}
            requirements |= {f"{name}_claimed": claimed, f"{name}_proven": proven}
            requirements[name] = f"$.{name}_claimed and $.{name}_proven"
        rules = {
            criterion.id: translator.rule(criterion.passes.rule, "")
            for criterion in rubric.assessed()
            if criterion.passes is not None
        }
        graph = json.dumps(_graph([requirements, rules]))
        self.decision = zen.ZenEngine().create_decision(graph)
        self.data = data
        self.trace = trace

    def judge(self, number: int) -> Verdicts:
        """The same; the graph's own trace is made along the way."""
        found = self.decision.evaluate(self.data[number], {"trace": self.trace})
        result: Verdicts = found["result"]
        return result


def _graph(steps: Sequence[Mapping[str, str]]) -> Data:
    """Expression nodes one after the other, each handing on what came before."""
    nodes: list[Data] = [{"id": "in", "name": "in", "type": "inputNode"}]
    for i, step in enumerate(steps):
        expressions = [{"id": key, "key": key, "value": value} for key, value in step.items()]
        content = {"expressions": expressions, "passThrough": i > 0}
        name = f"step {i}"
        nodes.append({"id": name, "name": name, "type": "expressionNode", "content": content})
    nodes.append({"id": "out", "name": "out", "type": "outputNode"})
    edges = [
        {"id": f"{a['id']}-{b['id']}", "type": "edge", "sourceId": a["id"], "targetId": b["id"]}
        for a, b in pairwise(nodes)
    ]
    place = {"x": 0, "y": 0}
    return {"nodes": [{**node, "position": place} for node in nodes], "edges": edges}


def met_in(assessment: Assessment) -> Verdicts:
    """Whether each requirement and criterion is evidenced, as the engine says it."""
    met: Verdicts = {}
    for finding in assessment.criteria:
        if not finding.declared:
            met[finding.id] = finding.evidenced == "met"
            met |= {name_of(r.id): r.evidenced == "met" for r in finding.requirements}
    return met


def disagreements(
    rubric: Rubric, submissions: Sequence[Submission], rivals: Sequence[Cel | Zen]
) -> list[str]:
    """What any of the rivals says otherwise than the engine."""
    found = []
    for number, submission in enumerate(submissions):
        ours = met_in(assess(rubric, submission, on=DAY))
        for rival in rivals:
            theirs = rival.judge(number)
            found += [
                f"submission {number}, {name}: the engine says {met}, {type(rival).__name__} not"
                for name, met in ours.items()
                if theirs[name] != met
            ]
    return found


def prepared(rubric: Rubric, n: int) -> list[Submission]:
    """Realistic submissions without anything open, each different."""
    random = Random(20251103)
    return [validated(rubric, random_submission(rubric, random, complete=True)) for _ in range(n)]


def measure(contenders: Sequence[Contender], n: int, rounds: int) -> dict[str, float]:
    """Submissions per second of processor time: the median of rounds in which they take turns."""
    rates: dict[str, list[float]] = {name: [] for name, _, _ in contenders}
    for _ in range(rounds):
        for name, judge, share in contenders:
            numbers = range(0, n, share)
            start = time.process_time()
            for number in numbers:
                judge(number)
            rates[name].append(len(numbers) / (time.process_time() - start))
    return {name: statistics.median(found) for name, found in rates.items()}


def only_assessed(rubric: Rubric) -> Rubric:
    """The rubric without the criteria that are only declared: what the rivals are asked as well."""
    practices = [
        practice.model_copy(update={"criteria": judged})
        for practice in rubric.practices
        if (judged := tuple(c for c in practice.criteria if c.assessed))
    ]
    plain = {name: getattr(rubric, name) for name in type(rubric).model_fields}
    return Rubric.model_construct(**{**plain, "practices": tuple(practices), "digest": "two"})


def main() -> int:
    """Agrees, measures, prints; the exit code tells only whether all agree."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rubric = load_rubric(LIBRARY / "wwc-2022")
    two = only_assessed(rubric)
    submissions = prepared(rubric, SUBMISSIONS)
    data = [data_of(rubric, submission) for submission in submissions]
    cel, decisions = Cel(rubric, data), Zen(rubric, data)
    apart, silent = Zen(rubric, data, apart=True), Zen(rubric, data, trace=False)
    if found := disagreements(rubric, submissions, (cel, decisions, apart)):
        print(*found[:20], f"{len(found)} disagreements", sep="\n")
        return 1
    verdicts = [met for s in submissions for met in met_in(assess(rubric, s, on=DAY)).values()]
    share = 100 * sum(verdicts) / len(verdicts)
    print(f"{SUBMISSIONS} submissions, {len(verdicts):,} verdicts, {share:.0f} % of them met:")
    print("the engine, cel-python and zen-engine agree on every one")

    def whole(number: int) -> Assessment:
        submissions[number].__dict__.pop("digest", None)  # each is a new one to the engine
        return assess(rubric, submissions[number], on=DAY)

    ours = "readiness, full trace"
    contenders: list[Contender] = [
        (ours, lambda number: assess(two, submissions[number], on=DAY), 1),
        ("zen-engine, traced, each check", apart.judge, 1),
        ("zen-engine, traced, each answer and proof", decisions.judge, 1),
        ("zen-engine, no trace", silent.judge, 1),
        ("cel-python, no trace", cel.judge, SLOW_SHARE),
        ("readiness, all 43 criteria and digest", whole, 1),
    ]
    measure(contenders, SUBMISSIONS // 10, 1)  # warm up
    gc.collect()
    gc.freeze()
    rates = measure(contenders, SUBMISSIONS, ROUNDS)
    print(f"\nsubmissions a second of processor time, one core, medians of {ROUNDS} rounds")
    for name, rate in rates.items():
        print(
            f"  {name:<42} {rate:>8,.1f}   readiness is {rates[ours] / rate:>6,.2f} times as fast"
        )
    print("\ngoals")
    for name, goal in GOALS.items():
        ratio = rates[ours] / rates[name]
        reached = "reached" if ratio > goal else "not reached"
        print(f"  more than {goal:g} times {name}: {reached} ({ratio:,.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
