"""Which files are taken as evidence: by what is in them, and by what a computer does with the name.

A coach will open them. So what a double click would run is not taken, whatever is in it.
"""

import re
import unicodedata
from pathlib import Path, PureWindowsPath

from api.errors import Unusable
from api.evidence.formats import tell_format

_ZIP, _OFFICE = "application/zip", "application/vnd.openxmlformats-officedocument"

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "csv": "text/csv",
    "html": "text/html",
    "markdown": "text/markdown",
    "text": "text/plain",
    "xml": "application/xml",
    "zip": _ZIP,
    "gz": "application/gzip",
    "png": "image/png",
    "jpeg": "image/jpeg",
}
"""What is taken, by what `tell_format` calls it."""

ENDINGS = frozenset(
    {
        *("pdf", "docx", "xlsx", "pptx", "xlsb", "doc", "xls", "ppt", "odt", "ods", "parquet"),
        *("json", "jsonl", "ndjson", "geojson", "csv", "tsv", "html", "htm", "md", "markdown"),
        *("txt", "xml", "zip", "gz", "png", "jpg", "jpeg"),
    }
)
"""How the name of a file may end. Neither programs and scripts, nor documents with macros."""

LONGEST_NAME = 120

_ODD = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""What no file system likes, and what turns the direction of text, to hide how a name ends."""


def accepted(path: Path, *, name: str) -> str:
    """The media type of a file that may be taken; `Unusable` says that it may not."""
    if path.stat().st_size == 0:
        raise Unusable("empty_file", file=name)
    told = tell_format(path, name=name)
    if told.format not in MEDIA_TYPES or name.lower().rpartition(".")[2] not in ENDINGS:
        raise Unusable("file_kind", file=name)
    return MEDIA_TYPES[told.format]


def clean_name(given: str) -> str:
    """The name of a file as its team calls it, without folders and without what could mislead."""
    text = given.encode("utf-8", "ignore").decode()
    name = PureWindowsPath(unicodedata.normalize("NFC", text)).name
    name = _ODD.sub("_", name).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def id_from(name: str) -> str:
    """An id for a piece of evidence, from the name of its file or its title."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "evidence"
