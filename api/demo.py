"""The demo: three example cities scored, their reports written.

Every city is judged anew each time. A report is laid out again only where it is not there, or where
something that it rests on has changed.
"""

import hashlib
import json
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from rich.text import Text

from api.dossier import dossier
from api.examples import DAY, SUBMISSIONS
from api.outputs import write_all
from api.printing import Job, Printers
from api.services import Scored, score, tell, to_json
from api.showing import score_in_a_row
from api.terminal import Screen, line, table
from reports.renderer import PdfUnavailableError
from reports.report import Report
from rubrics.problems import InputError, Place, Problem

REPORTS = Path(__file__).parent.parent / "reports"
STAMPS = ".stamps.json"
"""What each report in the folder was made from, and what it was when it was made."""


def run_demo(out: Path, screen: Screen) -> None:
    """Scores the example cities, writes their reports to a folder, and shows a line for each."""
    say = screen.language.text
    _make_folder(out)
    stamps = _read_stamps(out)
    rows: list[list[str | Text]] = []
    codes: tuple[str, ...] = ()
    left_out = ""
    with Printers(1, rehearsed=False) as printers:
        for file in sorted(SUBMISSIONS.glob("*/submission.yaml")):
            scored = score(str(file), on=DAY)
            report = tell(scored, screen.language)
            codes = tuple(criterion.code for criterion in report.summary.criteria)
            pdf = out / f"{file.parent.name}.pdf"
            if not left_out:
                left_out = _bring_up_to_date(pdf, scored, report, stamps, screen, printers=printers)
            rows.append([*score_in_a_row(report), "" if left_out else str(pdf)])
    _write_stamps(out, stamps)
    head = say("Three example cities, judged as of {day}", day=screen.language.date(DAY))
    heads = (say("City"), say("Points"), say("Possible"), say("Level"), *codes, say("Report"))
    screen.show(line(head, "bold"), line(), table(heads, rows), line())
    if left_out:
        screen.show(line(say("The reports are left out: {reason}", reason=left_out), "yellow"))
    example = _nearby(SUBMISSIONS / "rio-verde" / "submission.yaml")
    screen.show(
        line(say("Look at one of them, and copy it to begin your own:"), "dim"),
        line(f"  {_command()} score {example} --on {DAY}"),
        line(f"  {_command()} explain {example} RDC7 --on {DAY}"),
    )


def _command() -> str:
    """Our name as it works when typed here: with its folder where no shell would find it."""
    typed = Path(sys.argv[0])
    found = typed.name != "readiness" or shutil.which("readiness") is not None
    return "readiness" if found else str(_nearby(typed.absolute()))


def _nearby(path: Path) -> Path:
    """A path as somebody would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _bring_up_to_date(
    pdf: Path,
    scored: Scored,
    report: Report,
    stamps: dict[str, list[str]],
    screen: Screen,
    *,
    printers: Printers,
) -> str:
    """Writes a report unless it is there and says the same; why it could not be made, if so."""
    made_from = _made_from(scored, report)
    if pdf.is_file() and stamps.get(pdf.name) == [made_from, _digest(pdf.read_bytes())]:
        return ""
    working = screen.language.text("Writing {file} …", file=pdf)
    try:
        with screen.working(working):
            carried = dossier(scored, report, paper="a4")
            content = printers.print(Job(report=report, attachments=carried))
    except PdfUnavailableError as error:
        return str(error)
    write_all({pdf: content})
    stamps[pdf.name] = [made_from, _digest(content)]
    return ""


def _made_from(scored: Scored, report: Report) -> str:
    """Everything that a report's bytes rest on: the result, the words, how reports are made."""
    parts = [to_json(scored.assessment), repr(report).encode()]
    kinds = (".py", ".j2", ".css", ".ttf", ".mo")
    parts += [file.read_bytes() for file in sorted(REPORTS.rglob("*")) if file.suffix in kinds]
    return _digest(b"".join(parts))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(
            [Problem("output.no_folder", Place(str(out)), {"folder": str(out)})]
        ) from None
    except OSError as error:
        params = {"file": str(out), "detail": error.strerror or ""}
        raise InputError([Problem("output.failed", Place(str(out)), params)]) from None


def _read_stamps(out: Path) -> dict[str, list[str]]:
    """What is not there, or not ours, is no stamp."""
    with suppress(OSError, ValueError):
        found = json.loads((out / STAMPS).read_bytes())
        if isinstance(found, dict):
            return found
    return {}


def _write_stamps(out: Path, stamps: dict[str, list[str]]) -> None:
    write_all({out / STAMPS: json.dumps(stamps, indent=1).encode()})
