"""Small random standards and cities, and how an action is carried out in a real submission.

What a plan promises is held against the engine itself: `carried_out` writes answers, evidence and
decisions into the submission as a team would, and `assess` judges that.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

from assessment.planning.candidates import DECLARED, Candidate
from assessment.results import Assessment, Lens
from assessment.submission import Submission
from rubrics.loader import build_rubric
from rubrics.schema import Rubric
from tests.builders import (
    ANY_DOCUMENT,
    DAY,
    Data,
    criterion,
    decision,
    evidence,
    remedy,
    requirement,
    rubric_data,
    submission,
)

SOURCE = {"refs": ["S1"], "thresholds": "interpretation"}
ROLES = ("buyer", "finance", "legal", "data")
OLD = "1999-01-01"


def random_rule(random: Random, names: Sequence[str], depth: int = 2) -> Any:
    """A pass rule over these requirements, each used at least once."""
    if len(names) == 1:
        return names[0]
    kind = random.choice(["all_of", "any_of", "at_least", "at_least", "routes"])
    if kind == "routes" and depth == 2 and len(names) > 2:
        return random_routes(random, names)
    groups: list[list[str]] = [[] for _ in range(random.randint(2, min(3, len(names))))]
    for name in names:
        random.choice(groups).append(name)
    parts = [group for group in groups if group]
    if depth == 0 or len(parts) == 1:
        children: list[Any] = list(names)
    else:
        children = [random_rule(random, group, depth - 1) for group in parts]
    match kind:
        case "all_of" | "routes":
            return {"all_of": children}
        case "any_of":
            return {"any_of": children}
        case _:
            return {"at_least": random.randint(1, len(children)), "of": children}


def random_routes(random: Random, names: Sequence[str]) -> Any:
    """Two or three routes that may share requirements; some need a reviewer."""
    labels = "ABC"[: random.randint(2, 3)]
    routes: dict[str, list[str]] = {label: [] for label in labels}
    for name in names:
        routes[random.choice(labels)].append(name)
    for group in routes.values():
        if not group or random.random() < 0.3:
            group.append(random.choice(names))
    routes = {label: list(dict.fromkeys(group)) for label, group in routes.items()}
    fewest = min(len(group) for group in routes.values())
    return {
        "routes": routes,
        "at_least": random.choice([1, 1, 2]),
        "each_at_least": random.randint(1, fewest),
        "reviewer_if_only": random.choice([[], [], [labels[-1]]]),
    }


def random_rubric(random: Random, *, most: int = 5, declared: int = 2) -> Rubric:
    """A standard with one to three criteria in depth and some that are declared."""
    names = list("abcdefghijklmnopqrstuvwxyz"[: random.randint(2, most)])
    criteria: list[Data] = []
    codes = [f"DM{i + 1}" for i in range(random.randint(0, declared))]
    criteria += [criterion(code) for code in codes]
    number = random.randint(1, min(3, len(names)))
    cuts = sorted(random.sample(range(1, len(names)), number - 1))
    for i, (low, high) in enumerate(zip([0, *cuts], [*cuts, len(names)], strict=True)):
        own = names[low:high]
        before = [c["id"] for c in criteria if random.random() < 0.15]
        criteria.append(
            criterion(
                f"RDC{i + 1}",
                *(random_requirement(random, name, names) for name in own),
                rule=random_rule(random, own),
                prerequisites=before,
                points=random.choice([1, 1, 2]),
            )
        )
    data = rubric_data(*criteria)
    data["vocabulary"]["roles"] = {role: role.title() for role in ROLES}
    return build_rubric(data, {}, digest=f"{random.getrandbits(128):064x}")


def random_requirement(random: Random, name: str, names: Sequence[str]) -> Data:
    """A requirement whose remedy may wait for earlier ones, and meet others as well."""
    earlier = names[: names.index(name)]
    others = [other for other in names if other != name]
    changes: Data = {"proof": {**deepcopy(ANY_DOCUMENT), "where": [{"dated_within": "1 year"}]}}
    if random.random() < 0.3:
        changes["not_applicable"] = {"because": "It may be.", "source": SOURCE}
        if random.random() < 0.5:
            changes["not_applicable"]["when"] = {"is": "no"}
    own = remedy(
        effort_days=random.choice([0.5, 1, 1.5, 2, 3, 3, 5, 8]),
        weeks=random.choice([1, 1, 2, 3, 4]),
        roles=random.sample(ROLES, random.choice([1, 1, 2])),
        after=[other for other in earlier if random.random() < 0.2],
        also_meets=[other for other in others if random.random() < 0.1],
    )
    return requirement(name, remedy=own, **changes)


def random_parts(random: Random, rubric: Rubric) -> Data:
    """What a city says and hands in: anything may be missing, old, unreadable or decided."""
    answers = {n: random.choice(["yes", "yes", "no", "no", None]) for n in rubric.requirements}
    parts: Data = {"answers": {name: word for name, word in answers.items() if word}}
    codes = [c.id for c in rubric.criteria if not c.assessed]
    words = {code: random.choice(["met", "met", "not_met", "unknown"]) for code in codes}
    parts["declared"] = {
        word: [code for code in codes if words[code] == word] for word in ("met", "not_met")
    }
    excused = [n for n, own in rubric.requirements.items() if own.not_applicable is not None]
    parts["not_applicable"] = {n: "Law 12." for n in excused if random.random() < 0.3}
    for name in parts["not_applicable"]:
        parts["answers"].pop(name, None)
    if random.random() < 0.9:
        pieces = []
        for name in rubric.requirements:
            kind = random.choice(["none", "none", "good", "good", "old", "shut"])
            kinds: dict[str, Data] = {
                "good": {"dated": DAY.isoformat()},
                "old": {"dated": OLD},
                "shut": {"facts": {"status": "encrypted"}},
                "none": {},
            }
            if kind != "none":
                pieces.append(evidence(name, name=f"e-{name}", **kinds[kind]))
        parts["evidence"] = pieces
        if random.random() < 0.4:
            _hand_in_official_result(parts)
    verdicts = ["agree", "met", "not_met", "needs_proof"]
    about = [*rubric.requirements, *(c.id for c in rubric.criteria)]
    parts["decisions"] = [
        decision(name, random.choice(verdicts)) for name in about if random.random() < 0.15
    ]
    return parts


def carried_out(
    rubric: Rubric, parts: Data, actions: Iterable[Candidate], lens: Lens
) -> Submission:
    """The submission after a team has done these."""
    done = deepcopy(parts)
    for action in actions:
        if action.about == DECLARED:
            _hand_in_official_result(done)
        elif action.about not in rubric.requirements:
            if action.goal == "answer":
                done["declared"]["met"].append(action.about)
            else:
                _decide(done, action.about, "agree")
        else:
            for name in action.meets:
                if not _is_excused(rubric, parts, name):
                    _meet(done, name, lens)
                elif action.goal == "confirm":
                    _decide(done, name, "agree")
    return submission(rubric, **done)


def _is_excused(rubric: Rubric, parts: Data, name: str) -> bool:
    """Whether it does not apply: nobody has to do it, and it stays so."""
    policy = rubric.requirements[name].not_applicable
    by_condition = policy is not None and policy.when is not None
    said_no = parts["answers"].get(name) == "no"
    return name in parts["not_applicable"] or (by_condition and said_no)


def _meet(parts: Data, name: str, lens: Lens) -> None:
    parts["answers"][name] = "yes"
    pieces = parts.setdefault("evidence", [])
    pieces.append(evidence(name, name=f"new-{len(pieces)}", dated=DAY.isoformat()))
    if lens is Lens.CONFIRMED:
        _decide(parts, name, "met")


def _decide(parts: Data, about: str, verdict: str) -> None:
    others = [d for d in parts["decisions"] if d["about"] != about]
    parts["decisions"] = [*others, decision(about, verdict)]


def _hand_in_official_result(parts: Data) -> None:
    dated = (DAY - timedelta(days=30)).isoformat()
    entry = evidence(name="official", kind="official_result", dated=dated)
    parts.setdefault("evidence", []).append(entry)
    parts["declared"]["evidence"] = "official"


def reaches(assessment: Assessment, lens: Lens, points: int, criteria: Sequence[str]) -> bool:
    """Whether a target is reached, as the engine says it."""
    score = getattr(assessment.lenses, lens.value)
    verdicts = {f.id: getattr(f, lens.value) for f in assessment.criteria}
    settled = ("met", "not_applicable")
    return score.points.guaranteed >= points and all(verdicts[c] in settled for c in criteria)
