"""The example cities of the library, and the day as of which they are judged."""

from datetime import date

from rubrics.loader import LIBRARY

RUBRIC = "wwc-2022"
SUBMISSIONS = LIBRARY / RUBRIC / "submissions"

DAY = date(2025, 11, 3)
"""Their evidence is of that autumn; by today's date all of it would be too old."""
