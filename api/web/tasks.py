"""The task list: practice by practice what is done, by whom, and what is still to do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.errors import Said
from assessment.results import Assessment, Finding, RequirementResult, Verdict
from reports import wording
from reports.i18n import Language
from rubrics.schema import Criterion, Practice, Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One page to fill in. `state` is one of the tags that the styles know."""

    href: str
    title: str
    number: str
    state: str
    text: str
    by: str = ""
    at: datetime | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGroup:
    """The tasks of one criterion, or the declarations of a practice."""

    title: str
    tasks: tuple[Task, ...]
    done: int
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeTasks:
    """A practice with what is to be done for it."""

    code: str
    title: str
    groups: tuple[TaskGroup, ...]


def tasks_of(
    assessment: Assessment,
    rubric: Rubric,
    language: Language,
    *,
    base: str,
    answers: Mapping[str, Said],
    declared: Mapping[str, Said],
    flagged: Collection[str] = (),
) -> tuple[PracticeTasks, ...]:
    """Every practice; those that are judged from requirements first, for they are the work."""
    view = _View(
        base=base,
        assessment=assessment,
        rubric=rubric,
        answers=answers,
        declared=declared,
        flagged=flagged,
        language=language,
    )
    practices = [view.practice(practice) for practice in rubric.practices]
    return tuple(sorted(practices, key=lambda p: len(p.groups) < 2))


def state_of(result: RequirementResult) -> str:
    """The tag of a requirement: what has to happen next, in one word."""
    if Verdict.NOT_APPLICABLE in (result.claimed, result.evidenced):
        return "not_applicable"
    if result.evidenced is Verdict.MET:
        return "met"
    if result.claimed is Verdict.UNANSWERED:
        return "unanswered"
    if result.claimed is Verdict.NOT_MET:
        return "not_met"
    return "needs_review" if result.evidenced is Verdict.NEEDS_REVIEW else "unproven"


def state_text(state: str, language: Language) -> str:
    """The word on the tag, with its sign."""
    if state == "unproven":
        return language.text("○ Proof is missing")
    if state == "unanswered":
        return language.text("○ Not answered yet")
    if state == "met":
        return language.text("✓ Proven")
    verdict = Verdict(state)
    return f"{wording.MARKS[verdict]} {wording.verdict_word(verdict, language)}"


@dataclass(frozen=True, slots=True)
class _View:
    base: str
    assessment: Assessment
    rubric: Rubric
    answers: Mapping[str, Said]
    declared: Mapping[str, Said]
    flagged: Collection[str]
    language: Language

    def practice(self, practice: Practice) -> PracticeTasks:
        findings = {finding.id: finding for finding in self.assessment.criteria}
        groups = [self.criterion(c, findings[c.id]) for c in practice.criteria if c.assessed]
        others = [c for c in practice.criteria if not c.assessed]
        if others:
            groups.append(self.declarations(practice, others))
        return PracticeTasks(code=practice.id, title=practice.title, groups=tuple(groups))

    def criterion(self, criterion: Criterion, finding: Finding) -> TaskGroup:
        tasks = [
            self.requirement(f"{criterion.id}.{number}", result)
            for number, result in enumerate(finding.requirements, 1)
        ]
        return TaskGroup(
            title=f"{criterion.id} · {criterion.title}",
            tasks=tuple(tasks),
            done=sum(task.state in ("met", "not_applicable") for task in tasks),
            href=f"{self.base}/criteria/{criterion.id}",
        )

    def requirement(self, number: str, result: RequirementResult) -> Task:
        said = self.answers.get(result.id)
        state = state_of(result)
        return Task(
            href=f"{self.base}/requirements/{result.id}",
            title=self.rubric.requirements[result.id].title,
            number=number,
            state=state,
            text=state_text(state, self.language),
            by=said.by.name if said is not None and said.by is not None else "",
            at=said.at if said is not None else None,
            asked=result.id in self.flagged,
        )

    def declarations(self, practice: Practice, criteria: Sequence[Criterion]) -> TaskGroup:
        """The criteria that the team declares: one page for a practice."""
        said = [self.declared[c.id] for c in criteria if c.id in self.declared]
        known = [one for one in said if one.value is not None]
        last = max((s for s in said if s.at is not None), key=lambda s: str(s.at), default=None)
        whole = len(known) == len(criteria)
        count = self.language.text("{n} of {total} declared", n=len(known), total=len(criteria))
        task = Task(
            href=f"{self.base}/declarations/{practice.id}",
            title=self.language.text("Say which of these criteria the city meets"),
            number=practice.id,
            state="done" if whole else "unanswered",
            text=f"{'✓' if whole else '○'} {count}",
            by=last.by.name if last is not None and last.by is not None else "",
            at=last.at if last is not None else None,
            asked=any(c.id in self.flagged for c in criteria),
        )
        return TaskGroup(
            title=self.language.text("Criteria that the team declares"),
            tasks=(task,),
            done=int(whole),
        )
