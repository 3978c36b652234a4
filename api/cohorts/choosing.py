"""By what cities are chosen out of a cohort, and how a cohort is called. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache

from api.errors import NotThere, Unusable
from assessment.grouping import band_key, language_key, region_key
from assessment.members import Member
from assessment.results import Verdict
from assessment.withholding import Block, Conditions, Traits, shared_by
from rubrics.loader import LIBRARY, load_sprint
from rubrics.schema import Rubric
from rubrics.sprint import Sprint

EVERYBODY = "all"
"""The cohort of all cities that have handed in."""

NO_LEVEL = "none"
"""The level of cities that reach none."""

PLACED = ("sprint", "cohort", "language", "population", "country", "region")
"""What cities are told apart by without their names; what comes first, best."""

MET, OPEN = "met", "open"

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which cities of a cohort are shown; what is left out chooses nothing.

    `population` is the low end of a band, `region` has its country before it (`MX/Jalisco`).
    `criterion` is one that they meet on the evidence at hand, `lacks` one that they do not.
    """

    country: str | None = None
    region: str | None = None
    population: str | None = None
    language: str | None = None
    tier: str | None = None
    criterion: str | None = None
    lacks: str | None = None

    @property
    def parts(self) -> dict[str, str]:
        """Only what was chosen."""
        return {name: value for name, value in asdict(self).items() if value is not None}


EVERY_CITY = Choice()
"""Nothing was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortName:
    """A cohort by its name in addresses: all cities, those of a sprint, or of a cohort of it."""

    name: str
    sprint: str | None = None
    cohort: str | None = None


@cache
def cohort_names() -> tuple[CohortName, ...]:
    """Every cohort that there can be: all cities, then each sprint's, the newest sprint first."""
    found = [CohortName(name=EVERYBODY)]
    for sprint in sorted(known_sprints().values(), key=_first_day, reverse=True):
        found.append(CohortName(name=sprint.id, sprint=sprint.id))
        found += [
            CohortName(name=f"{sprint.id}.{key}", sprint=sprint.id, cohort=key)
            for key in sprint.cohorts
        ]
    return tuple(found)


@cache
def known_sprints() -> Mapping[str, Sprint]:
    """The sprints of the library, by their ids."""
    names = sorted(path.stem for path in LIBRARY.glob("sprints/*.yaml"))
    return {name: load_sprint(name) for name in names}


def check_day(day: date) -> date:
    """The day, if cohorts can be shown as of it; weeks are counted back, and days forth from it."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Unusable("cohort_day_range", first=str(FIRST_DAY.year), last=str(LAST_DAY.year))
    return day


def cohort_named(name: str) -> CohortName:
    """The cohort of this name; `NotThere` if there can be none."""
    found = next((one for one in cohort_names() if one.name == name), None)
    if found is None:
        raise NotThere("cohort", name)
    return found


def conditions_of(cohort: CohortName, choice: Choice = EVERY_CITY) -> Conditions:
    """What a city fulfils that is shown."""
    wanted: dict[str, frozenset[str]] = {}
    if cohort.cohort is not None:
        wanted["cohort"] = frozenset({f"{cohort.sprint}/{cohort.cohort}"})
    elif cohort.sprint is not None:
        wanted["sprint"] = frozenset({cohort.sprint})
    for name, value in choice.parts.items():
        match name:
            case "criterion":
                wanted[value] = wanted.get(value, frozenset({MET})) & {MET}
            case "lacks":
                wanted[value] = wanted.get(value, frozenset({OPEN})) & {OPEN}
            case _:
                wanted[name] = frozenset({value})
    return wanted


def properties_of(rubric: Rubric) -> tuple[str, ...]:
    """All that cities can be chosen by."""
    return (*PLACED, "tier", *(criterion.id for criterion in rubric.assessed()))


def traits_of(rubric: Rubric, member: Member, *, sprint: str | None, cohort: str | None) -> Traits:
    """What a city can be chosen by."""
    evidenced = {line.id: line.evidenced for line in member.criteria}
    return {
        "sprint": sprint or "",
        "cohort": f"{sprint}/{cohort}" if sprint and cohort else "",
        "language": language_key(member),
        "population": band_key(member),
        "country": member.country,
        "region": region_key(member),
        "tier": member.lenses.evidenced.tier.reached or NO_LEVEL,
        **{
            criterion.id: MET if evidenced[criterion.id] is Verdict.MET else OPEN
            for criterion in rubric.assessed()
        },
    }


Offered = Mapping[str, tuple[str, ...]]
"""What can be chosen: for each part of a choice its values."""


def offered_values(rubric: Rubric, cities: Iterable[Traits]) -> Offered:
    """Every value that some city has."""
    listed = list(cities)
    return _offered(
        rubric, {name: {city[name] for city in listed} for name in properties_of(rubric)}
    )


def offered_of_blocks(rubric: Rubric, blocks: Sequence[Block], cities: Sequence[Traits]) -> Offered:
    """Every value that a whole block shares: choosing another one would show nothing."""
    return _offered(
        rubric,
        {
            name: {
                value for block in blocks if (value := shared_by(block, cities, name)) is not None
            }
            for name in properties_of(rubric)
        },
    )


def _offered(rubric: Rubric, values: Mapping[str, set[str]]) -> Offered:
    codes = [criterion.id for criterion in rubric.assessed()]
    levels = (NO_LEVEL, *(tier.id for tier in rubric.tiers.levels))
    return {
        "country": _sorted(values["country"]),
        "region": _sorted(value for value in values["region"] if "/" in value),
        "population": tuple(sorted(values["population"] - {""}, key=int)),
        "language": _sorted(values["language"]),
        "tier": tuple(tier for tier in levels if tier in values["tier"]),
        "criterion": tuple(code for code in codes if MET in values[code]),
        "lacks": tuple(code for code in codes if OPEN in values[code]),
    }


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(value for value in values if value))


def _first_day(sprint: Sprint) -> str:
    return min(sprint.sessions[0].dates.values()).isoformat()
