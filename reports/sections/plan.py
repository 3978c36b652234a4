"""A plan in words: what it takes, how sure that is, who carries it, what else could be done."""

from collections.abc import Iterable, Mapping

from assessment.plans import ActionPlan, Alternative, Flip, RoleLoad
from reports import wording
from reports.i18n import NN_, Language
from reports.plan import OtherWay, PlanTold
from reports.sections.actions import action_title, effort_words, lines_of
from reports.sections.calendar import build_calendar, obstacle_sentence
from rubrics.schema import Rubric

SHOWN_FLIPS = 5
"""How many single changes are told; the plan's JSON has them all."""


def build_plan(plan: ActionPlan, rubric: Rubric, language: Language, *, city: str) -> PlanTold:
    """Everything that is said of a plan; `rubric` is in the same language."""
    numbers = numbers_of(rubric)
    target = target_words(plan.target, rubric, language)
    schedule = plan.schedule
    return PlanTold(
        title=language.text("Plan for {city}: {target}", city=city, target=target),
        headline=_headline(plan, target, language),
        notes=tuple(_notes(plan, rubric, language)),
        actions=lines_of(plan.actions, rubric, numbers, language),
        otherwise_note=_otherwise(plan, target, language),
        otherwise=lines_of(plan.otherwise, rubric, numbers, language),
        roles=_roles(plan.roles, rubric, language),
        flips=tuple(_flip(flip, rubric, language) for flip in plan.flips[:SHOWN_FLIPS]),
        others=tuple(_other(plan, way, rubric, language) for way in plan.alternatives),
        routes=tuple(_routes(plan, language)),
        calendar=build_calendar(schedule, rubric, language) if schedule is not None else None,
    )


def numbers_of(rubric: Rubric) -> Mapping[str, str]:
    """The number of every requirement (`RDC7.3`) by its id."""
    return {
        own.id: f"{criterion.id}.{number}"
        for criterion in rubric.criteria
        for number, own in enumerate(criterion.requirements, 1)
    }


def target_words(target: str, rubric: Rubric, language: Language) -> str:
    """A target as people call it: `Silver`, `RDC7 and RDC8`."""
    levels = {tier.id: tier.title for tier in rubric.tiers.levels}
    return language.all_of(levels.get(word, word.upper()) for word in target.split("+"))


def _headline(plan: ActionPlan, target: str, language: Language) -> str:
    if plan.reached:
        return language.text("{target}: reached already, nothing is left to do.", target=target)
    if not plan.possible:
        return language.text("{target} is out of reach:", target=target)
    return language.say(
        NN_(
            "{target}: {n} action, {effort} of work.",
            "{target}: {n} actions, {effort} of work.",
            "n",
        ),
        target=target,
        n=len(plan.actions),
        effort=effort_words(plan.effort_days, language),
    )


def _notes(plan: ActionPlan, rubric: Rubric, language: Language) -> list[str]:
    """What is proven, whose word counts, and what is in the way."""
    notes = [obstacle_sentence(one, rubric, language) for one in plan.obstacles]
    proof = plan.proof
    if proof is not None and plan.actions:
        if proof.optimal and plan.schedule is not None and plan.schedule.in_time:
            notes.append(
                language.text(
                    "This is proven: no other way that is done by Showtime takes less work."
                )
            )
        elif proof.optimal:
            notes.append(language.text("This is proven: no other way takes less work."))
        else:
            notes.append(
                language.text(
                    "This is the best that was found; nothing takes less than {effort}.",
                    effort=effort_words(proof.bound_days, language),
                )
            )
    notes.append(
        language.text(
            "What counts: {meaning}. Points for sure: {before} now, {after} afterwards.",
            meaning=language.say(wording.LENS_MEANINGS[plan.lens]),
            before=plan.points_before,
            after=plan.points_after,
        )
    )
    return notes


def _otherwise(plan: ActionPlan, target: str, language: Language) -> str:
    """What the open questions may mean."""
    if not plan.questions:
        return ""
    first = language.say(
        NN_(
            "{n} action is a question that only needs an answer: begin with it.",
            "{n} actions are questions that only need an answer: begin with them.",
            "n",
        ),
        n=plan.questions,
    )
    if plan.at_most_days is None:
        then = language.text(
            "Should every open question be answered with no, {target} is out of reach.",
            target=target,
        )
    else:
        then = language.text(
            "Should every open question be answered with no, it takes {effort} of work:",
            effort=effort_words(plan.at_most_days, language),
        )
    return f"{first} {then}"


def _roles(roles: Iterable[RoleLoad], rubric: Rubric, language: Language) -> str:
    words = rubric.vocabulary.roles
    return language.all_of(
        language.text(
            "{role} {effort}",
            role=words.get(load.role, load.role),
            effort=effort_words(round(load.days, 1), language),
        )
        for load in roles
    )


def _flip(flip: Flip, rubric: Rubric, language: Language) -> str:
    title = action_title(flip.requirement, flip.goal, rubric, language)
    return language.text(
        "This alone turns {criteria}: {action}",
        criteria=language.all_of(flip.criteria),
        action=title,
    )


def _other(plan: ActionPlan, way: Alternative, rubric: Rubric, language: Language) -> OtherWay:
    goals = {a.requirement: a.goal for a in (*plan.actions, *way.actions)}

    def titles(names: Iterable[str]) -> str:
        return "; ".join(action_title(name, goals[name], rubric, language) for name in names)

    change = language.text(
        "instead of “{instead}”: “{by}”", instead=titles(way.instead_of), by=titles(way.by)
    )
    return OtherWay(
        effort=effort_words(way.effort_days, language),
        change=change,
        roles=_roles(way.roles, rubric, language),
    )


def _routes(plan: ActionPlan, language: Language) -> list[str]:
    """What every route takes, a criterion a line."""
    lines: dict[str, list[str]] = {}
    for way in plan.routes:
        days = way.effort_days
        effort = language.text("out of reach") if days is None else effort_words(days, language)
        said = language.text("by route {route}: {effort}", route=way.route, effort=effort)
        lines.setdefault(way.criterion, []).append(said)
    return [f"{code} {'; '.join(parts)}" for code, parts in lines.items()]
