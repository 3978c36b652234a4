"""The database: tables, transactions, the chained log, contents of evidence, migrations."""

from api.db.session import Database, Transaction, open_database
from api.db.upgrading import upgrade

__all__ = ["Database", "Transaction", "open_database", "upgrade"]
