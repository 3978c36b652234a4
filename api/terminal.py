"""Shows things in a terminal: tables and trees with colour there, plain lines everywhere else.

What is shown comes from strangers as well: nothing that a terminal would obey (escape sequences,
marks that turn the direction of text) gets through.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from reports.i18n import Language, load_language
from reports.report import VerdictCell
from reports.wording import problem_sentence
from rubrics.problems import InputError

PLAIN_WIDTH = 10_000
"""Where no terminal is, nobody knows how wide lines may be, and another program may read them."""

MAX_PROBLEMS = 200

STYLES = {
    "met": "green",
    "not_met": "red",
    "needs_review": "yellow",
    "unanswered": "cyan",
    "not_applicable": "dim",
}
"""A colour for each verdict; a sign and a word always stand beside it."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a command shows what it found, and in which language."""

    out: Console
    err: Console
    language: Language

    def show(self, *lines: RenderableType) -> None:
        """Shows lines, tables and trees one below the other."""
        if self.out.is_terminal:
            self.out.print(Group(*lines))
            return
        with self.out.capture() as capture:
            self.out.print(Group(*lines))
        for line in capture.get().splitlines():
            sys.stdout.write(f"{line.rstrip()}\n")

    def counting(self, message: str) -> AbstractContextManager[Callable[[int, int], None]]:
        """The same for work whose steps are told: how many are done, of how many."""
        return _counting(self, message) if self.err.is_terminal else nullcontext(_nobody)

    def working(self, message: str) -> AbstractContextManager[object]:
        """Says what is going on while it takes time; only where somebody watches."""
        return self.err.status(Text(message)) if self.err.is_terminal else nullcontext()


def _nobody(_done: int, _all: int) -> None:
    """Where nobody watches, nothing is said."""


@contextmanager
def _counting(screen: Screen, message: str) -> Iterator[Callable[[int, int], None]]:
    with screen.err.status(Text(message)) as status:
        yield lambda done, every: status.update(Text(f"{message} {done} / {every}"))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A line of a tree: what it says, where that was asked for, and the lines under it."""

    text: Text
    at: str = ""
    inner: tuple["Leaf", ...] = ()


@contextmanager
def open_screen(language: str) -> Iterator[Screen]:
    """A screen in a language. What is wrong with a file is told on it; the command ends with 2."""
    spoken = load_language(language)
    out = Console(highlight=False, emoji=False, markup=False)
    if not out.is_terminal:
        out = Console(highlight=False, emoji=False, markup=False, width=PLAIN_WIDTH)
    err = Console(stderr=True, highlight=False, emoji=False, markup=False)
    screen = Screen(out, err, spoken)
    try:
        yield screen
    except InputError as error:
        tell_problems(screen, error)
        raise typer.Exit(2) from None
    except BrokenPipeError:
        # Whoever read our lines has seen enough.
        raise typer.Exit(0) from None


def tell_problems(screen: Screen, error: InputError) -> None:
    """Every problem as `file:line:column: sentence` on standard error, one a line."""
    lines = [
        f"{problem.place}: {problem_sentence(problem, screen.language)}"
        for problem in error.problems[:MAX_PROBLEMS]
    ]
    more = len(error.problems) - MAX_PROBLEMS
    if more > 0:
        lines.append(screen.language.text("And {n} more like these.", n=more))
    for line in lines:
        print(printable(line), file=sys.stderr)  # noqa: T201 (this is what a command says)


def printable(text: str) -> str:
    """A stranger's text without anything that a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)


def line(text: str = "", style: str = "") -> Text:
    """A line of text in a style."""
    return Text(printable(text), style=style)


def cell(verdict: VerdictCell, *, word: bool = True) -> Text:
    """A verdict as its sign and word."""
    said = f"{verdict.mark} {verdict.word}" if word else verdict.mark
    return Text(said, style=STYLES[verdict.verdict])


def table(heads: Sequence[str], rows: Iterable[Sequence[str | Text]], *, wide: int = 0) -> Table:
    """A table without lines; the column `wide` gives way where there is little room."""
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for i, head in enumerate(heads):
        grid.add_column(head, no_wrap=i != wide, overflow="fold", ratio=None)
    for row in rows:
        grid.add_row(*(line(part) if isinstance(part, str) else part for part in row))
    return grid


def tree(screen: Screen, root: Leaf) -> RenderableType:
    """A tree: drawn in a terminal, indented elsewhere; places stand at the end of their line."""
    if not screen.out.is_terminal:
        return Group(*_indented(root, 0))
    drawn = Tree(_whole(root), guide_style="dim")
    _grow(drawn, root.inner)
    return drawn


def _grow(drawn: Tree, leaves: Iterable[Leaf]) -> None:
    for leaf in leaves:
        _grow(drawn.add(_whole(leaf)), leaf.inner)


def _indented(leaf: Leaf, depth: int) -> Iterator[Text]:
    yield Text("  " * depth).append_text(_whole(leaf))
    for inner in leaf.inner:
        yield from _indented(inner, depth + 1)


def _whole(leaf: Leaf) -> Text:
    text = Text().append_text(leaf.text)
    return text.append(f"  [{leaf.at}]", "dim") if leaf.at else text
