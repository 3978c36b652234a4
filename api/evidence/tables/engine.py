"""A database engine (DuckDB) that reads one file, and can touch nothing else on the machine.

What it notes goes to a folder of its own, up to a limit, and is compressed there. The file is
reached through a link of ours, so that signs in its name (`*`, `[`, `?`) are never a pattern.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY = "512MB"
SPILLED = "4GB"
"""Room on the disk for what does not fit into memory."""

THREADS = 2

Row = tuple[object, ...]

_OUR_MISTAKES = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
)
_LINK = "table"
_SPILL = "spill"
_DATABASE = "rows.duckdb"


class EngineError(Exception):
    """The engine cannot read the file."""


class TooMuchError(Exception):
    """The file holds more than may be held in memory and on the disk."""


class Engine:
    """Answers questions about the one file that stands at `path`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection = connection
        self.path = path

    def run(self, sql: str) -> None:
        """Carries out a statement that has no answer."""
        with _within_limits():
            self._connection.execute(sql)

    def code(self, name: str, column: str, codes: Sequence[tuple[str, str]]) -> None:
        """Adds a column to the table `picked`: the code of each word that stands in another one."""
        with _within_limits():
            run = self._connection.execute
            run(f"ALTER TABLE picked ADD COLUMN {name} VARCHAR DEFAULT ''")
            run("CREATE OR REPLACE TEMP TABLE codes (word VARCHAR, code VARCHAR)")
            for word, code in codes:
                if code:
                    run("INSERT INTO codes VALUES (?, ?)", [word, code])
            run(
                f"UPDATE picked SET {name} = codes.code FROM codes "  # noqa: S608 (our names)
                f"WHERE picked.{column} = codes.word"
            )

    def row(self, sql: str) -> Row:
        """The only row of the answer."""
        (row,) = self.rows(sql)
        return row

    def rows(self, sql: str) -> list[Row]:
        """All rows of an answer that is short by its nature."""
        with _within_limits():
            return self._connection.execute(sql).fetchall()

    def each(self, sql: str, *, batch: int = 4096) -> Iterator[Row]:
        """The rows of a long answer, a few thousand at a time."""
        with _within_limits():
            found = self._connection.execute(sql)
            while rows := found.fetchmany(batch):
                yield from rows


@contextmanager
def engine_for(path: Path, *, folder: Path) -> Iterator[Engine]:
    """An engine that may read `path`, and keeps what it puts away in `folder`, which is ours."""
    link = folder / _LINK
    _put(link, path.resolve())
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": str(THREADS),
        "temp_directory": str(folder / _SPILL),
        "max_temp_directory_size": SPILLED,
        "preserve_insertion_order": "false",
        # Nothing is fetched and no code is loaded, whatever a file pretends to be.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_extension_repositories": "forbidden",
        "allow_persistent_secrets": "false",
        # A name in a query must not be looked up among the variables of this program.
        "python_enable_replacements": "false",
    }
    database = folder / _DATABASE
    database.unlink(missing_ok=True)
    with _within_limits():
        connection = duckdb.connect(database, config=config)
    with connection:
        connection.execute(f"SET allowed_paths = [{quoted(str(link))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET lock_configuration = true")
        yield Engine(connection, link)


def quoted(text: str) -> str:
    """Text as SQL writes it. Nothing that a stranger wrote gets into a query but through this."""
    return "'" + text.replace("'", "''") + "'"


def csv_scan(engine: Engine, *, columns: int, delimiter: str) -> str:
    """The rows of a clean CSV file as text in columns `c0`, `c1`, ...; anything odd is an error.

    Nothing is guessed: a guess by a sample could read the same column in two ways.
    """
    names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(columns))
    return (
        f"read_csv({quoted(str(engine.path))}, auto_detect = false, header = true, "
        f"delim = {quoted(delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
        f"strict_mode = true, columns = {{{names}}})"
    )


def parquet_scan(engine: Engine, *, columns: int | None = None) -> str:
    """The rows of a Parquet file, in columns `c0`, `c1`, ... where their number is known."""
    scan = f"read_parquet({quoted(str(engine.path))}, hive_partitioning = false)"
    if columns is None:
        return scan
    return f"{scan} AS parquet({', '.join(f'c{i}' for i in range(columns))})"


def names_and_types(engine: Engine, scan: str) -> Sequence[tuple[str, str]]:
    """The columns of a scan."""
    described = engine.rows(f"DESCRIBE SELECT * FROM {scan}")  # noqa: S608 (the scan is ours)
    return [(str(name), str(kind)) for name, kind, *_ in described]


@contextmanager
def _within_limits() -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        raise TooMuchError from None
    except _OUR_MISTAKES:
        raise
    except duckdb.Error as error:
        raise EngineError(str(error)[:500]) from None


def _put(link: Path, path: Path) -> None:
    """A link to the file, or a copy of it where the system has no links."""
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(path)
    except OSError:
        shutil.copyfile(path, link)
