"""A plan for other programs: a calendar (.ics), a table (.csv), a workbook (.xlsx)."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from api import sheet_files
from assessment.plans import ActionPlan, Schedule, Slot
from reports.exports.sheets import Cell, Column, Sheet
from reports.i18n import Language
from reports.plan import PlanTold
from reports.sections.actions import action_title
from rubrics.schema import Rubric


def to_csv(plan: ActionPlan, told: PlanTold, language: Language) -> bytes:
    """The actions as a table."""
    return sheet_files.to_csv(_actions(plan, told, language))


def to_xlsx(plan: ActionPlan, told: PlanTold, rubric: Rubric, language: Language) -> bytes:
    """A workbook: the actions, and the days of every role in every week."""
    sheets = [_actions(plan, told, language)]
    if plan.schedule is not None:
        sheets.append(_weeks(plan.schedule, rubric, language))
    return sheet_files.to_xlsx(sheets, language, title=told.title, on=plan.on)


def _actions(plan: ActionPlan, told: PlanTold, language: Language) -> Sheet:
    """The actions, one a row."""
    say, slots = language.text, slots_of(plan)
    rows: list[tuple[Cell, ...]] = []
    for action, line in zip(plan.actions, told.actions, strict=True):
        slot = slots.get((action.requirement, action.goal))
        rows.append(
            (
                line.rank,
                line.number,
                line.title,
                action.effort_days,
                line.roles,
                slot.starts if slot is not None else None,
                slot.ends if slot is not None else None,
                slot.session if slot is not None else None,
                line.unlocks,
            )
        )
    return Sheet(
        name=say("Actions"),
        columns=(
            Column(say("No."), 6),
            Column(say("Requirement"), 12),
            Column(say("Action"), 60),
            Column(say("Work in days"), 12),
            Column(say("Who"), 40),
            Column(say("Starts"), 12),
            Column(say("Ends"), 12),
            Column(say("Session"), 9),
            Column(say("Unlocks"), 12),
        ),
        rows=tuple(rows),
    )


def _weeks(schedule: Schedule, rubric: Rubric, language: Language) -> Sheet:
    """What each role has to do in every week."""
    roles = rubric.vocabulary.roles
    return Sheet(
        name=language.text("Days a week"),
        columns=(
            Column(language.text("Who"), 30),
            *(Column(week.monday, 12) for week in schedule.weeks),
        ),
        rows=tuple((roles.get(load.role, load.role), *load.days) for load in schedule.roles),
    )


def slots_of(plan: ActionPlan) -> dict[tuple[str, str], Slot]:
    """When every action runs, where the plan is on a calendar."""
    slots = plan.schedule.slots if plan.schedule is not None else ()
    return {(slot.requirement, slot.goal): slot for slot in slots}


def to_ics(plan: ActionPlan, rubric: Rubric, language: Language, *, city: str) -> bytes:
    """A calendar: every action from its first to its last day, every session with what to bring."""
    import icalendar  # noqa: PLC0415 (only whoever wants a calendar waits for it)

    book = icalendar.Calendar()
    book.add("prodid", "-//Readiness//Plan//EN")
    book.add("version", "2.0")
    stamp = datetime.combine(plan.on, time(), tzinfo=UTC)

    def add(kind: str, title: str, first: date, last: date, text: str) -> None:
        event = icalendar.Event()
        key = sha256(f"{city}\0{plan.target}\0{kind}".encode()).hexdigest()[:32]
        event.add("uid", f"{key}@readiness")
        event.add("dtstamp", stamp)
        event.add("dtstart", first)
        event.add("dtend", last + timedelta(days=1))
        event.add("summary", title)
        if text:
            event.add("description", text)
        book.add_component(event)

    schedule = plan.schedule
    if schedule is not None:
        titles = {
            (slot.requirement, slot.goal): action_title(
                slot.requirement, slot.goal, rubric, language
            )
            for slot in schedule.slots
        }
        for slot in schedule.slots:
            key = (slot.requirement, slot.goal)
            add(f"action {key}", titles[key], slot.starts, slot.ends, "")
        brought = {slot.requirement: titles[slot.requirement, slot.goal] for slot in schedule.slots}
        activities = rubric.vocabulary.activities
        for session in schedule.sessions:
            kinds = language.all_of(activities.get(kind, kind) for kind in session.kinds)
            title = language.text("Session {n}: {kinds}", n=session.number, kinds=kinds)
            text = "\n".join(brought[name] for name in session.actions)
            add(f"session {session.number}", title, session.on, session.on, text)
    content: bytes = book.to_ical()
    return content
