"""Rubrics that use every kind of check in every place, and submissions that hold all sorts.

Everything is drawn from a `Random`, so that a number stands for a whole world: quick to make, and
the same everywhere.
"""

from datetime import timedelta
from random import Random
from typing import Any

from assessment.facts import Facts
from assessment.submission import Submission
from rubrics import checks
from rubrics.schema import Rubric
from tests import builders
from tests.builders import DAY, Data

OPTIONS: Data = {"a": "A", "b": "B", "not_captured": "Not captured"}
SCALARS = ("yes_no", "choice", "choices", "number", "percentage", "date", "text", "url")
WINDOWS = ("30 days", "12 months", "4 quarters", "2 years", "900 years")
NUMBERS = (0, 1, 2.5, 10, 50, 79.9, 80, 100)
DAYS = (-400, -1, 0, 1, 29, 30, 31, 364, 365, 366, 500, 900)
COLUMNS = ("a", "b", "start", "end", "part", "whole")
"""The columns of tables that a collector read."""

CELLS: tuple[Any, ...] = (
    *(None, "", "yes", "Sí", "no", "maybe", "a", "A", "b", " Not captured ", "a;b", ["a", "b"], []),
    *(0, 1, 2, 50, 80.5, 100, True, False, "80", "2025-10-01", "20251001", "2024-11-03", "2020"),
)


# --- rubrics --------------------------------------------------------------------------------------


def random_rubric(random: Random) -> Rubric:
    """A rubric of up to five requirements in one or two criteria, beside two declared ones."""
    questions = {f"q{i}": _question(random) for i in range(random.randint(2, 5))}
    while questions["q0"]["kind"] in ("text", "url"):  # something must be asked of one at least
        questions["q0"] = _question(random)
    names = list(questions)
    cut = random.randint(1, len(names))
    criteria = [builders.criterion("DM1"), builders.criterion("DM2", points=2)]
    for code, own in (("RDC1", names[:cut]), ("RDC2", names[cut:])):
        if own:
            requirements = [_requirement(random, name, questions) for name in own]
            rule: Data = {"all_of": [_rule(random, own, 2), {"any_of": [*own]}]}
            before = random.sample([c["id"] for c in criteria], random.randint(0, 2))
            literal = _rule(random, own, 2) if random.random() < 0.5 else None
            criteria.append(
                builders.criterion(
                    code, *requirements, rule=rule, literal=literal, prerequisites=before
                )
            )
    declarations = {
        "proof": _proof(random, questions, 1),
        "source": {"refs": ["S1"], "thresholds": "interpretation"},
    }
    tiers = {
        **builders.rubric_data()["tiers"],
        "rounding": random.choice(("none", "whole_percent")),
    }
    return builders.rubric(*criteria, declarations=declarations, tiers=tiers)


def _question(random: Random, *, depth: int = 2) -> Data:
    kinds = [*SCALARS, *(("group", "table") * 4 if depth else ())]
    question: Data = {"kind": random.choice(kinds), "text": "What is it?"}
    match question["kind"]:
        case "choice" | "choices":
            question["options"] = OPTIONS
        case "group":
            question["fields"] = _parts(random, depth - 1)
        case "table":
            question["columns"] = _parts(random, 0)
        case _:
            pass
    return question


def _parts(random: Random, depth: int) -> Data:
    parts = {f"p{i}": _question(random, depth=depth) for i in range(random.randint(1, 4))}
    return {**parts, "d1": {"kind": "date", "text": "From?"}, "d2": {"kind": "date", "text": "To?"}}


def _requirement(random: Random, name: str, questions: dict[str, Data]) -> Data:
    source: Data = {"refs": ["S1"], "thresholds": "interpretation"}
    policy: Data = {"because": "It may be.", "source": source}
    if random.random() < 0.5:
        policy["when"] = _answers(random, name, questions, 1)
    flag = {"id": f"{name}-flag", "text": "Look.", "unless": _answers(random, name, questions, 0)}
    return builders.requirement(
        name,
        ask=questions[name],
        check=_answers(random, name, questions, 2),
        proof=_proof(random, questions, 2),
        flags=[flag],
        **({"not_applicable": policy} if random.random() < 0.6 else {}),
    )


def _group(random: Random, children: list[Data]) -> Data:
    match random.choice(("all_of", "any_of", "at_least")):
        case "at_least":
            return {"at_least": random.randint(1, len(children)), "of": children}
        case kind:
            return {kind: children}


def _rule(random: Random, names: list[str], depth: int) -> Any:
    kind = random.choice(("one", "group", "routes") if depth else ("one",))
    if kind == "group":
        found = [_rule(random, names, depth - 1) for _ in range(random.randint(1, 3))]
        return _group(random, [f for i, f in enumerate(found) if f not in found[:i]])
    if kind == "routes":
        routes = {
            letter: random.sample(names, random.randint(1, len(names)))
            for letter in "ABC"[: random.randint(1, 3)]
        }
        return {
            "routes": routes,
            "at_least": random.randint(1, len(routes)),
            "each_at_least": random.randint(1, min(map(len, routes.values()))),
            "reviewer_if_only": random.sample(list(routes), random.randint(0, len(routes))),
        }
    return random.choice(names)


def _answers(random: Random, own: str, questions: dict[str, Data], depth: int) -> Data:
    if depth and random.random() < 0.5:
        children = [
            _answers(random, own, questions, depth - 1) for _ in range(random.randint(1, 3))
        ]
        return _group(random, children)
    name = random.choice([own, *questions])
    found = _leaf(random, questions[name], questions)
    if found is None:
        name, found = "q0", _leaf(random, questions["q0"], questions)
    return {**(found or {}), **({"question": name} if name != own else {})}


def _leaf(random: Random, question: Data, questions: dict[str, Data]) -> Data | None:
    """A check that fits a question, or none where nothing does."""
    match question["kind"]:
        case "group":
            return _of_group(random, question["fields"], questions)
        case "table":
            return _of_table(random, question["columns"], questions)
        case kind:
            return _of_value(random, kind)


def _of_value(random: Random, kind: str) -> Data | None:
    match kind:
        case "yes_no":
            return {"is": random.choice(("yes", "no"))}
        case "choice":
            return {"one_of": random.sample(list(OPTIONS), random.randint(1, 2))}
        case "choices":
            n = random.randint(1, 3)
            words = random.sample(list(OPTIONS), n)
            return {"includes": words, "at_least": random.randint(1, n)}
        case "number" | "percentage":
            low, high = sorted(random.sample(NUMBERS, 2))
            both: Data = {"min": low, "max": high}
            return random.choice(({"min": low}, {"max": high}, both))
        case "date":
            return {"within": random.choice(WINDOWS)}
        case _:
            return None


def _of_group(random: Random, fields: Data, questions: dict[str, Data]) -> Data:
    names = list(fields)
    match random.choice(("field", "field", "field", "ratio", "filled", "span")):
        case "ratio":
            return {"ratio": random.choices(names, k=2), "min": random.choice(NUMBERS)}
        case "filled":
            return {"filled": random.sample(names, random.randint(1, len(names)))}
        case "span":
            return {"span": ["d1", "d2"], "lasts": random.choice(WINDOWS)}
        case _:
            pass
    name = random.choice(names)
    inner = fields[name]
    if inner["kind"] == "group":  # a field of a field cannot be named; the group itself can
        return {**_whole_group(random, inner["fields"]), "field": name}
    found = _leaf(random, inner, questions)
    return {**found, "field": name} if found is not None else {"filled": [name]}


def _whole_group(random: Random, fields: Data) -> Data:
    names = list(fields)
    if random.random() < 0.5:
        return {"ratio": random.choices(names, k=2), "min": random.choice(NUMBERS)}
    return {"filled": random.sample(names, random.randint(1, len(names)))}


def _of_table(random: Random, columns: Data, questions: dict[str, Data]) -> Data:
    name = random.choice(list(columns))
    match random.choice(("rows", "rows", "every_row", "covers", "distinct")):
        case "rows":
            tests = [_row_test(random, columns, questions) for _ in range(random.randint(0, 3))]
            return {"rows": random.randint(1, 3), "where": tests}
        case "every_row":
            tests = [_row_test(random, columns, questions) for _ in range(random.randint(1, 3))]
            return {"every_row": tests}
        case "covers":
            return {"covers": random.sample(list(OPTIONS), random.randint(1, 2)), "column": name}
        case _:
            return {"distinct": random.randint(1, 3), "column": name}


def _row_test(random: Random, columns: Data, questions: dict[str, Data]) -> Data:
    names = list(columns)
    match random.choice(("cell", "cell", "cell", "filled", "span", "group", "question")):
        case "filled":
            return {"filled": random.sample(names, random.randint(1, len(names)))}
        case "span":
            return {"span": ["d1", "d2"], "lasts": random.choice(WINDOWS)}
        case "group":
            return _group(random, [_row_test(random, columns, questions) for _ in range(2)])
        case "question":
            if asked := _of_another(random, questions):
                return asked
        case _:
            pass
    name = random.choice(names)
    found = _of_value(random, columns[name]["kind"])
    return {**found, "field": name} if found is not None else {"filled": [name]}


def _of_another(random: Random, questions: dict[str, Data]) -> Data | None:
    """A check on the answer to a question, where one can be asked for a plain value."""
    plain = [n for n, q in questions.items() if _of_value(random, q["kind"])]
    if not plain:
        return None
    name = random.choice(plain)
    return {**(_of_value(random, questions[name]["kind"]) or {}), "question": name}


def _proof(random: Random, questions: dict[str, Data], depth: int) -> Data:
    if depth and random.random() < 0.4:
        inner = [_proof(random, questions, depth - 1) for _ in range(random.randint(1, 3))]
        return _group(random, inner)
    kinds = random.sample(("document", "dataset", "official_result"), random.randint(1, 2))
    where = [_fact(random, questions, 2) for _ in range(random.randint(0, 3))]
    return {"evidence": kinds, "count": random.randint(1, 2), "where": where}


def _fact(  # noqa: C901, PLR0912 (one branch a kind)
    random: Random, questions: dict[str, Data], depth: int
) -> Data:
    if depth and random.random() < 0.3:
        inner = [_fact(random, questions, depth - 1) for _ in range(random.randint(1, 3))]
        return _group(random, inner)
    share = random.choice(NUMBERS)
    match random.choice(FACTS):
        case "dated_within":
            return {"dated_within": random.choice(WINDOWS)}
        case "newest_within":
            return {"newest_within": random.choice(WINDOWS)}
        case "formats":
            return {"formats": random.sample(("csv", "pdf"), random.randint(1, 2))}
        case "licences":
            return {"licences": random.sample(("cc_by", "custom_open"), random.randint(1, 2))}
        case "stage":
            stage: Data = {"stage": random.choice(("award", "tender"))}
            stage["fields"] = random.sample(("supplier", "date"), random.randint(0, 2))
            stage["records"] = random.randint(1, 2)
            return {**stage, "share": share} if random.random() < 0.7 else stage
        case "complete_processes":
            return {"complete_processes": random.randint(1, 2)}
        case "group_share":
            return {"group_share": share}
        case "join":
            return {"join": ["award", random.choice(("tender", "supplier"))], "min": share}
        case "coverage":
            return {"coverage": share, "by": random.choice(("number", "value", "either"))}
        case "shows":
            return {"shows": random.sample(("scope", "contact"), random.randint(1, 2))}
        case "publication_policy":
            return {"publication_policy": "named"}
        case _:
            return _read_table(random, questions)


FACTS = (*(name for name, (_, f) in checks.KINDS.items() if f is checks.Family.FACTS), "table")


def _read_table(random: Random, questions: dict[str, Data]) -> Data:
    """A check on a table whose columns nobody knows before it is read."""

    def test(depth: int = 1) -> Data:
        if depth and random.random() < 0.2:
            return _group(random, [test(0) for _ in range(2)])
        name = random.choice(COLUMNS)
        match random.choice(("cell", "cell", "cell", "filled", "span", "ratio", "question")):
            case "filled":
                return {"filled": random.sample(COLUMNS, random.randint(1, 4))}
            case "span":
                return {"span": ["start", "end"], "lasts": random.choice(WINDOWS)}
            case "ratio":
                return {"ratio": ["part", "whole"], "min": random.choice(NUMBERS)}
            case "question":
                if asked := _of_another(random, questions):
                    return asked
            case _:
                pass
        found = _of_value(random, random.choice(SCALARS[:6])) or {}
        return {**found, "field": name}

    match random.choice(("rows", "rows", "every_row", "covers", "distinct")):
        case "rows":
            tests = [test() for _ in range(random.randint(0, 3))]
            return {"rows": random.randint(1, 3), "where": tests}
        case "every_row":
            return {"every_row": [test() for _ in range(random.randint(1, 3))]}
        case "covers":
            return {"covers": random.sample(("a", "b", "not_captured"), 1), "column": "a"}
        case _:
            return {"distinct": random.randint(1, 3), "column": random.choice(COLUMNS)}


# --- submissions ----------------------------------------------------------------------------------


def random_world_submission(rubric: Rubric, random: Random) -> Submission:
    """A submission in which anything may stand that `validate` lets pass."""
    answers: Data = {}
    away: Data = {}
    for name, own in rubric.requirements.items():
        if own.not_applicable is not None and random.random() < 0.2:
            away[name] = "The law says so."
        elif random.random() < 0.85:
            answers[name] = _value(random, own.ask.model_dump(exclude_none=True))
    parts: Data = {"answers": answers, "not_applicable": away}
    if random.random() < 0.85:
        served = [*rubric.requirements, *(c.id for c in rubric.assessed())]
        parts["evidence"] = [
            _entry(random, f"e{i}", served) for i in range(random.choice((0, 1, 4, 8)))
        ]
    ids = [entry["id"] for entry in parts.get("evidence", [])]
    words = {code: random.choice(("met", "not_met", "open")) for code in ("DM1", "DM2")}
    parts["declared"] = {w: [c for c in words if words[c] == w] for w in ("met", "not_met")}
    if ids and random.random() < 0.7:
        parts["declared"]["evidence"] = random.choice(ids)
    allowed = [n for n, own in rubric.requirements.items() if own.not_applicable is not None]
    about = [*rubric.requirements, *(c.id for c in rubric.criteria)]
    parts["decisions"] = [
        builders.decision(
            name,
            random.choice(
                ("agree", "met", "not_met", "needs_proof", "not_applicable")[
                    : 5 if name in allowed else 4
                ]
            ),
        )
        for name in random.sample(about, random.randint(0, 3))
    ]
    country, people = random.choice(("US", "MX", "FR")), random.choice((None, 29_999, 30_000))
    city = {"name": "Example", "country": country, "population": people}
    return builders.submission(rubric, **parts, city=city)


def _value(random: Random, question: Data) -> Any:
    if random.random() < 0.15:
        return None
    match question["kind"]:
        case "yes_no":
            return random.choice(("yes", "no", True))
        case "choice":
            return random.choice(list(question["options"]))
        case "choices":
            return random.sample(list(question["options"]), random.randint(0, 3))
        case "number" | "percentage":
            return random.choice(NUMBERS)
        case "date":
            return _day(random)
        case "text" | "url":
            return random.choice(("", "words", "2025-10-01", " Not captured "))
        case "group":
            # A group in which nothing stands is a group of blanks, so it names a field here.
            fields = question["fields"].items()
            return {n: _value(random, q) for n, q in fields if n == "d1" or random.random() < 0.9}
        case _:
            columns = question["columns"].items()
            return [
                {n: _value(random, q) for n, q in columns if random.random() < 0.9}
                for _ in range(random.choice((0, 1, 2, 3, 5, 12)))
            ]


def _day(random: Random) -> str:
    if random.random() < 0.05:
        return random.choice(("0001-01-01", "9999-12-31"))
    return (DAY - timedelta(days=random.choice(DAYS))).isoformat()


def _entry(random: Random, name: str, served: list[str]) -> Data:
    shows = random.sample(("scope", "contact"), random.randint(0, 2))
    entry: Data = {
        "id": name,
        "kind": random.choice(("document", "dataset", "official_result")),
        "serves": random.sample(served, random.randint(0, min(3, len(served)))),
        "shows": {mark: random.choice(("page 1", " ", "")) for mark in shows},
        "facts": _facts(random),
        "stated": random.random() < 0.2,
    }
    if random.random() < 0.6:
        entry["dated"] = _day(random)
    if random.random() < 0.6:
        population = {"number": random.randint(1, 3), "value": float(random.randint(1, 3))}
        entry["population"] = {k: v for k, v in population.items() if random.random() < 0.7}
    if random.random() < 0.1:
        del entry["facts"]
        entry["url"] = "https://city.example"
        entry["facts"] = None
    return entry


def _facts(random: Random) -> Data:
    facts: Data = {"status": "seen"}
    if random.random() < 0.2:
        facts["status"] = random.choice(Facts.model_fields["status"].annotation.__args__)  # type: ignore[union-attr]
    if random.random() < 0.3:
        facts["dated"] = _day(random)
    if random.random() < 0.7:
        facts["format"] = random.choice(("csv", "pdf", "odd", ""))
    if random.random() < 0.5:
        facts["licence"] = random.choice(("cc_by", "restricted", "unrecognised", "odd"))
    facts["marks"] = random.sample(("scope", "contact"), random.randint(0, 2))
    if random.random() < 0.3:
        facts["columns"] = [{"name": "Vendor", "filled": 3}]
    if random.random() < 0.7:
        facts["dataset"] = _dataset(random)
    if random.random() < 0.7:
        facts["table"] = [
            {c: random.choice(CELLS) for c in COLUMNS if random.random() < 0.8}
            for _ in range(random.choice((0, 1, 2, 3, 5, 12)))
        ]
    return facts


def _dataset(random: Random) -> Data:
    def tally() -> int:
        return random.randint(0, 3)

    dataset: Data = {
        "processes": tally(),
        "stages": {
            stage: {"records": tally(), "filled": {"supplier": tally(), "other": tally()}}
            for stage in ("award", "tender", "contract")
            if random.random() < 0.7
        },
        "groups": {str(group): tally() for group in checks.Group if random.random() < 0.8},
        "joins": {
            join: {"records": tally(), "joined": tally()}
            for join in ("award-tender", "award-supplier")
            if random.random() < 0.7
        },
    }
    some: Data = {
        "complete": tally(),
        "newest_record": _day(random),
        "value": float(tally()),
        "licence": random.choice(("cc_by", "restricted")),
        "publication_policy": random.choice(("", "https://city.example/policy")),
    }
    return dataset | {name: value for name, value in some.items() if random.random() < 0.7}
