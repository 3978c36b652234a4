"""How far two readers agree, beyond what chance alone would give: Cohen's kappa."""

from collections import Counter
from collections.abc import Sequence


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two readers' words about the same cases (Cohen 1960).

    1: they always agree; 0: no more than by chance; below 0: less than that. `None` where there is
    no case, and where both say one and the same word always: then chance alone would agree always.
    """
    cases = len(pairs)
    if not cases:
        return None
    first, second = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    agreed = sum(one == two for one, two in pairs) * cases
    chance = sum(first[word] * second[word] for word in first)
    whole = cases * cases
    return (agreed - chance) / (whole - chance) if chance < whole else None
