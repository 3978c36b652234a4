"""What collectors saw of evidence: facts, which checks judge, and never the evidence itself."""

from typing import Annotated, Literal

from pydantic import Field

from assessment.model import Amount, AnswerId, Day, Model, Row, ShortText, Tally

Status = Literal[
    "seen",
    "not_checked",
    "unreachable",
    "refused",
    "login",
    "too_large",
    "encrypted",
    "unreadable",
    "not_a_dataset",
]
"""Whether a collector could look (`seen`), or in one word why it could not."""


class StageFacts(Model):
    """One stage of a dataset: how many records, and how many of them fill each field."""

    records: Tally
    filled: dict[str, Tally] = Field(default_factory=dict)


class JoinFacts(Model):
    """How many of `records` point to a record that is there."""

    records: Tally
    joined: Tally


class KeyFigure(Model):
    """A key figure of competition, computed from contracting data over 12 full months.

    `value` is in `unit`; `numerator` and `denominator` are what it was computed from, `excluded`
    how many procurements were left out, by reason. Where it could not be computed, `value` is
    `None` and `missing` says why. `few` warns that fewer than ten procurements stand behind it.
    """

    id: AnswerId
    unit: Literal["bids", "percent", "days"]
    value: Amount | None = None
    numerator: Amount | None = None
    denominator: Amount | None = None
    excluded: dict[str, Tally] = Field(default_factory=dict)
    period_start: Day | None = None
    period_end: Day | None = None
    missing: (
        Literal["no_dates", "no_field", "no_cases", "short_history", "several_currencies"] | None
    ) = None
    few: bool = False


class StructureError(Model):
    """One way in which records break the schema of their standard, and how many of them do.

    `path` is that of the field, such as `/awards/value/amount`; `error` the schema's keyword.
    """

    path: ShortText
    error: Literal["type", "required", "enum", "format", "minimum", "other"]
    records: Tally


class DatasetFacts(Model):
    """What a collector saw in contracting data.

    `processes` counts contracting processes (OCIDs, or rows of a flat file); `groups` how many of
    them answer who, what, from whom, how much, when and how; `complete` how many answer all six.
    `value` is the sum of award (else contract) values where one currency is used. `joins` is keyed
    `award-tender`, `award-supplier`, `contract-award`, `implementation-contract`, and where plans
    have numbers `tender-planning`.

    `shape` says whether they are open contracting data or a table of the city's own. `rows` counts
    releases or rows; `duplicates` those of them that say nothing new. `rhythm` is how often
    releases were published in the last year that they tell of, `active_months` in how many of its
    12 months something happened. `identifiers` counts processes that carry a number of the kind
    `process`, `ocid`, `buyer`, `supplier`, `category`. `personal` counts records in which personal
    data are suspected: `email`, `national_id`. `structure_errors` are the most frequent ways in
    which records break the schema, of `structure_checked` records that were looked at.
    """

    shape: Literal["ocds", "table"] = "ocds"
    processes: Tally
    rows: Tally | None = None
    duplicates: Tally | None = None
    oldest_record: Day | None = None
    rhythm: Literal["daily", "weekly", "monthly", "quarterly", "yearly", "irregular"] | None = None
    active_months: Tally | None = None
    identifiers: dict[str, Tally] = Field(default_factory=dict)
    personal: dict[str, Tally] = Field(default_factory=dict)
    structure_checked: Tally | None = None
    structure_errors: tuple[StructureError, ...] = ()
    key_figures: tuple[KeyFigure, ...] = ()
    stages: dict[str, StageFacts] = Field(default_factory=dict)
    groups: dict[str, Tally] = Field(default_factory=dict)
    complete: Tally | None = None
    newest_record: Day | None = None
    joins: dict[str, JoinFacts] = Field(default_factory=dict)
    value: Amount | None = None
    currency: str | None = None
    licence: str | None = None
    licence_url: str | None = None
    publication_policy: str | None = None


class FoundDate(Model):
    """A date that stands in a document, and where: in what a program wrote, or in its text."""

    on: Day
    source: Literal["metadata", "text"]
    says: Literal["created", "modified", "mentioned"]


class DocumentFacts(Model):
    """What a collector saw of a document or page.

    `has_text` is `False` for a scan. `declared_language` is what the file says of itself,
    `language` what its text is in (ISO 639-1). `dates` are the newest that were found.
    """

    pages: Tally | None = None
    title: ShortText | None = None
    has_text: bool | None = None
    declared_language: str | None = None
    language: str | None = None
    dates: tuple[FoundDate, ...] = ()


class LinkFacts(Model):
    """How an address answered, and on which day.

    `status` is that of HTTP, `address` where redirects ended, `login` whether it asks who is there.
    `refused` says why it was not called: it is not public (`address`), not http or https
    (`scheme`), on an odd port (`port`), or sends on for ever (`redirects`).
    """

    checked_on: Day
    status: Tally | None = None
    address: Annotated[str, Field(max_length=2_000)] | None = None
    redirects: Tally = 0
    content_type: ShortText | None = None
    last_modified: Day | None = None
    login: bool | None = None
    refused: Literal["address", "scheme", "port", "redirects"] | None = None


class ColumnFacts(Model):
    """A column of a city's own table, and the field that its name suggests (`award.supplier`).

    `filled` counts its cells that hold something.
    """

    name: ShortText
    filled: Tally
    suggests: str | None = None


class CellProblem(Model):
    """A cell of a form that cannot be taken as it stands; `code` names the sentence for it."""

    sheet: ShortText = ""
    cell: ShortText
    code: str
    params: dict[str, str | int | float | None] = Field(default_factory=dict)


class Facts(Model):
    """What a collector saw of one piece of evidence, dated, with the digest of what it saw.

    `status` is `seen` when it could look; every other word says why it could not, which makes a
    verdict `needs_review` and never `not_met`. `None` anywhere means: not known.

    `marks` are marks of the rubric that the collector itself saw, such as `no_login`. `columns` are
    those of a city's own table, with so many `rows`; unless the team has confirmed which field each
    stands for, `dataset` is `None`. Of a workbook one `sheet` is read, of so many `sheets` with a
    header that are not hidden. `template` is the form that a table was written in, and `problems`
    are its cells that could not be read.
    """

    status: Status
    collector: str | None = None
    sha256: str | None = None
    size: Tally | None = None
    format: str | None = None
    encoding: str | None = None
    dated: Day | None = None
    licence: str | None = None
    marks: tuple[str, ...] = ()
    link: LinkFacts | None = None
    document: DocumentFacts | None = None
    dataset: DatasetFacts | None = None
    rows: Tally | None = None
    sheet: ShortText | None = None
    sheets: Tally | None = None
    columns: tuple[ColumnFacts, ...] = ()
    table: tuple[Row, ...] | None = None
    template: str | None = None
    problems: tuple[CellProblem, ...] = ()
