"""The workbook of a cohort: all of it at a glance, then lists to filter and to work from."""

from collections.abc import Iterator, Sequence

from api.batches.portfolio_drawing import FIRST_WIDTH, Cell, Column, Drawing, Table
from api.forms.looks import Book, open_book
from assessment.cohort import Cohort, Distribution, Tally
from assessment.grouping import Group, Spread
from assessment.results import Lens
from reports.i18n import Language
from reports.sections.cohort import confidential_words
from reports.sections.cohort_groups import unknown_words
from reports.sections.cohort_lists import why_not
from reports.wording import LENSES
from rubrics.schema import Rubric


def portfolio_bytes(cohort: Cohort, rubric: Rubric, language: Language) -> bytes:
    """The workbook of a cohort, with the rubric's words in the same language."""
    book = open_book(language.code, title=language.text("Portfolio"))
    writer = _Writer(book, cohort, rubric, language)
    writer.summary()
    for table in tables_of(cohort, rubric, language):
        writer.draw(table)
    book.workbook.close()
    return book.stream.getvalue()


def tables_of(cohort: Cohort, rubric: Rubric, language: Language) -> Iterator[Table]:
    """The lists of a cohort; without names, those that name nobody."""
    tables = CohortTables(cohort, rubric, language)
    if cohort.named:
        yield tables.cities()
    yield tables.requirements()
    yield tables.near() if cohort.named else tables.near_counts()
    yield tables.expiring() if cohort.named else tables.expiring_counts()
    yield tables.comparisons()
    if cohort.weeks:
        yield tables.weeks()


class _Writer(Drawing):
    """Draws the sheets of one workbook."""

    def __init__(self, book: Book, cohort: Cohort, rubric: Rubric, language: Language) -> None:
        super().__init__(book, language)
        self.cohort, self.rubric, self.language = cohort, rubric, language
        self.words = CohortTables(cohort, rubric, language)

    def summary(self) -> None:
        """The cohort at a glance."""
        say, cohort = self.say, self.cohort
        sheet = self.sheet(say("Summary"))
        for column, width in enumerate((FIRST_WIDTH, 14, 14, 14, 14, 14)):
            sheet.set_column(column, column, width)
        row = self.block(
            sheet,
            0,
            say("Cohort"),
            (),
            [
                (say("Standard"), f"{self.rubric.title} ({cohort.rubric.edition})"),
                (say("Day"), self.language.date(cohort.on)),
                (say("Cities"), cohort.count),
                (say("Results"), cohort.results),
                (say("Cities that may apply"), cohort.eligible),
                (say("Who may see it"), confidential_words(cohort, self.language)),
            ],
        )
        quartiles = (say("Lower quartile"), say("Median"), say("Upper quartile"))
        heads = (say("Whose word counts"), *quartiles, say("Median at best"))
        points = [self.words.points_row(one) for one in cohort.points]
        row = self.block(sheet, row, say("Points for sure"), heads, points)
        for one in cohort.points:
            if one.lens is Lens.EVIDENCED:
                tier = self.words.tier
                rows = [(tier(t.tier), t.reached, t.within_reach) for t in reversed(one.tiers)]
                levels = (say("Level"), say("Reached"), say("Within reach"))
                row = self.block(sheet, row, say("Levels, by what is evidenced"), levels, rows)
        heads = (say("Criterion"), say("Met"), say("Not met"), say("Open"), say("Does not apply"))
        shares: list[Sequence[Cell]] = [
            (f"{c.id}: {self.rubric.criterion(c.id).title}", *_tallied(c.evidenced))
            for c in cohort.criteria
        ]
        self.block(sheet, row, say("Criteria, by what is evidenced"), heads, shares)


class CohortTables:
    """The lists of one cohort, in one language."""

    def __init__(self, cohort: Cohort, rubric: Rubric, language: Language) -> None:
        self.cohort, self.rubric, self.say = cohort, rubric, language.text
        self.language = language
        self.tiers = {tier.id: tier.title for tier in rubric.tiers.levels}

    def cities(self) -> Table:
        """Every city, the one with the most points first."""
        say = self.say
        columns = [
            *(Column(say("City"), 28), Column(say("Country"), 18), Column(say("Region"), 20)),
            *(Column(say("Population"), 12, "#,##0"), Column(say("Language"), 14)),
            *(
                Column(say("Evidenced"), 11),
                Column(say("Possible"), 11),
                Column(say("Claimed"), 11),
            ),
            *(Column(say("Confirmed"), 11), Column(say("Level"), 18)),
            *(Column(say("Within reach"), 18), Column(say("Points to the target"), 12)),
            *(Column(say("Criteria met in depth"), 18), Column(say("Day"), 12, "yyyy-mm-dd")),
        ]
        rows = [
            (
                *(c.name, self.language.country(c.country), c.region, c.population),
                self.language.name_of(c.language) if c.language else None,
                *(c.guaranteed, c.possible, c.claimed, c.confirmed),
                *(self.tier(c.tier), self.tier(c.within_reach), c.to_silver),
                *(", ".join(c.met), c.on),
            )
            for c in self.cohort.cities
        ]
        return Table(say("Cities"), columns, rows)

    def requirements(self) -> Table:
        """Every requirement, the hardest first."""
        say = self.say
        columns = [
            *(Column(say("Criterion"), 11), Column(say("Requirement"), 60)),
            *(Column(say("Claimed by %"), 12, "0.0"), Column(say("Evidenced by %"), 12, "0.0")),
            *(Column(say("Confirmed by %"), 12, "0.0"), Column(say("Met"), 8)),
            *(Column(say("Not met"), 8), Column(say("Open"), 8), Column(say("Does not apply"), 10)),
            Column(say("Most frequent reasons (cities)"), 60),
        ]
        rows = [
            (
                *(r.criterion, self.rubric.requirements[r.id].title),
                *(r.claimed.share_met, r.evidenced.share_met, r.confirmed.share_met),
                *_tallied(r.evidenced),
                why_not(r.reasons, self.language),
            )
            for r in self.cohort.requirements
        ]
        return Table(say("Requirements"), columns, rows)

    def near(self) -> Table:
        """Who is one or two requirements from a criterion, and which would do."""
        say = self.say
        columns = [
            *(Column(say("City"), 28), Column(say("Criterion"), 11)),
            *(Column(say("Requirements lacking"), 14), Column(say("Any of these would do"), 90)),
        ]
        rows = [
            (self.cohort.cities[n.city].name, n.criterion, n.steps, self._ways(n.ways))
            for n in self.cohort.near_cities
        ]
        return Table(say("One step away"), columns, rows)

    def near_counts(self) -> Table:
        """How many cities are one or two requirements from a criterion."""
        say = self.say
        columns = [
            *(Column(say("Criterion"), 11), Column(say("Title"), 60)),
            *(Column(say("Requirements lacking"), 14), Column(say("Cities"), 9)),
        ]
        rows = [
            (n.criterion, self.rubric.criterion(n.criterion).title, n.steps, n.cities)
            for n in self.cohort.near
        ]
        return Table(say("One step away"), columns, rows)

    def expiring(self) -> Table:
        """What counts today and soon will not."""
        say = self.say
        columns = [
            *(Column(say("Last day"), 12, "yyyy-mm-dd"), Column(say("City"), 28)),
            *(Column(say("Evidence or answer"), 34), Column(say("Counts for"), 50)),
            Column(say("No longer proven afterwards"), 50),
        ]
        rows = [
            (
                *(e.last_day, self.cohort.cities[e.city].name, e.looked_at),
                *("; ".join(map(self._title, e.about)), "; ".join(map(self._title, e.turns))),
            )
            for e in self.cohort.expiring_entries
        ]
        return Table(say("Expiring"), columns, rows)

    def expiring_counts(self) -> Table:
        """How many cities lose what proves something."""
        say = self.say
        columns = [
            *(Column(say("No longer proven afterwards"), 70), Column(say("Cities"), 9)),
            Column(say("First last day"), 12, "yyyy-mm-dd"),
        ]
        rows = [(self._title(e.about), e.cities, e.first) for e in self.cohort.expiring]
        return Table(say("Expiring"), columns, rows)

    def weeks(self) -> Table:
        """Where the cities stood week by week."""
        say = self.say
        heads = (say("Lower quartile"), say("Median"), say("Upper quartile"))
        columns = [
            *(Column(say("Week from"), 14, "yyyy-mm-dd"), Column(say("Cities"), 9)),
            Column(say("With a new result"), 12),
            *(Column(head, 11, "0.0") for head in heads),
            Column(say("Median at best"), 11, "0.0"),
            Column(say("Requirements met, median"), 14, "0.0"),
        ]
        rows = [
            (
                *(week.starts, week.cities, week.renewed, *_three(week.guaranteed)),
                *(week.possible.median, week.requirements_met.median),
            )
            for week in self.cohort.weeks
        ]
        return Table(say("Week by week"), columns, rows)

    def comparisons(self) -> Table:
        """Groups of cities beside each other; small ones are put together."""
        say = self.say
        names = {
            "region": say("Region"),
            "population": say("Population"),
            "language": say("Language"),
        }
        heads = (say("Lower quartile"), say("Median"), say("Upper quartile"))
        columns = [
            *(Column(say("By"), 14), Column(say("Group"), 50), Column(say("Cities"), 9)),
            *(Column(head, 11, "0.0") for head in heads),
            *(Column(say("Median at best"), 11, "0.0"),),
            Column(say("Requirements met, median %"), 14, "0.0"),
        ]
        rows = [
            (
                *(names[one.by], self._group(one.by, group), group.cities),
                *_three(group.guaranteed),
                *(group.possible.median, group.requirements_met.median),
            )
            for one in self.cohort.comparisons
            for group in one.groups
        ]
        return Table(say("Groups"), columns, rows)

    # --- words ------------------------------------------------------------------------------------

    def points_row(self, one: Distribution) -> Sequence[Cell]:
        """Quartiles under one lens."""
        lens = self.language.say(LENSES[one.lens])
        if one.guaranteed_spread is None or one.possible_spread is None:
            return (lens,)
        return (lens, *_three(one.guaranteed_spread), one.possible_spread.median)

    def tier(self, tier: str | None) -> str:
        """A level by its name."""
        return self.say("None yet") if tier is None else self.tiers[tier]

    def _title(self, name: str) -> str:
        own = self.rubric.requirements.get(name)
        return own.title if own is not None else name

    def _ways(self, ways: Sequence[Sequence[str]]) -> str:
        return "\n".join(" + ".join(map(self._title, way)) for way in ways)

    def _group(self, by: str, group: Group) -> str:
        return "; ".join(self._key(by, key) for key in group.keys)

    def _key(self, by: str, key: str) -> str:
        if not key:
            return unknown_words(self.cohort, self.language)
        match by:
            case "population":
                return self.say("from {n}", n=int(key))
            case "language":
                return self.language.name_of(key)
            case _:
                country, _, region = key.partition("/")
                return f"{region or '–'} ({self.language.country(country)})"  # noqa: RUF001


def _tallied(tally: Tally) -> Iterator[int]:
    yield from (tally.met, tally.not_met)
    yield tally.unanswered + tally.needs_review
    yield tally.not_applicable


def _three(spread: Spread) -> tuple[float, float, float]:
    return spread.lower, spread.median, spread.upper
