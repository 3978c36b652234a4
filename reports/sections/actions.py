"""The plan: what to do, in the order of the assessment, with who, how long and after what."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assessment.planning import DECLARED
from assessment.results import Action
from reports import wording
from reports.i18n import NN_, Language
from reports.report import ActionLine, WeekBar
from reports.sections.context import Context
from rubrics.schema import Requirement, Rubric

SHOWN_CRITERIA = 4
"""How many criteria an action names; of more, only the number is told."""


def build_actions(context: Context, bars: Mapping[str, WeekBar]) -> tuple[ActionLine, ...]:
    """Every action of the plan, with the words of the (translated) rubric and with its weeks."""
    actions = context.assessment.actions
    lines = lines_of(actions, context.rubric, context.numbers, context.language)
    return tuple(
        replace(line, bar=bars.get(action.requirement))
        for line, action in zip(lines, actions, strict=True)
    )


def lines_of(
    actions: Sequence[Action], rubric: Rubric, numbers: Mapping[str, str], language: Language
) -> tuple[ActionLine, ...]:
    """Actions in words; `numbers` are those of requirements (`RDC7.3`) by id."""
    ranks = {action.requirement: action.rank for action in actions}
    return tuple(_line(action, rubric, numbers, language, ranks) for action in actions)


def actions_note(context: Context) -> str:
    """What the plan costs in all."""
    actions, language = context.assessment.actions, context.language
    needed = [action for action in actions if action.needed]
    if not needed:
        return ""
    days = sum(action.effort_days for action in needed)
    return language.say(
        NN_(
            "{n} action is needed for what still fails; it takes {effort} of work.",
            "{n} actions are needed for what still fails; they take {effort} of work.",
            "n",
        ),
        n=len(needed),
        effort=effort_words(days, language),
    )


def effort_words(days: float, language: Language) -> str:
    """Working days of people."""
    return language.say(NN_("{n} day", "{n} days", "n"), n=days)


def _line(
    action: Action,
    rubric: Rubric,
    numbers: Mapping[str, str],
    language: Language,
    ranks: Mapping[str, int],
) -> ActionLine:
    own, words = rubric.requirements.get(action.requirement), rubric.vocabulary
    roles = [words.roles.get(name, name) for name in action.roles]
    before = [ranks[name] for name in action.after if name in ranks]
    needs_proof = own is not None and action.goal not in ("answer", "confirm")
    return ActionLine(
        rank=action.rank,
        number=numbers.get(action.requirement, action.criterion),
        goal=wording.goal_word(action.goal, language),
        goal_meaning=language.say(wording.GOAL_MEANINGS[action.goal]),
        title=action_title(action.requirement, action.goal, rubric, language),
        why=own.why if own is not None else "",
        steps=own.remedy.steps if own is not None and action.goal == "do" else (),
        proof=own.counts_as_proof if own is not None and needs_proof else "",
        effort=effort_words(action.effort_days, language) if action.effort_days else "",
        weeks=_weeks(action.weeks, language),
        roles=language.all_of(roles),
        owner=next(iter(roles), ""),
        others=language.all_of(roles[1:]),
        activity=language.all_of(words.activities.get(name, name) for name in action.activity),
        after=_after(sorted(before), language),
        unlocks=_unlocks(action, language),
        needed=action.needed,
    )


def action_title(about: str, goal: str, rubric: Rubric, language: Language) -> str:
    """What to do about a requirement, about a criterion, or to prove all that is declared."""
    own = rubric.requirements.get(about)
    if own is not None:
        return _title(goal, own, language)
    if about == DECLARED:
        return language.text("Attach the result of the last official assessment")
    title = rubric.criterion(about).title
    if goal == "answer":
        return language.text("Declare whether it is met: {title}", title=title)
    return language.text("Ask a coach: {title}", title=title)


def _unlocks(action: Action, language: Language) -> str:
    """The criteria that it helps; of many, how many."""
    if len(action.unlocks) > SHOWN_CRITERIA:
        return language.text("{n} criteria", n=len(action.unlocks))
    return language.all_of(action.unlocks)


def _title(goal: str, own: Requirement, language: Language) -> str:
    """What to do, said so that nobody publishes anew what only lacks its proof."""
    match goal:
        case "answer":
            return language.text("Answer: {question}", question=own.ask.text)
        case "prove":
            return language.text("Hand in proof: {title}", title=own.title)
        case "show":
            return language.text("Make the evidence clear: {title}", title=own.title)
        case "confirm":
            return language.text("Ask a coach: {title}", title=own.title)
        case _:
            return own.remedy.title


def _weeks(weeks: int, language: Language) -> str:
    if not weeks:
        return ""
    return language.say(NN_("{n} week", "{n} weeks", "n"), n=weeks)


def _after(ranks: list[int], language: Language) -> str:
    if not ranks:
        return ""
    return language.text("after {actions}", actions=language.all_of(str(rank) for rank in ranks))
