"""Statements on the way of every request: made into text once, then run by the driver itself.

SQLAlchemy looks at a statement anew each time it runs, which takes longer than what SQLite does for
it. Here it is still SQLAlchemy that writes the text and says how each value goes in and comes out;
the driver runs it on the connection, and so in the transaction, of whoever asks.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Dialect, Insert, Select, TextClause, Update
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, object]
Convert = Callable[[Any], Any]
Rows = CompoundSelect[*tuple[Any, ...]] | Select[*tuple[Any, ...]]
Statement = Insert | Rows | TextClause | Update

_NONE: Values = MappingProxyType({})


class Prepared:
    """One statement. An `Insert` without values takes one for each column of its table.

    Errors are those of SQLAlchemy, and hide the values as its own do.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def run(self, sql: Connection, values: Values = _NONE) -> None:
        """Does it, whatever comes of it."""
        self._form(sql).execute(sql, values)

    def first(self, sql: Connection, values: Values) -> Any:  # noqa: ANN401 (whatever was asked for)
        """The first row, by the names of its columns; `None` without one."""
        form = self._form(sql)
        found = form.execute(sql, values).fetchone()
        return form.row(found) if found is not None else None

    def all(self, sql: Connection, values: Values) -> list[Any]:
        """Every row, by the names of its columns."""
        form = self._form(sql)
        return [form.row(found) for found in form.execute(sql, values).fetchall()]

    def _form(self, sql: Connection) -> "_Form":
        found = self._forms.get(sql.dialect.name)
        if found is None:
            found = self._forms[sql.dialect.name] = _Form(self._statement, sql.dialect)
        return found


class _Form:
    """A statement as one kind of database reads it."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self.errors = dialect.loaded_dbapi.Error
        self.fixed = {
            name: bound.value for name, bound in compiled.binds.items() if not bound.required
        }
        self.order = compiled.positiontup
        into = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bound in compiled.binds.items()
        }
        self.into: list[tuple[str, Convert]] = [(n, do) for n, do in into.items() if do is not None]
        columns = [] if isinstance(statement, TextClause) else list(statement.exported_columns)
        out = [c.type.dialect_impl(dialect).result_processor(dialect, None) for c in columns]
        self.out: list[tuple[int, Convert]] = [
            (i, do) for i, do in enumerate(out) if do is not None
        ]
        names = [str(column.key) for column in columns]  # known no sooner than here
        row: Any = namedtuple("Row", names)  # type: ignore[misc] # noqa: PYI024
        self.make = row._make

    def execute(self, sql: Connection, values: Values) -> Any:  # noqa: ANN401 (a cursor of any driver)
        told = {**self.fixed, **values}
        for name, convert in self.into:
            told[name] = convert(told[name])
        given = told if self.order is None else [told[name] for name in self.order]
        driver: Any = sql.connection.dbapi_connection
        try:
            return driver.execute(self.text, given)
        except self.errors as error:
            raise DBAPIError.instance(
                self.text, None, error, self.errors, hide_parameters=True, dialect=sql.dialect
            ) from error

    def row(self, found: Any) -> Any:  # noqa: ANN401
        if not self.out:
            return self.make(found)
        row = list(found)
        for index, convert in self.out:
            row[index] = convert(row[index])
        return self.make(row)
