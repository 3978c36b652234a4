"""Fills in workbooks with LibreOffice, without a screen: cell by cell, as if somebody typed.

Debian's LibreOffice brings no Python of its own, so a macro in its Basic does the typing. It runs
in a profile of its own, which is thrown away.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8", ".pdf": "calc_pdf_Export"}

MACRO = """\
Sub Fill(plan As String)
  On Error Goto Finish
  Dim reader, stream, book, row, parts, hidden(0) As New com.sun.star.beans.PropertyValue
  Dim kept(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  reader = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  stream = createUnoService("com.sun.star.io.TextInputStream")
  stream.setInputStream(reader.openFileRead(plan))
  stream.setEncoding("UTF-8")
  Do While Not stream.isEOF()
    row = stream.readLine()
    parts = Split(row, Chr(9))
    If UBound(parts) >= 1 Then
      Select Case parts(0)
        Case "open"
          book = StarDesktop.loadComponentFromURL(parts(1), "_blank", 0, hidden())
        Case "text"
          book.Sheets.getByName(parts(1)).getCellRangeByName(parts(2)).String = parts(3)
        Case "typed"
          book.Sheets.getByName(parts(1)).getCellRangeByName(parts(2)).FormulaLocal = parts(3)
        Case "save"
          kept(0).Name = "FilterName" : kept(0).Value = parts(2)
          book.storeToURL(parts(1), kept())
        Case "close"
          book.close(True)
      End Select
    End If
  Loop
  stream.closeInput()
Finish:
  StarDesktop.terminate()
End Sub
"""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LIBRARY = (
    'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_FILES = {
    "script.xlc": f'<library:libraries {_LIBRARY}><library:library library:name="Standard" '
    'xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" library:link="false"/>'
    "</library:libraries>",
    "Standard/script.xlb": f'<library:library {_LIBRARY} library:name="Standard" '
    'library:readonly="false" library:passwordprotected="false">'
    '<library:element library:name="Typing"/></library:library>',
    "Standard/Typing.xba": '<script:module xmlns:script="http://openoffice.org/2000/script" '
    'script:name="Typing" script:language="StarBasic">{macro}</script:module>',
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed into a cell. `as_text` keeps it from being read as a number or formula."""

    sheet: str
    cell: str
    text: str
    as_text: bool = False


def type_into(book: Path, cells: Iterable[Typed], *, folder: Path, save_as: Iterable[Path]) -> None:
    """Types into a workbook, and saves it under other names; their endings say in which format."""
    program = shutil.which("soffice")
    assert program is not None
    plan: list[tuple[str, ...]] = [("open", book.as_uri())]
    plan += [("text" if c.as_text else "typed", c.sheet, c.cell, c.text) for c in cells]
    plan += [("save", path.as_uri(), FILTERS[path.suffix]) for path in save_as]
    plan += [("close", "")]
    script = folder / "plan.txt"
    script.write_text("".join("\t".join(step) + "\n" for step in plan), "utf-8")
    profile = folder / "profile"
    # The first start makes the profile, and would write over our macro.
    _run(program, profile, "--terminate_after_init")
    for name, text in _FILES.items():
        file = profile / "user" / "basic" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_HEAD + text.format(macro=_escaped(MACRO)), "utf-8")
    _run(program, profile, f'macro:///Standard.Typing.Fill("{script.as_uri()}")')


def _run(program: str, profile: Path, what: str) -> None:
    options = ["--headless", "--norestore", "--nologo"]
    command = [program, f"-env:UserInstallation={profile.as_uri()}", *options, what]
    quiet = subprocess.DEVNULL
    # A session of its own: the program starts another one, which must end with it.
    running = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        assert running.wait(timeout=120) == 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
