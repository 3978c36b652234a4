"""A plan on the calendar: what runs when, what to bring to which session, what turns by when."""

from collections.abc import Callable
from datetime import date

from assessment.plans import Obstacle, Schedule, Slot, Turn
from assessment.results import Param
from reports.i18n import N_, Language, Message
from reports.report import CalendarSection, WeekBar
from reports.sections.actions import action_title
from rubrics.schema import Rubric

OBSTACLES: dict[str, Message] = {
    "wish.without_role": N_("Nobody may be asked who is: {role}."),
    "wish.without": N_("This may not be touched: {requirement}."),
    "wish.route": N_("{criterion} has to be met by route {route}."),
    "target.criterion": N_("{criterion} cannot be met by anything that this rubric plans."),
    "target.points": N_(
        "{needed} points are needed, and at best {at_best} can be reached. "
        "More have to come from criteria that are not assessed in depth here."
    ),
    "calendar.time": N_(
        "Full weeks that are left before Showtime: {weeks}. "
        "Weeks for what has to be done one after the other: {needed}."
    ),
    "calendar.capacity": N_("This role has too few days: {role}."),
    "calendar.over": N_("This Showtime is over; everything can be planned for a later sprint."),
    "calendar.away": N_("In weeks {weeks} nobody is there for this role: {role}."),
}
"""A sentence for every code of an obstacle."""


def build_calendar(schedule: Schedule, rubric: Rubric, language: Language) -> CalendarSection:
    """A schedule in words; `rubric` is in the same language."""
    showtime = language.date(schedule.showtime)
    if schedule.in_time and schedule.ends is not None:
        headline = language.text(
            "Everything can be done by {day}, before Showtime on {showtime}.",
            day=language.date(schedule.ends),
            showtime=showtime,
        )
    elif schedule.ends is None:
        headline = language.text(
            "Not everything can be done before Showtime on {showtime}, "
            "nor in the two years after it.",
            showtime=showtime,
        )
    else:
        headline = language.text(
            "Not everything can be done before Showtime on {showtime}; it takes until {day}.",
            day=language.date(schedule.ends),
            showtime=showtime,
        )
    return CalendarSection(
        title=language.text("On the calendar of the sprint"),
        headline=headline,
        notes=tuple(_notes(schedule, rubric, language)),
        bars=tuple(slot_bar(slot, schedule, rubric, language) for slot in schedule.slots),
        sessions=tuple(_sessions(schedule, rubric, language)),
        turns=tuple(_turn(turn, language) for turn in schedule.turns),
    )


def weeks_words(first: int, last: int, language: Language) -> str:
    """A stretch of weeks, by their numbers."""
    if first == last:
        return language.text("Week {week}", week=first)
    return language.text("Weeks {first} to {last}", first=first, last=last)


def obstacle_sentence(obstacle: Obstacle, rubric: Rubric, language: Language) -> str:
    """What makes a target impossible, in a sentence."""
    words = {name: _word(name, value, rubric, language) for name, value in obstacle.params.items()}
    return language.say(OBSTACLES[obstacle.code], **words)


def _word(name: str, value: Param, rubric: Rubric, language: Language) -> object:
    match name, value:
        case "role", str():
            return rubric.vocabulary.roles.get(value, value)
        case "requirement", str() if value in rubric.requirements:
            return rubric.requirements[value].title
        case _, tuple():
            return language.all_of(value)
        case _:
            return value


def _notes(schedule: Schedule, rubric: Rubric, language: Language) -> list[str]:
    """Why it cannot be done in time, and what will have expired."""
    notes = [obstacle_sentence(one, rubric, language) for one in schedule.obstacles]
    if any(slot.goal == "answer" for slot in schedule.slots):
        notes.append(language.text("These days hold if every open question turns out well."))
    if schedule.expiring:
        titles = [rubric.requirements[name].title for name in schedule.expiring]
        notes.append(
            language.text(
                "These hold today and no longer at Showtime, since what proves them gets too "
                "old: {titles}.",
                titles=language.all_of(titles),
            )
        )
    return notes


def slot_bar(slot: Slot, schedule: Schedule, rubric: Rubric, language: Language) -> WeekBar:
    """An action in its weeks of the sprint."""
    first = schedule.weeks[0].number
    own = rubric.requirements.get(slot.requirement)
    roles = own.remedy.roles if own is not None and slot.goal != "answer" else ()
    dates, days = (
        _from_to(slot, say, language) for say in (language.short_date, language.day_of_month)
    )
    session = ""
    if slot.session is not None:
        session = language.text("session {n}", n=slot.session)
    return WeekBar(
        title=action_title(slot.requirement, slot.goal, rubric, language),
        who=language.all_of(rubric.vocabulary.roles.get(role, role) for role in roles),
        first=slot.first_week - first,
        last=slot.last_week - first,
        at_once=slot.ends == slot.starts,
        weeks=len(schedule.weeks),
        showtime=sum(week.friday <= schedule.showtime for week in schedule.weeks),
        alt=weeks_words(slot.first_week, slot.last_week, language),
        dates=dates,
        days=days,
        session=session,
    )


def _from_to(slot: Slot, say: Callable[[date], str], language: Language) -> str:
    if slot.ends == slot.starts:
        return say(slot.starts)
    return language.text("{start} to {end}", start=say(slot.starts), end=say(slot.ends))


def _sessions(schedule: Schedule, rubric: Rubric, language: Language) -> list[tuple[str, str]]:
    """Every session with what to bring to it."""
    goals = {slot.requirement: slot.goal for slot in schedule.slots}
    activities = rubric.vocabulary.activities
    found = []
    for session in schedule.sessions:
        kinds = language.all_of(activities.get(kind, kind) for kind in session.kinds)
        name = language.text(
            "Session {n}, {day}: {kinds}",
            n=session.number,
            day=language.short_date(session.on),
            kinds=kinds,
        )
        titles = [action_title(a, goals[a], rubric, language) for a in session.actions]
        found.append((name, "; ".join(titles)))
    return found


def _turn(turn: Turn, language: Language) -> str:
    sentence = language.text(
        "{criterion} turns on {day}.", criterion=turn.criterion, day=language.date(turn.on)
    )
    if turn.earliest < turn.on:
        alone = language.text(
            "Worked on alone, it could turn on {day}.", day=language.date(turn.earliest)
        )
        return f"{sentence} {alone}"
    return sentence
