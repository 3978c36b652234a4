"""From a view model to HTML and PDF: the same page for both, and nothing fetched from anywhere.

`pages` builds the page from a template, `printer` lays it out, `finishing` makes the file one that
screen readers and archives accept. WeasyPrint is loaded when the first PDF is asked for.
"""

from reports.renderer.attachments import Attachment
from reports.renderer.errors import PdfUnavailableError, RefusedError, ReportError
from reports.renderer.pages import Paper, render_html
from reports.renderer.printer import render_pdf

__all__ = [
    "Attachment",
    "Paper",
    "PdfUnavailableError",
    "RefusedError",
    "ReportError",
    "render_html",
    "render_pdf",
]
