"""Looks at one piece of evidence by itself: what is there, and what it could prove."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import yaml

from api.evidence import EvidenceFileError, collect
from api.evidence.fetching import fetched_for
from api.evidence.formats import TABLES
from api.forms.library import library_forms
from api.forms.reading import SUBMISSION
from api.services import DEFAULT_RUBRIC
from assessment.details import with_details
from assessment.engine import assess
from assessment.facts import ColumnFacts, Facts
from assessment.results import Assessment
from assessment.serving import Serving, find_servings
from assessment.submission import City, Evidence, Submission
from rubrics.loader import load_rubric, rubric_folder
from rubrics.problems import InputError, Place, Problem, suggestion
from rubrics.schema import Rubric
from rubrics.text import read_mapping

SCHEMA_VERSION = "1"
"""Version of what `readiness evidence --json` writes."""

SHORT_NAMES = {"kpi": "kpi_table", "link": "page"}
"""Kinds of evidence that people call otherwise."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Examined:
    """A piece of evidence with what was seen of it, and what it says about each requirement.

    `assessment` is that of a city that handed in nothing else.
    """

    entry: Evidence
    facts: Facts
    rubric: Rubric
    folder: Path
    assessment: Assessment
    servings: tuple[Serving, ...]


def examine(
    name: str,
    *,
    kind: str | None = None,
    rubric: str = DEFAULT_RUBRIC,
    on: date,
    fetch_on: date | None = None,
    columns: Mapping[str, str] | None = None,
) -> Examined:
    """Looks at the file or address `name` as evidence of a kind; `None`: of the kind it seems.

    An address is called only with `fetch_on`, the day of the call. `InputError` says what is wrong
    with what was asked.
    """
    folder = rubric_folder(rubric)
    loaded = load_rubric(folder)
    asked = kind_named(kind, loaded) if kind is not None else None
    is_address = _ADDRESS.match(name) is not None
    if is_address and fetch_on is None:
        raise InputError([Problem("address.not_fetched", Place(name))])
    path = Path(os.path.realpath(name))
    entry = Evidence(
        id="evidence",
        kind=asked or "",
        title=name[:500] if is_address else path.name[:500],
        url=name if is_address else None,
        file=None if is_address else path.name,
        columns=dict(columns or {}),
    )
    try:
        with fetched_for([entry], on=fetch_on) as fetched:
            seen = collect(entry, folder=path.parent, fetched=fetched.get(entry.id))
    except EvidenceFileError as error:
        params = {"file": name, "suggestion": error.suggestion}
        raise InputError([Problem(error.code, Place(name), params)]) from None
    if seen.facts is not None and seen.facts.template == SUBMISSION:
        raise InputError([Problem("evidence.is_submission", Place(name), {"file": name})])
    facts = seen.facts if seen.facts is not None else Facts(status="not_checked")
    entry = seen.model_copy(update={"kind": asked or _kind_of(facts, is_address=is_address)})
    nowhere = City(name=entry.title[:200], country=loaded.eligibility.countries[0])
    alone = Submission(rubric=loaded.id, city=nowhere, evidence=(entry,))
    return Examined(
        entry=entry,
        facts=facts,
        rubric=loaded,
        folder=folder,
        assessment=with_details(loaded, alone, assess(loaded, alone, on=on)),
        servings=find_servings(loaded, entry, on=on),
    )


def kind_named(name: str, rubric: Rubric) -> str:
    """The kind of evidence that people call `name`: `data-map`, `data_map` or `kpi`."""
    kinds = rubric.vocabulary.evidence_kinds
    plain = name.strip().lower().replace("-", "_")
    plain = SHORT_NAMES.get(plain, plain)
    if plain in kinds:
        return plain
    known = [kind.replace("_", "-") for kind in kinds]
    params = {
        "kind": name,
        "expected": ", ".join(known),
        "suggestion": suggestion(plain.replace("_", "-"), known),
    }
    raise InputError([Problem("evidence.kind_unknown", Place("--as"), params)])


def read_columns(file: Path) -> dict[str, str]:
    """What the columns of a table stand for, from a YAML file: `Vendor Name: award.supplier`."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        params: dict[str, str | int] = {"file": str(file), "detail": error.strerror or str(error)}
        raise InputError([Problem("file.not_readable", Place(str(file)), params)]) from None
    value, _ = read_mapping(raw, name=str(file))
    return {name: str(field) for name, field in value.items() if field is not None}


def columns_to_check(columns: tuple[ColumnFacts, ...]) -> str:
    """What the columns of a table seem to stand for, as YAML: to be checked, and used.

    It can be given to `--columns`, and stand under `columns:` in the evidence of a submission.
    """
    lines = [
        "# What each column stands for, as far as its name tells. Correct what is wrong, delete",
        "# what stands for nothing. Fields are named 'stage.field', such as award.supplier.",
    ]
    for column in columns:
        name = yaml.safe_dump(column.name, allow_unicode=True, width=10_000, default_style='"')
        line = f"{name.strip()}: {column.suggests or ''}"
        lines.append(line.rstrip() if column.suggests else f"# {line.rstrip()}")
    return "\n".join(lines) + "\n"


def to_json(examined: Examined) -> bytes:
    """What was seen, for programs: facts, notes, and what it could prove."""
    told = {
        "schema_version": SCHEMA_VERSION,
        "kind": examined.entry.kind,
        "facts": examined.facts.model_dump(mode="json", exclude_none=True),
        "notes": examined.assessment.evidence[0].notes,
        "serves": examined.servings,
    }
    return msgspec.json.encode(told) + b"\n"


def _kind_of(facts: Facts, *, is_address: bool) -> str:
    """The kind that something seems to be of, by what was seen."""
    if facts.template is not None:
        return next(form.kind for form in library_forms() if form.id == facts.template)
    if facts.dataset is not None or facts.status == "not_a_dataset" or facts.format in TABLES:
        return "dataset"
    return "page" if is_address else "document"
