"""What can keep a report from being made."""


class ReportError(Exception):
    """A report could not be made."""


class PdfUnavailableError(ReportError):
    """The system libraries that PDFs need are not installed; the message names the line to run."""


class RefusedError(ValueError):
    """A report asked for something that is not its own; nothing was opened."""
