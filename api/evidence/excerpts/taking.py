"""Takes the excerpt of a file, whatever it is. Runs in a worker's process, as all looking does.

Who reads which format is the same as for facts; here they read the beginning alone.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.evidence.documents.documents import text_of
from api.evidence.documents.found import DocumentError
from api.evidence.excerpts.beginning import (
    BROKEN,
    beginning_of,
    first_readable,
    members_of,
)
from api.evidence.excerpts.excerpt import (
    MAX_MEMBERS,
    MAX_NAME,
    MAX_TABLES,
    MAX_TEXT,
    Excerpt,
    Member,
    Table,
)
from api.evidence.excerpts.records import json_table
from api.evidence.excerpts.rows import csv_table, parquet_table, workbook_tables
from api.evidence.files import Source
from api.evidence.formats import ARCHIVES, tell_format
from api.evidence.looking import MAX_OFFICE_BYTES, MAX_OFFICE_MEMBERS, OFFICE, PACKED
from api.evidence.ocds.gathering import TooManyValuesError
from api.evidence.packed import PackedError, check_members
from api.evidence.tables.engine import EngineError, TooMuchError
from api.evidence.tables.spreadsheets import (
    NotASpreadsheetError,
    SpreadsheetEncryptedError,
    SpreadsheetTooLargeError,
)
from api.evidence.tables.text import NotATableError, TableTooWideError
from api.evidence.text import decode_head, one_line, without_unfit

_CELL_ENDS = re.compile(r"\n?\t(?!\n)")
_ROW_ENDS = re.compile(r"\n?\t\n")
_MANY_LINES = re.compile(r"\n{3,}")
_TOO_LARGE = (TooManyValuesError, TooMuchError, TableTooWideError, SpreadsheetTooLargeError)


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be read, or the beginning of one: then it is not `whole`."""

    path: Path
    name: str
    whole: bool = True


def take_excerpt(source: Source, *, kind: str | None, columns: Mapping[str, str]) -> Excerpt:
    """The beginning of a file; the same for every kind of evidence, whatever columns stand for."""
    del kind, columns
    told = tell_format(source.path, name=source.name)
    if told.status != "seen" or told.format not in PACKED:
        return _excerpt(_File(source.path, source.name))
    try:
        return _packed(source.path, source.name, told.format)
    except BROKEN:
        return Excerpt(status="unreadable", format=told.format)


def _packed(path: Path, name: str, form: str) -> Excerpt:
    """What is in an archive, and the beginning of the first file of it that can be shown."""
    member, count = "", 0
    members: tuple[Member, ...] = ()
    if form == "zip":
        listed = members_of(path)
        count = len(listed)
        members = tuple(
            Member(name=one_line(one.name, length=MAX_NAME), size=one.size)
            for one in listed[:MAX_MEMBERS]
        )
        first = first_readable(listed)
        if first is None:
            return Excerpt(status="seen", format=form, members=members, members_in_all=count)
        member = first.name
    with beginning_of(path, format=form, name=name, member=member) as inner:
        found = _excerpt(_File(inner.path, inner.name, inner.whole))
    about = {
        "members": members,
        "members_in_all": count,
        "shown": one_line(member or inner.name, length=MAX_NAME),
    }
    return found.model_copy(update={"format": form, **about})


def _excerpt(file: _File) -> Excerpt:
    told = tell_format(file.path, name=file.name)
    form = told.format
    if form is not None and not file.whole and form not in {"csv", "json", "text", "markdown"}:
        return Excerpt(status="too_large", format=form)  # its end says what is in it
    if told.status != "seen" or form is None:
        closed = form in ARCHIVES - PACKED  # into these we have no safe way, damaged or not
        status = "unreadable" if told.status == "seen" else told.status
        return Excerpt(status="unknown" if closed else status, format=form)
    try:
        return _read(file, form)
    except (SpreadsheetEncryptedError, DocumentError, PackedError) as error:
        return Excerpt(status=getattr(error, "status", "encrypted"), format=form)
    except _TOO_LARGE:
        return Excerpt(status="too_large", format=form)
    except (NotASpreadsheetError, EngineError, ValueError, RecursionError):
        cut = form == "json" and not file.whole
        return Excerpt(status="too_large" if cut else "unreadable", format=form)


def _read(file: _File, form: str) -> Excerpt:
    match form:
        case "csv":
            try:
                return _of_tables(form, [csv_table(file.path, whole=file.whole)])
            except NotATableError:
                return _text(file.path, form)
        case "json":
            table = json_table(file.path, whole=file.whole)
            return _of_tables(form, [table]) if table is not None else _text(file.path, form)
        case "xlsx" | "ods" | "xls":
            if form in OFFICE:
                with zipfile.ZipFile(file.path) as archive:
                    check_members(
                        archive, max_bytes=MAX_OFFICE_BYTES, max_members=MAX_OFFICE_MEMBERS
                    )
            tables, sheets = workbook_tables(file.path)
            return _of_tables(form, tables, sheets)
        case "parquet":
            return _of_tables(form, [parquet_table(file.path)])
        case "docx" | "pdf" | "html":
            text = text_of(file.path, format=form) or ""
            return _shortened(_CELL_ENDS.sub(" | ", _ROW_ENDS.sub("\n", text)), form)
        case "text" | "markdown" | "xml":
            return _text(file.path, form)
        case _:
            return Excerpt(status="unknown", format=form)


def _of_tables(form: str, tables: list[Table], count: int = 1) -> Excerpt:
    return Excerpt(
        status="seen", format=form, tables=tuple(tables[:MAX_TABLES]), tables_in_all=count
    )


def _text(path: Path, form: str) -> Excerpt:
    """The beginning of a file that is text."""
    with path.open("rb") as stream:
        head = stream.read(4 * MAX_TEXT)  # a letter has four bytes at most
        more = bool(stream.read(1))
    text = decode_head(head)
    if text is None:
        return Excerpt(status="unreadable", format=form)
    return _shortened(text, form, more=more)


def _shortened(text: str, form: str, *, more: bool = False) -> Excerpt:
    """Lines as they are, without what no page may hold."""
    told = _MANY_LINES.sub("\n\n", without_unfit(text)).strip("\n")
    return Excerpt(
        status="seen", format=form, text=told[:MAX_TEXT], more=more or len(told) > MAX_TEXT
    )
