"""What OpenAPI says of a route's answers: every status, with its schema and an example."""

from collections.abc import Mapping
from typing import Any

import msgspec
from pydantic import BaseModel

from api.exceptions import (
    BAD_REQUEST,
    BROKEN,
    CONFLICT,
    FOREIGN_ORIGIN,
    INVALID,
    KEY_REUSED,
    NOT_ALLOWED,
    NOT_FOUND,
    NOT_SIGNED_IN,
    PROBLEM_TYPE,
    READING_BLIND,
    STALE,
    TOO_LARGE,
    TOO_MANY,
    TOO_SLOW,
    TYPES,
    UNAVAILABLE,
    UNSUPPORTED,
    VERSION_NEEDED,
    WRONG_CREDENTIALS,
    Fault,
)

Responses = dict[int | str, dict[str, Any]]
Schema = dict[str, Any]

REF = "#/components/schemas/{name}"
PROBLEM = {"$ref": REF.format(name="ProblemDocument")}

PUBLIC = (BAD_REQUEST, NOT_FOUND, INVALID, TOO_MANY)
"""What every route may answer, whoever asks."""

READING = (*PUBLIC, NOT_SIGNED_IN, NOT_ALLOWED, READING_BLIND)
SENDING = (*READING, FOREIGN_ORIGIN, TOO_SLOW, TOO_LARGE, UNSUPPORTED)
CREATING = (*SENDING, CONFLICT, KEY_REUSED)
CHANGING = (*SENDING, CONFLICT, STALE, VERSION_NEEDED)
REMOVING = (*READING, FOREIGN_ORIGIN, CONFLICT)

_MODELS: dict[str, Any] = {}
"""Every type that some answer has, by its name in the document."""

_PARTS: dict[str, Schema] = {}
"""The schemas of models of pydantic's in them."""


def says(
    model: Any,  # noqa: ANN401 (any type of ours)
    *faults: Fault,
    status: int = 200,
    example: object = None,
    headers: Mapping[str, str] | None = None,
    media: str | tuple[str, ...] = "application/json",
    unchanged: bool = False,
) -> Responses:
    """The answers of a route: the good one, of one `media` type or several, and every fault."""
    good: dict[str, Any] = {"description": "Done."}
    if headers:
        good["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in headers.items()
        }
    if model is not None:
        content: dict[str, Any] = {"schema": _schema(model)}
        if example is not None:
            content["example"] = example
        good["content"] = dict.fromkeys([media] if isinstance(media, str) else media, content)
    found: Responses = {status: good}
    if unchanged:
        found[304] = {"description": "You have it already: its ETag is in If-None-Match."}
    by_status: dict[int, list[Fault]] = {}
    for fault in faults:
        by_status.setdefault(fault.status, []).append(fault)
    for code, own in sorted(by_status.items()):
        found[code] = _problem(own)
    return found


def components() -> dict[str, Schema]:
    """The schemas of every answer that `says` was told of."""
    types = list(_MODELS.values())
    _, found = msgspec.json.schema_components(types, schema_hook=_hook, ref_template=REF)
    return {**found, **_PARTS}


def _schema(model: Any) -> Schema:  # noqa: ANN401
    if isinstance(model, dict):
        return model
    (schema,), found = msgspec.json.schema_components([model], schema_hook=_hook, ref_template=REF)
    if found:
        _MODELS[repr(model)] = model
    return dict(schema)


def _hook(kind: type) -> Schema:
    """The schemas of types that msgspec leaves to others."""
    if kind is object:
        return {"description": "Any JSON value."}
    if issubclass(kind, BaseModel):
        return {"$ref": REF.format(name=_with_parts(kind))}
    raise NotImplementedError  # as msgspec wants to hear that a type is none of ours


def _with_parts(kind: type[BaseModel]) -> str:
    """Keeps the schema of a model, and of its parts; they may point to each other in circles."""
    package = kind.__module__.partition(".")[0]  # another package may have a word for another thing
    name = f"{package}.{kind.__name__}"
    if name not in _PARTS:
        template = REF.format(name=f"{package}.{{model}}")
        # What we send leaves out what nobody wrote, as somebody who writes it does.
        schema = kind.model_json_schema(by_alias=True, ref_template=template, mode="validation")
        found = {f"{package}.{part}": own for part, own in schema.pop("$defs", {}).items()}
        _PARTS.update(found)
        if "$ref" not in schema:
            _PARTS[name] = schema
    return name


def _problem(faults: list[Fault]) -> dict[str, Any]:
    """The answer of a status, with an example of each fault that has it."""
    return {
        "description": " Or: ".join(fault.title.text for fault in faults),
        "content": {
            PROBLEM_TYPE: {
                "schema": PROBLEM,
                "examples": {
                    fault.name: {
                        "value": {
                            "type": TYPES + fault.name,
                            "title": fault.title.text,
                            "status": fault.status,
                            "detail": fault.detail.text,
                            "instance": "urn:uuid:0b4e2b0c-6a0e-4a57-9d0c-2f7c1f2b7f10",
                        }
                    }
                    for fault in faults
                },
            }
        },
    }


EVERYWHERE = (BROKEN, UNAVAILABLE)
"""Faults of ours, which every route might have and none should."""

SIGNING_IN = (WRONG_CREDENTIALS, FOREIGN_ORIGIN, TOO_SLOW, TOO_LARGE, UNSUPPORTED, *PUBLIC)
