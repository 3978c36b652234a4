"""What valid YAML still gets wrong: dangling ids, misplaced checks, numbers nobody can reach."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rubrics import checks
from rubrics.checks import MAX_DEPTH, Check, Family, children, family_of, kind_of
from rubrics.problems import Places, Problem, place_of, suggestion
from rubrics.schema import Criterion, Question, Requirement, Rubric

Path = tuple[str | int, ...]

ANSWERS = frozenset({Family.STRUCTURE, Family.ANSWERS, Family.TABLES})
PROOF = frozenset({Family.STRUCTURE, Family.EVIDENCE})
FACTS = frozenset({Family.STRUCTURE, Family.FACTS, Family.TABLES})
ROW = frozenset({Family.STRUCTURE, Family.ANSWERS})
RULE = frozenset({Family.STRUCTURE, Family.RULE})


def find_problems(rubric: Rubric, places: Places) -> list[Problem]:
    """Everything that is wrong with a rubric that could be read, each with its place."""
    linter = _Linter(rubric, places)
    linter.check_rubric()
    return linter.problems


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a check may look at: the families allowed, and the questions its fields belong to.

    `own` is the question asked by the requirement; `columns` those of the row at hand; `None`
    where they cannot be known (the table in a piece of evidence).
    """

    families: frozenset[Family]
    own: Requirement | None = None
    columns: Mapping[str, Question] | None = None
    in_row: bool = False


class _Linter:
    def __init__(self, rubric: Rubric, places: Places) -> None:
        self.rubric = rubric
        self.places = places
        self.problems: list[Problem] = []

    def add(self, code: str, path: Path, **params: str | int) -> None:
        self.problems.append(Problem(code, place_of(self.places, path), params))

    def unknown(
        self, code: str, path: Path, word: str, known: Iterable[str], **params: str
    ) -> None:
        known = tuple(known)
        if word not in known:
            self.add(code, path, id=word, suggestion=suggestion(word, known), **params)

    # --- the rubric -------------------------------------------------------------------------------

    def check_rubric(self) -> None:
        rubric = self.rubric
        seen: dict[str, str] = {}
        for path, criterion in _criteria(rubric):
            self.once(criterion.id, (*path, "id"), seen, criterion.at)
            self.check_criterion(criterion, path, seen)
        self.no_cycle(
            "criterion.cycle",
            {c.id: c.prerequisites for c in rubric.criteria},
            self.path_of_criterion,
        )
        after = {r.id: r.remedy.after for r in rubric.requirements.values()}
        self.no_cycle("requirement.cycle", after, self.path_of_remedy)
        self.check_tiers()
        self.source(rubric.eligibility.source, ("eligibility", "source"))
        self.sources(rubric.declarations.source.refs, ("declarations", "source", "refs"))
        self.source(rubric.declarations.source.thresholds, ("declarations", "source", "thresholds"))
        self.check(rubric.declarations.proof, ("declarations", "proof"), _Scope(PROOF))
        self.source(rubric.planning.source, ("planning", "source"))
        for i, unscored in enumerate(rubric.unscored):
            self.source(unscored.source, ("unscored", i, "source"))

    def check_tiers(self) -> None:
        tiers = self.rubric.tiers
        names = [tier.id for tier in tiers.levels]
        self.unknown("tier.unknown", ("tiers", "target"), tiers.target, names)
        self.source(tiers.rounding_source, ("tiers", "rounding_source"))
        last = -1.0
        for i, tier in enumerate(tiers.levels):
            path = ("tiers", "levels", i)
            if tier.min_percent <= last:
                got = f"{tier.min_percent:g}"
                self.add("tier.order", (*path, "min_percent"), id=tier.id, got=got)
            last = tier.min_percent
            self.source(tier.source, (*path, "source"))
        for i, caution in enumerate(tiers.cautions):
            self.source(caution.source, ("tiers", "cautions", i, "source"))

    def check_criterion(self, criterion: Criterion, path: Path, seen: dict[str, str]) -> None:
        codes = [c.id for c in self.rubric.criteria]
        for i, code in enumerate(criterion.prerequisites):
            self.unknown("criterion.unknown", (*path, "prerequisites", i), code, codes)
        for k, requirement in enumerate(criterion.requirements):
            inner = (*path, "requirements", k)
            self.once(requirement.id, (*inner, "id"), seen, requirement.at)
            self.check_requirement(requirement, inner)
        used: set[str] = set()
        for name in ("passes", "literal"):
            rule = getattr(criterion, name)
            if rule is not None:
                self.sources(rule.source.refs, (*path, name, "source", "refs"))
                self.source(rule.source.thresholds, (*path, name, "source", "thresholds"))
                self.check(rule.rule, (*path, name, "rule"), _Scope(RULE))
                used |= set(_required(rule.rule) if name == "passes" else ())
        for k, requirement in enumerate(criterion.requirements):
            if requirement.id not in used:
                self.add("requirement.unused", (*path, "requirements", k, "id"), id=requirement.id)

    def check_requirement(self, requirement: Requirement, path: Path) -> None:
        answers = _Scope(ANSWERS, requirement)
        self.check(requirement.check, (*path, "check"), answers)
        self.check(requirement.proof, (*path, "proof"), _Scope(PROOF, requirement))
        for i, flag in enumerate(requirement.flags):
            scope = _Scope(ANSWERS | PROOF, requirement)
            self.check(flag.unless, (*path, "flags", i, "unless"), scope)
        self.sources(requirement.source.refs, (*path, "source", "refs"))
        self.source(requirement.source.thresholds, (*path, "source", "thresholds"))
        if requirement.not_applicable is not None:
            inner = (*path, "not_applicable")
            source = requirement.not_applicable.source
            self.sources(source.refs, (*inner, "source", "refs"))
            self.source(source.thresholds, (*inner, "source", "thresholds"))
            if requirement.not_applicable.when is not None:
                self.check(requirement.not_applicable.when, (*inner, "when"), answers)
        self.check_remedy(requirement, (*path, "remedy"))

    def check_remedy(self, requirement: Requirement, path: Path) -> None:
        remedy, words = requirement.remedy, self.rubric.vocabulary
        for i, word in enumerate(remedy.roles):
            inner: Path = (*path, "roles", i)
            self.unknown("vocabulary.unknown", inner, word, words.roles, list="roles")
        for i, word in enumerate(remedy.activity):
            inner = (*path, "activity", i)
            self.unknown("vocabulary.unknown", inner, word, words.activities, list="activities")
        known = self.rubric.requirements
        for key in ("after", "also_meets"):
            for i, word in enumerate(getattr(remedy, key)):
                self.unknown("requirement.unknown", (*path, key, i), word, known)

    # --- checks -----------------------------------------------------------------------------------

    def check(  # noqa: C901, PLR0912 (one branch a kind)
        self, check: Check, path: Path, scope: _Scope, depth: int = 1
    ) -> None:
        """A check and all inside it."""
        if depth > MAX_DEPTH:
            self.add("check.too_deep", path, limit=MAX_DEPTH)
            return
        family = family_of(check)
        if family not in scope.families:
            expected = ", ".join(
                name for name, (_, f) in checks.KINDS.items() if f in scope.families
            )
            self.add("check.misplaced", path, kind=kind_of(check), expected=expected)
            return
        if check.source is not None:
            self.source(check.source, (*path, "source"))
        self.reachable(check, path)
        inner = scope
        match check:
            case checks.RequirementMet(requirement=name):
                self.unknown("requirement.unknown", path, name, self.rubric.requirements)
            case checks.Routes():
                self.check_routes(check, path)
            case checks.EvidenceCount():
                self.check_evidence(check, path)
                inner = _Scope(FACTS, scope.own)
            case checks.Shows(shows=marks):
                known = self.rubric.vocabulary.marks
                for i, mark in enumerate(marks):
                    self.unknown(
                        "vocabulary.unknown", (*path, "shows", i), mark, known, list="marks"
                    )
            case checks.AnswerCheck():
                columns = self.check_answer(check, path, scope)
                if family is Family.TABLES:
                    inner = _Scope(ROW, scope.own, columns, in_row=True)
            case _:
                pass
        for key, group in children(check):
            self.no_repeats(group, (*path, key))
            for i, child in enumerate(group):
                self.check(child, (*path, key, i), inner, depth + 1)

    def reachable(self, check: Check, path: Path) -> None:
        """No number that can never be met: `at least 6 of 5`, more than 100 percent."""
        match check:
            case checks.AtLeast(at_least=n, of=group) if n > len(group):
                self.add("check.unreachable", (*path, "at_least"), n=n, of=len(group))
            case checks.Includes(at_least=n, includes=options) if n > len(set(options)):
                self.add("check.unreachable", (*path, "at_least"), n=n, of=len(set(options)))
            case checks.Bounds(min=float(low), max=float(high)) if low > high:
                expected = f"at most {high:g}"
                self.add("check.bounds", path, got=f"{low:g}", kind="number", expected=expected)
            case _:
                pass

    def check_routes(self, check: checks.Routes, path: Path) -> None:
        if check.at_least > len(check.routes):
            self.add(
                "check.unreachable", (*path, "at_least"), n=check.at_least, of=len(check.routes)
            )
        if check.strong_from is not None and check.strong_from > len(check.routes):
            params = {"n": check.strong_from, "of": len(check.routes)}
            self.add("check.unreachable", (*path, "strong_from"), **params)
        for name, group in check.routes.items():
            inner = (*path, "routes", name)
            if check.each_at_least > len(group):
                self.add("check.unreachable", inner, n=check.each_at_least, of=len(group))
            for i, word in enumerate(group):
                known = self.rubric.requirements
                self.unknown("requirement.unknown", (*inner, i), word, known)
                if word in group[:i]:
                    self.add("check.repeated", (*inner, i), id=word)
        for i, name in enumerate(check.reviewer_if_only):
            self.unknown("route.unknown", (*path, "reviewer_if_only", i), name, check.routes)

    def check_evidence(self, check: checks.EvidenceCount, path: Path) -> None:
        known = self.rubric.vocabulary.evidence_kinds
        for i, kind in enumerate(check.evidence):
            inner = (*path, "evidence", i)
            self.unknown("vocabulary.unknown", inner, kind, known, list="evidence_kinds")

    def check_answer(
        self, check: checks.AnswerCheck, path: Path, scope: _Scope
    ) -> Mapping[str, Question] | None:
        """The question that an answer check looks at fits it; the columns of its table, if any."""
        if scope.families == FACTS:
            for key in ("question", "field"):  # the table is that of the piece, whatever they say
                if getattr(check, key) is not None:
                    self.add("key.unknown", (*path, key), key=key, suggestion="")
            return None
        if scope.in_row and scope.columns is None and check.question is None:
            return None  # a row inside evidence: its columns are known only when it is read
        target = self.target(check, path, scope)
        if target is None:
            return None
        name, question = target
        fits = _FITS[type(check)]
        if question.kind not in fits:
            if question.kind in ("group", "table") and check.field is None:
                known = ", ".join(question.fields or question.columns)
                self.add("check.field_needed", path, id=name, got=question.kind, expected=known)
            else:
                params = {"kind": kind_of(check), "id": name, "got": question.kind}
                self.add("check.question_kind", path, **params)
            return None
        self.check_parts(check, path, name, question)
        return question.columns

    def target(
        self, check: checks.AnswerCheck, path: Path, scope: _Scope
    ) -> tuple[str, Question] | None:
        """The id and the question (or field, or column) that the check is about."""
        if scope.in_row and scope.columns is not None and check.question is None:
            if check.field is None:
                if isinstance(check, checks.Filled | checks.Span):
                    return "row", _row(scope.columns)
                self.add("key.missing", path, key="field")
                return None
            return self.part("row", check.field, scope.columns, (*path, "field"))
        name = check.question or (scope.own.id if scope.own else "")
        requirement = self.rubric.requirements.get(name)
        if requirement is None:
            known = self.rubric.requirements
            self.unknown("question.unknown", (*path, "question"), name, known)
            return None
        question = requirement.ask
        if check.field is None:
            return name, question
        return self.part(name, check.field, question.fields, (*path, "field"))

    def part(
        self, name: str, field: str, parts: Mapping[str, Question], path: Path
    ) -> tuple[str, Question] | None:
        if field not in parts:
            hint = suggestion(field, parts)
            self.add("check.field_unknown", path, id=name, key=field, suggestion=hint)
            return None
        return f"{name}.{field}", parts[field]

    def check_parts(
        self, check: checks.AnswerCheck, path: Path, name: str, question: Question
    ) -> None:
        """The options, fields and columns that the check names are there."""
        match check:
            case checks.OneOf(one_of=words):
                self.options(words, question, name, (*path, "one_of"))
            case checks.Includes(includes=words):
                self.options(words, question, name, (*path, "includes"))
            case checks.Ratio(ratio=words):
                self.parts(words, question.fields, name, (*path, "ratio"))
            case checks.Filled(filled=words):
                self.parts(words, question.fields or question.columns, name, (*path, "filled"))
            case checks.Span(span=words):
                self.dates(words, question.fields, name, (*path, "span"))
            case checks.Covers(column=column, covers=words):
                self.parts((column,), question.columns, name, (*path, "column"))
                target = question.columns.get(column)
                if target is not None and target.kind == "choice":
                    self.options(words, target, f"{name}.{column}", (*path, "covers"))
            case checks.Distinct(column=column, distinct=n):
                self.parts((column,), question.columns, name, (*path, "column"))
                offered = question.columns[column].options if column in question.columns else {}
                if offered and n > len(offered):
                    self.add("check.unreachable", (*path, "distinct"), n=n, of=len(offered))
            case checks.Bounds() if question.kind == "percentage":
                self.percents(check, path)
            case _:
                pass

    def dates(
        self, words: Sequence[str], known: Mapping[str, Question], name: str, path: Path
    ) -> None:
        """The fields are there, and hold dates."""
        self.parts(words, known, name, path)
        for word in words:
            if word in known and known[word].kind != "date":
                params = {"kind": "span", "id": f"{name}.{word}", "got": known[word].kind}
                self.add("check.question_kind", path, **params)

    def percents(self, check: checks.Bounds, path: Path) -> None:
        for number in (check.min, check.max):
            if number is not None and not 0 <= number <= 100:
                params = {"got": f"{number:g}", "kind": "percentage", "expected": "0 to 100"}
                self.add("check.bounds", path, **params)

    def options(self, words: Sequence[str], question: Question, name: str, path: Path) -> None:
        for i, word in enumerate(words):
            if word not in question.options:
                hint = suggestion(word, question.options)
                self.add("check.option_unknown", (*path, i), id=name, got=word, suggestion=hint)

    def parts(
        self, words: Sequence[str], known: Mapping[str, Question], name: str, path: Path
    ) -> None:
        for word in words:
            if word not in known:
                hint = suggestion(word, known)
                self.add("check.field_unknown", path, id=name, key=word, suggestion=hint)

    # --- small rules ------------------------------------------------------------------------------

    def once(self, name: str, path: Path, seen: dict[str, str], at: str) -> None:
        if name in seen:
            self.add("id.duplicate", path, id=name, first=seen[name])
        seen.setdefault(name, at)

    def no_repeats(self, group: Sequence[Check], path: Path) -> None:
        names = [c.requirement for c in group if isinstance(c, checks.RequirementMet)]
        for i, name in enumerate(names):
            if name in names[:i]:
                self.add("check.repeated", (*path, i), id=name)

    def source(self, key: str, path: Path) -> None:
        if key != "interpretation":
            self.unknown("source.unknown", path, key, self.rubric.sources)

    def sources(self, keys: Sequence[str], path: Path) -> None:
        for i, key in enumerate(keys):
            self.source(key, (*path, i))

    def no_cycle(
        self, code: str, after: Mapping[str, Sequence[str]], path_of: Callable[[str], Path]
    ) -> None:
        done: set[str] = set()
        for start in after:
            trail: list[str] = []
            if (cycle := _cycle(start, after, trail, done)) is not None:
                self.add(code, path_of(cycle[0]), loop=" → ".join(cycle))
                return

    def path_of_criterion(self, code: str) -> Path:
        return (*next(path for path, c in _criteria(self.rubric) if c.id == code), "prerequisites")

    def path_of_remedy(self, name: str) -> Path:
        return next(
            (*path, "requirements", k, "remedy", "after")
            for path, criterion in _criteria(self.rubric)
            for k, requirement in enumerate(criterion.requirements)
            if requirement.id == name
        )


_FITS: dict[type[Check], frozenset[str]] = {
    checks.Is: frozenset({"yes_no"}),
    checks.OneOf: frozenset({"choice"}),
    checks.Includes: frozenset({"choices"}),
    checks.Bounds: frozenset({"number", "percentage"}),
    checks.Within: frozenset({"date"}),
    checks.Ratio: frozenset({"group"}),
    checks.Filled: frozenset({"group", "row"}),
    checks.Span: frozenset({"group"}),
    checks.Rows: frozenset({"table"}),
    checks.EveryRow: frozenset({"table"}),
    checks.Covers: frozenset({"table"}),
    checks.Distinct: frozenset({"table"}),
}
"""Which kinds of question each answer check can look at."""


def _criteria(rubric: Rubric) -> Iterator[tuple[Path, Criterion]]:
    for i, practice in enumerate(rubric.practices):
        for j, criterion in enumerate(practice.criteria):
            yield ("practices", i, "criteria", j), criterion


def _required(check: Check) -> Iterator[str]:
    """The requirements that a pass rule names."""
    match check:
        case checks.RequirementMet(requirement=name):
            yield name
        case checks.Routes(routes=routes):
            for names in routes.values():
                yield from names
        case _:
            for _, group in children(check):
                for child in group:
                    yield from _required(child)


def _row(columns: Mapping[str, Question]) -> Question:
    """A row seen as a group of its columns."""
    return Question(kind="group", text="row", fields=dict(columns))


def _cycle(
    name: str, after: Mapping[str, Sequence[str]], trail: list[str], done: set[str]
) -> list[str] | None:
    if name in trail:
        return [*trail[trail.index(name) :], name]
    if name in done:
        return None
    trail.append(name)
    for other in after.get(name, ()):
        if (found := _cycle(other, after, trail, done)) is not None:
            return found
    done.add(trail.pop())
    return None
