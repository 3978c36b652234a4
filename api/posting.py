"""Sends messages by the mail server that the settings name."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from api.review.mailing import Mail
from api.settings import Settings

SECONDS = 30
"""How long we wait for a mail server."""


@contextmanager
def post_office(settings: Settings) -> Iterator[Callable[[Mail], str] | None]:
    """A way to send for as long as the block lasts; `None` where no server is set."""
    if settings.smtp_host is None or settings.mail_from is None:
        yield None
        return
    sender = settings.mail_from
    opened: list[smtplib.SMTP] = []

    def post(mail: Mail) -> str:
        try:
            if not opened:
                opened.append(_connect(settings))
            opened[0].send_message(letter(mail, sender=sender))
        except smtplib.SMTPResponseException as error:
            return f"{error.smtp_code} {_text(error.smtp_error)}"
        except (OSError, smtplib.SMTPException, ValueError) as error:
            while opened:
                opened.pop().close()  # the next message begins anew
            return f"{type(error).__name__}: {error}"
        return ""

    try:
        yield post
    finally:
        for server in opened:
            server.close()


def letter(mail: Mail, *, sender: str) -> EmailMessage:
    """A message as mail servers take it. Its name is its own, however often it is sent."""
    domain = sender.rpartition("@")[2]
    message = EmailMessage()
    message["From"] = Address("Readiness", addr_spec=sender)
    message["To"] = Address(addr_spec=mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers that they are away
    message.set_content(mail.body)
    return message


def _connect(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host or "", settings.smtp_port
    context = ssl.create_default_context()
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
    if settings.smtp_user is not None and settings.smtp_password is not None:
        server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    return server


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
