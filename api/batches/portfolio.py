"""Writes the workbook of a batch: the cohort at a glance, then lists to filter and to work from.

What strangers wrote is kept as text, whatever it looks like: no cell becomes a formula or a link.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from xlsxwriter.worksheet import Worksheet

from api.forms.looks import DARK, LIGHT, LINE, Book, format_of, height_of, open_book, set_up
from assessment.cohort import Cohort, Distribution, Tally
from assessment.grouping import Group, Spread
from assessment.results import Lens
from reports.i18n import Language
from reports.sections.cohort_lists import why_not
from reports.wording import LENSES
from rubrics.schema import Rubric

Cell = str | int | float | date | None

FIRST_WIDTH = 60
MAX_CELL = 32_767
"""The longest text that Excel takes; a longer one makes it call the file damaged."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its head, how wide it is, and how its values are written."""

    head: str
    width: int
    form: str = ""


def portfolio_bytes(cohort: Cohort, rubric: Rubric, language: Language) -> bytes:
    """The workbook of a cohort, with the rubric's words in the same language."""
    book = open_book(language.code, title=language.text("Portfolio"))
    writer = _Writer(book, cohort, rubric, language)
    writer.summary()
    writer.cities()
    writer.requirements()
    writer.near()
    writer.expiring()
    writer.comparisons()
    book.workbook.close()
    return book.stream.getvalue()


class _Writer:
    """Draws the sheets of one workbook."""

    def __init__(self, book: Book, cohort: Cohort, rubric: Rubric, language: Language) -> None:
        self.book, self.cohort, self.rubric, self.say = book, cohort, rubric, language.text
        self.language = language
        self.tiers = {tier.id: tier.title for tier in rubric.tiers.levels}

    # --- sheets -----------------------------------------------------------------------------------

    def summary(self) -> None:
        """The cohort at a glance."""
        say, cohort = self.say, self.cohort
        sheet = self._sheet(say("Summary"))
        for column, width in enumerate((FIRST_WIDTH, 14, 14, 14, 14, 14)):
            sheet.set_column(column, column, width)
        row = self._block(
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
            ],
        )
        quartiles = (say("Lower quartile"), say("Median"), say("Upper quartile"))
        heads = (say("Whose word counts"), *quartiles, say("Median at best"))
        points = [self._points(one) for one in cohort.points]
        row = self._block(sheet, row, say("Points for sure"), heads, points)
        for one in cohort.points:
            if one.lens is Lens.EVIDENCED:
                rows = [
                    (self._tier(t.tier), t.reached, t.within_reach) for t in reversed(one.tiers)
                ]
                levels = (say("Level"), say("Reached"), say("Within reach"))
                row = self._block(sheet, row, say("Levels, by what is evidenced"), levels, rows)
        heads = (say("Criterion"), say("Met"), say("Not met"), say("Open"), say("Does not apply"))
        shares: list[Sequence[Cell]] = [
            (f"{c.id}: {self.rubric.criterion(c.id).title}", *_tallied(c.evidenced))
            for c in cohort.criteria
        ]
        self._block(sheet, row, say("Criteria, by what is evidenced"), heads, shares)

    def cities(self) -> None:
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
                *(self._tier(c.tier), self._tier(c.within_reach), c.to_silver),
                *(", ".join(c.met), c.on),
            )
            for c in self.cohort.cities
        ]
        self._list(say("Cities"), columns, rows)

    def requirements(self) -> None:
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
        self._list(say("Requirements"), columns, rows)

    def near(self) -> None:
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
        self._list(say("One step away"), columns, rows)

    def expiring(self) -> None:
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
        self._list(say("Expiring"), columns, rows)

    def comparisons(self) -> None:
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
        self._list(say("Groups"), columns, rows)

    # --- words ------------------------------------------------------------------------------------

    def _points(self, one: Distribution) -> Sequence[Cell]:
        lens = self.language.say(LENSES[one.lens])
        if one.guaranteed_spread is None or one.possible_spread is None:
            return (lens,)
        return (lens, *_three(one.guaranteed_spread), one.possible_spread.median)

    def _tier(self, tier: str | None) -> str:
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
            return self.say("not known")
        match by:
            case "population":
                return self.say("from {n}", n=int(key))
            case "language":
                return self.language.name_of(key)
            case _:
                country, _, region = key.partition("/")
                return f"{region or '–'} ({self.language.country(country)})"  # noqa: RUF001

    # --- drawing ----------------------------------------------------------------------------------

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.workbook.add_worksheet(name[:31])
        set_up(sheet, name, wide=True)
        return sheet

    def _block(
        self,
        sheet: Worksheet,
        row: int,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[Cell]],
    ) -> int:
        """A small table under a title; gives the row after it."""
        style = format_of(self.book, bold=True, font_size=13, font_color=DARK)
        sheet.write_string(row, 0, title, style)
        row += 1
        head = format_of(self.book, bold=True, bg_color=LIGHT, text_wrap=True, valign="top")
        for column, text in enumerate(heads):
            sheet.write_string(row, column, text, head)
        row += 1 if heads else 0
        for cells in rows:
            first = str(cells[0])
            sheet.set_row(row, height_of([(first, FIRST_WIDTH)]))
            for column, cell in enumerate(cells):
                form = "0.0" if isinstance(cell, float) and not cell.is_integer() else ""
                self._write(sheet, row, column, cell, form, wrap=bool(heads))
            row += 1
        return row + 1

    def _list(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """A sheet to filter: its head stays in sight, and stands on every printed page."""
        sheet = self._sheet(name)
        head = format_of(
            self.book,
            bold=True,
            font_color="white",
            bg_color=DARK,
            text_wrap=True,
            valign="vcenter",
        )
        sheet.set_row(0, 32)
        for j, column in enumerate(columns):
            sheet.set_column(j, j, column.width)
            sheet.write_string(0, j, column.head, head)
        for i, cells in enumerate(rows, 1):
            texts = [str(cell) if isinstance(cell, str) else "" for cell in cells]
            widths = [column.width - 2 for column in columns]
            sheet.set_row(i, height_of(zip(texts, widths, strict=True)))
            for j, (cell, column) in enumerate(zip(cells, columns, strict=True)):
                self._write(sheet, i, j, cell, column.form)
        if not rows:
            sheet.write_string(
                1, 0, self.say("Nothing to list."), format_of(self.book, italic=True)
            )
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)

    def _write(
        self, sheet: Worksheet, i: int, j: int, cell: Cell, form: str, *, wrap: bool = True
    ) -> None:
        look: dict[str, object] = {"valign": "top", "bottom": 1, "bottom_color": LINE}
        if form:
            look["num_format"] = form
        match cell:
            case None | "":
                sheet.write_blank(i, j, None, format_of(self.book, **look))
            case str():
                look |= {"text_wrap": wrap, "indent": 1 if j else 0}
                sheet.write_string(i, j, cell[:MAX_CELL], format_of(self.book, **look))
            case date():
                sheet.write_datetime(i, j, cell, format_of(self.book, **look))
            case _:
                sheet.write_number(i, j, cell, format_of(self.book, **look))


def _tallied(tally: Tally) -> Iterator[int]:
    yield from (tally.met, tally.not_met)
    yield tally.unanswered + tally.needs_review
    yield tally.not_applicable


def _three(spread: Spread) -> tuple[float, float, float]:
    return spread.lower, spread.median, spread.upper
