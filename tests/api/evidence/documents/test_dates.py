"""The days that texts name, in the ways in which people write them."""

import time
from datetime import date

import pytest

from api.evidence.documents.dates import LANGUAGES, dates_in, iso_day, month_names

THIRD = date(2025, 11, 3)


@pytest.mark.parametrize(
    "text",
    [
        "Adopted 2025-11-03.",
        "2025-11-03T10:00:00Z",
        "2025/11/03",
        "2025.11.03",
        "3 November 2025",
        "the 3rd of November, 2025",
        "November 3, 2025",
        "NOVEMBER 3RD 2025",
        "Nov. 3, 2025",
        "Mon, 03 Nov 2025 10:00:00 GMT",
        "03-nov-2025",
        "3/Nov/2025",
        "el 3 de noviembre de 2025",
        "3 de noviembre del 2025",
        "noviembre 3 de 2025",
        "a los tres (3) días del mes de noviembre de 2025",
        "3 de nov. de 2025",
        "em 3 de novembro de 2025",
        "3º de novembro de 2025",
        "3 novembre 2025",
        "03.11.2025",
        "3  de\n noviembre\nde 2025",
    ],
)
def test_a_day_is_read_in_whichever_way_it_is_written(text):
    assert dates_in(text) == (THIRD,)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("1º de março de 2024", date(2024, 3, 1)),
        ("1.º de marzo de 2024", date(2024, 3, 1)),
        ("3 de marc\u0327o de 2025", date(2025, 3, 3)),  # the cedilla apart, as PDFs write it
        ("15 de setiembre de 2025", date(2025, 9, 15)),
        ("15 de set. de 2025", date(2025, 9, 15)),
        ("Sept 15, 2025", date(2025, 9, 15)),
        ("29 February 2024", date(2024, 2, 29)),
        ("3-5 March 2025", date(2025, 3, 5)),
    ],
)
def test_names_of_months_are_known_with_their_accents_and_short_forms(text, on):
    assert dates_in(text) == (on,)


@pytest.mark.parametrize("text", ["November 2025", "Nov. 2025", "noviembre de 2025", "Nov/2025"])
def test_a_month_alone_stands_for_its_first_day(text):
    assert dates_in(text) == (date(2025, 11, 1),)


@pytest.mark.parametrize(
    "text",
    [
        "31 February 2025",
        "2025-13-45",
        "45/45/2025",
        "1 de enero de 1850",
        "3 November 2150",
        "version 1.2.2025.4",
        "file 2025-11-033",
        "contract 12-11-2025-33",
        "12025-11-03",
        "Novembership 2025",
        "2025",
        "",
    ],
)
def test_what_is_no_day_is_not_taken_for_one(text):
    assert dates_in(text) == ()


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("03/11/2025", None, ()),
        ("03/11/2025", "es", (THIRD,)),
        ("03/11/2025", "pt", (THIRD,)),
        ("03/11/2025", "en", (date(2025, 3, 11),)),
        ("25/11/2025", "en", (date(2025, 11, 25),)),
        ("11/25/2025", "es", (date(2025, 11, 25),)),
        ("3/3/2025", None, (date(2025, 3, 3),)),
        ("25/11/2025, 03/11/2025", "en", (date(2025, 11, 25), THIRD)),
        ("11/25/2025, 03/11/2025", "es", (date(2025, 11, 25), date(2025, 3, 11))),
        ("25/12/2025, 11/25/2025, 03/11/2025", "es", (date(2025, 12, 25), date(2025, 11, 25))),
    ],
)
def test_a_day_with_two_readings_is_taken_only_where_text_or_language_decides(
    text, language, found
):
    assert dates_in(text, language=language) == found


def test_a_framework_agreement_is_no_month():
    """The Portuguese March without its cedilla is a Spanish word of every procurement law."""
    assert dates_in("Acuerdo marco 2025", language="es") == ()
    assert dates_in("março 2025", language="pt") == (date(2025, 3, 1),)


def test_days_come_once_and_the_newest_first():
    text = "3 November 2025, 2024-01-05, 2025-11-03, 5 January 2024, 2025-12-31"

    assert dates_in(text) == (date(2025, 12, 31), THIRD, date(2024, 1, 5))


def test_no_name_means_different_months_in_different_languages():
    numbers: dict[str, int] = {}
    for language in LANGUAGES:
        for name, number in month_names(language).items():
            assert numbers.setdefault(name, number) == number


@pytest.mark.parametrize(
    ("value", "on"),
    [
        ("2025-11-03T10:00:00-06:00", THIRD),
        (" 2025-11-03", THIRD),
        ("2025-02-30", None),
        ("1601-01-01T00:00:00Z", None),
        ("yesterday", None),
    ],
)
def test_what_a_program_wrote_is_a_day_or_nothing(value, on):
    assert iso_day(value) == on


@pytest.mark.parametrize(
    "piece",
    ["1 ", "3 de ", "mar ", "31/12/", "2025-11-", "1 march of ", "12/12/2025 ", "1 de  noviembre"],
)
def test_a_text_made_to_be_slow_is_not(piece):
    text = (piece * 200_000)[:200_000]
    start = time.process_time()

    dates_in(text)

    assert time.process_time() - start < 3
