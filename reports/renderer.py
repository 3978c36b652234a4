"""From a Report to HTML and PDF: the same page for both, and nothing fetched from anywhere.

The PDF is tagged (PDF/UA-1) and its bytes depend on the report alone: fonts come from our own
folder, dates from the day of the assessment. WeasyPrint is loaded when the first PDF is asked for.
"""

import base64
import gc
import importlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal
from xml.sax.saxutils import escape

import jinja2
from markupsafe import Markup

from reports import charts
from reports.cleaning import clean
from reports.edition import Edition
from reports.i18n import load_language

Paper = Literal["a4", "letter"]

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"

APT_LINE = (
    "apt-get install -y --no-install-recommends "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
"""The one line that brings what WeasyPrint needs, on Debian and Ubuntu."""

_SIZES: dict[Paper, str] = {"a4": "210mm 297mm", "letter": "8.5in 11in"}


class ReportError(Exception):
    """A report could not be made."""


class PdfUnavailableError(ReportError):
    """The system libraries that PDFs need are not installed; the message names the line to run."""


class RefusedError(ValueError):
    """A report asked for something that is not its own; nothing was opened."""


def render_html(report: Edition, *, paper: Paper = "a4") -> str:
    """The report as one HTML page that needs no other file; `paper` is for printing it."""
    css = Markup(_css(paper))  # noqa: S704 (our own style sheet, no text of strangers)
    return _page(report, picture=_inline, css=css)


def render_pdf(report: Edition, *, paper: Paper = "a4") -> bytes:
    """The report as a tagged PDF; the same report gives the same bytes."""
    printer = _load_printer()
    pictures = _Pictures()
    page = _page(report, picture=pictures.keep, css=Markup(""))
    html = printer.weasyprint.HTML(string=page, url_fetcher=printer.fetcher(pictures.kept))
    with _no_collection():
        pdf: bytes = html.write_pdf(
            stylesheets=[printer.style(paper)],
            font_config=printer.fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=True,
        )
    return pdf


# --- the page -------------------------------------------------------------------------------------

Picture = Callable[[str], str]
"""Keeps an SVG and gives the address by which the page shows it."""


def _page(report: Edition, *, picture: Picture, css: Markup) -> str:
    language = load_language(report.language)
    return (
        _environment()
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
def _environment() -> jinja2.Environment:
    """Every printed value is cleaned and escaped; a name that is not there is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_fit_to_print,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _fit_to_print(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _inline(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The pictures of one PDF by the only names that its fetcher knows."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def keep(self, svg: str) -> str:
        body = svg.encode()
        known = next((name for name, other in self.kept.items() if other == body), None)
        if known is not None:
            return known
        name = f"mem:picture-{len(self.kept) + 1}.svg"
        self.kept[name] = body
        return name


@cache
def _css(paper: Paper) -> str:
    text = (STATIC / "report.css").read_text(encoding="utf-8")
    return f"{text}\n@page {{ size: {_SIZES[paper]} }}\n"


# --- WeasyPrint -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Printer:
    """WeasyPrint, loaded with our fonts and nothing else."""

    weasyprint: ModuleType
    fonts: Any
    fetcher: Callable[[dict[str, bytes]], Any]
    styles: dict[Paper, Any] = field(default_factory=dict)

    def style(self, paper: Paper) -> Any:  # noqa: ANN401 (WeasyPrint ships no types)
        """The parsed style sheet of a paper, parsed once."""
        if paper not in self.styles:
            self.styles[paper] = self.weasyprint.CSS(
                string=_css(paper), font_config=self.fonts, url_fetcher=self.fetcher({})
            )
        return self.styles[paper]


@cache
def _load_printer() -> _Printer:
    """Loads WeasyPrint. Its fonts are those of our folder only, whatever the machine has.

    Fontconfig reads its file when the configuration is made, so the variable is ours for that
    moment only and other programs started from here are not touched.
    """
    with (
        tempfile.TemporaryDirectory(prefix="readiness-fonts-") as folder,
        _fontconfig(Path(folder)),
    ):
        try:
            weasyprint = importlib.import_module("weasyprint")
            fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
        except OSError as error:
            raise PdfUnavailableError(
                "PDFs need the text libraries Pango and HarfBuzz, which are not installed here. "
                f"Install them with:  {APT_LINE}"
            ) from error
    return _Printer(weasyprint, fonts, _locked_fetcher(weasyprint))


@contextmanager
def _fontconfig(folder: Path) -> Iterator[None]:
    config = folder / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{escape(str(STATIC / 'fonts'))}</dir>"
        f"<cachedir>{escape(str(folder))}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(config)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _locked_fetcher(weasyprint: ModuleType) -> Callable[[dict[str, bytes]], Any]:
    """A fetcher that knows the pictures of one report and refuses every other address.

    WeasyPrint opens whatever a page names: without this, `<link rel=attachment href=file:///…>` in
    a city's name would put a file of this machine into the report.
    """
    urls = importlib.import_module(f"{weasyprint.__name__}.urls")

    class LockedFetcher(urls.URLFetcher):  # type: ignore[misc,name-defined]
        """Serves a report's own pictures by name."""

        def __init__(self, pictures: dict[str, bytes]) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)
            self._pictures = pictures

        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ANN401, ARG002
            if url not in self._pictures:
                raise RefusedError(
                    f"A report may not open '{url[:200]}'; it shows its own pictures only."
                )
            kind = {"Content-Type": "image/svg+xml"}
            return urls.URLFetcherResponse(url, self._pictures[url], kind)

    return LockedFetcher


@contextmanager
def _no_collection() -> Iterator[None]:
    """Layout makes millions of small objects that live to the end: collecting them is in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
