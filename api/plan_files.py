"""A plan as files for other programs: a calendar (.ics), a table (.csv), a workbook (.xlsx).

Texts come from rubrics and cities, so nothing of them may become a formula or a link.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from assessment.plans import ActionPlan, Slot
from reports.i18n import Language
from reports.plan import PlanTold
from reports.sections.actions import action_title
from rubrics.schema import Rubric

Cell = str | int | float | date | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def heads(language: Language) -> list[str]:
    """The heads of the columns of `rows`."""
    say = language.text
    return [
        say("No."),
        say("Requirement"),
        say("Action"),
        say("Work in days"),
        say("Who"),
        say("Starts"),
        say("Ends"),
        say("Session"),
        say("Unlocks"),
    ]


def rows(plan: ActionPlan, told: PlanTold) -> Iterator[list[Cell]]:
    """The actions, one a row."""
    slots = slots_of(plan)
    for action, line in zip(plan.actions, told.actions, strict=True):
        slot = slots.get((action.requirement, action.goal))
        yield [
            line.rank,
            line.number,
            line.title,
            action.effort_days,
            line.roles,
            slot.starts if slot is not None else None,
            slot.ends if slot is not None else None,
            slot.session if slot is not None else None,
            line.unlocks,
        ]


def slots_of(plan: ActionPlan) -> dict[tuple[str, str], Slot]:
    """When every action runs, where the plan is on a calendar."""
    slots = plan.schedule.slots if plan.schedule is not None else ()
    return {(slot.requirement, slot.goal): slot for slot in slots}


def to_csv(plan: ActionPlan, told: PlanTold, language: Language) -> bytes:
    """A table that spreadsheets read as it is: with a mark for UTF-8, and without formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads(language))
    for row in rows(plan, told):
        writer.writerow([_plain(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> object:
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return "" if cell is None else cell


def to_xlsx(plan: ActionPlan, told: PlanTold, rubric: Rubric, language: Language) -> bytes:
    """A workbook: the actions, and the days of every role in every week."""
    import xlsxwriter  # noqa: PLC0415 (only whoever wants a workbook waits for it)

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {"title": told.title, "created": datetime.combine(plan.on, time(), tzinfo=None)}
        )
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(language.text("Actions"))
        sheet.write_row(0, 0, heads(language), bold)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate((5, 12, 60, 12, 40, 12, 12, 9, 12)):
            sheet.set_column(column, column, width, wrapped)
        for i, row in enumerate(rows(plan, told), 1):
            for j, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(i, j, datetime.combine(cell, time()), day)
                elif isinstance(cell, str):
                    sheet.write_string(i, j, cell)
                elif cell is not None:
                    sheet.write_number(i, j, cell)
        if plan.schedule is not None:
            weeks = book.add_worksheet(language.text("Days a week"))
            weeks.write_string(0, 0, language.text("Who"), bold)
            for j, week in enumerate(plan.schedule.weeks, 1):
                weeks.write_datetime(0, j, datetime.combine(week.monday, time()), day)
            weeks.set_column(0, 0, 30)
            weeks.set_column(1, len(plan.schedule.weeks), 12)
            for i, role in enumerate(plan.schedule.roles, 1):
                weeks.write_string(i, 0, rubric.vocabulary.roles.get(role.role, role.role))
                for j, days in enumerate(role.days, 1):
                    weeks.write_number(i, j, days)
    return target.getvalue()


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
