"""Writes a form as an empty CSV file: its header in one language, for programs and old habits."""

import csv
from io import StringIO

from rubrics.forms import Form

DELIMITERS = {"en": ",", "es": ";", "pt": ";"}
"""What parts the columns: Excel expects semicolons where the comma is the decimal sign."""


def write_csv(form: Form, *, language: str) -> bytes:
    """The header of the form. The mark at its start tells Excel that the text is UTF-8."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=DELIMITERS[language], lineterminator="\r\n")
    writer.writerow(column.text.said(language) for column in form.columns)
    return text.getvalue().encode("utf-8-sig")
