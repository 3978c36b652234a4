"""The review: assignments, requests, sign-offs, second readings, mail; what a decision rests on."""

import sqlalchemy as sa
from alembic import op

from api.db.migrations.triggers import forbid_changes, permit_changes

NEVER_CHANGED = ("change_request", "sign_off")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes it so."""
    # Without constraints, so that SQLite need not move a table that nobody may change.
    op.add_column("decision", sa.Column("submission", sa.Integer(), nullable=True))
    op.add_column("decision", sa.Column("basis", sa.String(length=64), nullable=True))
    op.add_column("decision", sa.Column("machine", sa.String(length=20), nullable=True))
    op.create_table(
        "assignment",
        _id("assessment_id"),
        _id("person_id"),
        _id("by"),
        _moment("at"),
        *_known("assignment", "assessment_id", "person_id", "by"),
        sa.PrimaryKeyConstraint("assessment_id", "person_id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_person_id"), "assignment", ["person_id"])
    op.create_table(
        "change_request",
        _id("assessment_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("saw", sa.Text(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _id("by"),
        _moment("at"),
        *_known("change_request", "assessment_id", "by"),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_change_request")),
    )
    op.create_table(
        "sign_off",
        _id("assessment_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("submission_digest", sa.String(length=64), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("result_digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _id("by"),
        _moment("at"),
        *_known("sign_off", "assessment_id", "by"),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_sign_off")),
    )
    op.create_table(
        "resolution",
        _id("comment_id"),
        _id("by"),
        _moment("at"),
        *_known("resolution", "comment_id", "by"),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_resolution")),
    )
    op.create_table(
        "second_reading",
        _id("assessment_id"),
        sa.Column("submission", sa.Integer(), nullable=False),
        _id("person_id"),
        _moment("started_at"),
        _moment("finished_at", nullable=True),
        *_known("second_reading", "assessment_id", "person_id"),
        sa.PrimaryKeyConstraint(
            "assessment_id", "submission", "person_id", name=op.f("pk_second_reading")
        ),
    )
    op.create_table(
        "opinion",
        _id("assessment_id"),
        sa.Column("submission", sa.Integer(), nullable=False),
        _id("person_id"),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("at"),
        *_known("opinion", "assessment_id", "person_id"),
        sa.PrimaryKeyConstraint(
            "assessment_id", "submission", "person_id", "about", name=op.f("pk_opinion")
        ),
    )
    op.create_table(
        "mail",
        _id("id"),
        _id("person_id"),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _moment("at"),
        _moment("sent_at", nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        *_known("mail", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(op.f("ix_mail_person_id"), "mail", ["person_id"])
    op.create_table(
        "notice",
        _id("id"),
        _id("person_id"),
        _id("assessment_id"),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        _id("by"),
        _moment("at"),
        sa.Column("mail_id", sa.String(length=26), nullable=True),
        *_known("notice", "person_id", "assessment_id", "by", "mail_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_mail_id"), "notice", ["mail_id"])
    for table in NEVER_CHANGED:
        forbid_changes(table)


def downgrade() -> None:
    """Takes it back."""
    for table in NEVER_CHANGED:
        permit_changes(table)
    op.drop_index(op.f("ix_notice_mail_id"), "notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_mail_person_id"), "mail")
    op.drop_table("mail")
    for table in ("opinion", "second_reading", "resolution", "sign_off", "change_request"):
        op.drop_table(table)
    op.drop_index(op.f("ix_assignment_person_id"), "assignment")
    op.drop_table("assignment")
    for column in ("machine", "basis", "submission"):
        op.drop_column("decision", column)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=26), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


_TABLE_OF = {
    "assessment_id": "assessment",
    "person_id": "person",
    "by": "person",
    "comment_id": "comment",
    "mail_id": "mail",
}


def _known(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    """What these columns name has to be there."""
    return [
        sa.ForeignKeyConstraint([name], [f"{_TABLE_OF[name]}.id"], name=op.f(f"fk_{table}_{name}"))
        for name in names
    ]
