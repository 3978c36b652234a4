"""What checking a report found, and how two results of the same submission differ."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from assessment.results import Assessment, Finding, Lens, RequirementResult, Verdict

Outcome = Literal["same", "different", "tampered"]
Judge = Literal["library", "given", "embedded"]
"""Where the rubric came from by which it was judged again."""

MAX_LISTED = 500


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict that the report says otherwise than it comes out now.

    `about` is a criterion or a requirement; `said` or `found` is `None` where one of the results
    does not know it.
    """

    about: str
    title: str
    lens: Lens
    said: Verdict | None
    found: Verdict | None


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something that cannot have been written so: the code of a sentence, and the file it is of."""

    code: Literal[
        "file.changed", "file.missing", "file.unknown", "rubric.digest", "submission.digest",
        "manifest.differs", "pages.changed", "pages.appended", "seal.broken", "seal.partial",
    ]  # fmt: skip
    file: str = ""


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the printed pages are those of the result; `made_by` where that cannot be told."""

    state: Literal["same", "changed", "not_compared"]
    made_by: str = ""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed the file, when by their own word, and whether we were told to trust them."""

    signer: str
    at: str
    trusted: bool | None
    whole: bool
    intact: bool


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What checking a report found.

    `parts` are the parts of the result that differ, such as `actions`. Where what was changed can
    no longer be read, all that is known is what is wrong.
    """

    outcome: Outcome
    kind: str
    faults: tuple[Fault, ...]
    pages: Pages
    seal: Seal | None
    city: str = ""
    on: str = ""
    engine_version: str = ""
    engine_here: str = ""
    rubric_id: str = ""
    rubric_digest: str = ""
    submission_digest: str = ""
    judge: Judge = "library"
    judge_digest: str = ""
    flips: tuple[Flip, ...] = ()
    parts: tuple[str, ...] = ()


def flips(said: Assessment, found: Assessment) -> tuple[Flip, ...]:
    """Every verdict that two results do not share, criterion by criterion."""
    differing: list[Flip] = []
    before, after = _judged(said), _judged(found)
    for about in dict.fromkeys([*before, *after]):
        one, other = before.get(about), after.get(about)
        for lens in Lens:
            was = _verdict(one, lens)
            now = _verdict(other, lens)
            if was != now:
                title = (other or one).title if (other or one) else ""  # type: ignore[union-attr]
                differing.append(Flip(about=about, title=title, lens=lens, said=was, found=now))
    return tuple(differing[:MAX_LISTED])


def parts(said: Assessment, found: Assessment) -> tuple[str, ...]:
    """The parts of a result, by their names, that two results do not share."""
    return tuple(
        name
        for name in Assessment.__struct_fields__
        if msgspec.json.encode(getattr(said, name)) != msgspec.json.encode(getattr(found, name))
    )


def _judged(assessment: Assessment) -> dict[str, Finding | RequirementResult]:
    return dict(_lines(assessment))


def _lines(assessment: Assessment) -> Iterator[tuple[str, Finding | RequirementResult]]:
    for finding in assessment.criteria:
        yield finding.id, finding
        yield from ((result.id, result) for result in finding.requirements)


def _verdict(judged: Finding | RequirementResult | None, lens: Lens) -> Verdict | None:
    if judged is None:
        return None
    match lens:
        case Lens.CLAIMED:
            return judged.claimed
        case Lens.EVIDENCED:
            return judged.evidenced
        case Lens.CONFIRMED:
            return judged.confirmed
