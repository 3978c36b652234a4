"""What a batch is: which submissions, by which rubric, on which day, in which chunks.

The plan is written once and lies in the folder of the results. Whoever resumes the batch makes it
anew and compares: a batch goes on only with what it began with.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from assessment.engine import ENGINE_VERSION

PLAN_VERSION = "1"

CHUNK_ROWS = 50
"""Submissions of a chunk: handing it out costs a hundredth of judging it."""

CHUNK_PRINTED = 5
"""With a PDF of each, which takes a second: so much is done again after a crash."""

MAX_CHUNKS = 2_000

GRAIN = 5
"""The size of every chunk is a multiple of this, so that one look at the input finds its starts."""

Kind = Literal["file", "lines", "rows", "refused"]


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a submission, and its place: file, row (or line), column."""

    file: str
    row: int
    column: str
    code: str
    params: dict[str, str | int]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where submissions stand: a file with one, JSON lines, rows of a table, or nothing readable.

    `name` is the path from the folder of the input; `lies_at` where its rows lie, if somewhere
    else. `starts` are the places of every fifth row: offset and number of the line.
    """

    name: str
    kind: Kind
    rows: int
    lies_at: str | None = None
    starts: tuple[tuple[int, int], ...] = ()
    wrong: tuple[Wrong, ...] = ()


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a source: so many rows from an offset on, where the row `first` begins."""

    source: int
    count: int
    offset: int = 0
    first: int = 1


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker does in one go. `first` is the number of its first submission, from 1."""

    first: int
    count: int
    pieces: tuple[Piece, ...]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. Other options give other results."""

    on: date
    language: str
    paper: Literal["a4", "letter"]
    pdf: bool
    trust_facts: bool


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A whole batch. `run` names this run of it; `root` is where its sources lie.

    `earlier` are the folders of results to which those of this batch are put beside.
    """

    plan_version: str
    engine_version: str
    run: str
    root: str
    out: str
    input_digest: str
    rubric: str
    rubric_id: str
    rubric_digest: str
    earlier: tuple[str, ...]
    earlier_digest: str
    options: Options
    seconds: float
    sources: tuple[Source, ...]
    ignored: tuple[str, ...]
    chunks: tuple[Chunk, ...]

    @property
    def rows(self) -> int:
        """How many submissions there are."""
        return sum(chunk.count for chunk in self.chunks)


def differences(old: Plan, new: Plan) -> list[str]:
    """In what a batch is another one than before; nothing where it may go on."""
    pairs = {
        "input": (old.input_digest, new.input_digest),
        "rubric": (old.rubric_digest, new.rubric_digest),
        "--earlier": (old.earlier_digest, new.earlier_digest),
        "engine": (old.engine_version, ENGINE_VERSION),
        "plan": (old.plan_version, PLAN_VERSION),
        "--on": (old.options.on, new.options.on),
        "--lang": (old.options.language, new.options.language),
        "--paper": (old.options.paper, new.options.paper),
        "--pdf": (old.options.pdf, new.options.pdf),
        "--trust-facts": (old.options.trust_facts, new.options.trust_facts),
    }
    return [name for name, (before, now) in pairs.items() if before != now]


def chunk_size(rows: int, *, pdf: bool) -> int:
    """How many submissions a chunk has; it depends on the input alone, never on the workers."""
    usual = CHUNK_PRINTED if pdf else CHUNK_ROWS
    return max(usual, -(-rows // MAX_CHUNKS // GRAIN) * GRAIN)


def chunks_of(sources: Sequence[Source], *, size: int) -> Iterator[Chunk]:
    """The chunks in order: files are put together, lines and rows are cut at their starts."""
    first, pieces = 1, []
    for number, source in enumerate(sources):
        if source.kind in ("file", "refused"):
            pieces.append(Piece(source=number, count=1))
            if len(pieces) < size:
                continue
        if pieces:
            yield Chunk(first=first, count=len(pieces), pieces=tuple(pieces))
            first, pieces = first + len(pieces), []
        left = source.rows
        for offset, line in source.starts[:: size // GRAIN]:
            piece = Piece(source=number, count=min(size, left), offset=offset, first=line)
            yield Chunk(first=first, count=piece.count, pieces=(piece,))
            first, left = first + piece.count, left - piece.count
    if pieces:
        yield Chunk(first=first, count=len(pieces), pieces=tuple(pieces))


def part_of(number: int) -> str:
    """The file of what came of a chunk, in the folder of what is unfinished."""
    return f"parts/{number:06d}.jsonl"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of_all(files: Sequence[tuple[str, Path]]) -> str:
    """One digest of many files and their names."""
    told = hashlib.sha256()
    for name, path in files:
        told.update(f"{digest_of(path)}  {name}\n".encode("utf-8", "surrogateescape"))
    return told.hexdigest()
