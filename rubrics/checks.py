"""The closed list of check kinds (syntax only): what a rubric can ask of answers and evidence.

A check is a small mapping, recognised by the key that names its kind (`all_of`, `min`, `stage` …).
There is no text to be run: conditions are data, so a rubric can be checked when it is loaded,
explained in any language, translated to columns and turned round into actions.
`assessment/checks/` holds the meaning of every kind that is written here.

The kinds form four families; `lint.py` says which family may stand where:

=========  =====================================================================================
structure  groups of other checks, references to requirements, routes
answers    what the team answered
evidence   which pieces of evidence were handed in for the requirement
facts      what a collector saw of one piece of evidence (inside `where` of an evidence check)
=========  =====================================================================================

The table checks (`rows`, `every_row`, `covers`, `distinct`) read a table, be it an answer or
evidence.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from rubrics.model import Count, Id, Located, Number, Percent, Window

MAX_DEPTH = 12
"""How deep checks may be nested; deeper is refused by lint, so that the work is bounded."""


class Family(StrEnum):
    """Where a check may stand."""

    STRUCTURE = "structure"
    RULE = "rule"
    ANSWERS = "answers"
    TABLES = "tables"
    EVIDENCE = "evidence"
    FACTS = "facts"


class Stage(StrEnum):
    """The five stages of a contracting process (Open Contracting Data Standard 1.1)."""

    PLANNING = "planning"
    TENDER = "tender"
    AWARD = "award"
    CONTRACT = "contract"
    IMPLEMENTATION = "implementation"


class Group(StrEnum):
    """The six questions that contracting data must answer (OCDS basic criterion 'Relevant')."""

    WHO = "who"
    WHAT = "what"
    FROM_WHOM = "from_whom"
    HOW_MUCH = "how_much"
    WHEN = "when"
    HOW = "how"


class Format(StrEnum):
    """The file formats that a collector can tell apart."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    XLSX = "xlsx"
    ODS = "ods"
    XML = "xml"
    PARQUET = "parquet"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    TEXT = "text"
    MARKDOWN = "markdown"


class Licence(StrEnum):
    """The licences that a collector can tell apart; `custom_open` is any other open licence."""

    PUBLIC_DOMAIN = "public_domain"
    CC_BY = "cc_by"
    CUSTOM_OPEN = "custom_open"
    RESTRICTED = "restricted"
    NONE_STATED = "none_stated"
    UNRECOGNISED = "unrecognised"


class StageField(StrEnum):
    """The fields that a collector counts in the records of a stage."""

    ID = "id"
    TITLE = "title"
    BUYER = "buyer"
    METHOD = "method"
    CATEGORY = "category"
    VALUE = "value"
    OPENS = "opens"
    CLOSES = "closes"
    STATUS = "status"
    SUPPLIER = "supplier"
    SUPPLIER_ID = "supplier_id"
    DATE = "date"
    START = "start"
    END = "end"
    TENDER_ID = "tender_id"
    AWARD_ID = "award_id"
    CONTRACT_ID = "contract_id"
    BIDDERS = "bidders"
    CONTACT = "contact"
    EXPECTED = "expected"
    MODIFIED = "modified"
    AMOUNT = "amount"


class Check(Located):
    """Any check. `source` says where its numbers come from: a source's key or `interpretation`."""

    source: str | None = None


# --- structure ------------------------------------------------------------------------------------


class AllOf(Check):
    """Every child must be met; children that do not apply leave the group."""

    all_of: tuple["AnyCheck", ...] = Field(min_length=1)


class AnyOf(Check):
    """At least one child must be met."""

    any_of: tuple["AnyCheck", ...] = Field(min_length=1)


class AtLeast(Check):
    """At least `at_least` of the children must be met; n/a children leave, then min(n, rest)."""

    at_least: Count
    of: tuple["AnyCheck", ...] = Field(min_length=1)


class RequirementMet(Check):
    """The requirement of this id is met, in the lens that is being judged.

    The bare id is enough: `all_of: [rdc7-data-map, rdc7-licence-named]`.
    """

    requirement: Id

    @model_validator(mode="before")
    @classmethod
    def _from_bare_id(cls, value: object) -> object:
        return {"requirement": value} if isinstance(value, str) else value


class Routes(Check):
    """Alternative ways to one goal, each with its own requirements.

    `at_least` routes must be met, each by `each_at_least` of its requirements. Where only a route
    of `reviewer_if_only` is met, a person must look. From `strong_from` routes on, the finding is
    labelled *strong* (a label of ours, without effect on the verdict).
    """

    routes: dict[str, tuple[Id, ...]] = Field(min_length=1)
    at_least: Count = 1
    each_at_least: Count = 1
    reviewer_if_only: tuple[str, ...] = ()
    strong_from: Count | None = None


# --- answers --------------------------------------------------------------------------------------


class AnswerCheck(Check):
    """A check on an answer: of the requirement's own question unless `question` names another.

    `field` names a field of a group, or a column of the row at hand.
    """

    question: Id | None = None
    field: Id | None = None


class Is(AnswerCheck):
    """The answer to a yes/no question is this one."""

    is_: Literal["yes", "no"] = Field(alias="is")


class OneOf(AnswerCheck):
    """The chosen option is one of these."""

    one_of: tuple[Id, ...] = Field(min_length=1)


class Includes(AnswerCheck):
    """The chosen options hold at least `at_least` of these."""

    includes: tuple[Id, ...] = Field(min_length=1)
    at_least: Count = 1


class Bounds(AnswerCheck):
    """A number or percentage lies between `min` and `max` (both included, one may be left out)."""

    min: Number | None = None
    max: Number | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> "Bounds":
        if self.min is None and self.max is None:
            raise ValueError("needs 'min' or 'max'")
        return self


class Within(AnswerCheck):
    """A date lies in the window that ends on the day of the assessment."""

    within: Window


class Ratio(AnswerCheck):
    """The first field is at least `min` percent of the second (fields of one group or row)."""

    ratio: tuple[Id, Id]
    min: Percent


class Filled(AnswerCheck):
    """All these fields (of the group or row at hand) hold something; a blank one is a "no"."""

    filled: tuple[Id, ...] = Field(min_length=1)


class Span(AnswerCheck):
    """From the first day to the second, both counted, it lasts at least `lasts`.

    Both are date fields of the group or row at hand: `{span: [period_start, period_end],
    lasts: 12 months}`. Quarters are whole calendar quarters inside the period.
    """

    span: tuple[Id, Id]
    lasts: Window


# --- tables: an answer of kind `table`, or the table that a collector read from evidence ----------


class Rows(AnswerCheck):
    """At least `rows` rows pass every check of `where`.

    The first check says which rows are meant: reasons leave out the rows about something else.
    """

    rows: Count
    where: tuple["AnyCheck", ...] = ()


class EveryRow(AnswerCheck):
    """Every row passes all these checks, and there is at least one row."""

    every_row: tuple["AnyCheck", ...] = Field(min_length=1)


class Covers(AnswerCheck):
    """Each of these values stands in the column of some row."""

    covers: tuple[Id, ...] = Field(min_length=1)
    column: Id


class Distinct(AnswerCheck):
    """The column holds at least this many different values."""

    distinct: Count
    column: Id


# --- evidence -------------------------------------------------------------------------------------


class EvidenceCount(Check):
    """At least `count` pieces of evidence of these kinds pass every check of `where`."""

    evidence: tuple[Id, ...] = Field(min_length=1)
    count: Count = 1
    where: tuple["AnyCheck", ...] = ()


# --- facts: what a collector saw of one piece of evidence -----------------------------------------


class DatedWithin(Check):
    """The evidence's effective date lies in the window that ends on the day."""

    dated_within: Window


class NewestWithin(Check):
    """The newest record of the dataset lies in the window that ends on the day."""

    newest_within: Window


class Formats(Check):
    """The file has one of these formats."""

    formats: tuple[Format, ...] = Field(min_length=1)


class Licences(Check):
    """The licence that the data name is one of these."""

    licences: tuple[Licence, ...] = Field(min_length=1)


class StageFields(Check):
    """At least `share` percent of the records of the stage hold each of the fields.

    Without `share` it is enough that one record of the stage holds all of them somewhere; at
    least `records` records are asked for.
    """

    stage: Stage
    fields: tuple[StageField, ...] = ()
    share: Percent | None = None
    records: Count = 1


class CompleteProcesses(Check):
    """At least this many contracting processes answer all six questions of `Group`."""

    complete_processes: Count


class GroupShare(Check):
    """At least `group_share` percent of the processes answer each of the six questions."""

    group_share: Percent


class Join(Check):
    """At least `min` percent of the records of the first kind point to one of the second.

    `[award, tender]`, `[award, supplier]`, `[contract, award]`, `[implementation, contract]`.
    """

    join: tuple[Stage, Literal["tender", "award", "contract", "supplier"]]
    min: Percent


class Coverage(Check):
    """The dataset holds at least this percent of the stated population, by number or by value."""

    coverage: Percent
    by: Literal["number", "value", "either"] = "either"


class Shows(Check):
    """The evidence shows these things, and the team says where (page, section, cell)."""

    shows: tuple[Id, ...] = Field(min_length=1)


class Policy(Check):
    """The dataset names its publication policy."""

    publication_policy: Literal["named"]


KINDS: dict[str, tuple[type[Check], Family]] = {
    # The order matters where a check has the key of another one: the first key present wins.
    "all_of": (AllOf, Family.STRUCTURE),
    "any_of": (AnyOf, Family.STRUCTURE),
    "routes": (Routes, Family.RULE),
    "requirement": (RequirementMet, Family.RULE),
    "includes": (Includes, Family.ANSWERS),
    "at_least": (AtLeast, Family.STRUCTURE),
    "is": (Is, Family.ANSWERS),
    "one_of": (OneOf, Family.ANSWERS),
    "ratio": (Ratio, Family.ANSWERS),
    "join": (Join, Family.FACTS),
    "min": (Bounds, Family.ANSWERS),
    "max": (Bounds, Family.ANSWERS),
    "within": (Within, Family.ANSWERS),
    "filled": (Filled, Family.ANSWERS),
    "span": (Span, Family.ANSWERS),
    "rows": (Rows, Family.TABLES),
    "every_row": (EveryRow, Family.TABLES),
    "covers": (Covers, Family.TABLES),
    "distinct": (Distinct, Family.TABLES),
    "evidence": (EvidenceCount, Family.EVIDENCE),
    "dated_within": (DatedWithin, Family.FACTS),
    "newest_within": (NewestWithin, Family.FACTS),
    "formats": (Formats, Family.FACTS),
    "licences": (Licences, Family.FACTS),
    "stage": (StageFields, Family.FACTS),
    "complete_processes": (CompleteProcesses, Family.FACTS),
    "group_share": (GroupShare, Family.FACTS),
    "coverage": (Coverage, Family.FACTS),
    "shows": (Shows, Family.FACTS),
    "publication_policy": (Policy, Family.FACTS),
}
"""Every kind by the key that names it, with its family."""


def _tag(value: Any) -> str | None:  # noqa: ANN401 (pydantic hands over whatever stands in the file)
    if isinstance(value, Check):
        keys = {field.alias or name for name, field in type(value).model_fields.items()}
    elif isinstance(value, str):
        keys = {"requirement"}
    elif isinstance(value, dict):
        keys = set(value)
    else:
        return None
    return next((f"<{KINDS[key][0].__name__}>" for key in KINDS if key in keys), None)


AnyCheck = Annotated[
    Annotated[AllOf, Tag("<AllOf>")]
    | Annotated[AnyOf, Tag("<AnyOf>")]
    | Annotated[AtLeast, Tag("<AtLeast>")]
    | Annotated[RequirementMet, Tag("<RequirementMet>")]
    | Annotated[Routes, Tag("<Routes>")]
    | Annotated[Is, Tag("<Is>")]
    | Annotated[OneOf, Tag("<OneOf>")]
    | Annotated[Includes, Tag("<Includes>")]
    | Annotated[Bounds, Tag("<Bounds>")]
    | Annotated[Within, Tag("<Within>")]
    | Annotated[Ratio, Tag("<Ratio>")]
    | Annotated[Filled, Tag("<Filled>")]
    | Annotated[Span, Tag("<Span>")]
    | Annotated[Rows, Tag("<Rows>")]
    | Annotated[EveryRow, Tag("<EveryRow>")]
    | Annotated[Covers, Tag("<Covers>")]
    | Annotated[Distinct, Tag("<Distinct>")]
    | Annotated[EvidenceCount, Tag("<EvidenceCount>")]
    | Annotated[DatedWithin, Tag("<DatedWithin>")]
    | Annotated[NewestWithin, Tag("<NewestWithin>")]
    | Annotated[Formats, Tag("<Formats>")]
    | Annotated[Licences, Tag("<Licences>")]
    | Annotated[StageFields, Tag("<StageFields>")]
    | Annotated[CompleteProcesses, Tag("<CompleteProcesses>")]
    | Annotated[GroupShare, Tag("<GroupShare>")]
    | Annotated[Join, Tag("<Join>")]
    | Annotated[Coverage, Tag("<Coverage>")]
    | Annotated[Shows, Tag("<Shows>")]
    | Annotated[Policy, Tag("<Policy>")],
    Discriminator(
        _tag,
        custom_error_type="not_a_check",
        custom_error_message="not a check: none of its keys names a kind of check",
    ),
]
"""Any check, told apart by the key that names its kind."""


def kind_of(check: Check) -> str:
    """The key that names the kind of a check (`min` for bounds without a `min` too)."""
    return _NAMES[type(check)]


def family_of(check: Check) -> Family:
    """The family of a check."""
    return KINDS[kind_of(check)][1]


def children(check: Check) -> tuple[tuple[str, tuple["AnyCheck", ...]], ...]:
    """The groups of checks inside a check, with the key that holds each."""
    match check:
        case AllOf(all_of=group):
            return (("all_of", group),)
        case AnyOf(any_of=group):
            return (("any_of", group),)
        case AtLeast(of=group):
            return (("of", group),)
        case Rows(where=group) | EvidenceCount(where=group):
            return (("where", group),)
        case EveryRow(every_row=group):
            return (("every_row", group),)
        case _:
            return ()


_NAMES = {kind: name for name, (kind, _) in reversed(KINDS.items())}

for _kind, _ in KINDS.values():
    _kind.model_rebuild()
