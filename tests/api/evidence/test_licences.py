"""Licences by an exact table: what stands in it is known, everything else is for a person."""

import pytest

from api.evidence.licences import licence_in, licence_of
from tests.api.evidence.test_files import seen


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("http://opendatacommons.org/licenses/pddl/1.0/", "public_domain"),
        ("https://opendatacommons.org/licenses/pddl/1-0/", "public_domain"),
        ("https://opendefinition.org/licenses/odc-pddl/", "public_domain"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.es", "public_domain"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "public_domain"),
        ("CC0-1.0", "public_domain"),
        ("PDDL-1.0", "public_domain"),
        ("https://creativecommons.org/licenses/by/4.0/", "cc_by"),
        ("HTTP://WWW.creativecommons.org/licenses/by/4.0/legalcode.es", "cc_by"),
        ("https://creativecommons.org/licenses/by/2.5/ar/", "cc_by"),
        ("CC BY 4.0", "cc_by"),
        ("CC_BY-3.0", "cc_by"),
        ("ODC-By-1.0", "cc_by"),
        ("http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "cc_by"),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "custom_open"),
        ("ODbL-1.0", "custom_open"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", "restricted"),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/deed.pt", "restricted"),
        ("CC-BY-ND-4.0", "restricted"),
        ("", "none_stated"),
        ("   ", "none_stated"),
        (None, "none_stated"),
        ("Open licence of the city", "unrecognised"),
        ("https://creativecommons.org/licenses/", "unrecognised"),
        ("https://creativecommons.org/licenses/by/9.0/", "unrecognised"),
        ("https://evil.example/creativecommons.org/licenses/by/4.0/", "unrecognised"),
        ("x" * 100_000, "unrecognised"),
    ],
)
def test_a_licence_is_known_by_its_address_or_its_id(named, expected):
    assert licence_of(named) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<a rel="license" href="https://creativecommons.org/licenses/by/4.0/deed.es">', "cc_by"),
        ("Licença: https://creativecommons.org/publicdomain/zero/1.0/.", "public_domain"),
        ("by/4.0 http://opendatacommons.org/licenses/pddl/ https://city.example", "public_domain"),
        ("https://creativecommons.org/licenses/by/4.0/ or https://spdx.org", "cc_by"),
        (
            "https://creativecommons.org/licenses/by/4.0/ https://creativecommons.org/licenses/by-nc/4.0/",
            None,
        ),
        ("Published under CC BY.", None),
    ],
)
def test_a_page_names_the_licence_that_it_links_to(text, expected):
    assert licence_in(text) == expected


def test_the_licence_of_a_page_stands_in_its_facts(tmp_path):
    page = '<!doctype html><a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'
    (tmp_path / "data.html").write_text(page, encoding="utf-8")
    (tmp_path / "none.html").write_text("<!doctype html><p>Data", encoding="utf-8")

    assert seen("data.html", tmp_path, kind="page").licence == "cc_by"
    assert seen("none.html", tmp_path, kind="page").licence is None
