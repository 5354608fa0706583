"""Connections to a call detail database, embedded or on a server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.sources.lync import embedded
from pipeline.sources.lync.dialects import Dialect, translated
from warehouse.errors import Unavailable

if TYPE_CHECKING:
    from pipeline.sources.lync.odbc import OdbcConnection

Parameter = datetime | int
Row = Sequence[object]

FILE = "file:"
"""Begins the connection of an embedded database; its path follows."""


class Connection(Protocol):
    """Runs the driver's T-SQL wherever the calls are."""

    def rows(self, tsql: str, parameters: Sequence[Parameter] = ()) -> list[Row]:
        """All rows of a query; times in and out are naive UTC. Raises `Unavailable`."""


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


def _server(connection: str) -> OdbcConnection:
    try:
        # Only servers need ODBC: without its driver manager, everything else works.
        from pipeline.sources.lync.odbc import OdbcConnection  # noqa: PLC0415
    except ImportError as error:
        raise Unavailable(
            f"The ODBC driver manager cannot be loaded ({error}). "
            "Install it (Debian: apt-get install unixodbc), and the driver of your server."
        ) from error
    return OdbcConnection(connection)


class _EmbeddedConnection:
    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path = path
        self._database = database

    def rows(self, tsql: str, parameters: Sequence[Parameter] = ()) -> list[Row]:
        bound = [
            value.isoformat(sep=" ", timespec="milliseconds")
            if isinstance(value, datetime)
            else value
            for value in parameters
        ]
        try:
            return self._database.execute(translated(tsql, Dialect.SQLITE), bound).fetchall()
        except sqlite3.Error as error:
            raise Unavailable(
                f"The embedded call database {self._path} cannot be read: {error}. "
                "Try again when its writer is idle; if it stays so, make it anew."
            ) from error
