"""What is told: a report in plain values, in one language, and its HTML and PDF editions.

`reports.renderer` is imported on its own: who only builds a report needs no layout engine.
"""

from reports.builder import build_report
from reports.i18n import LANGUAGES, Language, load_language
from reports.report import Report

__all__ = ["LANGUAGES", "Language", "Report", "build_report", "load_language"]
