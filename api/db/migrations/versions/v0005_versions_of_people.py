"""Memberships and profiles have a version, so that nobody changes what they have not seen."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("membership", "person")


def upgrade() -> None:
    """Makes it so."""
    for table in TABLES:
        version = sa.Column("version", sa.Integer(), nullable=False, server_default="1")
        op.add_column(table, version)


def downgrade() -> None:
    """Takes it back."""
    for table in TABLES:
        op.drop_column(table, "version")
