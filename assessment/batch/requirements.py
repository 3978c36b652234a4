"""Requirements over columns: the check on answers, the proof on evidence, the coach above both."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from assessment.batch.arrays import Words, column, lists, part, words
from assessment.batch.judge import judge_of
from assessment.batch.sights import Batch, Judge, Plan, Sight
from assessment.batch.states import (
    NONE,
    WHY_NOT,
    Flags,
    Index,
    Masks,
    States,
    at_least,
    gate,
    settled,
)
from assessment.codes import Code
from assessment.decisions import DECIDED
from assessment.judge import Scope
from assessment.logic import MET, REVIEW, UNMET, WORDS
from assessment.results import Lens
from rubrics.schema import Requirement

Lenses = tuple[States, States, States]
"""The states of one thing under the three lenses: claimed, evidenced, confirmed."""


class Judged(NamedTuple):
    """A requirement in every row: its states, and why it is not met."""

    states: Lenses
    claims: Masks
    proofs: Masks
    decided: Flags


class ReadyRequirement:
    """A requirement with its checks as functions over columns."""

    def __init__(self, own: Requirement, plan: Plan) -> None:
        scope, policy = Scope(own.id), own.not_applicable
        self.own = own
        self._check = judge_of(own.check, scope, plan)
        self._proof = judge_of(own.proof, scope, plan)
        when = policy.when if policy is not None else None
        self._when: Judge | None = judge_of(when, scope, plan) if when is not None else None

    def judge(self, batch: Batch, decisions: "Decisions", justified: Flags) -> Judged:
        """The requirement in every row; `justified` says where the team says that it is n/a."""
        served = batch.entries.serving[self.own.id]
        sight = Sight(batch, batch.size, evidence=served)
        check, proof = self._check(sight), self._proof(sight)
        claimed, evidenced = check.states, at_least(2, [check.states, proof.states])
        does_not_apply = self._not_applicable(sight, justified)
        if does_not_apply is not None:
            claimed = gate(claimed, not_applicable=does_not_apply, prerequisites=())
            evidenced = gate(evidenced, not_applicable=does_not_apply, prerequisites=())
        confirmed, decided = decisions.confirmed(self.own.id, evidenced)
        done = settled(evidenced)
        return Judged(
            states=(claimed, evidenced, confirmed),
            claims=np.where(done | (claimed & 7 == MET), NONE, check.reasons),
            proofs=np.where(done, NONE, proof.reasons),
            decided=decided & (_WORDS.take(confirmed) != _WORDS.take(evidenced)),
        )

    def _not_applicable(self, sight: Sight, justified: Flags) -> States | None:
        if self._when is None and not justified.any():
            return None
        unmet = np.full(sight.size, UNMET, np.uint8)
        states = self._when(sight).states if self._when is not None else unmet
        return np.where(justified, MET, states).astype(np.uint8)


_WORDS = np.array([list(dict.fromkeys(WORDS)).index(word) for word in WORDS])


# --- coaches --------------------------------------------------------------------------------------

_AGREE = 0
_UNDECIDED = -1
_VERDICTS = {"agree": _AGREE, **{word: i for i, word in enumerate(DECIDED, 1)}}
_STATES = np.array([0, *DECIDED.values()], np.uint8)
_WAITS = np.array([UNMET | REVIEW if word in {"met", "not_applicable"} else 0 for word in WORDS])


class Decisions:
    """Coaches' decisions, by what they are about."""

    def __init__(self, batch: Batch) -> None:
        found = lists(column(batch.columns, "decisions", _DECISIONS))
        self._about = words(part(found.values, "about", pa.string()))
        self._verdicts = words(part(found.values, "verdict", pa.string())).numbered(_VERDICTS)
        self._rows = found.parents
        self._size = batch.size

    def confirmed(self, name: str, evidenced: States) -> tuple[States, Flags]:
        """The confirmed states, and where a coach said so; see `decisions.confirmed_by`."""
        waiting = (evidenced | _WAITS.take(evidenced)).astype(np.uint8)
        if name not in self._about.names:
            return waiting, np.zeros(self._size, np.bool_)
        said = np.full(self._size, _UNDECIDED)
        at = self._about.among(frozenset({name}))
        said[self._rows[at]] = self._verdicts[at]
        word = np.where(said == _AGREE, evidenced, _STATES.take(said))
        decided = said != _UNDECIDED
        return np.where(decided, word, waiting).astype(np.uint8), decided


_DECISIONS = pa.list_(pa.struct({"about": pa.string(), "verdict": pa.string()}))


class Named:
    """Lists of names beside the answers: which rows name what."""

    def __init__(self, array: pa.Array) -> None:
        found = lists(array)
        self._size = len(found.absent)
        self._rows = _by_name(words(found.values), found.parents)

    def rows(self, name: str) -> Flags:
        """The rows that name it."""
        found = np.zeros(self._size, np.bool_)
        for rows in self._rows.get(name, ()):
            found[rows] = True
        return found


MANY = 2**15
"""So many names have numbers of more than 16 bits."""


def _by_name(names: Words, of: Index) -> dict[str, list[Index]]:
    """What belongs to each name; a dictionary may hold a name twice."""
    # Names are few, and sorting 16-bit numbers stably is a radix sort.
    codes = names.codes.astype(np.int16) if len(names.names) < MANY else names.codes
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names.names) + 1))
    found: dict[str, list[Index]] = {}
    for i, name in enumerate(names.names):
        found.setdefault(name, []).append(of[order[ends[i] : ends[i + 1]]])
    return found


# --- reasons --------------------------------------------------------------------------------------


def reasons_of(judged: Judged) -> pa.DictionaryArray:
    """Why a requirement is not met, as text: each lens and code once, in a fixed order."""
    claims, proofs = (pa.array(m).dictionary_encode() for m in (judged.claims, judged.proofs))
    codes = np.asarray(claims.indices, np.int64) * len(proofs.dictionary)
    codes = (codes + np.asarray(proofs.indices, np.int64)) * 2 + judged.decided
    combined = pa.array(codes).dictionary_encode()
    some, others = claims.dictionary.to_pylist(), proofs.dictionary.to_pylist()
    told = [
        _told(
            some[number // 2 // len(others)],
            others[number // 2 % len(others)],
            decided=bool(number % 2),
        )
        for number in combined.dictionary.to_pylist()
    ]
    return pa.DictionaryArray.from_arrays(combined.indices, pa.array(told, pa.string()))


@lru_cache(maxsize=16_384)
def _told(claims: int, proofs: int, *, decided: bool) -> str:
    words = [f"{Lens.CLAIMED}:{code}" for code in _codes(claims)]
    words += [f"{Lens.EVIDENCED}:{code}" for code in _codes(proofs)]
    words += [f"{Lens.CONFIRMED}:{Code.DECISION_MADE}"] * decided
    return " ".join(words)


def _codes(mask: int) -> list[Code]:
    return [code for i, code in enumerate(WHY_NOT) if mask >> i & 1]
