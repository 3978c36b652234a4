"""The worker's side: looks at strangers' files, a job a line, and answers in JSON, a line each.

Where it can, it has each file looked at by a process split off for it alone: what one file does
there ends with it, and the next one finds everything clean.
"""

import errno
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from api.evidence.excerpts.excerpt import Excerpt
from api.evidence.files import Source
from api.evidence.worker.confinement import (
    Limits,
    address_space,
    leave_network,
    limit_resources,
    limit_time,
    stand_guard,
)
from api.evidence.worker.helpers import PIECE, Helper, enlist, help_once, read_line, write
from assessment.facts import Facts
from assessment.model import Model, ShortText

KEPT = (
    *("lxml.etree", "lxml.html", "pypdf", "numpy", "duckdb", "python_calamine", "jsonschema_rs"),
    *(f"api.evidence.documents.{name}" for name in ("pdf", "html", "word", "languages")),
)
"""Modules that are slow to load: what one file needed is there already for those that follow."""

_LANGUAGES = "api.evidence.documents.languages"
EXPECTED = {
    "pdf": ("api.evidence.documents.pdf", _LANGUAGES),
    "docx": ("api.evidence.documents.word", _LANGUAGES),
    "html": ("api.evidence.documents.html", _LANGUAGES),
    "htm": ("api.evidence.documents.html", _LANGUAGES),
    "txt": (_LANGUAGES,),
    "md": (_LANGUAGES,),
}
"""What a file will need by its name, which may be wrong: then it was loaded for a later one."""

_CUT_OFF = frozenset({"SIGKILL", "SIGXCPU", "SIGALRM", "SIGXFSZ", "SIGABRT"})
"""How a process ends that used up what it had; compiled parsers abort when memory gives out."""

_MOST_OPEN = 1_024
_FULL = frozenset({errno.ENOMEM, errno.ENOSPC, errno.EFBIG})


class Answer(Model):
    """What a worker says of one file; `trouble` is for us, where a parser broke in a new way.

    Whoever was asked for an excerpt gives that; where it is missing, the facts say why.
    """

    facts: Facts
    excerpt: Excerpt | None = None
    trouble: ShortText = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a worker works: who looks (`module:function`), and within which limits."""

    look_at: str
    folder: str
    limits: Limits


def serve(*, look_at: str, apart: bool, folder: str, limits: Mapping[str, float]) -> None:
    """Answers jobs until nobody asks any more, then cleans up after itself."""
    jobs, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # a library that prints must not speak for us
    terms = Terms(look_at, folder, Limits(**limits))  # type: ignore[arg-type]
    leave_network()
    with suppress(Exception):  # what is wrong with it, the answer to each job will say
        import_module(look_at.partition(":")[0])
    if not apart:
        limit_resources(terms.limits)
        stand_guard(folder)
    try:
        while line := read_line(jobs):
            needed: Iterable[str] = ()
            if apart:
                answer, needed = _look_apart(line, terms, jobs=jobs)
            else:
                answer = look(line, terms)
            write(answers, answer + b"\n")
            _load(needed)
    except OSError:  # nobody listens any more
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def look(line: bytes, terms: Terms) -> bytes:
    """The answer to one job, whatever the file does to whoever reads it."""
    trouble = ""
    status: Literal["too_large", "unreadable"] = "unreadable"
    try:
        job = json.loads(line)
        source = Source(**{**job["source"], "path": Path(job["source"]["path"])})
        module, _, name = terms.look_at.partition(":")
        looker = getattr(import_module(module), name)
        seen = looker(source, kind=job["kind"], columns=job["columns"])
        if isinstance(seen, Excerpt):
            said = Answer(facts=Facts(status="seen"), excerpt=seen)
        else:
            said = Answer(facts=seen)
        answer = said.model_dump_json(exclude_defaults=True).encode()
        if len(answer) <= terms.limits.facts_bytes:
            return answer
        status = "too_large"
    except BaseException as error:  # noqa: BLE001 (a Rust parser's panic is no Exception)
        status = "too_large" if _is_exhausted(error) else "unreadable"
        trouble = _place_of(error)
    return Answer(facts=Facts(status=status), trouble=trouble).model_dump_json().encode()


def _look_apart(line: bytes, terms: Terms, *, jobs: int) -> tuple[bytes, list[str]]:
    """The answer of a process split off for this one job, and which modules it had to load."""
    job = json.loads(line)
    seconds = job["seconds"]
    _load(EXPECTED.get(job["source"]["name"].lower().rpartition(".")[2], ()))
    folder = tempfile.mkdtemp(dir=terms.folder)
    helpers: dict[int, Helper] = {}
    with suppress(OSError):  # no more processes or pipes: then with fewer
        for _ in range(_further_hands(job, terms.limits)):
            pid, helper = _split_off_helper(terms, folder=folder, seconds=seconds)
            helpers[pid] = helper
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            _close_all_but(writer, *(end for helper in helpers.values() for end in helper))
            enlist(*helpers.values())
            _answer_confined(line, terms, folder=folder, seconds=seconds, to=writer)
        finally:
            os._exit(0)
    for end in (writer, *(end for helper in helpers.values() for end in helper)):
        os.close(end)
    try:
        told = _listen(reader, jobs, seconds=seconds, most=terms.limits.facts_bytes + PIECE)
    finally:
        os.close(reader)
        for split_off in (*helpers, pid):
            os.kill(split_off, signal.SIGKILL)  # it is there, if only as a name: nobody waited
            _, ended = os.waitpid(split_off, 0)
        shutil.rmtree(folder, ignore_errors=True)
    answer, whole, needed = (told or b"").partition(b"\n")
    if whole:
        return answer, _names(needed)
    killed = os.WIFSIGNALED(ended) and signal.Signals(os.WTERMSIG(ended)).name in _CUT_OFF
    status: Literal["too_large", "unreadable"] = "too_large" if killed else "unreadable"
    return Answer(facts=Facts(status=status)).model_dump_json().encode(), []


def _further_hands(job: Mapping[str, Any], limits: Limits) -> int:
    """How many helpers a file may need: one for each further core, if it is large and perhaps data.

    Whether it can be read in parts, only who opens it knows.
    """
    source = job["source"]
    is_document = source["name"].lower().rpartition(".")[2] in EXPECTED
    if is_document or source["size"] < limits.shared_bytes:
        return 0
    return min(len(os.sched_getaffinity(0)), limits.readers) - 1


def _split_off_helper(terms: Terms, *, folder: str, seconds: float) -> tuple[int, Helper]:
    """A process that waits for work, and both ends of it that are ours."""
    work, giving = os.pipe()
    hearing, answer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            _close_all_but(work, answer)
            most = address_space() + terms.limits.helper_bytes
            limits = replace(terms.limits, memory_bytes=min(most, terms.limits.memory_bytes))
            _confine(limits, folder=folder, seconds=seconds)
            help_once(Helper(work, answer))
        finally:
            os._exit(0)
    os.close(work)
    os.close(answer)
    return pid, Helper(giving, hearing)


def _close_all_but(*kept: int) -> None:
    """Closes what else was open: it is none of the business of who was split off."""
    start = 3
    for end in (*sorted(kept), _MOST_OPEN):
        os.closerange(start, end)
        start = end + 1


def _confine(limits: Limits, *, folder: str, seconds: float) -> None:
    """Gives up what this process may not use, for good."""
    os.chdir(folder)
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    limit_resources(limits)
    limit_time(seconds)
    stand_guard(folder)


def _answer_confined(line: bytes, terms: Terms, *, folder: str, seconds: float, to: int) -> None:
    """In the process that was split off: gives up what it may not use, looks, and answers."""
    _confine(terms.limits, folder=folder, seconds=seconds)
    absent = [name for name in KEPT if name not in sys.modules]
    answer = look(line, terms)
    needed = [name for name in absent if name in sys.modules]
    write(to, answer + b"\n" + json.dumps(needed).encode())


def _listen(reader: int, jobs: int, *, seconds: float, most: int) -> bytes | None:
    """All that the process says; `None` where it says too much, or nothing in time."""
    told = bytearray()
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready = select.select([reader, jobs], [], [], left)[0]
        if jobs in ready:  # nobody asks before we answered: who would have listened is gone
            raise BrokenPipeError
        if reader in ready:
            piece = os.read(reader, PIECE)
            if not piece:
                return bytes(told)
            told += piece
            if len(told) > most:
                return None
    return None


def _names(told: bytes) -> list[str]:
    """The modules of our list that were named; whoever names them may have been taken over."""
    try:
        named = json.loads(told)
    except ValueError:
        return []
    return [name for name in KEPT if name in named] if isinstance(named, list) else []


def _load(modules: Iterable[str]) -> None:
    for name in modules:
        with suppress(Exception):  # then each file that needs it says so
            import_module(name)


def _is_exhausted(error: BaseException | None) -> bool:
    """Whether memory or disk gave out, also where a library tells it in other words."""
    for _ in range(10):
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _FULL):
            return True
        if error is None:
            return False
        error = error.__cause__ or error.__context__
    return False


def _place_of(error: BaseException) -> str:
    """Where it went wrong, without a word of the file."""
    frames = traceback.extract_tb(error.__traceback__)
    last = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {last}"[:500]
