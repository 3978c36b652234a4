"""The parts of an OCDS release that we read, as types: a release is decoded straight into them.

Only what is named here is kept; all else is skipped while a release is decoded (`decoding.py`).

The names are those of the Open Contracting Data Standard 1.1, and of 1.0 where they changed.
"""

import msgspec

from api.evidence.ocds.tree import Scalar

Raw = msgspec.Raw
NOTHING = Raw(b"null")
"""What stands where nothing stands."""


class Part(msgspec.Struct, gc=False, rename="camel"):
    """A part of a release. Nothing in it can point back, so the garbage collector may leave it."""


class Value(Part):
    """An amount and its currency."""

    amount: Scalar = None
    currency: Scalar = None


class Unit(Part):
    """The unit of a quantity."""

    value: Value | None = None


class Code(Part):
    """A classification."""

    id: Scalar = None


class Article(Part):
    """What is bought (`items`)."""

    id: Scalar = None
    description: Scalar = None
    classification: Code | None = None
    quantity: Scalar = None
    unit: Unit | None = None


class Identifier(Part):
    """An organisation's number in a register."""

    scheme: Scalar = None
    id: Scalar = None


class ContactPoint(Part):
    """Who answers questions."""

    name: Scalar = None
    email: Scalar = None
    telephone: Scalar = None
    url: Scalar = None


class Organisation(Part):
    """A party, or a reference to one."""

    id: Scalar = None
    name: Scalar = None
    identifier: Identifier | None = None
    contact_point: ContactPoint | None = None
    roles: list[str] | None = None


class Period(Part):
    """From when to when."""

    start_date: Scalar = None
    end_date: Scalar = None
    max_extent_date: Scalar = None
    duration_in_days: Scalar = None


class Document(Part):
    """A published document."""

    id: Scalar = None
    title: Scalar = None
    description: Scalar = None
    url: Scalar = None


class Milestone(Part):
    """A step that was planned or reached."""

    id: Scalar = None
    title: Scalar = None
    description: Scalar = None
    status: Scalar = None
    due_date: Scalar = None
    date_met: Scalar = None
    date_modified: Scalar = None


class Budget(Part):
    """Where the money of a plan comes from."""

    id: Scalar = None
    description: Scalar = None
    amount: Value | None = None
    project: Scalar = None
    project_id: Scalar = msgspec.field(default=None, name="projectID")


class Project(Part):
    """The project that a plan belongs to."""

    id: Scalar = None
    title: Scalar = None


class Planning(Part):
    """What was planned."""

    rationale: Scalar = None
    budget: Budget | None = None
    project: Project | None = None
    milestones: list[Milestone] | None = None
    documents: list[Document] | None = None


class Lot(Part):
    """A part of a tender that can be won by itself."""

    id: Scalar = None


class Tender(Part):
    """The solicitation."""

    id: Scalar = None
    title: Scalar = None
    description: Scalar = None
    status: Scalar = None
    procuring_entity: Organisation | None = None
    procurement_method: Scalar = None
    procurement_method_details: Scalar = None
    main_procurement_category: Scalar = None
    value: Value | None = None
    min_value: Value | None = None
    max_value: Value | None = None
    tender_period: Period | None = None
    contract_period: Period | None = None
    number_of_tenderers: Scalar = None
    tenderers: list[Organisation] | None = None
    items: list[Article] | None = None
    lots: list[Lot] | None = None
    contact_point: ContactPoint | None = None
    documents: list[Document] | None = None
    date_modified: Scalar = None


class Award(Part):
    """What was awarded, and to whom."""

    id: Scalar = None
    title: Scalar = None
    description: Scalar = None
    status: Scalar = None
    date: Scalar = None
    value: Value | None = None
    suppliers: list[Organisation] | None = None
    items: list[Article] | None = None
    contract_period: Period | None = None
    amendments: list["Amendment"] | None = None


class Amendment(Part):
    """A change."""

    id: Scalar = None
    date: Scalar = None
    description: Scalar = None
    rationale: Scalar = None


class Transaction(Part):
    """A payment; OCDS 1.0 called its value `amount` and its payee `receiverOrganization`."""

    id: Scalar = None
    date: Scalar = None
    value: Value | None = None
    amount: Value | None = None
    payee: Organisation | None = None
    receiver_organization: Organisation | None = None


class Implementation(Part):
    """What is told of a contract after it was signed."""

    transactions: list[Transaction] | None = None
    milestones: list[Milestone] | None = None
    documents: list[Document] | None = None


class Contract(Part):
    """What was signed."""

    id: Scalar = None
    award_id: Scalar = msgspec.field(default=None, name="awardID")
    title: Scalar = None
    description: Scalar = None
    status: Scalar = None
    date_signed: Scalar = None
    period: Period | None = None
    value: Value | None = None
    suppliers: list[Organisation] | None = None
    items: list[Article] | None = None
    amendments: list[Amendment] | None = None
    implementation: Implementation | None = None


class Bid(Part):
    """A bid."""

    id: Scalar = None


class Bids(Part):
    """The bids, in an extension of the standard."""

    details: list[Bid] | None = None


class Release(Part):
    """A release. The last five fields stand in packages and records, which are read by them too."""

    ocid: Scalar = None
    id: Scalar = None
    date: Scalar = None
    buyer: Organisation | None = None
    parties: list[Organisation] | None = None
    planning: Planning | None = None
    tender: Tender | None = None
    awards: list[Award] | None = None
    contracts: list[Contract] | None = None
    bids: Bids | None = None
    licence: Scalar = msgspec.field(default=None, name="license")
    publication_policy: Scalar = None
    releases: Raw = NOTHING
    records: Raw = NOTHING
    compiled_release: Raw = NOTHING
