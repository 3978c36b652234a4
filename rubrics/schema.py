"""What a rubric is made of: tiers, practices, criteria, requirements, questions, remedies."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rubrics.checks import AnyCheck
from rubrics.model import Count, Id, Located, Percent, Text

Code = Annotated[str, Field(pattern=r"^[A-Z]{2,4}[0-9]{0,2}$")]
"""The code of a practice or criterion as the standard writes it: `RDC`, `RDC7`."""

QuestionKind = Literal[
    "yes_no", "choice", "choices", "number", "percentage", "date", "text", "url", "group", "table"
]


class Source(Located):
    """Where a requirement comes from: keys of the rubric's `sources`, and what its numbers rest on.

    `thresholds` is `interpretation` or a key of `sources`; it holds for every number of the
    requirement whose check has no `source` of its own.
    """

    refs: tuple[str, ...] = Field(min_length=1)
    thresholds: str
    note: str | None = None


class Question(Located):
    """What the applicant is asked, typed.

    A `choice` or `choices` question has `options`, a `group` has `fields`, a `table` has
    `columns`. A `url` is kept as text and never opened by itself.
    """

    kind: QuestionKind
    text: Text
    help: Text | None = None
    unit: Text | None = None
    options: dict[Id, Text] = Field(default_factory=dict)
    fields: dict[Id, "Question"] = Field(default_factory=dict)
    columns: dict[Id, "Question"] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_its_parts(self) -> "Question":
        parts = {"choice": "options", "choices": "options", "group": "fields", "table": "columns"}
        needed = parts.get(self.kind)
        for name in ("options", "fields", "columns"):
            if bool(getattr(self, name)) != (name == needed):
                verb = "needs" if name == needed else "takes no"
                raise ValueError(f"a question of kind '{self.kind}' {verb} '{name}'")
        return self


class NotApplicable(Located):
    """When a requirement may be marked as not applicable: always with the team's justification.

    `when` is a condition on answers that makes it not applicable by itself.
    """

    because: Text
    source: Source
    when: AnyCheck | None = None


class Flag(Located):
    """A warning that changes no verdict: it is raised where `unless` is known not to hold."""

    id: Id
    text: Text
    unless: AnyCheck


class Remedy(Located):
    """What to do when the requirement is unmet or unproven.

    `effort_days` are working days of people (half days allowed), `weeks` is the time that passes
    from start to end, `after` names requirements whose remedies come first, `also_meets` those that
    the same work meets as well, `activity` the parts of the sprint that help.
    """

    title: Text
    steps: tuple[Text, ...] = Field(min_length=1)
    effort_days: Annotated[float, Field(gt=0, le=400, multiple_of=0.5)]
    weeks: Annotated[int, Field(ge=1, le=104, strict=True)]
    roles: tuple[Id, ...] = Field(min_length=1)
    after: tuple[Id, ...] = ()
    also_meets: tuple[Id, ...] = ()
    activity: tuple[Id, ...] = Field(min_length=1)


class Requirement(Located):
    """One tickable line of a criterion: a `check` on answers and a `proof` on evidence.

    The title states the met condition as a fact. `counts_as_proof` says in words what `proof`
    judges and what a reviewer looks for.
    """

    id: Id
    title: Text
    ask: Question
    check: AnyCheck
    proof: AnyCheck
    counts_as_proof: Text
    why: Text
    source: Source
    remedy: Remedy
    flags: tuple[Flag, ...] = ()
    not_applicable: NotApplicable | None = None


class PassRule(Located):
    """When a criterion is met, from its requirements; `source` says what the numbers rest on."""

    source: Source
    rule: AnyCheck
    note: Text | None = None


class Criterion(Located):
    """One criterion of the standard: met or not, worth `points`.

    With `requirements` and `passes` it is assessed in depth; without, the team declares it.
    `literal` is a second, minimal reading shown beside the full one. `prerequisites` must be met
    (or not apply) before this one can be.
    """

    id: Code
    title: Text
    statement: Text
    points: Count = 1
    prerequisites: tuple[Code, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    passes: PassRule | None = None
    literal: PassRule | None = None

    @property
    def assessed(self) -> bool:
        """Whether we judge it from requirements (else the team declares it)."""
        return bool(self.requirements)

    @model_validator(mode="after")
    def _has_a_rule(self) -> "Criterion":
        if self.assessed != (self.passes is not None):
            raise ValueError("'requirements' and 'passes' come together or not at all")
        return self


class Practice(Located):
    """A foundational practice that groups criteria."""

    id: Code
    title: Text
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class Tier(Located):
    """A level of certification, reached from `min_percent` of all points."""

    id: Id
    title: Text
    min_percent: Percent
    source: str


class Caution(Located):
    """A sentence shown when the guaranteed points are exactly this many."""

    points: Count
    text: Text
    source: str


class Tiers(Located):
    """The levels, lowest first, and how a share of points is compared with `min_percent`.

    `rounding: whole_percent` rounds 100 x points / all points half up to a whole percent first;
    `none` compares exactly. `target` is the tier that plans and headlines aim at.
    """

    rounding: Literal["whole_percent", "none"]
    rounding_source: str
    target: Id
    levels: tuple[Tier, ...] = Field(min_length=1)
    cautions: tuple[Caution, ...] = ()


class Eligibility(Located):
    """Who may apply: countries by ISO 3166-1 alpha-2 code, and the least population."""

    min_population: Count
    countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...]
    source: str


class Declarations(Located):
    """When a declared criterion counts as evidenced: `proof` on the evidence that it names."""

    proof: AnyCheck
    source: Source


class Planning(Located):
    """What actions cost that are no remedies, in working days of people.

    `prove_days`: to hand in what proves a claim. `show_days`: to hand in again, so that it can be
    looked at, what could not be. Answering a question costs nothing.
    """

    prove_days: Annotated[float, Field(ge=0)]
    show_days: Annotated[float, Field(ge=0)]
    source: str


class Unscored(Located):
    """Something the programme also asks for that no point stands for."""

    id: Id
    title: Text
    text: Text
    source: str


class Reference(Located):
    """A source: what it is, and where it was read."""

    title: str
    where: str | None = None


class Vocabulary(Located):
    """The words that a rubric may use, each with its label for people."""

    evidence_kinds: dict[Id, Text]
    roles: dict[Id, Text]
    activities: dict[Id, Text]
    marks: dict[Id, Text] = Field(default_factory=dict)


class Rubric(Located):
    """Everything asked for one certification, with the digest of the files it was read from.

    `digest` is set by the loader: SHA-256 over the rubric's own files, so that a result can name
    exactly what it was judged by.
    """

    id: Id
    edition: str
    status: Literal["official", "unofficial", "draft"]
    title: Text
    status_note: Text
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    digest: str = ""
    tiers: Tiers
    eligibility: Eligibility
    vocabulary: Vocabulary
    sources: dict[str, Reference]
    declarations: Declarations
    planning: Planning
    unscored: tuple[Unscored, ...] = ()
    practices: tuple[Practice, ...] = Field(min_length=1)

    def __hash__(self) -> int:
        """By id and digest, so that what was computed from a rubric can be kept with it."""
        return hash((self.id, self.edition, self.digest))

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria, in the standard's order."""
        return tuple(c for practice in self.practices for c in practice.criteria)

    @cached_property
    def requirements(self) -> dict[str, Requirement]:
        """Every requirement by its id."""
        return {r.id: r for criterion in self.criteria for r in criterion.requirements}

    @cached_property
    def points(self) -> int:
        """How many points there are in all."""
        return sum(criterion.points for criterion in self.criteria)

    def criterion(self, code: str) -> Criterion:
        """The criterion of this code; `KeyError` where there is none."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, Criterion]:
        return {criterion.id: criterion for criterion in self.criteria}

    def assessed(self) -> Iterator[Criterion]:
        """The criteria that are judged from their requirements."""
        return (criterion for criterion in self.criteria if criterion.assessed)
