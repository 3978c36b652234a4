"""Strangers' text: what cannot be printed is taken out, what can be read stays."""

import pytest

from reports.cleaning import MAX_LENGTH, clean


@pytest.mark.parametrize(
    "text", ["São Tomé", "Bogotá, D. C.", "Ñuñoa", "Iqaluit — ᐃᖃᓗᐃᑦ", "a\nb\tc"]
)
def test_what_people_write_stays_as_it_is(text):
    assert clean(text) == text


def test_lone_surrogates_are_taken_out_because_they_stop_the_renderer():
    assert clean("a\ud800b") == "ab"


def test_control_characters_are_taken_out():
    assert clean("a\x00b\x07c\x1b[31md\x7f\x85") == "abc[31md"


def test_marks_that_turn_the_direction_are_taken_out():
    assert clean("invoice\u202efdp.exe\u202c \u2066x\u2069") == "invoicefdp.exe x"


def test_piled_up_accents_are_cut_down():
    assert len(clean("Z" + "\u0301" * 500)) <= 5


def test_accents_that_stand_apart_are_joined():
    assert clean("Bogota\u0301") == "Bogotá"


def test_an_endless_text_is_cut():
    shown = clean("word " * 200_000)

    assert len(shown) == MAX_LENGTH
    assert shown.endswith("…")


def test_a_number_and_its_percent_sign_stay_on_one_line():
    assert clean("at least 80 % of") == "at least 80\u00a0% of"
