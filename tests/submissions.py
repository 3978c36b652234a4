"""Submissions made from a rubric: perfect ones, which meet everything, and random ones near them.

A perfect answer or piece of evidence is read off the checks themselves, so a requirement that
nobody can meet is found out. Random ones are perfect ones with something blank, weak or missing:
that is what real submissions look like, and it reaches far more of the rules than noise would.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import cast

from assessment.submission import Submission
from assessment.validation import validate
from assessment.windows import start_of
from rubrics import checks
from rubrics.schema import Question, Requirement, Rubric
from rubrics.text import Plain

Mapping = dict[str, Plain]

DAY = date(2025, 11, 3)
RECORDS = 40
CITY: Mapping = {"name": "Example", "country": "US", "population": 100_000}


def perfect_submission(rubric: Rubric, *, on: date = DAY) -> Mapping:
    """A submission that meets every requirement and declares every other criterion met."""
    requirements = rubric.requirements.values()
    return {
        "rubric": rubric.id,
        "city": dict(CITY),
        "declared": {
            "met": [c.id for c in rubric.criteria if not c.assessed],
            "assessed_on": _days_ago(on, 30),
            "evidence": "official-result",
        },
        "answers": {r.id: perfect_answer(r, on=on) for r in requirements},
        "evidence": [
            *(entry for r in requirements for entry in perfect_evidence(r, on=on)),
            *_entries(rubric.declarations.proof, "official-result", [], on),
        ],
    }


def random_submission(
    rubric: Rubric, random: Random, *, on: date = DAY, complete: bool = False
) -> Mapping:
    """A submission in which some things are met, some are not and some are open.

    A `complete` one leaves nothing open: every question is answered, and all evidence was seen.
    """
    data = perfect_submission(rubric, on=on)
    answers: Mapping = {}
    evidence: list[Plain] = []
    good = random.choice((0.3, 0.6, 0.8, 0.9, 0.95))
    for own in rubric.requirements.values():
        answer = random_answer(own, random, on=on, complete=complete, good=good)
        if answer is not None:
            answers[own.id] = answer
        evidence += random_evidence(own, random, on=on, complete=complete, good=good)
    evidence += cast("list[Plain]", data["evidence"])[-1:]
    codes = [c.id for c in rubric.criteria if not c.assessed]
    words = {code: random.choice(("met", "not_met", "not_met", "open")) for code in codes}
    declared = {**cast("Mapping", data["declared"])}
    for word in ("met", "not_met"):
        declared[word] = [code for code in codes if words[code] == word]
    return {**data, "answers": answers, "evidence": evidence, "declared": declared}


def random_answer(
    requirement: Requirement,
    random: Random,
    *,
    on: date = DAY,
    complete: bool = False,
    good: float = 0.7,
) -> Plain:
    """A perfect answer, a spoilt one, an arbitrary one, or (unless `complete`) none."""
    perfect = perfect_answer(requirement, on=on)
    if (luck := random.random()) < good:
        return perfect
    arbitrary = arbitrary_value(requirement.ask, random, on=on, blanks=not complete)
    if luck < good + 0.4 * (1 - good):
        return _mixed(perfect, arbitrary, random)
    if complete or luck < good + 0.8 * (1 - good):
        return arbitrary
    return None


def random_evidence(
    requirement: Requirement,
    random: Random,
    *,
    on: date = DAY,
    complete: bool = False,
    good: float = 0.7,
) -> list[Plain]:
    """The evidence of a requirement: all that is needed, with now and then something wrong."""
    found: list[Plain] = []
    for entry in perfect_evidence(requirement, on=on, random=random):
        if (luck := random.random()) < good:
            found.append(entry)
        elif luck < good + 0.7 * (1 - good):
            found.append(spoilt_entry(entry, random, on=on, complete=complete))
    return found


# --- answers --------------------------------------------------------------------------------------


def perfect_answer(requirement: Requirement, *, on: date = DAY) -> Plain:
    """An answer that meets the requirement's check."""
    question = requirement.ask
    answer = _typical(question, on)
    for check in _chosen(requirement.check, None):
        answer = _meeting(check, question, answer, on)
    return answer


def arbitrary_value(
    question: Question, random: Random, *, on: date = DAY, blanks: bool = True
) -> Plain:
    """Any valid value for a question, whatever the checks want."""
    if blanks and random.random() < 0.2:
        return None
    match question.kind:
        case "yes_no":
            return random.choice(("yes", "no"))
        case "choice":
            return random.choice(list(question.options))
        case "choices":
            options = list(question.options)
            picked = set(random.sample(options, random.randint(1, len(options))))
            return [option for option in options if option in picked]
        case "number":
            return random.choice((0, 1, 2, 5, 10, 12, 15, 20, 100))
        case "percentage":
            return random.choice((0, 10, 50, 79, 80, 81, 90, 100))
        case "date":
            return _days_ago(on, random.choice((-20, 0, 10, 100, 200, 360, 370, 500, 800)))
        case "text" | "url":
            return "Words"
        case "group":
            parts = question.fields.items()
            return {n: arbitrary_value(q, random, on=on, blanks=blanks) for n, q in parts}
        case "table":
            columns = question.columns.items()
            return [
                {n: arbitrary_value(q, random, on=on) for n, q in columns}
                for _ in range(random.randint(0 if blanks else 1, 6))
            ]


def _typical(question: Question, on: date) -> Plain:
    match question.kind:
        case "yes_no":
            return "yes"
        case "choice":
            return next(iter(question.options))
        case "choices":
            return list(question.options)
        case "number" | "percentage":
            return 100
        case "date":
            return _days_ago(on, 10)
        case "text" | "url":
            return "Words"
        case "group":
            return {name: _typical(field, on) for name, field in question.fields.items()}
        case "table":
            return [{name: _typical(column, on) for name, column in question.columns.items()}]


def _meeting(check: checks.Check, question: Question, answer: Plain, on: date) -> Plain:
    """The answer, changed so that this one check on it holds too."""
    if isinstance(check, checks.AnswerCheck) and check.field is not None:
        assert isinstance(answer, dict)
        inner = check.model_copy(update={"field": None})
        part = question.fields[check.field]
        return {**answer, check.field: _meeting(inner, part, answer[check.field], on)}
    match check:
        case checks.Ratio(ratio=(part_name, whole)):
            assert isinstance(answer, dict)
            return {**answer, part_name: 100, whole: 100}
        case checks.Rows() | checks.EveryRow() | checks.Covers() | checks.Distinct():
            return cast("list[Plain]", _table(check, cast("list[Mapping]", answer), question, on))
        case checks.Filled() | checks.Includes():
            return answer  # what is typical is all there is
        case _:
            return _value(check, on)


def _value(check: checks.Check, on: date) -> Plain:
    """A value that a check on one value accepts."""
    match check:
        case checks.Is(is_=word):
            return word
        case checks.OneOf(one_of=(first, *_)):
            return first
        case checks.Bounds(min=low, max=high):
            number = high if low is None else low
            assert number is not None
            return int(number) if number == int(number) else number
        case checks.Within():
            return _days_ago(on, 10)
        case _:
            raise NotImplementedError(checks.kind_of(check))


def _table(
    check: checks.Check, rows: list[Mapping], question: Question | None, on: date
) -> list[Mapping]:
    """The table, changed so that this check on it holds too; every row is a good one."""
    match check:
        case checks.Covers(covers=values, column=column):
            return [{**rows[0], column: value} for value in values]
        case checks.Distinct(distinct=n, column=column):
            options = question.columns[column].options if question is not None else {}
            names = list(options) or [f"{column} {i}" for i in range(n)]
            more = [{**rows[-1], column: name} for name in names[: max(n, len(rows))]]
            return [*more, *rows[len(more) :]]
        case checks.Rows(rows=n, where=tests):
            wanted = [*rows, *({**rows[-1]} for _ in range(n - len(rows)))]
            if any(isinstance(test, checks.OneOf) for test in tests):  # a row of its own
                return [*(row for row in rows if len(row) > 1), _good_row(rows[0], tests, on)]
            return [_good_row(row, tests, on) for row in wanted]
        case checks.EveryRow(every_row=tests):
            return [_good_row(row, tests, on) for row in rows]
        case _:
            raise NotImplementedError(checks.kind_of(check))


def _good_row(row: Mapping, tests: Sequence[checks.Check], on: date) -> Mapping:
    """The row, changed so that it passes these tests; what is filled in already is left."""
    good = dict(row)
    for leaf in (leaf for test in tests for leaf in _chosen(test, None)):
        match leaf:
            case checks.Filled(filled=names):
                for name in names:
                    good.setdefault(name, 10)
            case checks.Span(span=(first, last), lasts=lasts):
                end = on - timedelta(days=10)
                good |= {first: start_of(lasts, end).isoformat(), last: end.isoformat()}
            case checks.AnswerCheck(field=str(name)):
                good[name] = _value(leaf, on)
            case _:
                raise NotImplementedError(checks.kind_of(leaf))
    return good


# --- evidence -------------------------------------------------------------------------------------


def perfect_evidence(
    requirement: Requirement, *, on: date = DAY, random: Random | None = None
) -> list[Plain]:
    """Evidence that meets the requirement's proof, by a random one of its alternatives."""
    return _entries(requirement.proof, requirement.id, [requirement.id], on, random)


def _entries(
    proof: checks.Check,
    name: str,
    serves: list[Plain],
    on: date,
    random: Random | None = None,
) -> list[Plain]:
    entries: list[Plain] = []
    for check in _chosen(proof, random):
        assert isinstance(check, checks.EvidenceCount)
        for _ in range(check.count):
            number = f"-{len(entries) + 1}" if entries else ""
            entry = perfect_entry(check, on=on, random=random)
            entries.append({**entry, "id": name + number, "serves": list(serves)})
    return entries


def perfect_entry(
    check: checks.EvidenceCount, *, on: date = DAY, random: Random | None = None
) -> Mapping:
    """A piece of evidence that passes every test of an evidence check."""
    facts: Mapping = {"status": "seen"}
    shows: Mapping = {}
    entry: Mapping = {"kind": check.evidence[0], "title": "Evidence", "shows": shows}
    if random is not None:
        entry["kind"] = random.choice(check.evidence)
    for test in check.where:
        for leaf in _chosen(test, random):
            match leaf:
                case checks.DatedWithin():
                    entry["dated"] = _days_ago(on, 10)
                case checks.Formats(formats=formats):
                    facts["format"] = str(formats[0])
                case checks.Licences(licences=licences):
                    facts["licence"] = str(licences[0])
                case checks.Shows(shows=marks):
                    shows |= dict.fromkeys(marks, "page 1")
                case checks.AnswerCheck():
                    table = cast("list[Mapping]", facts.get("table", [{}]))
                    facts["table"] = cast("list[Plain]", _table(leaf, table, None, on))
                case _:
                    dataset = cast("Mapping", facts.setdefault("dataset", {"processes": RECORDS}))
                    _fill_dataset(leaf, dataset, entry, on)
    return {**entry, "facts": facts}


def _fill_dataset(check: checks.Check, dataset: Mapping, entry: Mapping, on: date) -> None:
    match check:
        case checks.NewestWithin():
            dataset["newest_record"] = _days_ago(on, 10)
        case checks.StageFields(stage=stage, fields=fields, records=records):
            stages = cast("dict[str, Mapping]", dataset.setdefault("stages", {}))
            found = stages.setdefault(str(stage), {"records": max(RECORDS, records), "filled": {}})
            filled = cast("Mapping", found["filled"])
            filled |= {str(field): found["records"] for field in fields}
        case checks.CompleteProcesses(complete_processes=n):
            dataset["complete"] = max(n, RECORDS)
        case checks.GroupShare():
            dataset["groups"] = {str(group): RECORDS for group in checks.Group}
        case checks.Join(join=(source, target)):
            joins = cast("Mapping", dataset.setdefault("joins", {}))
            joins[f"{source}-{target}"] = {"records": RECORDS, "joined": RECORDS}
        case checks.Coverage(by=by):
            dataset["value"] = 1_000
            entry["population"] = {"value": 1_000} if by == "value" else {"number": RECORDS}
        case checks.Policy():
            dataset["publication_policy"] = "https://city.example/policy"
        case _:
            raise NotImplementedError(checks.kind_of(check))


def spoilt_entry(
    entry: Plain, random: Random, *, on: date = DAY, complete: bool = False
) -> Mapping:
    """A piece of evidence with something wrong; a `complete` one was at least seen in full."""
    spoilt = deepcopy(cast("Mapping", entry))
    facts = cast("Mapping", spoilt["facts"])
    shows = cast("Mapping", spoilt["shows"])
    dataset = cast("Mapping", facts.get("dataset", {}))
    ways = ["old", "thin", "short", "hidden", "other", "unseen", "stated", "undated"]
    match random.choice(ways[:5] if complete else ways):
        case "old":
            old = _days_ago(on, random.choice((100, 200, 400, 900, 1500)))
            spoilt["dated"] = old
            if dataset:
                dataset["newest_record"] = old
        case "thin":
            _thin_out(dataset, random)
            facts |= {"table": cast("list[Plain]", facts["table"])[:1]} if "table" in facts else {}
        case "short":
            rows = cast("list[Mapping]", facts.get("table", []))
            for row in rows:
                if "period_start" in row and random.random() < 0.5:
                    row["period_start"] = _days_ago(on, random.choice((40, 300, 376)))
        case "hidden":
            for mark in [mark for mark in shows if random.random() < 0.5]:
                del shows[mark]
        case "other":
            facts |= {"format": "ods", "licence": "none_stated"}
        case "unseen":
            spoilt["facts"] = {"status": random.choice(("not_checked", "unreachable"))}
        case "stated":
            spoilt["stated"] = True
        case _:
            spoilt.pop("dated", None)
            dataset.pop("newest_record", None)
    return spoilt


def _thin_out(dataset: Mapping, random: Random) -> None:
    """Fewer records fill their fields, point to each other and answer the six questions."""
    for stage in cast("dict[str, Mapping]", dataset.get("stages", {})).values():
        filled = cast("Mapping", stage["filled"])
        filled |= {name: random.choice((0, 20, 32, 40)) for name in filled}
    for join in cast("dict[str, Mapping]", dataset.get("joins", {})).values():
        join["joined"] = random.choice((0, 31, 32))
    if "complete" in dataset:
        dataset["complete"] = random.choice((0, 1))


# --- what they share ------------------------------------------------------------------------------


def validated(rubric: Rubric, data: Mapping) -> Submission:
    """The submission that the data describe; a mistake in the data is a mistake in the test."""
    return validate(rubric, deepcopy(data), {})


def _chosen(check: checks.Check, random: Random | None) -> Iterator[checks.Check]:
    """Checks without groups that together meet this one: the first alternatives, or random ones."""
    match check:
        case checks.AllOf(all_of=group):
            n = len(group)
        case checks.AnyOf(any_of=group):
            n = 1
        case checks.AtLeast(at_least=n, of=group):
            pass
        case _:
            yield check
            return
    picked: Sequence[checks.Check] = group[:n] if random is None else random.sample(group, n)
    for child in picked:
        yield from _chosen(child, random)


def _mixed(good: Plain, other: Plain, random: Random) -> Plain:
    """Mostly the good answer, field by field; of an answer that has no fields, the other one."""
    if not isinstance(good, dict) or not isinstance(other, dict):
        return other
    return {name: other[name] if random.random() < 0.2 else good[name] for name in good}


def _days_ago(on: date, days: int) -> str:
    return (on - timedelta(days=days)).isoformat()
