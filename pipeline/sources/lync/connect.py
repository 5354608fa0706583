"""Connections to a call detail database, embedded or on a server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from pipeline.sources.lync import embedded
from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.dialects import Dialect, sql, translated
from pipeline.sources.odbc.frames import frame
from warehouse.errors import Unavailable

if TYPE_CHECKING:
    from pipeline.sources.lync.odbc import ServerConnection

Parameter = datetime | int | str
Row = Sequence[object]

FILE = "file:"
"""Begins the connection of an embedded database; its path follows."""


class Connection(Protocol):
    """Runs the driver's T-SQL wherever the calls are. Everything may raise `Unavailable`."""

    @property
    def catalog(self) -> Catalog:
        """What the database shows of its tables and columns."""

    @property
    def product(self) -> str:
        """The name of what holds the database."""

    def rows(self, tsql: str, parameters: Sequence[Parameter] = ()) -> list[Row]:
        """All rows of a query; times in and out are naive UTC."""

    def frame(self, tsql: str, parameters: Sequence[Parameter], schema: pl.Schema) -> pl.DataFrame:
        """All rows of a query in columns of `schema`, by position: the way to read many."""


@contextmanager
def connected(connection: str) -> Iterator[Connection]:
    """Opens `file:PATH` (embedded) or an ODBC connection string, and closes it again.

    Raises:
        Unavailable: the database cannot be had; the message says what to do and has no password.
    """
    if connection.startswith(FILE):
        path = Path(connection.removeprefix(FILE))
        with closing(embedded.connect(path)) as database:
            yield _EmbeddedConnection(path, database)
    else:
        with closing(_server(connection)) as server:
            yield server


def _server(connection: str) -> ServerConnection:
    try:
        # Only servers need ODBC: without its driver manager, everything else works.
        from pipeline.sources.lync.odbc import ServerConnection  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise Unavailable(
            f"The ODBC driver manager cannot be loaded ({error}). "
            "Install it (Debian: apt-get install unixodbc), and the driver of your server."
        ) from error
    return ServerConnection(connection)


class _EmbeddedConnection:
    product = "SQLite, embedded"

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path = path
        self._database = database
        self.catalog = Catalog.of(self._execute(sql("columns_embedded"), ()))

    def rows(self, tsql: str, parameters: Sequence[Parameter] = ()) -> list[Row]:
        bound = [
            value.isoformat(sep=" ", timespec="milliseconds")
            if isinstance(value, datetime)
            else value
            for value in parameters
        ]
        return self._execute(translated(self.catalog.spelled(tsql), Dialect.SQLITE), bound)

    def frame(self, tsql: str, parameters: Sequence[Parameter], schema: pl.Schema) -> pl.DataFrame:
        return frame(self.rows(tsql, parameters), schema)

    def _execute(self, statement: str, parameters: Sequence[int | str]) -> list[Row]:
        try:
            return self._database.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise Unavailable(
                f"The embedded call database {self._path} cannot be read: {error}. "
                "Try again when its writer is idle; if it stays so, make it anew."
            ) from error
