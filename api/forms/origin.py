"""Which state of an assessment a workbook was taken from, in a property that nobody has to see.

Excel and LibreOffice keep properties that they do not know. What stands there is believed for one
thing alone: which cells somebody left as they were.
"""

import re
import zipfile
from pathlib import Path

import xlsxwriter

NAME = "readiness"
PARTS = ("docProps/custom.xml", "meta.xml")
"""Where such properties lie, in XLSX and in OpenDocument."""

MAX_BYTES = 200_000

_VALUE = re.compile(rb'name="readiness"[^>]*>(?:<vt:lpwstr>)?([0-9a-z]{1,40}:[0-9]{1,9})<')


def set_origin(workbook: xlsxwriter.Workbook, assessment_id: str, version: int) -> None:
    """Notes in a workbook what it was taken from."""
    workbook.set_custom_property(NAME, f"{assessment_id}:{version}")


def origin_of(path: Path, assessment_id: str) -> int | None:
    """The version of this assessment that a workbook was taken from; `None` where none is said."""
    try:
        with zipfile.ZipFile(path) as packed:
            for part in PARTS:
                if part in packed.namelist():
                    with packed.open(part) as stream:
                        found = _VALUE.search(stream.read(MAX_BYTES))
                    whose, _, version = found[1].decode().partition(":") if found else ("", "", "")
                    return int(version) if whose == assessment_id else None
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return None  # whoever reads the workbook says what is wrong with it
    return None
