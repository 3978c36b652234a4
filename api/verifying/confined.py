"""Has a report checked by a process of its own: a stranger's PDF may be made to harm its reader.

What comes back is one JSON file of bounded size; the process has limits of time and memory, no
network, and may write in its own folder only.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import msgspec

from api.evidence.worker.confinement import (
    GRACE_SECONDS,
    Limits,
    leave_network,
    limit_resources,
    limit_time,
    stand_guard,
)
from api.verifying.verification import Verification
from rubrics.problems import InputError, Place, Problem

LIMITS = Limits(memory_bytes=2_000_000_000, document_seconds=120, written_bytes=20_000_000)

_START = (
    "import json, sys; told = json.loads(sys.argv[1]); sys.path[:] = told.pop('path'); "
    "from api.verifying.confined import serve; serve(**told)"
)
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TZ")
_CALM = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_NEEDED = ("highspy", "numpy", "pypdf", "pyhanko.sign.validation", "reports.renderer.printer")
"""What is loaded before the doors are closed: some run programs to find the system's libraries."""

_ANSWER, _TRUST = "answer.json", "trust.pem"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the process says: what it found, or the problems that kept it from looking."""

    verification: Verification | None = None
    problems: tuple[tuple[str, str, Mapping[str, str | int]], ...] = ()


def verify(
    pdf: bytes,
    *,
    name: str,
    rubric: Path | None = None,
    trust: bytes | None = None,
    limits: Limits = LIMITS,
) -> Verification:
    """What can be found out about the report in the file `name`; `InputError` if nothing can.

    `rubric` is the folder of one to judge by, `trust` certificates to believe, in PEM.
    """
    with tempfile.TemporaryDirectory(prefix="readiness-") as folder:
        told = {
            "path": [os.path.abspath(entry) for entry in sys.path],  # noqa: PTH100 ("" is here)
            "folder": folder,
            "rubric": str(rubric.resolve()) if rubric is not None else None,
            "trust": trust is not None,
            "limits": msgspec.to_builtins(limits),
        }
        if trust is not None:
            (Path(folder) / _TRUST).write_bytes(trust)
        known = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
        try:
            subprocess.run(  # noqa: S603 (it is our own program)
                [sys.executable, "-I", "-X", "utf8", "-c", _START, json.dumps(told)],
                input=pdf,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={**known, **_CALM, "TMPDIR": folder, "HOME": folder},
                timeout=limits.document_seconds + 2 * GRACE_SECONDS,
                check=True,
            )
            with (Path(folder) / _ANSWER).open("rb") as stream:
                answer = msgspec.json.decode(stream.read(limits.written_bytes), type=Answer)
        except (subprocess.SubprocessError, OSError, ValueError):
            answer = Answer(problems=(("report.check_failed", "", {}),))
    if answer.verification is None:
        raise InputError(
            [
                Problem(code, Place(place or name), {"file": name, **params})
                for code, place, params in answer.problems
            ]
        )
    return answer.verification


def serve(
    *,
    folder: str,
    rubric: str | None,
    trust: bool,
    limits: Mapping[str, float],
) -> None:
    """The process's side: closes all doors, then looks."""
    kept = Limits(**limits)  # type: ignore[arg-type]
    for module in _NEEDED:
        import_module(module)
    _load_fonts()
    leave_network()
    limit_resources(kept)
    limit_time(kept.document_seconds)
    stand_guard(folder)
    roots = (Path(folder) / _TRUST).read_bytes() if trust else None
    answer = _look(sys.stdin.buffer.read(), Path(folder), rubric, roots)
    (Path(folder) / _ANSWER).write_bytes(msgspec.json.encode(answer))


def _load_fonts() -> None:
    """Where the libraries for PDFs are missing, the rest can be checked all the same."""
    from contextlib import suppress  # noqa: PLC0415

    from reports.renderer import PdfUnavailableError  # noqa: PLC0415
    from reports.renderer.printer import load_printer  # noqa: PLC0415

    with suppress(PdfUnavailableError):
        load_printer()


def _look(pdf: bytes, folder: Path, rubric: str | None, trust: bytes | None) -> Answer:
    from api.verifying.checking import check  # noqa: PLC0415 (its imports come after the fonts)
    from api.verifying.opening import NotOursError  # noqa: PLC0415
    from api.verifying.seals import KeyUnusableError  # noqa: PLC0415

    try:
        found = check(
            pdf,
            folder=folder,
            rubric=Path(rubric) if rubric is not None else None,
            trust=trust,
        )
    except NotOursError as error:
        return Answer(problems=((error.code, "", {"part": error.part}),))
    except KeyUnusableError as error:
        return Answer(problems=(("certificate.unusable", "", {"detail": str(error)[:200]}),))
    except InputError as error:
        told = [(p.code, str(p.place), dict(p.params)) for p in error.problems[:100]]
        return Answer(problems=tuple(told))
    return Answer(verification=found)
