"""Log lines to standard error: one event a line, as JSON or as text for a terminal."""

import io
import logging
import sys
from collections.abc import Mapping
from typing import Literal

import msgspec
import structlog


def set_up_logs(form: Literal["json", "text"], *, level: int = logging.INFO) -> None:
    """Sets the form of every line that this process logs from now on."""
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer(_as_json)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=_StandardError()),
        cache_logger_on_first_use=True,
    )


def _as_json(event: Mapping[str, object], **_options: object) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


class _StandardError(io.StringIO):
    """Whatever standard error is when a line is written, and not when the form was set."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()
