"""The same criteria in two rule languages that we did not choose: CEL and ZEN.

Both know only true and false: here a criterion is met, or it is not. So that they can be measured
beside the engine, and shown to agree with it, checks are turned into expressions. Whatever can be
done before the clock starts is done in their favour: the day is a constant (days are numbers),
windows are computed, and data come in the shape that the expressions want.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessment.submission import Evidence, Submission
from assessment.windows import start_of
from rubrics import checks
from rubrics.schema import Question, Requirement, Rubric

Data = Any
"""What goes into an expression: numbers, texts, lists, mappings."""


def name_of(requirement: str) -> str:
    """A requirement's id as a name in an expression."""
    return requirement.replace("-", "_")


@dataclass(frozen=True)
class Dialect:
    """How a rule language says what both can say."""

    both: str
    either: str
    has: str
    """Whether a mapping holds a key: `{0}` and `{1}`."""
    one: str
    """Whether some element of a list fulfils a condition: `{list}`, `{x}`, `{test}`."""
    every: str
    many: str
    """Whether at least `{n}` elements do."""
    true_of: str
    """Whether at least `{n}` of the conditions `{list}` hold."""
    within: str
    """Whether a value stands in a list."""
    element: Mapping[str, str]
    """The name of the element at hand: of evidence `e`, of a row `r`."""


CEL = Dialect(
    both=" && ",
    either=" || ",
    has="has({0}.{1})",
    one="{list}.exists({x}, {test})",
    every="{list}.all({x}, {test})",
    many="{list}.filter({x}, {test}).size() >= {n}",
    true_of="({sum}) >= {n}",
    within="{0} in {1}",
    element={"e": "e", "r": "r"},
)
ZEN = Dialect(
    both=" and ",
    either=" or ",
    has="{0}.{1} != null",
    one="some({list}, {test})",
    every="all({list}, {test})",
    many="count({list}, {test}) >= {n}",
    true_of="count([{list}], # == true) >= {n}",
    within="{0} in {1}",
    element={"e": "#", "r": "#"},
)


class Translator:
    """Turns the checks of a rubric into expressions of one dialect, as of one day."""

    def __init__(self, dialect: Dialect, on: date, *, apart: bool = False) -> None:
        self.say = dialect
        self.on = on
        self.apart: dict[str, str] | None = {} if apart else None
        """Where asked for, each single check under a name of its own, so that a trace has it."""

    def _single(self, expression: str) -> str:
        if self.apart is None:
            return expression
        name = f"c{len(self.apart) + 1}"
        self.apart[name] = expression
        return f"$.{name}"

    # --- requirements and rules -------------------------------------------------------------------

    def check(self, own: Requirement, answer: str) -> str:
        """Whether the answer is as it should be."""
        return self._answer(own.check, own.ask, answer)

    def proof(self, own: Requirement, evidence: str) -> str:
        """Whether the evidence proves it."""
        return self._proof(own.proof, own.ask, evidence)

    def rule(self, rule: checks.Check, prefix: str) -> str:
        """Whether a criterion is met, from which requirements are."""
        match rule:
            case checks.RequirementMet(requirement=name):
                return prefix + name_of(name)
            case checks.Routes(routes=routes, at_least=n, each_at_least=m):
                firm = [group for r, group in routes.items() if r not in rule.reviewer_if_only]
                return self._count(
                    n, [self._count(m, [prefix + name_of(r) for r in group]) for group in firm]
                )
            case _:
                return self._group(rule, lambda child: self.rule(child, prefix))

    def _group(self, check: checks.Check, translate: Any) -> str:
        match check:
            case checks.AllOf(all_of=group):
                return self._all([translate(child) for child in group])
            case checks.AnyOf(any_of=group):
                return "(" + self.say.either.join(translate(child) for child in group) + ")"
            case checks.AtLeast(at_least=n, of=group):
                return self._count(n, [translate(child) for child in group])
            case _:
                raise NotImplementedError(checks.kind_of(check))

    def _all(self, tests: Sequence[str]) -> str:
        return "(" + (self.say.both.join(tests) or "true") + ")"

    def _count(self, n: int, tests: Sequence[str]) -> str:
        if n == len(tests):
            return self._all(tests)
        if n == 1:
            return "(" + self.say.either.join(tests) + ")"
        total = " + ".join(f"(({test}) ? 1 : 0)" for test in tests)
        return self.say.true_of.format(sum=total, list=", ".join(tests), n=n)

    # --- answers and rows -------------------------------------------------------------------------

    def _answer(self, check: checks.Check, question: Question, value: str) -> str:
        if checks.family_of(check) is checks.Family.STRUCTURE:
            return self._group(check, lambda child: self._answer(child, question, value))
        assert isinstance(check, checks.AnswerCheck)
        if check.field is not None:
            question, value = question.fields[check.field], f"{value}.{check.field}"
        if checks.family_of(check) is checks.Family.TABLES:
            return self._single(self._table(check, question.columns, value))
        return self._single(self._value(check, value))

    def _value(self, check: checks.Check, value: str) -> str:
        match check:
            case checks.Is(is_=word):
                return f"{value} == {'true' if word == 'yes' else 'false'}"
            case checks.OneOf(one_of=options):
                return self.say.within.format(value, _list(options))
            case checks.Includes(includes=options, at_least=n):
                tests = [self.say.within.format(f"'{option}'", value) for option in options]
                return self._count(n, tests)
            case checks.Bounds(min=low, max=high):
                bounds = [] if low is None else [f"{value} >= {low:g}"]
                return self._all(bounds if high is None else [*bounds, f"{value} <= {high:g}"])
            case checks.Within(within=window):
                return self._since(window, value)
            case checks.Ratio(ratio=(part, whole), min=least):
                enough = f"100 * {value}.{part} >= {least:g} * {value}.{whole}"
                return self._all([f"{value}.{whole} > 0", enough])
            case checks.Filled(filled=fields):
                return self._all([self.say.has.format(value, field) for field in fields])
            case checks.Span(span=days, lasts=lasts):
                name = lasting_name(days, lasts)
                return self._all([self.say.has.format(value, name), f"{value}.{name} == true"])
            case _:
                raise NotImplementedError(checks.kind_of(check))

    def _since(self, window: str, value: str) -> str:
        first, last = start_of(window, self.on).toordinal(), self.on.toordinal()
        return self._all([f"{value} >= {first}", f"{value} <= {last}"])

    def _cell(self, check: checks.Check) -> str:
        """A check on the row at hand; what is not in it is blank."""
        row = self.say.element["r"]
        if checks.family_of(check) is checks.Family.STRUCTURE:
            return self._group(check, self._cell)
        assert isinstance(check, checks.AnswerCheck)
        if check.field is None:
            return self._value(check, row)
        there = self.say.has.format(row, check.field)
        return self._all([there, self._value(check, f"{row}.{check.field}")])

    def _table(self, check: checks.Check, columns: Mapping[str, Question], rows: str) -> str:
        row = self.say.element["r"]

        def some_row_says(column: str, word: str) -> str:
            there = self.say.has.format(row, column)
            test = self._all([there, f"{row}.{column} == '{word}'"])
            return self.say.one.format(list=rows, x=row, test=test)

        match check:
            case checks.Rows(rows=n, where=tests):
                test = self._all([self._cell(child) for child in tests])
                return self.say.many.format(list=rows, x=row, test=test, n=n)
            case checks.EveryRow(every_row=tests):
                test = self._all([self._cell(child) for child in tests])
                some = self.say.many.format(list=rows, x=row, test="true", n=1)
                return self._all([some, self.say.every.format(list=rows, x=row, test=test)])
            case checks.Covers(covers=words, column=column):
                return self._all([some_row_says(column, word) for word in words])
            case checks.Distinct(distinct=n, column=column):
                known = columns[column].options if column in columns else {}
                names = [*known, *(f"{column}_{i}" for i in range(n))]
                return self._count(n, [some_row_says(column, name) for name in names])
            case _:
                raise NotImplementedError(checks.kind_of(check))

    # --- evidence ---------------------------------------------------------------------------------

    def _proof(self, check: checks.Check, question: Question, pieces: str) -> str:
        if not isinstance(check, checks.EvidenceCount):
            return self._group(check, lambda child: self._proof(child, question, pieces))
        piece = self.say.element["e"]
        kind = self.say.within.format(f"{piece}.kind", _list(check.evidence))
        test = self._all([kind, *(self._fact(child, question, piece) for child in check.where)])
        template = self.say.one if check.count == 1 else self.say.many
        return self._single(template.format(list=pieces, x=piece, test=test, n=check.count))

    def _fact(  # noqa: C901, PLR0912 (one branch a kind)
        self, check: checks.Check, question: Question, piece: str
    ) -> str:
        match check:
            case checks.DatedWithin(dated_within=window):
                return self._since(window, f"{piece}.dated")
            case checks.NewestWithin(newest_within=window):
                return self._since(window, f"{piece}.newest")
            case checks.Formats(formats=words):
                return self.say.within.format(f"{piece}.format", _list(words))
            case checks.Licences(licences=words):
                return self.say.within.format(f"{piece}.licence", _list(words))
            case checks.Shows(shows=marks):
                tests = [self.say.within.format(f"'{mark}'", f"{piece}.shows") for mark in marks]
                return self._all(tests)
            case checks.StageFields(stage=stage, fields=fields, share=share, records=n):
                found = f"{piece}.stages.{stage}"
                tests = [self.say.has.format(f"{piece}.stages", stage), f"{found}.records >= {n}"]
                for field in fields:
                    tests.append(self.say.has.format(f"{found}.filled", field))
                    count = f"{found}.filled.{field}"
                    enough = f"100 * {count} >= {share or 0:g} * {found}.records"
                    tests.append(f"{count} > 0" if share is None else enough)
                return self._all(tests)
            case checks.CompleteProcesses(complete_processes=n):
                return f"{piece}.complete >= {n}"
            case checks.Join(join=(source, target), min=least):
                join = f"{piece}.joins.{source}_{target}"
                there = self.say.has.format(f"{piece}.joins", f"{source}_{target}")
                enough = f"100 * {join}.joined >= {least:g} * {join}.records"
                return self._all([there, f"{join}.records > 0", enough])
            case checks.Coverage(coverage=least, by="either"):
                number, value = f"{piece}.number", f"{piece}.whole"
                by_number = f"100 * {piece}.processes >= {least:g} * {number}"
                by_value = f"100 * {piece}.value >= {least:g} * {value}"
                ways = [f"{number} > 0", by_number], [f"{value} > 0", by_value]
                return self._count(1, [self._all(way) for way in ways])
            case checks.Policy():
                return f"{piece}.policy == true"
            case checks.AnswerCheck():
                columns = next((f.columns for f in question.fields.values() if f.columns), {})
                return self._table(check, columns, f"{piece}.table")
            case _:
                return self._group(check, lambda child: self._fact(child, question, piece))


def _list(words: Sequence[str]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


# --- data -----------------------------------------------------------------------------------------


def data_of(rubric: Rubric, submission: Submission) -> dict[str, dict[str, Data]]:
    """A submission as both languages read it: `answers` and `evidence` by requirement."""
    pieces = submission.evidence or ()
    return {
        "answers": {name_of(r): _plain(submission.answers.get(r)) for r in rubric.requirements},
        "evidence": {
            name_of(r): [_piece(piece) for piece in pieces if r in piece.serves]
            for r in rubric.requirements
        },
    }


def _plain(value: object) -> Data:
    match value:
        case date():
            return value.toordinal()
        case dict():
            known = {name: _plain(child) for name, child in value.items() if child is not None}
            return known | _lasting(known)
        case tuple():
            return [_plain(child) for child in value]
        case _:
            return value


def _piece(piece: Evidence) -> Data:
    facts, population = piece.facts, piece.population
    assert facts is not None
    dataset = facts.dataset
    day = facts.dated or piece.dated
    joins = dataset.joins if dataset else {}
    return {
        "kind": piece.kind,
        "dated": day.toordinal() if day else 0,
        "format": facts.format or "",
        "licence": facts.licence or "",
        "shows": list(piece.shows),
        "newest": dataset.newest_record.toordinal() if dataset and dataset.newest_record else 0,
        "processes": dataset.processes if dataset else 0,
        "complete": (dataset.complete or 0) if dataset else 0,
        "value": int(dataset.value or 0) if dataset else 0,
        "policy": bool(dataset and dataset.publication_policy),
        "number": (population.number or 0) if population else 0,
        "whole": int(population.value or 0) if population else 0,
        "stages": {n: s.model_dump() for n, s in dataset.stages.items()} if dataset else {},
        "joins": {name_of(name): join.model_dump() for name, join in joins.items()},
        "table": [_cells(row) for row in facts.table or ()],
    }


def _cells(row: Mapping[str, object]) -> Data:
    """The cells of a table that was read: words as ids, days as numbers."""
    cells: dict[str, Data] = {}
    for name, cell in row.items():
        text = str(cell).strip().lower().replace(" ", "_")
        try:
            cells[name] = date.fromisoformat(text).toordinal()
        except ValueError:
            cells[name] = text
    return cells | _lasting(cells)


def lasting_name(days: tuple[str, str], lasts: str) -> str:
    """The name under which data say whether the time between two days is long enough."""
    return f"{days[0]}_{days[1]}_{name_of(lasts).replace(' ', '_')}"


PERIOD = ("period_start", "period_end")
"""The only two days between which the rubric asks for a year."""


def _lasting(cells: Mapping[str, Data]) -> dict[str, Data]:
    """Whether a period lasts a year: neither language knows months, so the data say it."""
    start, end = (cells.get(name) for name in PERIOD)
    if not isinstance(start, int) or not isinstance(end, int):
        return {}
    whole = start <= start_of("12 months", date.fromordinal(end + 1)).toordinal()
    return {lasting_name(PERIOD, "12 months"): whole}
