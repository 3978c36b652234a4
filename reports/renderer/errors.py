"""What can keep a report from being made."""

from collections.abc import Mapping

from rubrics.problems import Place, Problem


class ReportError(Exception):
    """A report could not be made; `code` and `params` say why in any language."""

    def __init__(self, detail: str = "", *, code: str = "output.not_printed") -> None:
        self.code = code
        self.params: Mapping[str, str | int] = {"detail": detail}
        super().__init__(Problem(code, Place(""), self.params).message())


class PdfUnavailableError(ReportError):
    """The system libraries that PDFs need are not installed; the message names the line to run."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, code="output.no_pdf")
        self.args = (detail,)


class RefusedError(ValueError):
    """A report asked for something that is not its own; nothing was opened."""
