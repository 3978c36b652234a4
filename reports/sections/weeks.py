"""When each action runs: on the calendar of a sprint, or in weeks counted from the beginning."""

from collections.abc import Mapping

from assessment.plans import Schedule
from assessment.results import Action
from reports.i18n import Language
from reports.report import WeekBar
from reports.sections.calendar import slot_bar, weeks_words
from reports.sections.context import Context
from rubrics.schema import Rubric

SPRINT_WEEKS = 12
"""How long a sprint lasts; a plan without a calendar is drawn over as many weeks, or more."""


def week_bars(context: Context, schedule: Schedule | None) -> Mapping[str, WeekBar]:
    """The weeks of the actions, by the requirements that they are about."""
    if schedule is None:
        return _counted(context.assessment.actions, context.language)
    return _dated(schedule, context.rubric, context.language)


def weeks_note(context: Context, schedule: Schedule | None) -> str:
    """How to read the weeks."""
    language = context.language
    if not context.assessment.actions:
        return ""
    if schedule is not None:
        return language.text("Weeks are those of the sprint; the line is Showtime.")
    return language.text(
        "Weeks are counted from the day on which work begins. Each action stands as early as those "
        "before it allow; who has time for it is not looked at without a sprint."
    )


def weeks_title(bars: Mapping[str, WeekBar], schedule: Schedule | None, language: Language) -> str:
    """Which weeks the pictures show, from left to right."""
    first = schedule.weeks[0].number if schedule is not None and schedule.weeks else 1
    count = next((bar.weeks for bar in bars.values()), SPRINT_WEEKS)
    return language.text("Weeks {first} to {last}", first=first, last=first + count - 1)


def _dated(schedule: Schedule, rubric: Rubric, language: Language) -> Mapping[str, WeekBar]:
    return {slot.requirement: slot_bar(slot, schedule, rubric, language) for slot in schedule.slots}


def _counted(actions: tuple[Action, ...], language: Language) -> Mapping[str, WeekBar]:
    """Each action in the first weeks after those that it waits for."""
    ends: dict[str, int] = {}
    spans: dict[str, tuple[int, int]] = {}
    for action in actions:
        first = max((ends[name] for name in action.after if name in ends), default=0)
        ends[action.requirement] = first + action.weeks
        spans[action.requirement] = (first, max(first, first + action.weeks - 1))
    weeks = max(SPRINT_WEEKS, *(last + 1 for _, last in spans.values()), 0)
    return {
        action.requirement: _bar(action, spans[action.requirement], weeks, language)
        for action in actions
    }


def _bar(action: Action, span: tuple[int, int], weeks: int, language: Language) -> WeekBar:
    first, last = span
    return WeekBar(
        title="",
        who="",
        first=first,
        last=last,
        at_once=not action.weeks,
        weeks=weeks,
        showtime=weeks,
        alt=weeks_words(first + 1, last + 1, language),
        dates="",
        days="",
        session="",
    )
