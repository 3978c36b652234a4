"""A translated rubric still knows where each of its pieces was written."""

from rubrics.checks import AllOf, RequirementMet
from rubrics.words import translate


def test_words_change_no_place(wwc):
    words = {"title": "Otro título"}

    other = translate(wwc, words, language="es")

    assert other.title == "Otro título"
    assert other.language == "es"
    for name, requirement in wwc.requirements.items():
        assert other.requirements[name].at == requirement.at
        assert other.requirements[name].check.at == requirement.check.at
        assert other.requirements[name].remedy.at == requirement.remedy.at


def test_a_bare_id_has_no_place_of_its_own_in_any_language(wwc):
    rule = translate(wwc, {}, language="es").criterion("RDC7").passes

    assert rule is not None
    assert rule.at == wwc.criterion("RDC7").passes.at
    assert isinstance(rule.rule, AllOf)
    assert all(c.at == "" for c in rule.rule.all_of if isinstance(c, RequirementMet))
