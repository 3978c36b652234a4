"""Small SVG pictures from numbers: solid for sure, hatched for possible, readable in grey.

They carry no text: labels stand beside them in the page, where they keep their size on a phone, and
every picture is handed on with its words as `alt`.
"""

from collections.abc import Iterable

from reports.report import Bar, WeekBar

INK = "#17415a"
PAPER = "#ffffff"
TRACK = "#e4e8eb"
EDGE = "#5c6871"

WIDTH = 860
"""Width of a whole bar in units of the picture; 20 units for each of 43 points."""


def points_bar(bar: Bar) -> str:
    """The large bar: points against the levels, each level a line across."""
    return _bar(bar, height=56, lines=(WIDTH * tick.at / bar.total for tick in bar.ticks))


def mini_bar(bar: Bar) -> str:
    """A bar for the cell of a table."""
    return _bar(bar, height=34, lines=(WIDTH * tick.at / bar.total for tick in bar.ticks))


def weeks_bar(bar: WeekBar) -> str:
    """The weeks of one action among all weeks of the plan, with a line where Showtime is."""
    n, height = max(bar.weeks, 1), 84
    step = WIDTH / n
    parts = [_rect(0, WIDTH, height, TRACK)]
    parts += [_rect(step * week - 1, 2, height, PAPER) for week in range(1, n)]
    left, width = step * bar.first, step * (bar.last - bar.first + 1)
    if bar.at_once:  # an answer takes no time: a frame says where, and no bar how long
        parts.append(_frame(left + 2, width - 5, height))
    else:
        parts.append(_rect(left, width, height, INK))
    if bar.showtime < n:
        x = step * bar.showtime
        parts += [_rect(x - 5, 10, height, PAPER), _rect(x - 3, 6, height, EDGE)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'preserveAspectRatio="none">{"".join(parts)}</svg>'
    )


def _bar(bar: Bar, *, height: int, lines: Iterable[float]) -> str:
    total = max(bar.total, 1)
    sure = WIDTH * min(bar.guaranteed, total) / total
    best = WIDTH * min(max(bar.possible, bar.guaranteed), total) / total
    parts = [_rect(0, WIDTH, height, TRACK)]
    if best > sure:
        parts += [
            _rect(sure, best - sure, height, PAPER),
            f'<path d="{_hatch(sure, best, height)}" stroke="{INK}" stroke-width="3" fill="none"/>',
            _frame(sure, best - sure - 1.5, height),
        ]
    if sure:
        parts.append(_rect(0, sure, height, INK))
    for x in lines:
        parts.append(_rect(x - 4, 8, height, PAPER))
        parts.append(_rect(x - 2, 4, height, EDGE))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'preserveAspectRatio="none">{"".join(parts)}</svg>'
    )


def _rect(x: float, width: float, height: int, fill: str) -> str:
    return f'<rect x="{x:g}" y="0" width="{width:g}" height="{height}" fill="{fill}"/>'


def _frame(x: float, width: float, height: int) -> str:
    box = f'x="{x:g}" y="1.5" width="{width:g}" height="{height - 3}"'
    return f'<rect {box} fill="none" stroke="{INK}" stroke-width="3"/>'


def _hatch(left: float, right: float, height: int, *, step: int = 11) -> str:
    """Diagonals from bottom left to top right, clipped by hand: patterns show seams in viewers."""
    lines = []
    start = int(left) - height
    for x in range(start - start % step, int(right), step):
        x1, x2 = max(x, left), min(x + height, right)
        if x1 < x2:
            lines.append(f"M{x1:g} {height - (x1 - x):g}L{x2:g} {height - (x2 - x):g}")
    return "".join(lines)
