"""What `rubric impact` shows: what changed, whose verdict flips and why, what is asked anew."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from api.impact import Compared
from api.services import in_language
from api.terminal import Screen, cell, line, table
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
from rubrics.problems import InputError
from rubrics.schema import Rubric

SHOWN = 30
"""Lines of one kind that a terminal shows; the workbook and the JSON hold all."""


def words_of(compared: Compared, screen: Screen) -> Rubric:
    """The new edition in the language of the screen."""
    return in_language(compared.new, compared.folder, screen.language)


def problems_in_words(error: InputError, screen: Screen) -> str:
    """Everything that is wrong with a submission, a line each."""
    said = (
        f"{problem.place}: {wording.problem_sentence(problem, screen.language)}"
        for problem in error.problems
    )
    return "\n".join(said)


def impact_lines(compared: Compared, screen: Screen) -> Iterator[RenderableType]:
    """The impact of another edition."""
    say, language = screen.language.text, screen.language
    impact, new = compared.impact, words_of(compared, screen)
    editions = [f"{ref.id} {ref.edition}" for ref in (impact.old, impact.new)]
    yield line(" → ".join(editions), "bold")
    yield line(headline(impact, language))
    yield line()
    if not impact.differences:
        yield line(say("Nothing that judges or is asked differs between the two editions."))
    else:
        rows = [
            (one.about or "–", difference_sentence(one, language))  # noqa: RUF001 (a dash)
            for one in impact.differences
        ]
        yield from _part((say("What changed"), ""), rows, screen, wide=1)
    touched = [city for city in impact.cities if is_touched(city)]
    if touched:
        yield line()
        yield from _part(
            (say("City"), say("Points before"), say("Points after"), say("Verdicts that differ")),
            [
                (
                    city.city,
                    standing_words(city.before, compared.old),
                    standing_words(city.after, new),
                    ", ".join(flip.id for flip in city.flips),
                )
                for city in touched
            ],
            screen,
            wide=3,
        )
    if any(city.flips for city in touched):
        yield line()
        yield from _part(
            (say("City"), "", say("Before"), say("After"), say("Why")),
            [
                (
                    city.city,
                    flip.id,
                    cell(verdict_cell(flip.before, language)),
                    cell(verdict_cell(flip.after, language)),
                    " ".join(why(flip, impact, new, language)),
                )
                for city in touched
                for flip in city.flips
            ],
            screen,
            wide=4,
        )
    if impact.asked:
        yield line()
        asked = [(name, title_in(new, name)) for name in impact.asked]
        yield from _part((say("To be asked anew"), ""), asked, screen, wide=1)
    aside = [(city.city, ", ".join(city.dropped)) for city in impact.cities if city.dropped]
    if aside:
        yield line()
        yield from _part((say("Set aside"), ""), aside, screen, wide=1)
    if compared.unread:
        yield line()
        unread = [(name, problems_in_words(error, screen)) for name, error in compared.unread]
        yield from _part((say("Not read"), ""), unread, screen, wide=1)


def _part(
    heads: Sequence[str], rows: Sequence[Sequence[str | Text]], screen: Screen, *, wide: int
) -> Iterator[RenderableType]:
    yield table(heads, rows[:SHOWN], wide=wide)
    if len(rows) > SHOWN:
        more = screen.language.text(
            "{n} more: --xlsx and --json hold them all.", n=len(rows) - SHOWN
        )
        yield line(more, "dim")
