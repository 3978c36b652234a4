"""Outcomes by number: combinations and sets of them, held against what stands in each place."""

from itertools import pairwise
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assessment.batch.outcomes import Choice, combine, gather


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=5), st.integers(0, 30), st.randoms())
def test_combination_says_what_every_choice_was(sizes, places, random: Random):
    given = [[random.randrange(size) for _ in range(places)] for size in sizes]

    chosen, parts = combine(
        *(Choice(np.array(g, np.uint16), size) for g, size in zip(given, sizes, strict=True))
    )

    assert [part.take(chosen).tolist() for part in parts] == given


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 9), st.randoms())
def test_stretches_hold_the_signs_of_their_places(lengths, many, random: Random):
    # Each table has up to 64 signs: far more than are gathered at once.
    tables = [[random.getrandbits(64) for _ in range(many)] for _ in range(2)]
    chosen = [random.randrange(many) for _ in range(sum(lengths))]
    offsets = np.cumsum([0, *lengths])

    found, masks = gather(
        np.array(chosen, np.uint8), [np.array(table, np.uint64) for table in tables], offsets
    )

    for table, mask in zip(tables, masks, strict=True):
        expected = [
            int(np.bitwise_or.reduce(np.array([0, *(table[c] for c in chosen[a:b])], np.uint64)))
            for a, b in pairwise(offsets)
        ]
        assert mask.take(found).tolist() == expected
