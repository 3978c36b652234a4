"""What `rubric show` prints: a standard at a glance, and a criterion as a page."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from api.linting import Soundness
from api.scaffold import Scaffold
from api.services import DEFAULT_RUBRIC, in_language
from api.terminal import Leaf, Screen, line, tree
from assessment.scoring import points_for
from reports.asking import Asked, asked_in_words
from reports.i18n import NN_
from reports.sections.actions import effort_words
from rubrics.loader import load_rubric, rubric_folder
from rubrics.problems import InputError, Place, Problem, suggestion
from rubrics.schema import Criterion, PassRule, Question, Requirement, Rubric, Source


def pages(words: Sequence[str], screen: Screen) -> Iterator[RenderableType]:
    """The page that is asked for by `[RUBRIC] [CODE or requirement]`."""
    *before, last = words or [DEFAULT_RUBRIC]
    if len(before) > 1:
        raise InputError([Problem("show.too_many", Place(" ".join(words)))])
    if not before and _is_rubric(last):
        before, last = [last], ""
    folder = rubric_folder(before[0] if before else DEFAULT_RUBRIC)
    rubric = in_language(load_rubric(folder), folder, screen.language)
    if not last:
        yield from rubric_page(rubric, folder, screen)
        return
    criteria = {criterion.id: criterion for criterion in rubric.criteria}
    if last.upper() in criteria:
        yield from criterion_page(rubric, criteria[last.upper()], screen)
    elif last in rubric.requirements:
        yield tree(screen, requirement_page(rubric, rubric.requirements[last], "", screen))
    else:
        known = [*criteria, *rubric.requirements]
        hint = suggestion(last, known) or suggestion(last.upper(), known)
        params = {"id": last, "suggestion": hint}
        raise InputError([Problem("criterion.unknown", Place(last), params)])


def _is_rubric(name: str) -> bool:
    try:
        rubric_folder(name)
    except InputError:
        return False
    return True


def soundness(sound: Soundness, screen: Screen) -> Iterator[RenderableType]:
    """What was looked at in a rubric that is sound."""
    say, rubric = screen.language.text, sound.rubric
    head = say("{rubric} {edition} is sound.", rubric=rubric.id, edition=rubric.edition)
    yield line(head, "bold green")
    counts = say(
        "{criteria} criteria, {requirements} requirements, {points} points; "
        "all {cases} cases hold; words in {languages}.",
        criteria=len(rubric.criteria),
        requirements=len(rubric.requirements),
        points=rubric.points,
        cases=sound.cases,
        languages=", ".join(sound.languages),
    )
    yield line(counts)
    if sound.left_out:
        text = NN_(
            "{n} case was counted for a standard of other points or criteria and is left out. "
            "Count it anew ('counted_for' in cases/).",
            "{n} cases were counted for a standard of other points or criteria and are left out. "
            "Count them anew ('counted_for' in cases/).",
            "n",
        )
        yield line(screen.language.say(text, n=sound.left_out), "yellow")


def beginning(begun: Scaffold, folder: Path, screen: Screen) -> Iterator[RenderableType]:
    """What was begun for a new criterion, and what is to be filled in."""
    say = screen.language.text
    practice = begun.practice.title
    head = say("{code} is begun under “{practice}”.", code=begun.code, practice=practice)
    yield line(head, "bold green")
    for name in begun.files:
        change = say("new") if name in begun.new else say("changed")
        yield line(f"  {folder / name} ({change})")
    criterion, cases = begun.new
    yield line()
    yield line(say("Now fill in:"), "bold")
    yield line(say("1. {file}: title, statement, requirements, the rule.", file=criterion))
    yield line(say("2. {file}: a case for every way it can come out.", file=cases))
    yield line(say("3. {file}: the same sentences in the other languages.", file="words/"))
    yield line(say("4. {file}: a new edition, since verdicts can change.", file="rubric.yaml"))
    yield line(say("After each step:") + f" readiness rubric lint {folder}")


def rubric_page(rubric: Rubric, folder: Path, screen: Screen) -> Iterator[RenderableType]:
    """All practices and criteria; under those that are assessed in depth, the ids to answer."""
    say = screen.language.text
    yield line(f"{rubric.title} ({rubric.id}, {rubric.edition})", "bold")
    yield line(rubric.status_note, "dim")
    yield line(say("Written in {folder}", folder=folder), "dim")
    levels = ", ".join(
        say("{tier} from {points}", tier=tier.title, points=points)
        for tier in rubric.tiers.levels
        for points in (points_for(tier, rubric.points, rubric.tiers),)
    )
    yield line(say("{n} points in all. {levels}.", n=rubric.points, levels=levels))
    for practice in rubric.practices:
        yield line()
        yield line(f"{practice.id} · {practice.title}", "bold")
        for criterion in practice.criteria:
            yield line(f"  {criterion.id}  {criterion.title}")
            for requirement in criterion.requirements:
                yield line(f"      {requirement.id}  {requirement.title}", "dim")


def criterion_page(
    rubric: Rubric, criterion: Criterion, screen: Screen
) -> Iterator[RenderableType]:
    """A criterion: its statement, when it is met, and all its requirements."""
    say = screen.language.text
    yield line(f"{criterion.id} · {criterion.title}", "bold")
    yield line(criterion.statement)
    if criterion.prerequisites:
        before = screen.language.all_of(criterion.prerequisites)
        yield line(say("{criteria} must be met first.", criteria=before))
    rules = ((criterion.passes, say("Met when")), (criterion.literal, say("Minimal reading")))
    for rule, head in rules:
        if rule is not None:
            yield line()
            yield tree(screen, _rule(rule, head, rubric, screen))
    if not criterion.assessed:
        yield line(say("The team declares it; it is not assessed in depth here."), "dim")
    for number, requirement in enumerate(criterion.requirements, 1):
        yield line()
        name = f"{criterion.id}.{number} "
        yield tree(screen, requirement_page(rubric, requirement, name, screen))


def requirement_page(rubric: Rubric, own: Requirement, number: str, screen: Screen) -> Leaf:
    """A requirement: what is asked, what counts, where it comes from, what to do when unmet."""
    say, language = screen.language.text, screen.language
    check = asked_in_words(own.check, rubric, language, requirement=own, at=own.at)
    proof = asked_in_words(own.proof, rubric, language, requirement=own, at=own.at)
    parts = [
        _question(own.ask, say("Question"), screen),
        Leaf(_head(say("Check on the answer")), inner=(_asked(check),)),
        Leaf(_head(say("Proof")), inner=(_asked(proof),)),
        Leaf(_said(say("Counts as proof"), own.counts_as_proof)),
        Leaf(_said(say("Why"), own.why)),
        Leaf(_head(say("Sources")), own.source.at, tuple(_sources(own.source, rubric, screen))),
        _remedy(rubric, own, screen),
    ]
    if own.not_applicable is not None:
        words = _said(say("May not apply"), own.not_applicable.because)
        parts.append(Leaf(words, own.not_applicable.at))
    parts += [Leaf(_said(say("Warning"), flag.text), flag.at) for flag in own.flags]
    return Leaf(line(f"{number}{own.title} ({own.id})", "bold"), own.at, tuple(parts))


def _rule(rule: PassRule, head: str, rubric: Rubric, screen: Screen) -> Leaf:
    asked = asked_in_words(rule.rule, rubric, screen.language, at=rule.at)
    inner = [_asked(asked), *_sources(rule.source, rubric, screen)]
    if rule.note:
        inner.insert(1, Leaf(line(rule.note, "dim")))
    return Leaf(_head(head), inner=tuple(inner))


def _question(question: Question, head: str, screen: Screen) -> Leaf:
    """A question with everything that can be answered to it, by the ids that a submission has."""
    text = _said(head, question.text).append(f" ({question.kind})", "dim")
    inner = [Leaf(line(question.help, "dim"))] if question.help else []
    inner += [
        Leaf(Text().append(name, "cyan").append_text(line(f"  {words}")))
        for name, words in question.options.items()
    ]
    parts = {**question.fields, **question.columns}
    inner += [_question(part, name, screen) for name, part in parts.items()]
    return Leaf(text, question.at, tuple(inner))


def _sources(source: Source, rubric: Rubric, screen: Screen) -> Iterator[Leaf]:
    for key in source.refs:
        reference = rubric.sources[key]
        where = f" <{reference.where}>" if reference.where else ""
        yield Leaf(line(f"{key}: {reference.title}{where}"))
    rest = screen.language.text("The numbers rest on: {source}", source=source.thresholds)
    yield Leaf(line(rest))
    if source.note:
        yield Leaf(line(source.note, "dim"))


def _remedy(rubric: Rubric, own: Requirement, screen: Screen) -> Leaf:
    """What to do when it is not met."""
    say, language, remedy = screen.language.text, screen.language, own.remedy
    words = rubric.vocabulary
    facts = [
        language.say(
            NN_("{effort} of work in {n} week", "{effort} of work in {n} weeks", "n"),
            effort=effort_words(remedy.effort_days, language),
            n=remedy.weeks,
        ),
        language.all_of(words.roles.get(name, name) for name in remedy.roles),
        language.all_of(words.activities.get(name, name) for name in remedy.activity),
    ]
    if remedy.after:
        facts.append(say("after {actions}", actions=language.all_of(remedy.after)))
    steps = [Leaf(line(f"{i}. {step}")) for i, step in enumerate(remedy.steps, 1)]
    inner = (Leaf(line("; ".join(facts), "dim")), *steps)
    return Leaf(_said(say("When unmet"), remedy.title), remedy.at, inner)


def _asked(asked: Asked) -> Leaf:
    return Leaf(line(asked.text), asked.at, tuple(_asked(child) for child in asked.children))


def _head(head: str) -> Text:
    return line(head, "bold")


def _said(head: str, text: str) -> Text:
    return Text().append(f"{head}: ", "bold").append_text(line(text))
