"""Criteria over columns: pass rules, declarations, prerequisites, literal readings, points."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assessment.batch.arrays import column, part
from assessment.batch.judge import judge_of, rule_of
from assessment.batch.outcomes import Choice, Step, choose, combine
from assessment.batch.requirements import UNDECIDED, Decisions, Lenses, Named, confirmed_by
from assessment.batch.schema import TEXTS
from assessment.batch.sights import Batch, HandedIn, Sight
from assessment.batch.states import States, Tally, at_least, gate
from assessment.judge import Scope
from assessment.logic import MET, OPEN, UNMET
from assessment.ready import in_order
from assessment.scoring import points_for, share, target_of, tier_of
from assessment.serving import kinds_taken
from rubrics.schema import Criterion, Rubric


class JudgedCriterion(NamedTuple):
    """A criterion in every row, and its literal reading."""

    states: Lenses
    literal: Lenses | None


class ReadyCriteria:
    """The criteria with their pass rules as functions, prerequisites first."""

    def __init__(self, rubric: Rubric) -> None:
        self._criteria = in_order(rubric)
        self._rules = {c.id: rule_of(c.passes.rule) for c in self._criteria if c.passes is not None}
        self._literal = {
            c.id: rule_of(c.literal.rule) for c in self._criteria if c.literal is not None
        }
        self._proof = judge_of(rubric.declarations.proof, Scope())

    def judge(
        self, batch: Batch, decisions: Decisions, judged: Mapping[str, Lenses]
    ) -> dict[str, JudgedCriterion]:
        """Every criterion in every row."""
        by_lens = [{name: states[i] for name, states in judged.items()} for i in range(3)]
        declared = _Declared(batch)
        proof = self._proof(declared.sight())
        done: dict[str, JudgedCriterion] = {}
        for own in self._criteria:
            states: Sequence[States]
            if own.passes is None:
                states = _declared(own, declared, proof, decisions)
            else:
                claimed, evidenced, confirmed = map(self._rules[own.id], by_lens)
                said = decisions.about(own.id).chosen
                word = confirmed_by(said, evidenced)
                states = claimed, evidenced, np.where(said == UNDECIDED, confirmed, word)
            if own.prerequisites:
                states = [
                    gate(
                        state,
                        not_applicable=None,
                        prerequisites=[done[c].states[i] for c in own.prerequisites],
                    )
                    for i, state in enumerate(states)
                ]
            literal = self._literal.get(own.id)
            done[own.id] = JudgedCriterion(
                (states[0], states[1], states[2]),
                None
                if literal is None
                else (literal(by_lens[0]), literal(by_lens[1]), literal(by_lens[2])),
            )
        return done


class _Declared:
    """What teams declare of criteria, and the evidence that they name for it."""

    def __init__(self, batch: Batch) -> None:
        array = column(batch.columns, "declared", pa.null())
        self._batch = batch
        self._evidence = part(array, "evidence", pa.string())
        self._met = Named(part(array, "met", TEXTS))
        self._not_met = Named(part(array, "not_met", TEXTS))

    def about(self, code: str) -> Choice:
        """What each team says of a criterion, by its place in `_DECLARED`; said twice is met."""
        rules = (self._met.rows(code), 1), (self._not_met.rows(code), 2)
        return Choice(choose(self._batch.size, *rules), len(_DECLARED))

    def sight(self) -> Sight:
        """The piece of evidence that each team names."""
        batch = self._batch
        entries = batch.entries
        accepted = np.flatnonzero(entries.kinds.among(_kinds(batch)))
        ids = entries.column("id").take(pa.array(accepted)).cast(pa.string())
        named = self._evidence.take(pa.array(entries.submission.take(accepted))).cast(pa.string())
        same = pc.equal(ids, named).fill_null(fill_value=False).to_numpy(zero_copy_only=False)
        handed_in = HandedIn(entries, accepted.compress(same))
        return Sight(batch, batch.size, evidence=handed_in)


_DECLARED = np.array([OPEN, MET, UNMET], np.uint8)


def _kinds(batch: Batch) -> frozenset[str]:
    """The kinds that the proof of declarations takes: few pieces are of one."""
    return kinds_taken(batch.plan.rubric.declarations.proof)


def _declared(
    own: Criterion, declared: _Declared, proof: Step, decisions: Decisions
) -> tuple[States, States, States]:
    """A criterion that the team declares: believed, proven by the official result, seen."""
    choices = declared.about(own.id), proof.choice, decisions.about(own.id)
    chosen, (said, proved, word) = combine(*choices)
    claimed = _DECLARED.take(said)
    both = at_least(2, [claimed, proof.states.take(proved)])
    evidenced = np.where(claimed == UNMET, claimed, both)
    confirmed = confirmed_by(word, evidenced)
    return claimed.take(chosen), evidenced.take(chosen), confirmed.take(chosen)


# --- points ---------------------------------------------------------------------------------------


class Scores:
    """What each number of points is worth, computed once."""

    def __init__(self, rubric: Rubric) -> None:
        total, tiers = rubric.points, rubric.tiers
        names = [tier.id for tier in tiers.levels]
        reached = [tier_of(points, total, tiers) for points in range(total + 1)]
        needed = points_for(target_of(tiers), total, tiers)
        self._tiers = pa.array(names, pa.string())
        self._tier = np.array([names.index(t) if t is not None else -1 for t in reached], np.int8)
        self._percent = np.array([share(points, total, tiers) for points in range(total + 1)])
        self._missing = np.array([max(0, needed - p) for p in range(total + 1)], np.int32)
        self._points = [c.points for c in rubric.criteria]

    def columns(self, lens: str, states: Sequence[States]) -> dict[str, pa.Array]:
        """The score of every row under one lens, from the states of all criteria in order."""
        guaranteed = np.zeros(len(states[0]), np.int32)
        possible = np.zeros(len(states[0]), np.int32)
        for points, state in zip(self._points, states, strict=True):
            guaranteed += (state & 7 == MET) * np.int32(points)
            possible += (state & MET) * np.int32(points)
        return {
            f"{lens}.guaranteed": pa.array(guaranteed),
            f"{lens}.possible": pa.array(possible),
            f"{lens}.percent": pa.array(self._percent.take(guaranteed)),
            f"{lens}.reached": self._tier_of(guaranteed),
            f"{lens}.within_reach": self._tier_of(possible),
            f"{lens}.to_silver": pa.array(self._missing.take(guaranteed)),
        }

    def _tier_of(self, points: Tally) -> pa.DictionaryArray:
        tiers = self._tier.take(points)
        return pa.DictionaryArray.from_arrays(pa.array(tiers, mask=tiers < 0), self._tiers)
