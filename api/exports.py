"""A scored submission in the formats of other programs: every door offers the same ones."""

import re
import unicodedata
from typing import NamedTuple, assert_never

import msgspec

from api.export_kinds import Kind
from api.services import Scored, in_language, to_json
from reports.exports.parts import Object
from reports.exports.telling import told_of
from reports.i18n import Language
from reports.sections.context import build_context


class Export(NamedTuple):
    """A file to be handed out: what is in it, of which type, under which name."""

    content: bytes
    media_type: str
    name: str


_TYPES: dict[Kind, tuple[str, str]] = {
    Kind.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    Kind.CSV: ("text/csv; charset=utf-8", "csv"),
    Kind.CSV_ACTIONS: ("text/csv; charset=utf-8", "csv"),
    Kind.JSON: ("application/json", "json"),
    Kind.OSCAL_RESULTS: ("application/json", "json"),
    Kind.OSCAL_POAM: ("application/json", "json"),
    Kind.CCCEV: ("application/ld+json", "jsonld"),
    Kind.EARL: ("application/ld+json", "jsonld"),
}
"""The media type and the ending of each."""

MEDIA_TYPES: tuple[str, ...] = tuple(sorted({media for media, _ in _TYPES.values()}))
"""Every media type that an export may have."""

_PARTS: dict[Kind, str] = {
    Kind.XLSX: "readiness",
    Kind.CSV: "requirements",
    Kind.CSV_ACTIONS: "actions",
    Kind.JSON: "result",
}
"""What a file's name says is in it; of the others, the name of their format."""


def export(scored: Scored, kind: Kind, language: Language) -> Export:
    """An assessment in a format; the same assessment gives the same bytes."""
    media_type, ending = _TYPES[kind]
    city, on = scored.assessment.submission.city, scored.assessment.on
    name = f"{_plain_name(city)}-{on}-{_PARTS.get(kind, kind.value)}.{ending}"
    return Export(_content(scored, kind, language), media_type, name)


def _content(scored: Scored, kind: Kind, language: Language) -> bytes:
    # Each format is loaded when it is wanted: whoever asks for one need not wait for all.
    from api.sheet_files import to_csv, to_xlsx  # noqa: PLC0415
    from reports.exports import cccev, earl, oscal, poam, sheets  # noqa: PLC0415

    if kind is Kind.JSON:
        return to_json(scored.assessment)
    words = in_language(scored.rubric, scored.folder, language)
    told = told_of(build_context(scored.assessment, words, language))
    match kind:
        case Kind.XLSX:
            title = language.text(
                "Readiness report for {city}", city=scored.assessment.submission.city
            )
            tables = sheets.build_sheets(told, scored.schedule)
            return to_xlsx(tables, language, title=title, on=scored.assessment.on)
        case Kind.CSV:
            return to_csv(sheets.requirements_sheet(told))
        case Kind.CSV_ACTIONS:
            return to_csv(sheets.actions_sheet(told, scored.schedule))
        case Kind.OSCAL_RESULTS:
            return _readable(oscal.assessment_results(told))
        case Kind.OSCAL_POAM:
            return _readable(poam.plan_of_action(told, scored.schedule))
        case Kind.CCCEV:
            return _readable(cccev.to_cccev(told))
        case Kind.EARL:
            return _readable(earl.to_earl(told))
        case _:
            assert_never(kind)


def _readable(document: Object) -> bytes:
    """JSON that people can read as well."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _plain_name(city: str) -> str:
    """The name of a city as a part of a file's name: small letters, digits and hyphens only."""
    letters = unicodedata.normalize("NFKD", city).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-") or "city"
