"""The formats in which an assessment is handed to other programs.

They stand apart from what makes them, so that the command line can name them at once.
"""

from enum import StrEnum


class Kind(StrEnum):
    """A format, by the word that asks for it."""

    XLSX = "xlsx"
    CSV = "csv"
    CSV_ACTIONS = "csv-actions"
    JSON = "json"
    OSCAL_RESULTS = "oscal-results"
    OSCAL_POAM = "oscal-poam"
    CCCEV = "cccev"
    EARL = "earl"
