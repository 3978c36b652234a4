"""What `plan` and `progress` show: a plan, two plans side by side, what has changed."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from api.plans import Compared, Planned
from api.services import in_language
from api.terminal import STYLES, Screen, line, table
from assessment.plans import ActionPlan
from assessment.progress import Change, Progress
from reports import wording
from reports.plan import PlanTold
from reports.report import ActionLine
from reports.sections.plan import build_plan
from rubrics.schema import Rubric


def told_of(planned: Planned, screen: Screen) -> tuple[PlanTold, Rubric]:
    """A plan in the language of the screen, and the rubric in it."""
    rubric = in_language(planned.rubric, planned.folder, screen.language)
    city = planned.assessment.submission.city
    return build_plan(planned.plan, rubric, screen.language, city=city), rubric


def plan_lines(told: PlanTold, screen: Screen) -> Iterator[RenderableType]:
    """A plan: what it takes, the actions, who carries them, the calendar, other ways."""
    say = screen.language.text
    yield line(told.title, "bold")
    yield line()
    yield line(told.headline, "bold")
    yield from (line(note) for note in told.notes)
    if told.actions:
        yield line()
        yield _actions(told.actions, screen)
    if told.roles:
        yield line()
        yield line(say("Who carries it: {roles}.", roles=told.roles))
    if told.otherwise_note:
        yield line()
        yield line(told.otherwise_note)
    if told.otherwise:
        yield _actions(told.otherwise, screen)
    if told.flips:
        yield line()
        yield from (line(flip) for flip in told.flips)
    if told.others:
        yield line()
        yield line(say("Other ways"), "bold")
        rows = [(way.effort, way.change, way.roles) for way in told.others]
        yield table((say("Work"), say("Difference"), say("Who")), rows, wide=1)
    yield from (line(route) for route in told.routes)
    if told.calendar is not None:
        yield line()
        yield from _calendar(told, screen)


def _actions(actions: Sequence[ActionLine], screen: Screen) -> RenderableType:
    say = screen.language.text
    rows = [(str(a.rank), a.number, a.goal, a.title, a.effort or "–", a.roles) for a in actions]  # noqa: RUF001 (a dash)
    return table(("", "", "", say("Action"), say("Work"), say("Who")), rows, wide=3)


def _calendar(told: PlanTold, screen: Screen) -> Iterator[RenderableType]:
    calendar, say = told.calendar, screen.language.text
    assert calendar is not None  # noqa: S101 (whoever shows it has looked)
    yield line(calendar.title, "bold")
    yield line(calendar.headline)
    yield from (line(note) for note in calendar.notes)
    yield from (line(turn) for turn in calendar.turns)
    if calendar.bars:
        yield line()
        rows = [(bar.dates, bar.title, bar.session, bar.who) for bar in calendar.bars]
        yield table((say("When"), say("Action"), say("Session"), say("Who")), rows, wide=1)
    sessions = [(name, what) for name, what in calendar.sessions if what]
    if sessions:
        yield line()
        yield table((say("Session"), say("What to bring")), sessions, wide=1)


# --- side by side ---------------------------------------------------------------------------------


def comparison_lines(compared: Compared, screen: Screen) -> Iterator[RenderableType]:
    """Today's plan beside the other, and every verdict that differs."""
    say, language = screen.language.text, screen.language
    now, then = compared.today, compared.then
    told, rubric = told_of(now, screen)
    other, _ = told_of(then, screen)
    days = [language.date(side.plan.on) for side in (now, then)]
    yield line(told.title, "bold")
    yield line(say("What if: nothing of this is saved."), "dim")
    yield line()
    rows = [
        (say("Points for sure"), _points(now.plan), _points(then.plan)),
        (say("Plan"), told.headline, other.headline),
        (say("Actions"), *("; ".join(a.title for a in side.actions) for side in (told, other))),
    ]
    yield table(("", days[0], say("What if, {day}", day=days[1])), rows, wide=2)
    yield line()
    if compared.changes:
        yield _changes(compared.changes, rubric, screen)
    else:
        yield line(say("No verdict differs."))
    yield from (line(note) for note in other.notes)


def _points(plan: ActionPlan) -> str:
    return str(plan.points_before)


def _changes(changes: Sequence[Change], rubric: Rubric, screen: Screen) -> RenderableType:
    say, language = screen.language.text, screen.language
    rows: list[Sequence[str | Text]] = []
    for change in changes:
        own = rubric.requirements.get(change.id)
        title = own.title if own is not None else rubric.criterion(change.id).title
        words = [
            line(
                f"{wording.MARKS[verdict]} {wording.verdict_word(verdict, language)}",
                STYLES[verdict],
            )
            for verdict in (change.before, change.after)
        ]
        expired = say("too old by now") if change.expired else ""
        rows.append((change.criterion, title, *words, expired))
    return table(("", say("What changed"), say("Before"), say("After"), ""), rows, wide=1)


def progress_lines(found: Progress, rubric: Rubric, screen: Screen) -> Iterator[RenderableType]:
    """What turned and what slipped between assessments, and how the points grew."""
    say, language = screen.language.text, screen.language
    yield line(say("Progress of {city}", city=found.city), "bold")
    yield line()
    heads = (say("Day"), say("Points"), say("Possible"), say("Requirements met"))
    rows = [
        (
            language.date(point.on),
            f"{point.guaranteed} / {point.total}",
            str(point.possible),
            f"{point.requirements_met} / {point.requirements}",
        )
        for point in found.burn_up
    ]
    yield table(heads, rows)
    groups = [
        (say("Turned"), found.turned),
        (say("Slipped"), found.slipped),
        (say("Changed otherwise"), found.moved),
    ]
    for title, changes in groups:
        if changes:
            yield line()
            yield line(title, "bold")
            yield _changes(changes, rubric, screen)
