"""What printers do before the first report, so that each of many takes less."""

from dataclasses import replace
from datetime import date

from assessment.details import with_details
from assessment.engine import assess
from assessment.validation import validate
from reports.builder import build_report
from reports.i18n import LANGUAGES, load_language
from reports.renderer import render_pdf
from reports.renderer.pages import environment
from reports.renderer.printer import load_printer
from rubrics.loader import LIBRARY, load_rubric


def rehearse() -> None:
    """Prints a short report that nobody reads: what is loaded for it need not be loaded again."""
    rubric = load_rubric(LIBRARY / "wwc-2022")
    submission = validate(
        rubric, {"rubric": rubric.id, "city": {"name": "City", "country": "US"}}, {}
    )
    day = date(2025, 11, 3)
    assessment = with_details(rubric, submission, assess(rubric, submission, on=day))
    templates = environment(printed=True)
    for name in templates.list_templates():
        templates.get_template(name)
    languages = [load_language(code) for code in LANGUAGES]
    load_printer().style("letter")
    report = build_report(assessment, rubric, language=languages[0])
    render_pdf(replace(report, criteria=(), actions=(), practices=()))
