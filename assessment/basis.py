"""What a decision rests on: the answer and the evidence that a coach had in view.

Once the team changes any of it, the decision is about something that is no longer there.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from assessment.ready import prepare
from assessment.submission import DIGESTED, Evidence, Submission, alike
from rubrics.schema import Rubric

_BESIDES = frozenset({"serves", "received"})
"""What a piece also serves, and when it came in, changes nothing for one requirement."""


def basis(rubric: Rubric, submission: Submission, about: str) -> str:
    """The SHA-256 of all that is said and handed in for a requirement or criterion.

    Equal ones mean that nothing of it was changed. Whether evidence was handed in at all is part of
    every one: where there is none, nothing is proven.
    """
    served_by = prepare(rubric).served_by
    names = frozenset(served_by.get(about, (about,)))
    declared = submission.declared
    plain: dict[str, object] = {
        "answers": {n: alike(submission.answers[n]) for n in names if n in submission.answers},
        "not_applicable": {
            name: text for name, text in submission.not_applicable.items() if name in names
        },
        "evidence": submission.evidence is not None,
        "pieces": [_seen(piece) for piece in pieces_for(rubric, submission, about)],
    }
    if is_declared(rubric, about):
        word = [list_ for list_ in ("met", "not_met") if about in getattr(declared, list_)]
        plain["declared"] = [word, declared.assessed_on, declared.evidence]
    return sha256(DIGESTED.encode(plain)).hexdigest()


def pieces_for(rubric: Rubric, submission: Submission, about: str) -> tuple[Evidence, ...]:
    """The pieces of evidence that serve a requirement or criterion, by id.

    A declared criterion is proven by the official result alone.
    """
    pieces = sorted(submission.evidence or (), key=lambda piece: piece.id)
    if is_declared(rubric, about):
        return tuple(piece for piece in pieces if piece.id == submission.declared.evidence)
    served_by = prepare(rubric).served_by
    names = frozenset(served_by.get(about, (about,)))
    return tuple(piece for piece in pieces if not names.isdisjoint(_served(served_by, piece)))


def is_declared(rubric: Rubric, about: str) -> bool:
    """Whether this is a criterion that the team declares, and that nobody judges in depth."""
    return any(criterion.id == about and not criterion.assessed for criterion in rubric.criteria)


def changed(
    rubric: Rubric, before: Submission, after: Submission, names: Iterable[str]
) -> tuple[str, ...]:
    """Which of these rest on something else after than before, in their order."""
    return tuple(n for n in names if basis(rubric, before, n) != basis(rubric, after, n))


def _served(served_by: Mapping[str, tuple[str, ...]], piece: Evidence) -> set[str]:
    return {name for word in piece.serves for name in served_by.get(word, (word,))}


def _seen(piece: Evidence) -> dict[str, object]:
    return {name: value for name, value in vars(piece).items() if name not in _BESIDES}
