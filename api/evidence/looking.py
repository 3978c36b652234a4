"""Chooses who looks at a file, by what is in it, and puts together what was seen.

It runs in a worker's process (`worker/`): everything below opens what strangers made.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from api.evidence.documents.documents import read_document
from api.evidence.files import Source
from api.evidence.formats import TABLES, Told, tell_format
from api.evidence.licences import licence_in
from api.evidence.ocds.ocds import TooManyValuesError, read_ocds
from api.evidence.packed import (
    MAX_DATASET_BYTES,
    MAX_DOCUMENT_BYTES,
    PackedError,
    PackedSeveralError,
    check_members,
    unpacked,
)
from api.evidence.tables.contracting_tables import read_contracting_table
from api.evidence.tables.tables import NotATableError, TableTooLargeError, read_table
from api.evidence.text import decode_text
from api.forms.reading import read_form
from assessment.facts import Facts, Status

DATASET = "dataset"
"""The kind of evidence that must be contracting data."""

OFFICE = frozenset({"xlsx", "ods"})
"""Tables that are archives by nature: a bomb of XML may hide in each."""

MAX_OFFICE_BYTES = 500_000_000
MAX_OFFICE_MEMBERS = 10_000
PACKED = frozenset({"gz", "zip"})
DOCUMENTS = frozenset({"pdf", "docx", "html", "text", "markdown"})


def look_at(source: Source, *, kind: str | None, columns: Mapping[str, str]) -> Facts:
    """What can be seen of a file that was handed in as a kind of evidence (`None`: as anything).

    `columns` says what the columns of a city's own table stand for.
    """
    told = tell_format(source.path, name=source.name)
    if told.status != "seen" or told.format not in PACKED:
        return _look(source.path, told, kind, columns)
    most = MAX_DATASET_BYTES if kind in (None, DATASET) else MAX_DOCUMENT_BYTES
    try:
        with unpacked(source.path, format=told.format, name=source.name, max_bytes=most) as inner:
            return _look(inner.path, tell_format(inner.path, name=inner.name), kind, columns)
    except PackedSeveralError:
        # Several documents may well come in one archive; data must say which file they are.
        several: Status = "not_a_dataset" if kind == DATASET else "seen"
        return Facts(status=several, format=told.format)
    except PackedError as error:
        return Facts(status=error.status, format=told.format)


def _look(path: Path, told: Told, kind: str | None, columns: Mapping[str, str]) -> Facts:
    if told.status != "seen" or told.format is None:
        return Facts(status=told.status, format=told.format)
    if told.format == "json":
        return _look_at_json(path, kind)
    if told.format in OFFICE:
        try:
            with zipfile.ZipFile(path) as archive:
                check_members(archive, max_bytes=MAX_OFFICE_BYTES, max_members=MAX_OFFICE_MEMBERS)
        except PackedError as error:
            return Facts(status=error.status, format=told.format)
    if told.format in TABLES:
        return _look_at_table(path, told.format, kind, columns)
    if told.format in DOCUMENTS:
        return _look_at_document(path, told.format)
    return Facts(status="seen", format=told.format)


def _look_at_json(path: Path, kind: str | None) -> Facts:
    try:
        shape, dataset = read_ocds(path)
    except TooManyValuesError:
        return Facts(status="too_large", format="json")
    except (ValueError, RecursionError):
        return Facts(status="unreadable", format="json")
    # Handed in as a dataset, it holds no records that we know.
    status: Status = "not_a_dataset" if dataset is None and kind in (None, DATASET) else "seen"
    return Facts(status=status, format=shape, dataset=dataset)


def _look_at_table(path: Path, form: str, kind: str | None, columns: Mapping[str, str]) -> Facts:
    """A form of ours where it is one, else contracting data, else plain rows."""
    if kind != DATASET:
        try:
            read = read_form(path, format=form, kind=kind)
        except TableTooLargeError:
            return Facts(status="too_large", format=form)
        except NotATableError:
            return Facts(status="unreadable", format=form)
        if read is not None:
            return Facts(
                status="seen",
                format=form,
                dated=read.dated,
                marks=read.marks,
                table=read.rows,
                template=read.template,
                problems=read.problems,
            )
        if kind is not None:
            return _look_at_rows(path, form)
    table = read_contracting_table(path, format=form, columns=columns)
    return Facts(
        status=table.status,
        format=form,
        encoding=table.encoding,
        rows=table.rows,
        sheet=table.sheet,
        sheets=table.sheets,
        columns=table.columns,
        dataset=table.dataset,
        problems=table.problems,
    )


def _look_at_rows(path: Path, form: str) -> Facts:
    """The rows of a table that is none of our forms; of a workbook only that it opens."""
    if form != "csv":
        return Facts(status="seen", format=form)
    try:
        rows = read_table(decode_text(path.read_bytes()) or "")
    except TableTooLargeError:
        return Facts(status="too_large", format=form)
    except NotATableError:
        return Facts(status="unreadable", format=form)
    return Facts(status="seen", format=form, table=rows)


def _look_at_document(path: Path, form: str) -> Facts:
    read = read_document(path, format=form)
    if read.status != "seen":
        return Facts(status=read.status, format=form)
    return Facts(
        status="seen",
        format=form,
        document=read.document,
        licence=licence_in(read.text) if read.text is not None else None,
    )
