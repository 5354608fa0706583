"""Connections to a call detail database, embedded or on a server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import polars as pl

from pipeline.sources.lync import embedded
from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.columns import frame_of, in_columns
from pipeline.sources.lync.dialects import Dialect, sql, translated
from pipeline.sources.settings import FILE
from warehouse.errors import Unavailable

if TYPE_CHECKING:
    from pipeline.sources.lync.odbc import ServerConnection

Parameter = datetime | int | str
Row = Sequence[object]


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
        return self._execute(self._text(tsql), [_bound(value) for value in parameters])

    def frame(self, tsql: str, parameters: Sequence[Parameter], schema: pl.Schema) -> pl.DataFrame:
        query = in_columns(self._text(tsql), schema)
        (arrays,) = self._execute(query, [_bound(value) for value in parameters])
        return frame_of(cast("Sequence[str]", arrays), schema)

    def _text(self, tsql: str) -> str:
        return translated(self.catalog.spelled(tsql), Dialect.SQLITE)

    def _execute(self, statement: str, parameters: Sequence[int | str]) -> list[Row]:
        try:
            return self._database.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise Unavailable(
                f"The embedded call database {self._path} cannot be read: {error}. "
                "Try again when its writer is idle; if it stays so, make it anew."
            ) from error


def _bound(value: Parameter) -> int | str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    return value
