"""The plan: what to do, in the order of the assessment, with who, how long and after what."""

from assessment.results import Action
from reports import wording
from reports.i18n import NN_, Language
from reports.report import ActionLine
from reports.sections.context import Context
from rubrics.schema import Requirement


def build_actions(context: Context) -> tuple[ActionLine, ...]:
    """Every action of the plan, with the words of the (translated) rubric."""
    ranks = {action.requirement: action.rank for action in context.assessment.actions}
    return tuple(_line(context, action, ranks) for action in context.assessment.actions)


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


def _line(context: Context, action: Action, ranks: dict[str, int]) -> ActionLine:
    own, language = context.rubric.requirements[action.requirement], context.language
    words = context.rubric.vocabulary
    before = [ranks[name] for name in action.after if name in ranks]
    answer_only = action.goal == "answer"
    return ActionLine(
        rank=action.rank,
        number=context.numbers[action.requirement],
        goal=wording.goal_word(action.goal, language),
        goal_meaning=language.say(wording.GOAL_MEANINGS[action.goal]),
        title=_title(action.goal, own, language),
        why=own.why,
        steps=own.remedy.steps if action.goal == "do" else (),
        proof="" if answer_only else own.counts_as_proof,
        effort=effort_words(action.effort_days, language) if action.effort_days else "",
        weeks=_weeks(action.weeks, language),
        roles=language.all_of(words.roles.get(name, name) for name in action.roles),
        activity=language.all_of(words.activities.get(name, name) for name in action.activity),
        after=_after(sorted(before), language),
        unlocks=language.all_of(action.unlocks),
        needed=action.needed,
    )


def _title(goal: str, own: Requirement, language: Language) -> str:
    """What to do, said so that nobody publishes anew what only lacks its proof."""
    match goal:
        case "answer":
            return language.text("Answer: {question}", question=own.ask.text)
        case "prove":
            return language.text("Hand in proof: {title}", title=own.title)
        case "show":
            return language.text("Make the evidence clear: {title}", title=own.title)
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
