"""From a template and what it shows to a page, in the reader's language. Everything is escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import jinja2
from jinja2.ext import do as do_extension
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api.accounts import Action, Actor
from api.accounts.rights import ALLOWED, may_in_programme
from api.hardening.origins import FORM_FIELD
from api.web.static_files import PREFIX, static_url
from assessment.results import Verdict
from reports import charts, wording
from reports.cohort import DotStrip, SpreadBar
from reports.i18n import Language
from reports.report import Bar, VerdictCell, WeekBar

TEMPLATES = Path(__file__).parent / "templates"
DESIGN_CSS = PREFIX + next((TEMPLATES.parent / "static" / "vendor").glob("*.min.css")).name

DESIGN = "govuk_frontend_jinja"
"""The package of the design system's macros."""

_HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')
"""What every form carries, against other sites' pages that would post in somebody's name."""

OWN_NAMES = {"en": "English", "es": "Español", "pt": "Português"}
"""What each language calls itself, so that its readers find it whatever they do not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page needs to know: who reads it, in which language, at which address."""

    language: Language
    path: str
    actor: Actor | None = None
    demo: bool = False
    done: str = ""
    token: str = ""

    @property
    def coaches(self) -> bool:
        """Whether the reader reviews what teams hand in."""
        roles = self.actor.memberships.values() if self.actor is not None else ()
        return any(role in ALLOWED[Action.READ_PRIVATE] for role in roles)

    @property
    def sees_cohorts(self) -> bool:
        """Whether the reader may see what all cities show together."""
        return self.actor is not None and may_in_programme(self.actor, Action.COHORT)


def render(
    page: Page,
    template: str,
    words: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A whole page. It holds what only its reader may see, and so no cache keeps it."""
    return HTMLResponse(
        render_text(page, template, **words),
        status_code=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def render_text(page: Page, template: str, **words: object) -> str:
    """A template with its words, as text: a page, or a part of one for our script."""
    return (
        _environment()
        .get_template(template)
        .render(
            page=page,
            _=page.language.text,
            language=page.language,
            clock=lambda moment: clock(moment, page.language),
            moment=lambda moment: moment_text(moment, page.language),
            cell=lambda verdict: verdict_cell(verdict, page.language),
            tag=tag,
            hidden=lambda: _HIDDEN.format(FORM_FIELD, page.token),
            **words,
        )
    )


def clock(moment: datetime, language: Language) -> str:
    """The time of day of a moment, as in "saved 10:42" (UTC; our script shows local time)."""
    del language  # every language that we speak writes hours alike
    return f"{moment:%H:%M}"


def moment_text(moment: datetime, language: Language) -> Markup:
    """A moment in words, which our script turns into the reader's own time."""
    said = language.text(
        "{day}, {time} UTC", day=language.date(moment.date()), time=clock(moment, language)
    )
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), said)


def verdict_cell(verdict: str, language: Language) -> VerdictCell:
    """A verdict as it is shown: its code, its sign and its word."""
    known = Verdict(verdict)
    return VerdictCell(
        verdict=known.value,
        mark=wording.MARKS[known],
        word=wording.verdict_word(known, language),
    )


def tag(cell: VerdictCell) -> Markup:
    """A verdict as a tag: colour, sign and word."""
    return Markup('<span class="tag tag--{}"><span aria-hidden="true">{}</span> {}</span>').format(
        cell.verdict, cell.mark, cell.word
    )


def picture(bar: Bar) -> Markup:
    """A bar of points as a picture with its words; it is drawn from numbers alone."""
    svg = charts.points_bar(bar)
    return Markup('<div class="bar" role="img" aria-label="{}">{}</div>').format(
        bar.alt,
        Markup(svg),  # noqa: S704 (numbers only; no text of anybody is in it)
    )


def picture_of_weeks(bar: WeekBar) -> Markup:
    """The weeks of an action on the calendar, as a picture with its words."""
    svg = charts.weeks_bar(bar)
    return Markup('<div role="img" aria-label="{}">{}</div>').format(
        bar.alt,
        Markup(svg),  # noqa: S704 (numbers only; no text of anybody is in it)
    )


def picture_small(bar: Bar) -> Markup:
    """A bar for the cell of a table."""
    return _drawn(charts.mini_bar(bar), bar.alt)


def picture_of_dots(strip: DotStrip) -> Markup:
    """Cities over their points."""
    return _drawn(charts.dot_strip(strip), strip.alt)


def picture_of_spread(bar: SpreadBar) -> Markup:
    """Half of some cities on a scale, and the middle one."""
    return _drawn(charts.spread_bar(bar), bar.alt)


def _drawn(svg: str, alt: str) -> Markup:
    return Markup('<div class="drawn" role="img" aria-label="{}">{}</div>').format(
        alt,
        Markup(svg),  # noqa: S704 (numbers only; no text of anybody is in it)
    )


@cache
def _environment() -> jinja2.Environment:
    """The design system's macros ask for parameters that may be missing, and say so by silence."""
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader(TEMPLATES),
                jinja2.PrefixLoader({DESIGN: jinja2.PackageLoader(DESIGN)}),
            ]
        ),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[do_extension],
    )
    environment.globals |= {
        "static_url": static_url,
        "design_css": DESIGN_CSS,
        "languages": tuple(OWN_NAMES.items()),
        "picture": picture,
        "picture_small": picture_small,
        "picture_of_dots": picture_of_dots,
        "picture_of_spread": picture_of_spread,
    }
    return environment
