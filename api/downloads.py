"""Files that people take with them: always saved, never shown, for strangers wrote in them."""

from pathlib import Path

from starlette.responses import FileResponse, Response

from api.hardening.headers import SANDBOX


def confidential_file(path: Path, filename: str) -> Response:
    """A file as a download that no cache keeps and in which nothing runs."""
    headers = {"Content-Security-Policy": SANDBOX, "Cache-Control": "private, no-store"}
    return FileResponse(
        path,
        filename=filename,
        media_type="application/octet-stream",
        headers=headers,
        content_disposition_type="attachment",
    )
