"""Cohen's kappa, against values that others have published."""

import pytest

from assessment.agreement import cohens_kappa


def pairs(both: int, only_first: int, only_second: int, neither: int) -> list[tuple[str, str]]:
    """Two readers who say yes or no."""
    return [
        *[("yes", "yes")] * both,
        *[("yes", "no")] * only_first,
        *[("no", "yes")] * only_second,
        *[("no", "no")] * neither,
    ]


@pytest.mark.parametrize(
    ("cases", "kappa"),
    [
        ((20, 5, 10, 15), 0.4),  # 50 grant proposals, the example of Wikipedia
        ((45, 15, 25, 15), 0.1304),  # the same share of agreement, two different kappas
        ((25, 35, 5, 35), 0.2593),
        ((5, 0, 0, 5), 1.0),
        ((0, 5, 5, 0), -1.0),
    ],
)
def test_kappa_is_the_published_one(cases, kappa):
    assert cohens_kappa(pairs(*cases)) == pytest.approx(kappa, abs=5e-5)


def test_three_words_are_compared_as_two_are():
    table = {("a", "a"): 44, ("a", "b"): 5, ("a", "c"): 1, ("b", "a"): 7, ("b", "b"): 20,
             ("b", "c"): 3, ("c", "a"): 9, ("c", "b"): 5, ("c", "c"): 6}  # fmt: skip

    # Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd ed., 18.1
    found = cohens_kappa([pair for pair, number in table.items() for _ in range(number)])

    assert found == pytest.approx(0.4915, abs=5e-3)


def test_where_chance_alone_would_agree_always_there_is_no_kappa():
    assert cohens_kappa([("yes", "yes")] * 5) is None
    assert cohens_kappa([]) is None
