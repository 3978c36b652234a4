"""The JSON Schemas of what people and programs write and read: rubrics, submissions, results."""

import json
from collections.abc import Iterable, Mapping
from typing import cast

import msgspec
from pydantic import TypeAdapter

from assessment.impact import Impact
from assessment.plans import ActionPlan, Comparison
from assessment.progress import Progress
from assessment.results import Assessment
from assessment.submission import Submission
from rubrics.checks import KINDS
from rubrics.loader import LIBRARY
from rubrics.model import Id
from rubrics.schema import Rubric

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Schema = dict[str, Json]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

RUBRIC_SCHEMA = LIBRARY.parent / "schema.json"
"""The file that editors read while somebody writes a rubric."""


def to_text(schema: Mapping[str, Json]) -> str:
    """A schema as people can read it, always the same."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def rubric_schema() -> Schema:
    """The schema of `rubric.yaml` and of `criteria/*.yaml`.

    It allows the two short forms that the loader takes: a bare requirement id for a check, and a
    bare code for a criterion that has a file of its own.
    """
    whole = cast("Schema", Rubric.model_json_schema(by_alias=True))
    parts = cast("dict[str, Schema]", whole.pop("$defs"))
    rubric = cast("Schema", _tidy({"title": "Rubric", **whole}))
    defs = {name: cast("Schema", _tidy(part)) for name, part in parts.items()}
    cast("Schema", rubric["properties"]).pop("digest")  # written by the loader, never by people
    defs["Bounds"]["anyOf"] = [{"required": ["min"]}, {"required": ["max"]}]
    defs["Check"] = {
        "description": "Any check: one of its keys says of which kind it is.",
        "oneOf": [
            {"description": "A requirement of this id is met.", **_pattern_of_ids()},
            *_references(_kinds()),
        ],
    }
    criteria = cast("Schema", defs["Practice"]["properties"])["criteria"]
    cast("Schema", criteria)["items"] = {
        "anyOf": [
            {"$ref": "#/$defs/Criterion"},
            {"type": "string", "description": "A code; criteria/<code>.yaml holds the criterion."},
        ]
    }
    defs["Rubric"] = rubric
    return {
        "$schema": DIALECT,
        "title": "A rubric of Readiness: rubric.yaml, or one of its criteria/*.yaml",
        "anyOf": [{"$ref": "#/$defs/Rubric"}, {"$ref": "#/$defs/Criterion"}],
        "$defs": cast("Json", dict(sorted(defs.items()))),
    }


def submission_schema() -> Schema:
    """The schema of a submission; which answers there are is up to the rubric."""
    return {"$schema": DIALECT, **cast("Schema", Submission.model_json_schema())}


def result_schema() -> Schema:
    """The schema of the JSON that `readiness score --json` writes."""
    return {"$schema": DIALECT, **cast("Schema", msgspec.json.schema(Assessment))}


def plan_schema() -> Schema:
    """The format of the plans that `readiness plan --json` writes."""
    return {"$schema": DIALECT, **cast("Schema", msgspec.json.schema(ActionPlan))}


def what_if_schema() -> Schema:
    """The format of the comparisons that `readiness plan --what-if --json` writes."""
    return {"$schema": DIALECT, **cast("Schema", msgspec.json.schema(Comparison))}


def progress_schema() -> Schema:
    """The format of what `readiness progress --json` writes."""
    return {"$schema": DIALECT, **cast("Schema", msgspec.json.schema(Progress))}


def impact_schema() -> Schema:
    """The format of what `readiness rubric impact --json` writes."""
    return {"$schema": DIALECT, **cast("Schema", msgspec.json.schema(Impact))}


def openapi_document() -> Schema:
    """The OpenAPI document of the service's API."""
    from api.rest.openapi import describe_api  # noqa: PLC0415 (the whole service is loaded for it)

    return cast("Schema", describe_api())


def _tidy(value: Json) -> Json:
    """Without what only repeats the key, and with every list of all checks said once."""
    if isinstance(value, list):
        return [_tidy(child) for child in value]
    if not isinstance(value, dict):
        return value
    if _is_any_check(value):
        return {"$ref": "#/$defs/Check"}
    options, default = value.get("anyOf"), value.get("default", 0)
    if isinstance(options, list) and {"type": "null"} in options and default is None:
        # "Absent" is enough: nobody writes null on purpose.
        rest = [option for option in options if option != {"type": "null"}]
        inner = rest[0] if len(rest) == 1 else {"anyOf": rest}
        kept = {k: v for k, v in value.items() if k not in ("anyOf", "default", "title")}
        return _tidy({**cast("Schema", inner), **kept})
    names = isinstance(value.get("properties"), dict)
    tidy: Schema = {}
    for key, child in value.items():
        if key == "title" and not names and isinstance(child, str):
            continue
        if key in ("properties", "patternProperties", "$defs") and isinstance(child, dict):
            tidy[key] = {name: _tidy(part) for name, part in child.items()}
        else:
            tidy[key] = _tidy(child)
    return tidy


def _is_any_check(value: Schema) -> bool:
    options = value.get("oneOf")
    return isinstance(options, list) and len(options) == len(_kinds())


def _kinds() -> list[str]:
    """The names of all kinds of checks, each once (bounds have two keys)."""
    return list(dict.fromkeys(kind.__name__ for kind, _ in KINDS.values()))


def _references(names: Iterable[str]) -> list[Json]:
    return [{"$ref": f"#/$defs/{name}"} for name in names]


def _pattern_of_ids() -> Schema:
    return cast("Schema", TypeAdapter(Id).json_schema())
