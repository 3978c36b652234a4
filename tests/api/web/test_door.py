"""Small things at the door of the pages: where a link may lead, what a download is called."""

import pytest

from api.slugs import slug
from api.web.door import local
from api.web.rendering import _environment
from reports.i18n import LANGUAGES, load_language


@pytest.mark.parametrize("path", ["/", "/cities/1?done=saved", "/assessments/x/evidence"])
def test_path_of_our_own_is_followed(path):
    assert local(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "evil", "", None),
        *("/\\/evil.example", "/a\\b", "/a\nb", "javascript:alert(1)", "/\t/evil.example"),
    ],
)
def test_path_that_leads_elsewhere_is_not(path):
    assert local(path, "/cities") == "/cities"


@pytest.mark.parametrize(
    ("city", "name"),
    [
        ("São José do Rio Preto", "sao-jose-do-rio-preto"),
        ('"; rm -rf /', "rm-rf"),
        ("東京", "city"),
    ],
)
def test_download_has_a_plain_name(city, name):
    assert slug(city) == name


def test_templates_have_no_script_style_or_handler_of_their_own():
    """The policy for content forbids them, and a page would break where nobody looks."""
    environment = _environment()
    for name in environment.list_templates(extensions=["j2"]):
        source = environment.loader.get_source(environment, name)[0].lower()  # type: ignore[union-attr]
        assert " style=" not in source, name
        assert "|safe" not in source, name
        assert not any(f" on{event}=" in source for event in ("click", "load", "submit", "change"))
        assert "<script>" not in source, name


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_notice_is_said_in_every_language(code):
    from api.web.notices import DONE

    language = load_language(code)

    assert all(language.say(message) for message in DONE.values())
