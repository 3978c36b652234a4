"""Requirements over columns: the check on answers, the proof on evidence, the coach above both."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from assessment.batch.arrays import NOWHERE, column, lists, part, words
from assessment.batch.judge import judge_of
from assessment.batch.outcomes import Choice, Chosen, Outcomes, Step, combine, occurring
from assessment.batch.sights import Batch, Judge, Sight
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
    """A requirement in every row: which outcome, and of each its states and why it is not met."""

    chosen: Chosen
    states: Lenses
    claims: Masks
    proofs: Masks
    decided: Flags

    def everywhere(self) -> Lenses:
        """The states in every row."""
        claimed, evidenced, confirmed = (states.take(self.chosen) for states in self.states)
        return claimed, evidenced, confirmed


class ReadyRequirement:
    """A requirement with its checks as functions over columns."""

    def __init__(self, own: Requirement) -> None:
        scope, policy = Scope(own.id), own.not_applicable
        self.own = own
        self._check = judge_of(own.check, scope)
        self._proof = judge_of(own.proof, scope)
        when = policy.when if policy is not None else None
        self._when: Judge | None = judge_of(when, scope) if when is not None else None

    def judge(self, batch: Batch, decisions: "Decisions", justified: Flags) -> Judged:
        """The requirement in every row; `justified` says where the team says that it is n/a."""
        sight = Sight(batch, batch.size, evidence=batch.entries.serving(self.own.id))
        check, proof, away = self._check(sight), self._proof(sight), self._away(sight, justified)
        said = decisions.about(self.own.id)
        chosen, parts = combine(check.choice, proof.choice, away.choice, said)
        chosen, kept = occurring(Choice(chosen, len(parts[0])))
        checked, proved, gone, word = (part.take(kept) for part in parts)
        claimed = check.states.take(checked)
        evidenced = at_least(2, [claimed, proof.states.take(proved)])
        does_not_apply = away.states.take(gone)
        claimed = gate(claimed, not_applicable=does_not_apply, prerequisites=())
        evidenced = gate(evidenced, not_applicable=does_not_apply, prerequisites=())
        confirmed = confirmed_by(word, evidenced)
        done = settled(evidenced)
        differs = _WORDS.take(confirmed) != _WORDS.take(evidenced)
        return Judged(
            chosen,
            states=(claimed, evidenced, confirmed),
            claims=np.where(done | (claimed & 7 == MET), NONE, check.reasons.take(checked)),
            proofs=np.where(done, NONE, proof.reasons.take(proved)),
            decided=(word != UNDECIDED) & differs,
        )

    def _away(self, sight: Sight, justified: Flags) -> Step:
        """Whether it does not apply."""
        when = _APPLIES.step(np.zeros(sight.size, np.uint8))
        if self._when is not None:
            when = self._when(sight)
        return _JUSTIFIED.instead(justified.view(np.uint8), when)


# What is told of it is the team's justification, so that the codes of these are never read.
_APPLIES = Outcomes((UNMET, Code.ANSWER_IS_NOT))
_JUSTIFIED = Outcomes((MET, Code.ANSWER_IS))
_WORDS = np.array([list(dict.fromkeys(WORDS)).index(word) for word in WORDS])


# --- coaches --------------------------------------------------------------------------------------

UNDECIDED, _AGREE = 0, 1
_VERDICTS = {"agree": _AGREE, **{word: i for i, word in enumerate(DECIDED, _AGREE + 1)}}
_STATES = np.array([0, 0, *DECIDED.values()], np.uint8)
_WAITS = np.array(
    [UNMET | REVIEW if word in {"met", "not_applicable"} else 0 for word in WORDS], np.uint8
)


class Decisions:
    """Coaches' decisions, by what they are about."""

    def __init__(self, batch: Batch) -> None:
        found = lists(column(batch.columns, "decisions", _DECISIONS))
        about = words(part(found.values, "about", pa.string()))
        self._about = about.by_name(np.arange(len(about.codes)))
        verdicts = words(part(found.values, "verdict", pa.string()))
        # A decision without a verdict decides nothing.
        self._verdicts = np.maximum(verdicts.numbered(_VERDICTS), UNDECIDED)
        self._rows = found.parents
        self._size = batch.size

    def about(self, name: str) -> Choice:
        """What coaches say of this, row by row."""
        said = np.full(self._size, UNDECIDED, np.uint8)
        at = self._about.get(name, NOWHERE)
        said[self._rows.take(at)] = self._verdicts.take(at)
        return Choice(said, len(_STATES))


def confirmed_by(said: Index | Chosen, evidenced: States) -> States:
    """The confirmed states, from what coaches say; see `decisions.confirmed_by`."""
    waiting = evidenced | _WAITS.take(evidenced)
    word = np.where(said == _AGREE, evidenced, _STATES.take(said))
    return np.where(said == UNDECIDED, waiting, word)


_DECISIONS = pa.list_(pa.struct({"about": pa.string(), "verdict": pa.string()}))


class Named:
    """Lists of names beside the answers: which rows name what."""

    def __init__(self, array: pa.Array) -> None:
        found = lists(array)
        self._size = len(found.absent)
        self._rows = words(found.values).by_name(found.parents)

    def rows(self, name: str) -> Flags:
        """The rows that name it."""
        found = np.zeros(self._size, np.bool_)
        found[self._rows.get(name, NOWHERE)] = True
        return found


# --- reasons --------------------------------------------------------------------------------------


def reasons_of(judged: Judged) -> pa.DictionaryArray:
    """Why a requirement is not met, as text: each lens and code once, in a fixed order."""
    rows = zip(judged.claims.tolist(), judged.proofs.tolist(), judged.decided.tolist(), strict=True)
    told = [_told(claims, proofs, decided=decided) for claims, proofs, decided in rows]
    numbers = {text: i for i, text in enumerate(dict.fromkeys(told))}
    codes = np.array([numbers[text] for text in told], np.int32).take(judged.chosen)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(numbers), pa.string()))


@lru_cache(maxsize=16_384)
def _told(claims: int, proofs: int, *, decided: bool) -> str:
    words = [f"{Lens.CLAIMED}:{code}" for code in _codes(claims)]
    words += [f"{Lens.EVIDENCED}:{code}" for code in _codes(proofs)]
    words += [f"{Lens.CONFIRMED}:{Code.DECISION_MADE}"] * decided
    return " ".join(words)


def _codes(mask: int) -> list[Code]:
    return [code for i, code in enumerate(WHY_NOT) if mask >> i & 1]
