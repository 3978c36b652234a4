"""Mixed input for batches: submissions in every form that is read, some of them damaged.

`write_mixture(folder, rubric, good=95, bad=5)` puts so many into a folder and tells the bad ones by
the file and row that `errors.csv` must name.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, cast

import yaml

from api.forms.submission_writing import write_submission_workbook
from assessment.validation import validate
from rubrics.loader import LIBRARY
from rubrics.schema import Rubric
from tests.submissions import Mapping, random_submission

FOLDER = LIBRARY / "wwc-2022"
COUNTRIES = ("US", "MX", "BR", "CO", "CA")


@dataclass(slots=True)
class Mixture:
    """What was written: how many are good, and the place of each that is not."""

    good: int = 0
    bad: list[tuple[str, int]] = field(default_factory=list)


def cities(rubric: Rubric, count: int, *, seed: int = 1) -> Iterator[Mapping]:
    """Random submissions of cities with names of their own."""
    random = Random(seed)
    for number in range(count):
        data = random_submission(rubric, random)
        country = COUNTRIES[number % len(COUNTRIES)]
        city: Mapping = {
            "name": f"City {number:04d}",
            "country": country,
            "region": f"Region {number % 7}",
            "population": 20_000 + 7_919 * number % 2_000_000,
        }
        yield {**data, "city": city}


def write_mixture(folder: Path, rubric: Rubric, *, good: int, bad: int) -> Mixture:
    """Submissions of all forms in a folder: `good` sound ones and `bad` that are damaged."""
    folder.mkdir(parents=True)
    found = Mixture()
    sound = list(cities(rubric, good + bad))
    damaged, whole = sound[:bad], sound[bad:]
    lines: list[str] = []
    rows: list[Mapping] = []
    for number, (form, data) in enumerate(zip(cycle(FORMS), whole, strict=False)):
        if form == "lines":
            lines.append(json.dumps(data, default=str))
        elif form == "row":
            rows.append(data)
        else:
            write_one(folder, form, f"city-{number:04d}", data, rubric)
        found.good += 1
    for number, (damage, data) in enumerate(zip(cycle(DAMAGES), damaged, strict=False)):
        name = f"damaged-{number:04d}"
        if damage == "line":
            lines.append(json.dumps({**data, "city": {"name": "No country"}}, default=str))
            found.bad.append(("many.jsonl", len(lines)))
        elif damage == "row":
            rows.append({**data, "city": {**cast("Mapping", data["city"]), "country": "Nowhere"}})
            found.bad.append(("table.csv", len(rows) + 1))
        else:
            found.bad.append((write_damaged(folder, damage, name, data), 0))
    (folder / "many.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    write_table(folder / "table.csv", rows)
    (folder / "notes.pdf").write_bytes(b"%PDF-1.4 what somebody left there")
    return found


FORMS = ("yaml", "json", "lines", "row", "folder", "xlsx")
DAMAGES = ("syntax", "key", "line", "row", "workbook", "option", "file", "empty")


def write_one(folder: Path, form: str, name: str, data: Mapping, rubric: Rubric) -> None:
    """One sound submission in a form."""
    match form:
        case "yaml":
            (folder / f"{name}.yaml").write_text(as_yaml(data), "utf-8")
        case "json":
            (folder / f"{name}.json").write_text(json.dumps(data, default=str), "utf-8")
        case "xlsx":
            # A workbook holds no facts, so each piece is at an address that nobody calls.
            pieces = [
                {**piece, "url": "https://example.org/evidence"}
                for piece in cast("list[Mapping]", data["evidence"])
            ]
            submission = validate(rubric, plain({**data, "evidence": pieces}), {})
            book = write_submission_workbook(FOLDER, submission, language="es")
            (folder / f"{name}.xlsx").write_bytes(book)
        case _:
            own = folder / name
            own.mkdir()
            piece = {"id": "the-policy", "kind": "policy", "title": "Policy", "file": "policy.md"}
            evidence = [*cast("list[Mapping]", data["evidence"]), piece]
            (own / "policy.md").write_text("# Open data policy\n\nAdopted 2025-01-10.\n", "utf-8")
            (own / "submission.yaml").write_text(as_yaml({**data, "evidence": evidence}), "utf-8")


def write_damaged(folder: Path, damage: str, name: str, data: Mapping) -> str:
    """One damaged submission; the name of its file."""
    path = folder / f"{name}.yaml"
    match damage:
        case "syntax":
            path.write_text("city: {name: [unclosed\n", "utf-8")
        case "key":
            path.write_text(as_yaml({**data, "citty": 1}), "utf-8")
        case "option":
            answers = {**cast("Mapping", data["answers"]), "rdc7-policy": "perhaps"}
            path.write_text(as_yaml({**data, "answers": answers}), "utf-8")
        case "file":
            piece = {"id": "a", "kind": "policy", "title": "A", "file": "not-there.pdf"}
            evidence = [*cast("list[Mapping]", data["evidence"]), piece]
            path.write_text(as_yaml({**data, "evidence": evidence}), "utf-8")
        case "empty":
            path.write_bytes(b"")
        case _:
            path = folder / f"{name}.xlsx"
            path.write_bytes(b"PK\x03\x04 this is no workbook")
    return path.name


def write_table(path: Path, rows: Sequence[Mapping]) -> None:
    """Submissions as rows of a CSV, with the columns that `readiness template batch` writes."""
    flat = [dict(flattened(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(flat)


def flattened(data: Mapping) -> Iterator[tuple[str, Any]]:
    """The cells of a row."""
    city = cast("dict[str, Any]", data["city"])
    yield from (("city" if key == "name" else key, value) for key, value in city.items())
    declared = cast("dict[str, Any]", data["declared"])
    for word in ("met", "not_met"):
        yield from ((code, word) for code in declared.get(word, ()))
    yield "declared.assessed_on", declared["assessed_on"]
    yield "declared.evidence", declared["evidence"]
    for name, answer in cast("dict[str, Any]", data["answers"]).items():
        yield from _answer(name, answer)
    yield "evidence", json.dumps(data["evidence"], default=str)


def _answer(name: str, answer: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(answer, dict):
        for key, inner in answer.items():
            yield from _answer(f"{name}.{key}", inner)
    elif isinstance(answer, list | tuple) and all(isinstance(word, str) for word in answer):
        yield name, "; ".join(answer)
    elif isinstance(answer, list | tuple):
        yield name, json.dumps(answer, default=str)
    else:
        yield name, answer


def as_yaml(data: Any) -> str:
    """The values as YAML that our reader takes for the same."""
    return yaml.safe_dump(plain(data), allow_unicode=True, sort_keys=False)


def plain(data: Any) -> Any:
    """The values as JSON has them: days as text, tuples as lists."""
    return json.loads(json.dumps(data, default=str))
