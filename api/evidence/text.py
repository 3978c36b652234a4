"""From bytes to text: UTF-8 first, then what spreadsheets still write; garbage is no text."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode_text(data: bytes) -> str | None:
    """The text of a document or table; `None` where the bytes are no text.

    Windows-1252 (with Latin-1 in it) is what older spreadsheets save: a wrong guess would garble an
    accent and never a number. Bytes that it has no letter for, and control characters, are refused.
    """
    for name in _encodings(data):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        return None if _CONTROLS.search(text) else text
    return None


def decode_head(data: bytes) -> str | None:
    """The text of the first bytes of a file, which may end in the middle of a letter."""
    for name in _encodings(data):
        try:
            text = data.decode(name)
        except UnicodeDecodeError as error:
            if len(data) - error.start >= 4:
                continue
            text = data[: error.start].decode(name)
        return None if _CONTROLS.search(text) else text
    return None


def decode_json(data: bytes) -> bytes | None:
    """The bytes of a JSON file without a byte order mark; `None` where they are not UTF-8.

    JSON is UTF-8 by its standard (RFC 8259): a file that is not cannot be read by most programs.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return data.removeprefix(b"\xef\xbb\xbf")


def one_line(text: str, *, length: int) -> str:
    """A stranger's words on one line of at most `length`, without what breaks a page or JSON."""
    return " ".join(_UNFIT.sub(" ", text).split())[:length].rstrip()


def without_unfit(text: str) -> str:
    """The same text where half letters and controls are blanks; lines stay lines."""
    return "\n".join(_UNFIT.sub(" ", line) for line in text.splitlines())


def _encodings(data: bytes) -> tuple[str, str]:
    return ("utf-16" if data.startswith(_UTF16) else "utf-8-sig"), "windows-1252"
