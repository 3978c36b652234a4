"""Colours: every text is readable on its ground, and nothing rests on colour alone."""

import re

import pytest

from reports import charts
from reports.renderer.pages import STATIC
from reports.wording import MARKS

CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "report.css").read_text("utf-8"), flags=re.DOTALL)
NAMED = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))
PAPER = "#ffffff"

TEXT = 4.5
"""Least contrast of text with its ground (WCAG 2.2, 1.4.3)."""

SHAPE = 3.0
"""Least contrast of a shape that says something with what lies beside it (WCAG 2.2, 1.4.11)."""


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def grey(colour: str) -> str:
    """A colour as a grey printer shows it."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    level = round(0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2])
    return f"#{level:02x}{level:02x}{level:02x}"


def value(word: str) -> str:
    """A colour of the style sheet as `#rrggbb`."""
    name = re.fullmatch(r"var\(--([\w-]+)\)", word)
    return NAMED[name[1]] if name else word


def rules() -> list[tuple[str, dict[str, str]]]:
    """Every rule of the style sheet that sets a colour or a ground."""
    found = []
    for selector, block in re.findall(r"([^{}]+)\{([^{}]*)\}", CSS):
        set_here = dict(re.findall(r"(?<![\w-])(color|background): ([^;}]+?)\s*(?=;|$)", block))
        if set_here:
            found.append((" ".join(selector.split()), set_here))
    return found


RULES = rules()
GROUNDS = {PAPER, NAMED["shade"]}
"""What text without a ground of its own may lie on: paper, or the ground of a notice."""


def pairs() -> dict[tuple[str, str], str]:
    """Every pair of a text's colour and its ground, with the rule that makes it."""
    found: dict[tuple[str, str], str] = {}
    for selector, set_here in RULES:
        if "color" in set_here:
            own = {value(set_here["background"])} if "background" in set_here else GROUNDS
            if selector.startswith(".notice"):
                own = {NAMED["shade"]}
            found |= {(value(set_here["color"]), ground): selector for ground in own}
        elif value(set_here["background"]) in GROUNDS:
            found[NAMED["ink"], value(set_here["background"])] = selector
    return found


def test_pairs_are_found():
    grounds = {ground for _, ground in pairs()}

    assert (PAPER, NAMED["accent"]) in pairs()  # the cover
    assert {NAMED[f"{verdict.value.replace('_', '-')}-shade"] for verdict in MARKS} <= grounds
    assert len(pairs()) >= 12


@pytest.mark.parametrize("pair", sorted(pairs()), ids=" on ".join)
def test_text_is_readable_on_its_ground(pair):
    assert contrast(*pair) >= TEXT


@pytest.mark.parametrize("pair", sorted(pairs()), ids=" on ".join)
def test_text_is_readable_when_printed_in_grey(pair):
    assert contrast(*map(grey, pair)) >= TEXT


def test_no_rule_sets_a_ground_that_nobody_looked_at():
    grounds = {value(set_here["background"]) for _, set_here in RULES if "background" in set_here}

    assert grounds <= {ground for _, ground in pairs()}


@pytest.mark.parametrize(
    ("shape", "ground"),
    [
        (charts.INK, charts.PAPER),
        (charts.INK, charts.TRACK),
        (charts.EDGE, charts.TRACK),
        (charts.EDGE, charts.PAPER),
    ],
)
def test_shapes_of_charts_stand_out_in_colour_and_in_grey(shape, ground):
    assert contrast(shape, ground) >= SHAPE
    assert contrast(grey(shape), grey(ground)) >= SHAPE


def test_every_verdict_has_a_sign_of_its_own():
    assert len(set(MARKS.values())) == len(MARKS)
