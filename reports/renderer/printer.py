"""Lays a page out and prints it: WeasyPrint, with our fonts and nothing from anywhere else.

The bytes of a PDF depend on the report alone: fonts come from our own folder, dates from the day of
the assessment.
"""

import gc
import importlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.sax.saxutils import escape

from markupsafe import Markup

from reports.edition import Edition
from reports.renderer.attachments import Attachment
from reports.renderer.errors import PdfUnavailableError, RefusedError
from reports.renderer.finishing import finish
from reports.renderer.pages import STATIC, Paper, build_page, css_for

APT_LINE = (
    "apt-get install -y --no-install-recommends "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
"""The one line that brings what WeasyPrint needs, on Debian and Ubuntu."""


def render_pdf(
    report: Edition,
    *,
    paper: Paper = "a4",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The report as a file that is PDF/A-3a and PDF/UA-1; the same report gives the same bytes."""
    printer = load_printer()
    pictures = _Pictures()
    page = build_page(report, picture=pictures.keep, css=Markup(""))
    html = printer.weasyprint.HTML(string=page, url_fetcher=printer.fetcher(pictures.kept))
    with _no_collection():
        pdf: bytes = html.write_pdf(
            stylesheets=[printer.style(paper)],
            font_config=printer.fonts,
            pdf_variant="pdf/a-3a",
            attachments=[_attached(printer, one, report.on) for one in _by_name(attachments)],
            finisher=finish,
        )
    return pdf


def _by_name(attachments: Sequence[Attachment]) -> list[Attachment]:
    """In the order in which a PDF keeps names."""
    return sorted(attachments, key=attrgetter("name"))


def _attached(printer: "_Printer", attachment: Attachment, on: date) -> Any:  # noqa: ANN401
    """An attachment as WeasyPrint takes it; without a day it would look at the clock."""
    midnight = datetime.combine(on, time(), UTC)
    return printer.weasyprint.Attachment(
        file_obj=io.BytesIO(attachment.content),
        url_fetcher=printer.fetcher({}),
        name=attachment.name,
        description=attachment.about,
        relationship=attachment.relation,
        created=midnight,
        modified=midnight,
    )


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The pictures of one PDF by the only names that its fetcher knows."""

    kept: dict[str, bytes] = field(default_factory=dict)
    names: dict[bytes, str] = field(default_factory=dict)

    def keep(self, svg: str) -> str:
        body = svg.encode()
        name = self.names.setdefault(body, f"mem:picture-{len(self.names) + 1}.svg")
        self.kept[name] = body
        return name


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
                string=css_for(paper), font_config=self.fonts, url_fetcher=self.fetcher({})
            )
        return self.styles[paper]


@cache
def load_printer() -> _Printer:
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
