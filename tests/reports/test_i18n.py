"""Languages: the catalogues are whole and in step, and numbers read as people write them."""

import locale
import string
from datetime import date

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from reports.i18n import LANGUAGES, NN_, UnknownLanguageError, load_language
from tests.reports.catalogues import TRANSLATED, fresh_catalogue, po_path


def read(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def strings(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_that_the_code_says_stands_in_the_catalogue(language):
    said = {strings(message.id) for message in fresh_catalogue(language)}
    written = {strings(message.id) for message in read(language)}

    assert said == written, "run: python -m tests.reports.catalogues"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_none_is_doubtful(language):
    missing = [m.id for m in read(language) if m.id and not all(strings(m.string))]
    doubtful = [m.id for m in read(language) if m.id and m.fuzzy]

    assert missing == []
    assert doubtful == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_placeholders_of_their_sentence(language):
    for message in read(language):
        if not message.id:
            continue
        wanted = set().union(*(placeholders(text) for text in strings(message.id)))
        for text in strings(message.string):
            # "The one row" needs no number, and so a singular may leave the counted one out.
            lacking = wanted - placeholders(text)
            assert placeholders(text) <= wanted, message.id
            assert not lacking or len(strings(message.id)) > 1, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_end_as_their_sentence_does(language):
    for message in read(language):
        # "No." is an abbreviation, not a sentence.
        if message.id and message.id != "No.":
            ids, said = strings(message.id), strings(message.string)
            for text, translation in zip(ids, said, strict=True):
                assert (text[-1] in ".?:") == (translation[-1] in ".?:"), (text, translation)
                assert text[0].isspace() == translation[0].isspace(), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_says_what_the_written_one_says(language):
    with po_path(language).with_suffix(".mo").open("rb") as file:
        compiled = {strings(m.id): strings(m.string) for m in read_mo(file) if m.id}

    assert compiled == {strings(m.id): strings(m.string) for m in read(language) if m.id}


@pytest.mark.parametrize(
    ("language", "day", "number", "share", "words"),
    [
        ("en", "November 3, 2025", "1,234.5", "51.2\u00a0%", "a, b, and c"),
        ("es", "3 de noviembre de 2025", "1,234.5", "51.2\u00a0%", "a, b y c"),
        ("pt", "3 de novembro de 2025", "1.234,5", "51,2%", "a, b e c"),
    ],
)
def test_dates_numbers_and_lists_are_written_as_in_the_americas(
    language, day, number, share, words
):
    spoken = load_language(language)

    assert spoken.date(date(2025, 11, 3)) == day
    assert spoken.number(1234.5) == number
    assert spoken.percent(51.2) == share
    assert spoken.all_of(["a", "b", "c"]) == words


def test_a_whole_percent_has_no_decimals():
    assert load_language("en").percent(80.0) == "80\u00a0%"


@pytest.mark.parametrize(
    ("days", "words"), [(0, "0 days"), (0.5, "0.5 days"), (1, "1 day"), (1.5, "1.5 days")]
)
def test_half_a_day_is_plural(days, words):
    assert load_language("en").say(NN_("{n} day", "{n} days", "n"), n=days) == words


def test_a_country_is_called_by_its_name():
    assert load_language("pt").country("CO") == "Colômbia"
    assert load_language("pt").country("XX") == "XX"


def test_a_stranger_s_braces_are_only_text():
    assert load_language("es").text("“{word}”", word="{0.__class__}") == "“{0.__class__}”"


def test_a_language_that_we_do_not_speak_is_refused_with_those_we_do():
    with pytest.raises(UnknownLanguageError, match="en, es, pt"):
        load_language("fr")


def test_speaking_leaves_the_locale_of_the_process_alone():
    before = locale.setlocale(locale.LC_ALL)

    for language in LANGUAGES:
        load_language(language).date(date(2025, 11, 3))

    assert locale.setlocale(locale.LC_ALL) == before
