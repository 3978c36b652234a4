"""What `score`, `explain` and `demo` show: an assessment in lines, tables and trees."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from api.services import Scored
from api.terminal import STYLES, Leaf, Screen, cell, line, table, tree
from assessment.results import Finding, RequirementResult, Trace, Verdict
from reports import wording
from reports.report import LensLine, Report
from rubrics.schema import Requirement, Rubric

SHOWN_ACTIONS = 5
"""How many next steps `score` shows; the report has them all."""


def score_lines(report: Report, screen: Screen) -> Iterator[RenderableType]:
    """Where a city stands: points under the three lenses, criteria, requirements, next steps."""
    say, summary = screen.language.text, report.summary
    yield line(f"{report.city} · {report.standard} · {report.day}", "bold")
    yield line(f"{report.status}. {report.method.status_note}", "dim")
    yield line()
    yield line(summary.headline, "bold")
    yield line(summary.distance)
    yield from (line(notice, "yellow") for notice in summary.notices)
    yield line()
    yield table(
        (say("Whose word counts"), say("Points"), say("Possible"), say("Level"), ""),
        [_lens(lens) for lens in summary.lenses],
    )
    if report.criteria:
        yield line()
        yield _verdicts(report, screen)
    if report.actions:
        yield line()
        yield from _next_steps(report, screen)


def score_in_a_row(report: Report) -> list[str | Text]:
    """A city in one row: points proven and possible, level, the criteria that are assessed."""
    evidenced = report.summary.lenses[1]
    return [
        report.city,
        f"{evidenced.bar.guaranteed} / {evidenced.bar.total}",
        str(evidenced.bar.possible),
        evidenced.tier,
        *(cell(criterion.evidenced) for criterion in report.summary.criteria),
    ]


def explanation(
    scored: Scored, rubric: Rubric, finding: Finding, names: Sequence[str], screen: Screen
) -> Iterator[RenderableType]:
    """Why a criterion, and its requirements of these names, have their verdicts.

    `rubric` is the one it was judged by, in the language of the screen.
    """
    say = screen.language.text
    teller = _Teller(rubric, screen, {e.id: e.title for e in scored.assessment.evidence})
    criterion = rubric.criterion(finding.id)
    yield line(f"{criterion.id} · {criterion.title}", "bold")
    yield line(criterion.statement)
    day = screen.language.date(scored.assessment.on)
    place = say("Places such as {place} are in {folder}.", place=criterion.at, folder=scored.folder)
    yield line(say("As of {day}. {places}", day=day, places=place), "dim")
    own_rule = not names or len(names) == len(finding.requirements)
    if own_rule:
        traces = {
            "claimed": finding.trace.claimed,
            "evidenced": finding.trace.evidenced,
            "confirmed": finding.trace.confirmed,
        }
        for lens, trace in traces.items():
            yield line()
            yield tree(screen, teller.lens(lens, getattr(finding, lens), trace))
    for result in finding.requirements:
        if result.id in names:
            yield line()
            yield tree(screen, teller.requirement(result))


class _Teller:
    """Says traces in one language, with evidence called by its title."""

    def __init__(self, rubric: Rubric, screen: Screen, titles: Mapping[str, str]) -> None:
        self.rubric = rubric
        self.screen = screen
        self.language = screen.language
        self.titles = titles

    def lens(self, name: str, verdict: Verdict, trace: Trace) -> Leaf:
        """The rule of a criterion under one lens."""
        lens = next(lens for lens in wording.LENSES if lens == name)
        meaning = self.language.say(wording.LENS_MEANINGS[lens])
        head = Text().append(f"{wording.lens_word(lens, self.language)}: ", "bold")
        head.append_text(self.verdict(verdict)).append(f" ({meaning})", "dim")
        return Leaf(head, inner=(self.trace(trace, None),))

    def requirement(self, result: RequirementResult) -> Leaf:
        """A requirement: the check on answers, the proof on evidence, what a coach said."""
        own = self.rubric.requirements[result.id]
        say = self.language.text
        parts = [
            (say("Answer"), result.trace.check),
            (say("Proof"), result.trace.proof),
            (say("Whether it applies"), result.trace.not_applicable),
            (say("Coach"), result.trace.decision),
        ]
        leaves = [
            Leaf(Text(name, "bold"), inner=(self.trace(trace, own),))
            for name, trace in parts
            if trace is not None
        ]
        leaves += [
            Leaf(line(say("Warning: {text}", text=flag.text), "yellow"), flag.at)
            for flag in own.flags
            if flag.id in result.flags
        ]
        verdicts = Text()
        for lens in wording.LENSES:
            verdicts.append(f"{wording.lens_word(lens, self.language)} ")
            verdicts.append_text(self.verdict(getattr(result, lens))).append("   ")
        return Leaf(line(f"{own.title} ({own.id})", "bold"), own.at, (Leaf(verdicts), *leaves))

    def trace(self, trace: Trace, own: Requirement | None, *, inside: bool = False) -> Leaf:
        """One step with the steps under it; `inside` a piece of evidence its title is known."""
        titles = {} if inside else self.titles
        sentence = wording.trace_sentence(trace, own, self.rubric, self.language, titles=titles)
        text = Text().append(f"{wording.MARKS[trace.verdict]} ", STYLES[trace.verdict])
        inside = inside or trace.kind == "entry"
        if trace.kind == "requirement":
            asked = self.rubric.requirements[trace.looked_at]
            text.append_text(line(sentence)).append(f" ({asked.id})", "dim")
            return Leaf(text, asked.at)
        kind = wording.kind_words(trace, self.language)
        text.append(f"{kind}: ", "dim").append_text(line(sentence))
        inner = tuple(self.trace(child, own, inside=inside) for child in trace.children)
        return Leaf(text, trace.at, inner)

    def verdict(self, verdict: Verdict) -> Text:
        word = wording.verdict_word(verdict, self.language)
        return Text(f"{wording.MARKS[verdict]} {word}", STYLES[verdict])


def _lens(lens: LensLine) -> list[str | Text]:
    bar = lens.bar
    return [
        f"{lens.name} ({lens.meaning})",
        f"{bar.guaranteed} / {bar.total}",
        f"{bar.possible}",
        lens.tier,
        lens.to_target,
    ]


def _verdicts(report: Report, screen: Screen) -> RenderableType:
    """The assessed criteria with their requirements under the three lenses."""
    rows: list[Sequence[str | Text]] = []
    for section in report.criteria:
        own = section.line
        title = f"{own.title} ({section.label})" if section.label else own.title
        verdicts = (cell(own.claimed), cell(own.evidenced), cell(own.confirmed))
        rows += [("",) * 5] if rows else []
        rows.append((line(own.code, "bold"), line(title, "bold"), *verdicts))
        rows += [
            (r.number, r.title, cell(r.claimed), cell(r.evidenced), cell(r.confirmed))
            for r in section.requirements
        ]
    lenses = [lens.name for lens in report.summary.lenses]
    return table(("", screen.language.text("Requirement"), *lenses), rows, wide=1)


def _next_steps(report: Report, screen: Screen) -> Iterator[RenderableType]:
    """The first actions of the plan."""
    say = screen.language.text
    yield line(say("What to do next"), "bold")
    yield table(
        ("", "", "", say("Work"), say("Unlocks")),
        [
            (str(action.rank), action.goal, action.title, action.effort, action.unlocks)
            for action in report.actions[:SHOWN_ACTIONS]
        ],
        wide=2,
    )
    more = len(report.actions) - SHOWN_ACTIONS
    if more > 0:
        yield line(say("{n} more in the report.", n=more), "dim")
    if report.actions_note:
        yield line(report.actions_note, "dim")
