"""Speaks a language: sentences from our catalogues; dates, numbers and lists as people write them.

The msgids are the English sentences. Spanish and Portuguese come from `locale/<language>/
LC_MESSAGES/readiness.po`, compiled beside it; `python -m tests.reports.catalogues` renews both.
Nothing here reads or sets the locale of the process: a `Language` is a value that is handed on.
"""

import datetime as dt
import gettext
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import babel.dates
import babel.lists
import babel.numbers
from babel import Locale

LANGUAGES = ("en", "es", "pt")
"""The languages that reports can be written in; the first is the one of the msgids."""

DOMAIN = "readiness"
LOCALE_FOLDER = Path(__file__).parent / "locale"

_LOCALES = {"en": "en_US", "es": "es_419", "pt": "pt_BR"}
"""How each language writes dates and numbers: the Americas are whom we write for."""

_PERCENTS = {"en": "#,##0.#\u00a0%", "es": "#,##0.#\u00a0%", "pt": "#,##0.#%"}
"""How each language writes a share: as the words of our rubrics do."""


class UnknownLanguageError(LookupError):
    """A language was asked for that we do not speak."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with `{placeholders}`, and its plural where one of them is counted."""

    text: str
    plural: str | None = None
    counted: str | None = None


def N_(text: str) -> Message:  # noqa: N802 (the name that gettext tools look for)
    """A sentence that is said later; this marks it for the catalogues."""
    return Message(text)


def NN_(text: str, plural: str, counted: str) -> Message:  # noqa: N802 (as above)
    """A sentence with a plural, chosen by the number in the placeholder `counted`."""
    return Message(text, plural, counted)


@dataclass(frozen=True, slots=True)
class Language:
    """One language, ready to speak. Make one with `load_language`."""

    code: str
    locale: Locale
    catalogue: gettext.NullTranslations

    def say(self, message: Message, /, **words: object) -> str:
        """A sentence with its placeholders filled; numbers are written as this language does."""
        if message.plural is None or message.counted is None:
            text = self.catalogue.gettext(message.text)
        else:
            count = words[message.counted]
            if not isinstance(count, int | float):
                raise TypeError(f"'{message.counted}' must be a number to choose a plural by")
            # One and a half days are more than one; gettext itself only knows whole numbers.
            whole = count if isinstance(count, int) else int(count) if count == int(count) else 2
            text = self.catalogue.ngettext(message.text, message.plural, whole)
        return text.format(**{name: self._word(value) for name, value in words.items()})

    def text(self, text: str, /, **words: object) -> str:
        """The same for a sentence written on the spot, as the templates do."""
        return self.say(Message(text), **words)

    def date(self, day: dt.date) -> str:
        """A day in words: `November 3, 2025`, `3 de noviembre de 2025`."""
        return babel.dates.format_date(day, "long", locale=self.locale)

    def short_date(self, day: dt.date) -> str:
        """A day for a narrow column: `Nov 3, 2025`, `3 nov 2025`."""
        return babel.dates.format_date(day, "medium", locale=self.locale)

    def day_of_month(self, day: dt.date) -> str:
        """A day where the year is known: `Nov 3`, `3 nov`."""
        return babel.dates.format_skeleton("MMMd", day, locale=self.locale)

    def number(self, value: float) -> str:
        """A number with at most two decimals."""
        return babel.numbers.format_decimal(round(value, 2), locale=self.locale)

    def percent(self, value: float) -> str:
        """A share in percent (51.2 stands for 51.2 %), with at most one decimal."""
        pattern = _PERCENTS[self.code]
        return babel.numbers.format_percent(round(value, 1) / 100, pattern, locale=self.locale)

    def all_of(self, words: Iterable[str]) -> str:
        """A list that ends in "and"."""
        return babel.lists.format_list(list(words), "standard", locale=self.locale)

    def one_of(self, words: Iterable[str]) -> str:
        """A list that ends in "or"."""
        return babel.lists.format_list(list(words), "or", locale=self.locale)

    def country(self, code: str) -> str:
        """The name of a country, by its ISO 3166-1 code; the code itself where there is none."""
        return str(self.locale.territories.get(code, code))

    def name_of(self, code: str) -> str:
        """The name of a language, by its ISO 639-1 code; the code itself where there is none."""
        return str(self.locale.languages.get(code, code))

    def _word(self, value: object) -> str:
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.number(value)
        return str(value)


@cache
def load_language(code: str) -> Language:
    """The language of this code (`en`, `es`, `pt`)."""
    if code not in _LOCALES:
        known = ", ".join(LANGUAGES)
        raise UnknownLanguageError(f"'{code}' is not a language of reports. Choose one of: {known}")
    locale = Locale.parse(_LOCALES[code])
    if code == LANGUAGES[0]:
        return Language(code, locale, gettext.NullTranslations())
    with (LOCALE_FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return Language(code, locale, gettext.GNUTranslations(file))
