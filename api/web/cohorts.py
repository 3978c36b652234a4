"""A cohort's page in values: its title, what can be chosen, how it is called, where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from api.cohorts.choosing import NO_LEVEL, Choice, CohortName, known_sprints
from api.cohorts.saving import SavedView
from api.cohorts.viewing import CohortView
from reports.i18n import N_, Language, Message
from reports.sections.cohort_groups import group_words
from rubrics.schema import Rubric

NAMES: Mapping[str, Message] = {
    "country": N_("Country"),
    "region": N_("Region"),
    "population": N_("Population"),
    "language": N_("Language"),
    "tier": N_("Level they reach"),
    "criterion": N_("Criterion they meet"),
    "lacks": N_("Criterion they do not meet"),
}
"""What each part of a choice is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A list to choose from: its name in the address, its label, its options, what was chosen."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


def cohort_title(cohort: CohortName, language: Language) -> str:
    """What a cohort is called."""
    if cohort.sprint is None:
        return language.text("All cities")
    sprint = known_sprints()[cohort.sprint]
    if cohort.cohort is None:
        return sprint.title
    return f"{sprint.title}, {sprint.cohorts[cohort.cohort].title}"


def parts_of(view: CohortView, rubric: Rubric, language: Language) -> tuple[Part, ...]:
    """Everything that can be chosen; what was chosen stays there, though no city has it."""
    chosen = view.choice.parts
    return tuple(
        Part(
            name=name,
            label=language.say(label),
            options=tuple(
                (value, value_words(name, value, rubric, language))
                for value in dict.fromkeys([*view.offered[name], *_kept(chosen.get(name))])
            ),
            value=chosen.get(name, ""),
        )
        for name, label in NAMES.items()
        if view.offered[name] or name in chosen
    )


def value_words(name: str, value: str, rubric: Rubric, language: Language) -> str:
    """A value that cities can be chosen by, in words."""
    match name:
        case "country":
            return language.country(value)
        case "region" | "language":
            return group_words(value, name, language)
        case "population" if value.isascii() and value.isdecimal():
            return group_words(value, name, language)
        case "tier" if value == NO_LEVEL:
            return language.text("None yet")
        case "tier":
            titles = {tier.id: tier.title for tier in rubric.tiers.levels}
            return titles.get(value, value)
        case "criterion" | "lacks":
            titles = {c.id: f"{c.id} · {c.title}" for c in rubric.assessed()}
            return titles.get(value, value)
        case _:
            return value


def chosen_words(choice: Choice, rubric: Rubric, language: Language) -> str:
    """A choice in one line."""
    return " · ".join(
        f"{language.say(NAMES[name])}: {value_words(name, value, rubric, language)}"
        for name, value in choice.parts.items()
    )


def address_of(cohort: str, choice: Choice, *, named: bool) -> str:
    """The query of a page that shows this."""
    query = {**choice.parts, **({"named": "yes"} if named else {})}
    return f"/cohorts/{cohort}" + (f"?{urlencode(query)}" if query else "")


def saved_address(saved: SavedView) -> str:
    """Where a view that was kept is shown."""
    return address_of(saved.cohort, saved.choice, named=saved.named)


def _kept(value: str | None) -> list[str]:
    return [] if value is None else [value]
