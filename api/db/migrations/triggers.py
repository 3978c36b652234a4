"""Triggers that refuse to change or delete rows, in the words of each database.

Migrations use them: do not change what they do, for an old migration must stay what it was.
"""

from alembic import op

_FUNCTION = """
CREATE OR REPLACE FUNCTION readiness_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
END $$
"""


def forbid_changes(table: str) -> None:
    """From now on rows may only be added."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
            )
        return
    op.execute(_FUNCTION)
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION readiness_append_only()"
    )


def permit_changes(table: str) -> None:
    """Takes it back."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{what}")
        return
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
