"""Lists of a cohort report: who is near a criterion, what is hardest, what soon expires."""

from collections.abc import Iterable, Mapping, Sequence

from assessment.cohort import CodeCount, Cohort, RequirementShare
from assessment.results import Lens
from reports.cohort import ExpiringCity, ExpiringLine, HardLine, NearLine
from reports.i18n import N_, Language, Message
from reports.report import Bar
from rubrics.schema import Rubric

SHOWN = 12
"""How many lines of a list are told on paper; a page and the cohort's JSON have all."""

SHOWN_WAYS = 3
"""How many ways to a criterion are told of a city."""

_WHY: dict[str, Message] = {
    "answer.missing": N_("not answered"),
    "evidence.missing": N_("no proof handed in"),
    "evidence.not_handed_in": N_("no proof handed in"),
}
_TOO_OLD = N_("too old")
_NOT_SEEN = N_("the proof could not be looked at")
_ANSWER = N_("the answer falls short")
_PROOF = N_("the proof falls short")


def build_near(
    cohort: Cohort,
    rubric: Rubric,
    numbers: Mapping[str, str],
    language: Language,
    *,
    most: int | None = SHOWN,
) -> tuple[NearLine, ...]:
    """Every criterion that some cities nearly meet, with their names where these are told."""
    criteria = dict.fromkeys(near.criterion for near in cohort.near if near.cities)
    return tuple(
        _near(
            cohort,
            code,
            rubric,
            _first(_near_cities(cohort, code, numbers, language), most, language),
        )
        for code in criteria
    )


def build_hardest(
    cohort: Cohort,
    rubric: Rubric,
    numbers: Mapping[str, str],
    language: Language,
    *,
    most: int | None = SHOWN,
) -> tuple[HardLine, ...]:
    """The requirements that the fewest cities have proven."""
    shares = cohort.requirements[:most]
    return tuple(_hard(share, rubric, numbers, language) for share in shares)


def _near(cohort: Cohort, criterion: str, rubric: Rubric, cities: Sequence[str]) -> NearLine:
    counts = {n.steps: n.cities for n in cohort.near if n.criterion == criterion}
    return NearLine(
        criterion=criterion,
        title=rubric.criterion(criterion).title,
        one=counts.get(1, 0),
        two=counts.get(2, 0),
        cities=tuple(cities),
    )


def _near_cities(
    cohort: Cohort, criterion: str, numbers: Mapping[str, str], language: Language
) -> list[str]:
    """Who is near a criterion, and what would bring it."""
    named = [n for n in cohort.near_cities if n.criterion == criterion]
    return [
        language.text(
            "{city}: {requirements}",
            city=cohort.cities[near.city].name,
            requirements=language.one_of(
                " + ".join(numbers.get(name, name) for name in way)
                for way in near.ways[:SHOWN_WAYS]
            ),
        )
        for near in sorted(named, key=lambda one: one.steps)
    ]


def _first(lines: list[str], most: int | None, language: Language) -> list[str]:
    """As many lines as are shown, and how many more there are."""
    if most is None or len(lines) <= most:
        return lines
    return [*lines[:most], language.text("and {n} more", n=len(lines) - most)]


def _hard(
    share: RequirementShare, rubric: Rubric, numbers: Mapping[str, str], language: Language
) -> HardLine:
    tally = share.evidenced
    alt = language.text(
        "Proven in {met} of {of} cities, open in {open}",
        met=tally.met,
        of=tally.applying,
        open=tally.unanswered + tally.needs_review,
    )
    return HardLine(
        number=numbers.get(share.id, share.id),
        title=rubric.requirements[share.id].title,
        bar=Bar(
            guaranteed=tally.met,
            possible=tally.met + tally.unanswered + tally.needs_review,
            total=tally.applying,
            alt=alt,
        ),
        proven=language.text("{met} of {of}", met=tally.met, of=tally.applying),
        claimed=language.text("{met} of {of}", met=share.claimed.met, of=share.claimed.applying),
        why=why_not(share.reasons, language),
    )


def why_not(reasons: Iterable[CodeCount], language: Language) -> str:
    """The most frequent reasons, each kind once with the most cities that have it."""
    found: dict[str, int] = {}
    for reason in reasons:
        word = language.say(_reason(reason))
        found[word] = max(found.get(word, 0), reason.cities)
    return "; ".join(f"{word} ({language.number(n)})" for word, n in found.items())


def _reason(reason: CodeCount) -> Message:
    noun, _, state = reason.code.partition(".")
    if reason.code in _WHY:
        return _WHY[reason.code]
    if state == "too_old":
        return _TOO_OLD
    if noun == "evidence" or state.endswith(("not_seen", "unconfirmed", "open", "unseen")):
        return _NOT_SEEN
    return _ANSWER if reason.lens is Lens.CLAIMED else _PROOF


def expiring_note(cohort: Cohort, language: Language) -> str:
    """How to read what expires; empty where nothing is told at all."""
    if not cohort.count or cohort.withheld:
        return ""
    if not cohort.expiring:
        return language.text("Nothing expires in the next {n} days.", n=cohort.within_days)
    return language.text(
        "In the next {n} days this is proven no longer, unless the cities renew it.",
        n=cohort.within_days,
    )


def build_expiring(
    cohort: Cohort,
    rubric: Rubric,
    numbers: Mapping[str, str],
    language: Language,
    *,
    most: int | None = SHOWN,
) -> tuple[ExpiringLine, ...]:
    """What most cities lose comes first."""
    return tuple(
        ExpiringLine(
            number=numbers.get(one.about, one.about),
            title=_title(one.about, rubric),
            cities=language.number(one.cities),
            first=language.short_date(one.first) if one.first is not None else "",
        )
        for one in cohort.expiring[:most]
    )


def build_expiring_cities(
    cohort: Cohort, numbers: Mapping[str, str], language: Language, *, most: int | None = SHOWN
) -> tuple[ExpiringCity, ...]:
    """By name, where names are told: what turns a verdict, the first to expire first."""
    entries = sorted(cohort.expiring_entries, key=lambda e: (e.last_day, e.city, e.looked_at))
    lines = (
        ExpiringCity(
            city=cohort.cities[entry.city].name,
            last_day=language.short_date(entry.last_day),
            turns=", ".join(numbers.get(name, name) for name in entry.turns),
        )
        for entry in entries
        if entry.turns
    )
    # Two pieces of one city may run out on the same day for the same requirement.
    return tuple(dict.fromkeys(lines))[:most]


def _title(name: str, rubric: Rubric) -> str:
    own = rubric.requirements.get(name)
    return own.title if own is not None else rubric.criterion(name).title
