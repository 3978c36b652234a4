"""What the page of another edition says: what changed, whose verdict flips and why."""

from collections.abc import Iterator

import msgspec

from assessment.impact import Flip, Impact
from reports import wording
from reports.exports.impact import (
    difference_sentence,
    headline,
    is_touched,
    standing_words,
    title_in,
    verdict_cell,
    why,
)
from reports.i18n import Language
from rubrics.schema import Rubric


class FlipLine(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict that is another, from which to which, and why."""

    id: str
    title: str
    before: str
    after: str
    why: tuple[str, ...]


class TouchedCity(msgspec.Struct, frozen=True, kw_only=True):
    """A city with another verdict or level."""

    city: str
    before: str
    after: str
    flips: tuple[FlipLine, ...]


class CountLine(msgspec.Struct, frozen=True, kw_only=True):
    """Of how many cities a verdict turns to met, slips from it, or changes otherwise."""

    id: str
    title: str
    turned: int
    slipped: int
    moved: int


class ImpactPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the page says. Pairs are a name and a sentence."""

    editions: str
    lens: str
    headline: str
    differences: tuple[tuple[str, str], ...]
    counts: tuple[CountLine, ...]
    cities: tuple[TouchedCity, ...]
    asked: tuple[tuple[str, str], ...]
    aside: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, str], ...]


def build_impact_page(
    impact: Impact,
    old: Rubric,
    new: Rubric,
    language: Language,
    *,
    unread: tuple[tuple[str, str], ...],
) -> ImpactPage:
    """The page of an impact; both editions are in the reader's language."""
    return ImpactPage(
        editions=" → ".join(f"{ref.id} {ref.edition}" for ref in (impact.old, impact.new)),
        lens=wording.lens_word(impact.lens, language),
        headline=headline(impact, language),
        differences=tuple(
            (one.about or language.text("The whole rubric"), difference_sentence(one, language))
            for one in impact.differences
        ),
        counts=tuple(
            CountLine(
                id=count.id,
                title=title_in(new, count.id),
                turned=count.turned,
                slipped=count.slipped,
                moved=count.moved,
            )
            for count in impact.counts
        ),
        cities=tuple(_cities(impact, old, new, language)),
        asked=tuple((name, title_in(new, name)) for name in impact.asked),
        aside=tuple((city.city, ", ".join(city.dropped)) for city in impact.cities if city.dropped),
        unread=unread,
    )


def _cities(impact: Impact, old: Rubric, new: Rubric, language: Language) -> Iterator[TouchedCity]:
    for city in impact.cities:
        if is_touched(city):
            yield TouchedCity(
                city=city.city,
                before=standing_words(city.before, old),
                after=standing_words(city.after, new),
                flips=tuple(
                    FlipLine(
                        id=flip.id,
                        title=title_in(new, flip.id),
                        before=verdict_cell(flip.before, language).word,
                        after=verdict_cell(flip.after, language).word,
                        why=why(flip, impact, new, language) or _through(flip, language),
                    )
                    for flip in city.flips
                ),
            )


def _through(flip: Flip, language: Language) -> tuple[str, ...]:
    """A criterion of which nothing else changed turns with its requirements."""
    return (language.text("Through its requirements."),) if flip.id == flip.criterion else ()
