"""Small SVG pictures from numbers: solid for sure, hatched for possible, readable in grey.

They carry no text: labels stand beside them in the page, where they keep their size on a phone, and
every picture is handed on with its words as `alt`.
"""

from collections.abc import Iterable

from reports.cohort import DotStrip, SpreadBar
from reports.report import Bar, WeekBar

INK = "#17415a"
PAPER = "#ffffff"
TRACK = "#e4e8eb"
EDGE = "#5c6871"

WIDTH = 860
"""Width of a whole bar in units of the picture; 20 units for each of 43 points."""

DOT_ROOM = 90
"""How high the dots of the most frequent number of points may rise."""


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


def dot_strip(strip: DotStrip) -> str:
    """Cities over their points: solid dots for what is proven, rings below for what is possible.

    Cities with the same points stand above each other; where they are many, dots get smaller.
    """
    step = WIDTH / max(strip.total, 1)
    most = max((n for _, n in (*strip.proven, *strip.possible)), default=1)
    radius = min(step * 0.42, DOT_ROOM / (2 * most))
    middle, height = DOT_ROOM + 4, 2 * DOT_ROOM + 8
    parts = [
        _rect(WIDTH * tick.at / max(strip.total, 1) - 1, 2, height, EDGE) for tick in strip.ticks
    ]
    parts.append(f'<rect x="0" y="{middle - 1}" width="{WIDTH}" height="2" fill="{EDGE}"/>')
    for points, count in strip.proven:
        x = min(max(points * step, radius), WIDTH - radius)
        for i in range(count):
            y = middle - 3 - radius * (2 * i + 1)
            parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius * 0.9:g}" fill="{INK}"/>')
    for points, count in strip.possible:
        x = min(max(points * step, radius), WIDTH - radius)
        for i in range(count):
            y = middle + 3 + radius * (2 * i + 1)
            ring = f'r="{radius * 0.75:g}" fill="{PAPER}" stroke="{INK}"'
            parts.append(f'<circle cx="{x:g}" cy="{y:g}" {ring} stroke-width="{radius * 0.3:g}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">'
        f"{''.join(parts)}</svg>"
    )


def spread_bar(bar: SpreadBar) -> str:
    """From the lower to the upper quartile, with a line at the middle, among the levels."""
    height, scale = 34, WIDTH / max(bar.total, 1)
    left, right = bar.lower * scale, bar.upper * scale
    parts = [_rect(0, WIDTH, height, TRACK)]
    parts += [_rect(WIDTH * tick.at / max(bar.total, 1) - 2, 4, height, EDGE) for tick in bar.ticks]
    width = max(right - left, 8)
    x = min(left, WIDTH - width)
    parts.append(f'<rect x="{x:g}" y="7" width="{width:g}" height="{height - 14}" fill="{INK}"/>')
    at = min(max(bar.median * scale, 5), WIDTH - 5)
    parts += [_rect(at - 5, 10, height, PAPER), _rect(at - 3, 6, height, INK)]
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
