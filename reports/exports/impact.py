"""What another edition of a rubric changes, in words and as tables."""

from collections.abc import Iterator

from assessment.impact import CityImpact, Flip, Impact, Standing
from assessment.results import Verdict
from reports import wording
from reports.exports.sheets import Cell, Column, Sheet
from reports.i18n import N_, NN_, Language, Message
from reports.report import VerdictCell
from rubrics.diff import Difference, RubricPart
from rubrics.schema import Rubric

PARTS: dict[RubricPart, Message] = {
    RubricPart.ADDED: N_("New"),
    RubricPart.REMOVED: N_("Left out"),
    RubricPart.QUESTION: N_("What can be answered"),
    RubricPart.WORDS: N_("How it is asked"),
    RubricPart.CHECK: N_("What the answer must be"),
    RubricPart.PROOF: N_("What proves it"),
    RubricPart.APPLIES: N_("When it does not apply"),
    RubricPart.RULE: N_("What the criterion takes"),
    RubricPart.LITERAL: N_("The literal reading"),
    RubricPart.PREREQUISITES: N_("What must be met first"),
    RubricPart.POINTS: N_("Points"),
    RubricPart.TIERS: N_("Levels"),
    RubricPart.ELIGIBILITY: N_("Who may apply"),
    RubricPart.DECLARATIONS: N_("What proves a declaration"),
}
"""What of a rubric is another."""


def difference_sentence(one: Difference, language: Language) -> str:
    """`What the answer must be: check.min 80 → 90`."""
    name = language.say(PARTS[one.part])
    if not one.path:
        return name
    nothing = language.text("nothing")
    before, after = one.before or nothing, one.after or nothing
    return f"{name}: {one.path} {before} → {after}"


def why(flip: Flip, impact: Impact, rubric: Rubric, language: Language) -> tuple[str, ...]:
    """Why a verdict is another: what changed in the rubric, and what the new verdict says."""
    changed = [difference_sentence(impact.differences[i], language) for i in flip.because]
    own = rubric.requirements.get(flip.id)
    said = [wording.reason_sentence(r, own, rubric, language) for r in flip.reasons]
    return tuple(dict.fromkeys([*changed, *said]))


def verdict_cell(verdict: Verdict, language: Language) -> VerdictCell:
    """A verdict as it is shown."""
    word = wording.verdict_word(verdict, language)
    return VerdictCell(verdict=verdict.value, word=word, mark=wording.MARKS[verdict])


def title_in(rubric: Rubric, about: str) -> str:
    """The title of a requirement or criterion; nothing for what a rubric does not hold."""
    own = rubric.requirements.get(about)
    if own is not None:
        return own.title
    return next((one.title for one in rubric.criteria if one.id == about), "")


def standing_words(standing: Standing, rubric: Rubric) -> str:
    """`21 / 43 Silver`."""
    titles = {tier.id: tier.title for tier in rubric.tiers.levels}
    level = titles.get(standing.level or "", "")
    return f"{standing.guaranteed} / {standing.total} {level}".strip()


def is_touched(city: CityImpact) -> bool:
    """Whether a verdict or the level is another."""
    return bool(city.flips) or city.before.level != city.after.level


def headline(impact: Impact, language: Language) -> str:
    """How many submissions change."""
    touched = [city for city in impact.cities if is_touched(city)]
    return language.say(
        NN_(
            "Another verdict or level: {touched} of {n} submission.",
            "Another verdict or level: {touched} of {n} submissions.",
            "n",
        ),
        touched=len(touched),
        n=len(impact.cities),
    )


def impact_sheets(
    impact: Impact,
    old: Rubric,
    new: Rubric,
    language: Language,
    unread: tuple[tuple[str, str], ...],
) -> tuple[Sheet, ...]:
    """The workbook: what changed, whose verdict flips and why, who is asked what, what failed."""
    say = language.text
    editions = [f"{ref.id} {ref.edition}" for ref in (impact.old, impact.new)]
    return (
        Sheet(
            name=say("Cities"),
            notes=(
                (" → ".join(editions), ""),
                ("", headline(impact, language)),
                (say("Whose word counts"), wording.lens_word(impact.lens, language)),
                (say("Digest of the rubric"), f"{impact.old.digest} → {impact.new.digest}"),
            ),
            columns=(
                Column(say("City"), 30),
                Column(say("File"), 40),
                Column(say("Points before"), 12),
                Column(say("Points after"), 12),
                Column(say("Level before"), 14),
                Column(say("Level after"), 14),
                Column(say("Verdicts that differ"), 14),
                Column(say("To be asked anew"), 40),
                Column(say("Set aside"), 40),
            ),
            rows=tuple(_city(city, old, new) for city in impact.cities),
        ),
        Sheet(
            name=say("Verdicts that differ"),
            columns=(
                Column(say("City"), 30),
                Column(say("Criterion"), 10),
                Column(say("Id"), 26),
                Column(say("Title"), 46),
                Column(say("Before"), 14),
                Column(say("After"), 14),
                Column(say("Why"), 90),
            ),
            rows=tuple(_flips(impact, new, language)),
        ),
        Sheet(
            name=say("What changed"),
            columns=(
                Column(say("Criterion"), 10),
                Column(say("Id"), 26),
                Column(say("Title"), 46),
                Column(say("What"), 24),
                Column(say("Where"), 40),
                Column(say("Before"), 40),
                Column(say("After"), 40),
                Column(say("Place"), 24),
            ),
            rows=tuple(
                (
                    one.criterion,
                    one.about,
                    title_in(new, one.about) or title_in(old, one.about),
                    language.say(PARTS[one.part]),
                    one.path,
                    one.before,
                    one.after,
                    one.at,
                )
                for one in impact.differences
            ),
        ),
        Sheet(
            name=say("To be asked anew"),
            columns=(
                Column(say("Id"), 26),
                Column(say("Title"), 46),
                Column(say("Question"), 90),
            ),
            rows=tuple(
                (name, title_in(new, name), new.requirements[name].ask.text)
                for name in impact.asked
            ),
        ),
        Sheet(
            name=say("Not read"),
            columns=(Column(say("File"), 40), Column(say("Why"), 100)),
            rows=unread,
        ),
    )


def _city(city: CityImpact, old: Rubric, new: Rubric) -> tuple[Cell, ...]:
    titles = [{tier.id: tier.title for tier in rubric.tiers.levels} for rubric in (old, new)]
    levels = [
        names.get(standing.level or "")
        for names, standing in zip(titles, (city.before, city.after), strict=True)
    ]
    return (
        city.city,
        city.name,
        city.before.guaranteed,
        city.after.guaranteed,
        *levels,
        len(city.flips),
        ", ".join(city.asked),
        ", ".join(city.dropped),
    )


def _flips(impact: Impact, new: Rubric, language: Language) -> Iterator[tuple[Cell, ...]]:
    for city in impact.cities:
        for flip in city.flips:
            yield (
                city.city,
                flip.criterion,
                flip.id,
                title_in(new, flip.id),
                verdict_cell(flip.before, language),
                verdict_cell(flip.after, language),
                "\n".join(why(flip, impact, new, language)),
            )
