"""The tables of the review: who reviews what, what is asked, how it ended, who is to be told.

Comments and decisions stand among the first tables; all of them know one `metadata`.
"""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from api.db.columns import Json, Moment
from api.db.tables import Digest, Id, Word, metadata

assignment = Table(
    "assignment",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True, index=True),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

change_request = Table(
    "change_request",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("submission", Integer, nullable=False),
    Column("asks", Json, nullable=False),  # a text by requirement or criterion
    Column("saw", Json, nullable=False),  # what the coach had in view, by the same
    Column("due", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

sign_off = Table(
    "sign_off",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("submission", Integer, nullable=False),
    Column("submission_digest", Digest, nullable=False),
    Column("decisions", Json, nullable=False),  # as a submission file has them
    Column("result", Text, nullable=False),
    Column("result_digest", Digest, nullable=False),
    Column("seal", Digest, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

resolution = Table(
    "resolution",
    metadata,
    Column("comment_id", Id, ForeignKey("comment.id"), primary_key=True),  # that began the thread
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

second_reading = Table(
    "second_reading",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("submission", Integer, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
)

opinion = Table(
    "opinion",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("submission", Integer, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("about", Word, primary_key=True),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)

mail = Table(
    "mail",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("address", String(320), nullable=False),
    Column("subject", String(500), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("error", String(500), nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("assessment_id", Id, ForeignKey("assessment.id"), nullable=False),
    Column("what", String(20), nullable=False),
    Column("about", Word, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("mail_id", Id, ForeignKey("mail.id"), index=True),  # NULL: nobody has written yet
)

NEVER_CHANGED = ("change_request", "sign_off")
"""Tables in which nothing is changed or deleted, as `APPEND_ONLY` of the first ones."""

ALL = metadata
"""Every table that there is: whoever compares them with a database has to know these as well."""
