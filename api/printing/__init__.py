"""Prints reports in processes of their own: several at once, within limits, started once."""

from api.printing.jobs import (
    PATIENT,
    USUAL,
    DiedError,
    Job,
    PrintLimits,
    TooLargeError,
    TooLongError,
)
from api.printing.printers import Printers

__all__ = [
    "PATIENT",
    "USUAL",
    "DiedError",
    "Job",
    "PrintLimits",
    "Printers",
    "TooLargeError",
    "TooLongError",
]
