"""The mutator finds every number that decides something, and tells what a case notices."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from rubrics.schema import Rubric
from tests import mutate_rubric
from tests.mutate_rubric import CRITERIA, WINDOW, Mutant, bench, find_mutants, outcome


@pytest.fixture(scope="module")
def mutants() -> list[Mutant]:
    return find_mutants(bench().value, bench().places)


def numbers(piece: Any) -> Iterator[object]:
    """Every number and window that was written in a piece of a rubric."""
    if isinstance(piece, BaseModel):
        for name in piece.model_fields_set - {"at"}:
            yield from numbers(getattr(piece, name))
    elif isinstance(piece, tuple | list | dict):
        for child in piece.values() if isinstance(piece, dict) else piece:
            yield from numbers(child)
    elif isinstance(piece, int | float) or WINDOW.fullmatch(str(piece)):
        yield piece


def judging_pieces(rubric: Rubric) -> Iterator[object]:
    """All that judges: checks, proofs, flags, rules, levels, eligibility, declarations."""
    yield from (rubric.tiers, rubric.eligibility, rubric.declarations)
    for code in CRITERIA:
        criterion = rubric.criterion(code)
        yield from (criterion.passes, criterion.literal)
        for own in criterion.requirements:
            yield from (own.check, own.proof, own.flags, own.not_applicable)


def test_every_number_that_decides_something_is_found(wwc, mutants):
    written = [n for piece in judging_pieces(wwc) for n in numbers(piece)]

    found = {m.path for m in mutants if not isinstance(m.new, dict)}

    assert len(found) == len(written) > 100


def test_every_number_is_tried_once_larger_and_once_smaller(mutants):
    tried: dict[object, int] = {}
    for mutant in mutants:
        if not isinstance(mutant.new, dict):
            tried[mutant.path] = tried.get(mutant.path, 0) + 1

    assert set(tried.values()) == {2}


@pytest.mark.parametrize("about", ["score", "RDC7", "RDC8", "rdc7-awards", "rdc8-journey-map"])
def test_change_is_noticed_by_a_case(mutants, about):
    first = [mutant for mutant in mutants if mutant.about == about][:4]

    assert {outcome(mutant) for mutant in first} <= {"killed", "refused"}
    assert outcome(first[0]) == "killed"


def test_change_that_nobody_could_write_is_refused(mutants):
    impossible = next(m for m in mutants if m.change == "at_least: 6 -> 7")

    assert outcome(impossible) == "refused"


def test_change_that_no_case_notices_survives(mutants, monkeypatch):
    without_cases = replace(bench(), cases=())
    monkeypatch.setattr(mutate_rubric, "bench", lambda: without_cases)

    assert outcome(mutants[0]) == "survived"


def test_change_is_told_with_its_line(mutants):
    told = next(str(m) for m in mutants if m.about == "rdc7-awards")

    assert told.startswith("criteria/rdc7.yaml:")
    assert told.endswith("min: 80 -> 79 (rdc7-awards)")
