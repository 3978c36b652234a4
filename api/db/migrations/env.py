"""Runs the migrations on the connection that it is given: Alembic itself opens none."""

from alembic import context

from api.db import review_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=review_tables.ALL,
    render_as_batch=True,  # SQLite cannot change a table; Alembic moves its rows to a new one
    compare_server_default=False,
)

with context.begin_transaction():
    context.run_migrations()
