"""Finds the days that a text names, as people write them in English, Spanish and Portuguese.

The names of months come from CLDR, through Babel. A day that can be read in two ways (03/11/2025)
is taken only where the other dates of the text, or its language, say which way it is meant. A month
alone stands for its first day, so that nothing looks newer than it is.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache

from babel import Locale

YEARS = range(1990, 2101)
LANGUAGES = ("en", "es", "pt", "fr")
MAX_FOUND = 20_000
"""Dates in one text; a longer list of them is a table, and no document."""

# Britain and Peru shorten and spell a month in other ways: Sept, set., setiembre.
_LOCALES = {"en": ("en", "en_GB"), "es": ("es", "es_PE"), "pt": ("pt",), "fr": ("fr",)}
_MONTH_FIRST = {"en": True, "es": False, "pt": False, "fr": False}
"""How 03/11/2025 is read: cities that write English here follow the United States."""

_YEAR = r"(?P<year>(?:19|20|21)\d\d)(?![\d/-]|\.\d)"
_DAY = r"(?P<day>[0-3]?\d)"
_OF = r"(?:\s{1,3}|\s{0,3}[-/.,]\s{0,3}|\s{1,3}(?:of|del?|d')\s{1,3})"
# As laws end: "a los tres (3) días del mes de noviembre de 2025".
_OF_THE_MONTH = r"\)?(?:\s{1,3}dias?\s{1,3}d[eo]l?\s{1,3}mes)?"
_ISO = re.compile(
    r"(?<![\d/.-])(?P<year>(?:19|20|21)\d\d)([-/.])(?P<month>[01]\d)\2(?P<day>[0-3]\d)(?![\d/-]|\.\d)"
)
_NUMBERS = re.compile(rf"(?<![\d/.,-]){_DAY}(?P<mark>[-/.])(?P<month>[0-3]?\d)(?P=mark){_YEAR}")
_ISO_START = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)")


def dates_in(text: str, *, language: str | None = None) -> tuple[date, ...]:
    """The days that the text names, each once, the newest first; `language` helps where known."""
    plain = _plain(text)
    found = Counter[date]()
    for on in (*_written_in_iso(plain), *_with_names(plain, language), *_numbers(plain, language)):
        found[on] += 1
        if found.total() >= MAX_FOUND:
            break
    return tuple(sorted(found, reverse=True))


def iso_day(value: str) -> date | None:
    """The day of a date or time that a program wrote."""
    match = _ISO_START.match(value)
    return _day(*(int(digits) for digits in match.groups())) if match else None


def month_names(language: str | None) -> dict[str, int]:
    """Every name of a month and its number, in one language (and English) or in all that we know.

    A name without its accents is the same name, as is one without its point. That is why the
    language counts: the Portuguese March is the framework of a Spanish "acuerdo marco 2025".
    """
    languages = (language, "en") if language in _LOCALES else LANGUAGES
    return {name: number for known in languages for name, number in _NAMES[known].items()}


def _written_in_iso(text: str) -> Iterator[date]:
    for match in _ISO.finditer(text):
        yield from _taken(match["year"], match["month"], match["day"])


def _with_names(text: str, language: str | None) -> Iterator[date]:
    """`3 de noviembre de 2025`, `November 3rd, 2025`, `Nov. 2025`."""
    names = month_names(language)
    for match in _pattern(language if language in _LOCALES else None).finditer(text):
        month = names[match["month"].casefold()]
        yield from _taken(match["year"], month, match["day"] or match["after"] or 1)


@cache
def _pattern(language: str | None) -> re.Pattern[str]:
    names = sorted(month_names(language), key=len, reverse=True)
    any_name = "|".join(re.escape(name) for name in names)
    return re.compile(
        rf"(?:(?<!\d)(?<!\d[/.,]){_DAY}(?:st|[nr]d|th|er|[.]?[oa]|\s?[o°])?{_OF_THE_MONTH}{_OF})?"
        rf"(?<![^\W\d_])(?P<month>{any_name})(?![^\W_])\.?"
        rf"(?:{_OF}(?P<after>[0-3]?\d)(?:st|[nr]d|th)?(?!\d))?"
        rf"(?:{_OF}|,\s{{0,3}}(?:del?\s{{1,3}})?){_YEAR}",
        re.IGNORECASE,
    )


def _numbers(text: str, language: str | None) -> Iterator[date]:
    """`25/11/2025` and its like; what has two readings is read as the rest of the text is."""
    matches = list(_NUMBERS.finditer(text))
    votes = {
        int(match["month"]) > 12
        for match in matches
        if match["mark"] == "/" and (int(match["month"]) > 12) != (int(match["day"]) > 12)
    }
    month_first = votes.pop() if len(votes) == 1 else _MONTH_FIRST.get(language or "")
    if len(votes) > 1:  # this text writes them both ways
        month_first = None
    for match in matches:
        first, second = int(match["day"]), int(match["month"])
        if first > 12 or first == second:
            yield from _taken(match["year"], second, first)
        elif second > 12:
            yield from _taken(match["year"], first, second)
        elif match["mark"] == "." or month_first is False:  # nobody puts the month before a point
            yield from _taken(match["year"], second, first)
        elif month_first:
            yield from _taken(match["year"], first, second)


def _taken(year: str, month: str | int, day: str | int) -> Iterator[date]:
    on = _day(int(year), int(month), int(day))
    if on is not None:
        yield on


def _day(year: int, month: int, day: int) -> date | None:
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Without accents, which PDFs write in two ways and lose in a third; `1º` is `1o`."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _names_in(locale: Locale) -> Iterator[tuple[str, int]]:
    for context in locale.months.values():
        for width in ("wide", "abbreviated"):
            for number, name in context[width].items():
                yield _plain(name).casefold().rstrip("."), number


# Read once when the worker starts: every file that it looks at would have to read it anew.
_NAMES = {
    language: {name: number for place in places for name, number in _names_in(Locale.parse(place))}
    for language, places in _LOCALES.items()
}
