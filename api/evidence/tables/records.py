"""Which rows of a city's own table are records of which stage, and what each record fills: as SQL.

A row may tell of a tender, its award and the contract at once. It is a record of a stage where the
stage's number is filled; where no column holds that number, where any field is filled that only
this stage has. Rows with the same number are one record. What holds for the procurement as a whole
(buyer, method, title) counts for its award and contract too, as in open contracting data
(`processes.py`).
"""

from collections.abc import Iterable, Mapping

from api.evidence.ocds.awards import VOID
from api.evidence.tables.columns import CURRENCY, FIELDS, PROCESS_ID
from api.evidence.tables.engine import quoted
from rubrics.checks import Group, Stage, StageField

HAPPENED = (
    "tender.opens",
    "award.date",
    "contract.date",
    "implementation.date",
    "implementation.modified",
)
"""The days on which something happened: not those that are still to come, nor those of the file."""

_SHARED = frozenset({"buyer", "method", "title", "category", "contact", "status", "modified"})
"""What a stage has in common with others, so that it makes no record of it."""

_BUYER = tuple(sorted(name for name in FIELDS if name.endswith(".buyer")))
_METHOD = tuple(sorted(name for name in FIELDS if name.endswith(".method")))
_MODIFIED = tuple(sorted(name for name in FIELDS if name.endswith(".modified")))
_CONTACT = ("tender.contact", "planning.contact")
_SOURCES: Mapping[Stage, Mapping[StageField, tuple[str, ...]]] = {
    Stage.PLANNING: {
        StageField.TITLE: ("planning.title", "tender.title"),
        StageField.CATEGORY: ("planning.category", "tender.category"),
        StageField.VALUE: ("planning.value", "tender.value"),
        StageField.EXPECTED: ("planning.expected", "tender.opens"),
        StageField.CONTACT: _CONTACT,
        StageField.STATUS: ("planning.status", "tender.status"),
    },
    Stage.TENDER: {StageField.TENDER_ID: ("tender.id",), StageField.CONTACT: _CONTACT},
    Stage.AWARD: {
        StageField.AWARD_ID: ("award.id",),
        StageField.TENDER_ID: ("award.tender_id", "tender.id"),
        StageField.TITLE: ("award.title", "tender.title"),
        StageField.CATEGORY: ("award.category", "tender.category"),
    },
    Stage.CONTRACT: {
        StageField.CONTRACT_ID: ("contract.id",),
        StageField.AWARD_ID: ("contract.award_id", "award.id"),
        StageField.TENDER_ID: ("contract.tender_id", "tender.id"),
        StageField.TITLE: ("contract.title", "award.title", "tender.title"),
        StageField.CATEGORY: ("contract.category", "award.category", "tender.category"),
        StageField.SUPPLIER: ("contract.supplier", "award.supplier"),
        StageField.SUPPLIER_ID: ("contract.supplier_id", "award.supplier_id"),
    },
    Stage.IMPLEMENTATION: {
        StageField.CONTRACT_ID: ("implementation.contract_id", "contract.id"),
    },
}
"""Where else a record finds a field, besides the column that is mapped to it."""

_GROUPS: Mapping[Group, tuple[str, ...]] = {
    Group.WHO: _BUYER,
    Group.WHAT: ("tender.title", "award.title", "contract.title"),
    Group.FROM_WHOM: (
        *("award.supplier", "award.supplier_id"),
        *("contract.supplier", "contract.supplier_id"),
    ),
    Group.HOW_MUCH: ("award.value", "contract.value"),
    Group.WHEN: ("tender.closes", "award.date", "contract.date"),
    Group.HOW: _METHOD,
}


class Records:
    """The SQL of records, given which fields the confirmed mapping has columns for.

    The rows are those of the table `picked`: a column for each field (`award_supplier`), one that
    says whether it is filled (`has_award_supplier`), and codes for methods and statuses.
    """

    def __init__(self, mapped: frozenset[str]) -> None:
        self.mapped = mapped

    def value(self, *fields: str) -> str:
        """The value of the first of these fields that has one."""
        there = [column(field) for field in fields if field in self.mapped]
        return f"coalesce({', '.join(there)})" if there else "NULL"

    def any_of(self, fields: Iterable[str]) -> str:
        """Whether one of these fields is filled."""
        there = [f"has_{column(field)}" for field in fields if field in self.mapped]
        return f"({' OR '.join(there)})" if there else "false"

    @property
    def process(self) -> str:
        """What tells processes apart: their number, that of the tender, else each row is one."""
        numbers = [
            f"{quoted(letter)} || {column(field)}"
            for letter, field in (("p", PROCESS_ID), ("t", "tender.id"))
            if field in self.mapped
        ]
        return f"coalesce({', '.join((*numbers, quoted('r') + ' || rowid'))})"

    @property
    def method(self) -> str:
        """The code of the procurement method; empty where its words are not known."""
        codes = [f"method_{column(field)}" for field in _METHOD if field in self.mapped]
        return f"coalesce({', '.join((*codes, quoted('')))})"

    def status(self, stage: Stage) -> str:
        """The code of the status of a stage; empty where its words are not known."""
        field = f"{stage}.status"
        return f"coalesce(status_{column(field)}, '')" if field in self.mapped else "''"

    def is_record(self, stage: Stage) -> str:
        """Whether a row is a record of the stage."""
        there = self._is_there(stage)
        if stage is Stage.PLANNING:
            return f"({there} OR {self.status(Stage.TENDER)} = 'planned')"
        if stage is Stage.TENDER:  # a purchase without a tender has none, and a mere plan neither
            planned = f"{self.status(stage)} = 'planned'"
            return f"({there} AND NOT {planned} AND {self.method} <> 'direct')"
        if stage in {Stage.AWARD, Stage.CONTRACT}:
            void = ", ".join(quoted(word) for word in sorted(VOID))
            return f"({there} AND {self.status(stage)} NOT IN ({void}))"
        return there

    def key(self, stage: Stage) -> str:
        """What tells the records of the stage apart."""
        number, whole = f"{stage}.id", self.process
        if stage is Stage.IMPLEMENTATION:  # many systems number the payments of each day anew
            return "rowid"
        if number not in self.mapped:
            return whole if stage in {Stage.PLANNING, Stage.TENDER} else "rowid"
        if {PROCESS_ID, "tender.id"} & self.mapped and stage in {Stage.AWARD, Stage.CONTRACT}:
            return f"concat_ws(chr(31), {whole}, {column(number)})"
        return column(number)

    def fields(self, stage: Stage) -> dict[StageField, str]:
        """Which fields a row fills for its record of the stage."""
        found = {}
        for field in StageField:
            sources = _SOURCES[stage].get(field, (f"{stage}.{field}",))
            if field is StageField.BUYER and stage is not Stage.IMPLEMENTATION:
                sources = _BUYER
            elif field is StageField.METHOD and stage is not Stage.IMPLEMENTATION:
                sources = _METHOD
            elif field is StageField.MODIFIED:
                sources = (f"{stage}.modified", *_MODIFIED)
            elif field is StageField.AMOUNT and stage is not Stage.IMPLEMENTATION:
                sources = _SOURCES[stage].get(StageField.VALUE, (f"{stage}.value",))
            found[field] = self.any_of(sources)
        if stage in {Stage.TENDER, Stage.AWARD}:
            found[StageField.BIDDERS] = self._has_bidders()
        return found

    @property
    def bidders(self) -> str:
        """The number of bidders."""
        return self.value("tender.bidders", "award.bidders")

    def groups(self) -> dict[Group, str]:
        """Which of the six questions a row answers for its process."""
        found = {group: self.any_of(sources) for group, sources in _GROUPS.items()}
        return found | {Group.WHAT: f"({found[Group.WHAT]} OR {self._has_code()})"}

    def identifiers(self) -> dict[str, str]:
        """Which numbers a row gives its process."""
        return {
            "process": self.any_of((PROCESS_ID, "tender.id")),
            "ocid": f"coalesce(lower({self.value(PROCESS_ID)}) LIKE 'ocds-%', false)",
            "buyer": "false",  # no field of the rubric is a buyer's number
            "supplier": self.any_of(("award.supplier_id", "contract.supplier_id")),
            "category": self._has_code(),
        }

    def days(self) -> str:
        """The list of days on which something happened, as far as a row tells them.

        Days after the row was last changed are plans or slips, and do not count; where no other day
        is told, that of the last change stands for it.
        """
        there = [column(field) for field in HAPPENED if field in self.mapped]
        changed = [column(field) for field in _MODIFIED if field in self.mapped]
        days = f"list_filter([{', '.join(there)}]::DATE[], lambda d: d IS NOT NULL)"
        if not changed:
            return days
        last = f"greatest({', '.join(changed)})"
        before = f"list_filter({days}, lambda d: d <= coalesce({last}, d))"
        return f"CASE WHEN {last} IS NULL OR len({before}) > 0 THEN {before} ELSE [{last}] END"

    @property
    def currency(self) -> str:
        """The currency of the amounts of the row, in capitals."""
        return f"coalesce(upper({self.value(CURRENCY)}), '')"

    def _is_there(self, stage: Stage) -> str:
        number = f"{stage}.id"
        if number in self.mapped:
            return self.any_of([number])
        fields = {name for name in self.mapped if name.startswith(f"{stage}.")}
        own = {name for name in fields if name.split(".")[1] not in _SHARED}
        return self.any_of(sorted(own or fields))

    def _has_code(self) -> str:
        """Whether the category is a code of some classification (`30191501`), not just a word."""
        category = self.value("tender.category", "award.category", "contract.category")
        return rf"coalesce(regexp_matches({category}, '\d{{2}}'), false)"

    def _has_bidders(self) -> str:
        """A number above 0; none at all are believed only where the tender failed for it."""
        failed = f"{self.status(Stage.TENDER)} = 'unsuccessful'"
        return f"coalesce({self.bidders} > 0 OR ({self.bidders} = 0 AND {failed}), false)"


def column(field: str) -> str:
    """The name of a field's column in `picked`."""
    return field.replace(".", "_")
