"""The page of a report: a template filled with text that is cleaned and escaped."""

import base64
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

import jinja2
from markupsafe import Markup

from reports import charts
from reports.cleaning import clean
from reports.edition import Edition
from reports.glyphs import in_words
from reports.i18n import load_language

Paper = Literal["a4", "letter"]

FOLDER = Path(__file__).parent.parent
STATIC = FOLDER / "static"

_SIZES: dict[Paper, str] = {"a4": "210mm 297mm", "letter": "8.5in 11in"}

Picture = Callable[[str], str]
"""Keeps an SVG and gives the address by which the page shows it."""


def render_html(report: Edition, *, paper: Paper = "a4") -> str:
    """The report as one HTML page that needs no other file; `paper` is for printing it."""
    css = Markup(css_for(paper))  # noqa: S704 (our own style sheet, no text of strangers)
    return build_page(report, picture=_inline, css=css)


def build_page(report: Edition, *, picture: Picture, css: Markup) -> str:
    """The HTML of a report, by the template of its kind."""
    language = load_language(report.language)
    return (
        environment(printed=not css)
        .get_template(f"{report.kind}.html.j2")
        .render(
            report=report,
            css=css,
            picture=picture,
            charts=charts,
            _=language.text,
            percent=lambda part, whole: f"{100 * part / max(whole, 1):.2f}%",
        )
    )


@cache
def css_for(paper: Paper) -> str:
    """The style sheet of all reports, for a size of paper."""
    text = (STATIC / "report.css").read_text(encoding="utf-8")
    return f"{text}\n@page {{ size: {_SIZES[paper]} }}\n"


@cache
def environment(*, printed: bool) -> jinja2.Environment:
    """Every value is cleaned and escaped; a name that is not there is an error.

    A browser has fonts for every script; on paper, what ours lack is told in words.
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_fit_to_print if printed else _fit_to_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _fit_to_show(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _fit_to_print(value: object) -> object:
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    shown = clean(value)
    return shown if shown.isascii() else in_words(shown)


def _inline(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
