"""Every table of the service. None has a column for a criterion: a rubric changes no table.

What people say in an assessment lies in `answer`, a row for each thing that can be said, with its
part of the submission file (`answers`, `declared`, `not_applicable`, `about`) and its value as
JSON, as it would stand in that file; pieces of evidence lie in `evidence` in the same way. Each
change leaves a row in `revision`. What must never change is refused by triggers (`APPEND_ONLY`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from api.db.columns import ID_LENGTH, Json, Moment, Name

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = Name(ID_LENGTH)
Digest = Name(64)
Word = Name(80)

# --- cities and people ----------------------------------------------------------------------------

city = Table(
    "city",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(600), nullable=False, unique=True),  # country, region, name; one of each
    Column("name", String(200), nullable=False),
    Column("country", String(2), nullable=False),
    Column("region", String(500)),
    Column("population", Integer),
    Column("language", String(2), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(320), nullable=False, unique=True),  # in small letters
    Column("name", String(200), nullable=False),
    Column("language", String(2), nullable=False),
    Column("password_hash", String(200)),  # without one: by the identity provider alone
    Column("subject", String(600), unique=True),  # issuer and subject of the identity provider
    Column("persona", String(20), unique=True),  # a sample person of the demo
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False, default=1, server_default="1"),  # of the profile
)

PROGRAMME = "programme"
"""The scope of a membership that holds for every city."""

membership = Table(
    "membership",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("scope", Id, primary_key=True),  # a city's id, or PROGRAMME
    Column("city_id", Id, ForeignKey("city.id"), index=True),
    Column("role", String(20), nullable=False),
    Column("since", Moment, nullable=False),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("scope", Id, nullable=False, index=True),
    Column("city_id", Id, ForeignKey("city.id")),
    Column("email", String(320), nullable=False),
    Column("role", String(20), nullable=False),
    Column("secret_hash", Digest, nullable=False, unique=True),
    Column("invited_by", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_by", Id, ForeignKey("person.id")),
    Column("withdrawn_at", Moment),
)

web_session = Table(
    "web_session",
    metadata,
    Column("hash", Digest, primary_key=True),  # of the cookie, which we do not keep
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", Digest, nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, index=True),
    Column("city_id", Id, ForeignKey("city.id")),  # without one: wherever the person may
    Column("name", String(200), nullable=False),
    Column("rights", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)

throttle = Table(
    "throttle",
    metadata,
    Column("key", Digest, primary_key=True),  # a hash: addresses of people are nobody's business
    Column("window", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String(60), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request_hash", Digest, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# --- assessments ----------------------------------------------------------------------------------

assessment = Table(
    "assessment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("city_id", Id, ForeignKey("city.id"), nullable=False, index=True),
    Column("title", String(200), nullable=False),
    Column("rubric", Word, nullable=False),
    Column("edition", Word, nullable=False),
    Column("digest", Digest, nullable=False),
    Column("sprint", Word),
    Column("cohort", Word),
    Column("status", String(20), nullable=False),
    Column("version", Integer, nullable=False),  # grows by one with every change of what it says
    Column("created_at", Moment, nullable=False),
    Column("created_by", Id, ForeignKey("person.id"), nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", Id, ForeignKey("person.id"), nullable=False),
)

answer = Table(
    "answer",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("part", String(20), primary_key=True),
    Column("name", Word, primary_key=True),
    Column("value", Json),  # NULL: it was said once, and cleared
    Column("version", Integer, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", Digest, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("key", Digest, primary_key=True),  # content, kind, columns and version of the collector
    Column("facts", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("name", Word, primary_key=True),
    Column("value", Json, nullable=False),  # as in a submission file, without facts
    Column("sha256", Digest, ForeignKey("blob.sha256")),
    Column("media_type", String(100)),
    Column("facts_key", Digest, ForeignKey("facts.key")),
    Column("version", Integer, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

revision = Table(
    "revision",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # the assessment's version that it made
    Column("part", String(20), primary_key=True),
    Column("name", Word, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("old", Json),
    Column("new", Json),
    UniqueConstraint("assessment_id", "part", "name", "version"),
)

submission = Table(
    "submission",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version", Integer, nullable=False),  # of the assessment, when it was submitted
    Column("rubric", Word, nullable=False),
    Column("edition", Word, nullable=False),
    Column("rubric_digest", Digest, nullable=False),
    Column("submission_digest", Digest, nullable=False),
    Column("engine_version", Word, nullable=False),
    Column("on", String(10), nullable=False),
    Column("snapshot", Text, nullable=False),  # a submission file, with the facts of its evidence
    Column("result", Text, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

comment = Table(
    "comment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("assessment_id", Id, ForeignKey("assessment.id"), nullable=False),
    Column("about", Word, nullable=False),  # a requirement, a criterion, a piece of evidence
    Column("reply_to", Id, ForeignKey("comment.id")),
    Column("private", Boolean, nullable=False),  # between coaches and staff
    Column("text", Text, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "assessment_id", "about"),
)

decision = Table(
    "decision",
    metadata,
    Column("assessment_id", Id, ForeignKey("assessment.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # the assessment's version that it made
    Column("about", Word, nullable=False),
    Column("verdict", String(20)),  # NULL: withdrawn; the last one about something counts
    Column("reason", Text, nullable=False),
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("submission", Integer),  # the one that the coach had in view
    Column("basis", Digest),  # of what it rests on; once that is another, it counts no longer
    Column("machine", String(20)),  # the machine's verdict at the time, on the evidence
)

# --- batches --------------------------------------------------------------------------------------

batch = Table(
    "batch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),  # of the file, as it was uploaded
    Column("query", Json),  # what was asked of this database, where it is the input
    Column("rubric", Word, nullable=False),
    Column("on", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("paper", String(10), nullable=False),
    Column("pdf", Boolean, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("settled", Boolean, nullable=False),  # nothing is left to be done for this state
    Column("total", Integer),
    Column("done", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Column("rate", Float),  # submissions a second
    Column("summary", Json),
    Column("wrong", Json),  # why nothing can be judged
    Column("by", Id, ForeignKey("person.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("began_at", Moment),
    Column("ended_at", Moment),
    Column("seen_at", Moment),  # when a worker looked after it the last time
)

# --- cohorts --------------------------------------------------------------------------------------

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("cohort", Word, nullable=False),
    Column("choice", Json, nullable=False),  # by which of its properties cities were chosen
    Column("named", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("person_id", "name"),
)

# --- the log, and what the database is ------------------------------------------------------------

audit = Table(
    "audit",
    metadata,
    Column("stream", String(40), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Id),
    Column("action", Word, nullable=False),
    Column("about", Json, nullable=False),
    Column("hash", Digest, nullable=False),
    sqlite_with_rowid=False,
)

marker = Table(
    "marker",
    metadata,
    Column("name", Word, primary_key=True),
    Column("value", String(200), nullable=False),
)

APPEND_ONLY = ("audit", "revision", "submission", "decision")
"""Tables in which nothing is changed or deleted; triggers hold it, made by the migrations."""
