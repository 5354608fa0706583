"""One connection to the server of the mirror, and what becomes of it when something goes wrong."""

from __future__ import annotations

import math
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import PurePath
from typing import Any, Final

import polars as pl
import psutil
import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks

from warehouse.errors import Unavailable
from warehouse.mirror.bulk import CHUNK_ROWS
from warehouse.mirror.dialect import Dialect
from warehouse.mirror.dialects import dialect_of
from warehouse.mirror.refusals import (
    TargetRefused,
    TargetUnavailable,
    is_passing,
    is_shut_out,
    mend_of,
)
from warehouse.mirror.tables import Table
from warehouse.odbc.drivers import with_driver
from warehouse.odbc.errors import refusal
from warehouse.odbc.settings import connection_of, settings_of, without_secrets

LOGIN_SECONDS: Final = 15
SILENCE_SECONDS: Final = 300.0
"""A server that says nothing for so long is taken for lost, and its connection is cut."""

_MICROSOFT: Final = re.compile(r"msodbcsql|ODBC Driver \d+ for SQL Server", re.IGNORECASE)
_CONNECTING: Final = "cannot be reached"
_PARTNER: Final = "FAILOVER_PARTNER"


class Server:
    """Opens a connection when it is needed, and drops it on any fault: the next one begins afresh.

    Args:
        connection: an ODBC connection string; one that names no driver is for SQL Server.
        schema: where the mirror lives in the database.
        silence_seconds: how long a statement may take.

    Every refusal is a `TargetUnavailable` or `TargetRefused`, in one sentence and without secrets.
    """

    def __init__(
        self, connection: str, schema: str, silence_seconds: float = SILENCE_SECONDS
    ) -> None:
        self._given = settings_of(connection)
        self._schema = schema
        self._silence = silence_seconds
        self._connection: pyodbc.Connection | None = None
        self._dialect: Dialect | None = None
        self._sockets: set[int] = set()
        self._watch: _Watch | None = None
        self.session_tables: set[str] = set()
        """What was made for this connection alone, and goes with it."""

    @property
    def name(self) -> str:
        """What messages call it."""
        known = self._given
        server = known.get("SERVER") or known.get("SERVERNAME") or known.get("DSN") or "its default"
        driver = PurePath(known.get("DRIVER", "")).name
        database = known.get("DATABASE") or "its default database"
        return f"The mirror ({f'{driver}, ' if driver else ''}server {server}, {database})"

    @property
    def dialect(self) -> Dialect:
        """Known once there is a connection; makes one if need be."""
        self._connected()
        assert self._dialect is not None  # noqa: S101 - set by the connection
        return self._dialect

    def close(self) -> None:
        """Drops the connection; what was not committed is as if it had never been."""
        connection, self._connection = self._connection, None
        self.session_tables.clear()
        if connection is not None:
            with suppress(pyodbc.Error):
                connection.close()

    @contextmanager
    def transaction(self) -> Iterator[pyodbc.Cursor]:
        """One transaction: committed at the end of the block, or nothing of it."""
        with self._saying("refused"):
            connection = self._connected()
            with self._listening(lambda: self._sockets):
                cursor = connection.cursor()
                yield cursor
                connection.commit()
                cursor.close()

    def heard(self) -> None:
        """Tells that the server has just answered: a long transaction may go on being long."""
        if self._watch is not None:
            self._watch.begin()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query of ours, spelled for the server already."""
        with self.transaction() as cursor:
            return [tuple(row) for row in cursor.execute(sql, *parameters).fetchall()]

    def frame(self, name: str, of: Table, parameters: Sequence[object]) -> pl.DataFrame:
        """Rows of a table by one of our statements, in its columns."""
        columns = ", ".join(map(self.dialect.reading, of.columns))
        sql = self.dialect.statement(name, table=of.name, columns=columns)
        parts = [of.schema.to_frame()]
        with self.transaction() as cursor:
            cursor.execute(sql, *parameters)
            while rows := cursor.fetchmany(CHUNK_ROWS):
                self.heard()
                told = [tuple(row) for row in rows]
                parts.append(pl.DataFrame(told, of.schema, orient="row", strict=False))
        return pl.concat(parts)

    def _connected(self) -> pyodbc.Connection:
        if self._connection is None:
            settings = with_driver(self._given)
            if _MICROSOFT.search(settings.get("DRIVER", "")):
                # Else it cannot be told the types of a table of the session, and guesses them.
                settings.setdefault("USEFMTONLY", "yes")
            partner = settings.pop(_PARTNER, "")
            try:
                self._open(settings)
            except Unavailable:
                if not partner:
                    raise
                self._open(settings | {"SERVER": partner})
        return self._connection

    def _open(self, settings: dict[str, str]) -> None:
        with self._saying(_CONNECTING):
            before = _sockets()
            with self._listening(lambda: _sockets() - before):
                connection = pyodbc.connect(
                    connection_of(settings), autocommit=False, timeout=LOGIN_SECONDS
                )
                self._sockets = _sockets() - before
                self._connection = connection
                product = str(connection.getinfo(pyodbc.SQL_DBMS_NAME))
                self._dialect = dialect_of(product, self._schema)
                if self._dialect.has_time_limits:
                    connection.timeout = math.ceil(self._silence)
                self._dialect.greet(connection)

    @contextmanager
    def _listening(self, sockets: Callable[[], set[int]]) -> Iterator[None]:
        """Cuts the connection when nothing comes back for too long.

        A network that swallows everything makes no error: the driver would wait for ever.
        """
        outer, self._watch = self._watch, _Watch(self._silence, sockets)
        self._watch.begin()
        try:
            yield
        finally:
            self._watch.end()
            self._watch = outer

    @contextmanager
    def _saying(self, what: str) -> Iterator[None]:
        try:
            yield
        except pyodbc.Error as error:
            self.close()
            refused = refusal(error)
            words = without_secrets(refused.words, self._given)
            connecting = what == _CONNECTING
            told = f"{self.name} {what}: {words}. {mend_of(refused, connecting=connecting)}"
            passes = not is_shut_out(refused) if connecting else is_passing(refused)
            raise (TargetUnavailable if passes else TargetRefused)(told) from error
        except BaseException:
            self.close()
            raise


class _Watch:
    """Shuts sockets down after so many seconds, unless it begins anew or ends before.

    The driver then finds its connection closed, whatever it was waiting for.
    """

    def __init__(self, seconds: float, sockets: Callable[[], set[int]]) -> None:
        self._seconds = seconds
        self._sockets = sockets
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        self.end()
        self._timer = threading.Timer(self._seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _cut(self) -> None:
        for handle in self._sockets():
            with suppress(OSError), socket.socket(fileno=os.dup(handle)) as cut:
                cut.shutdown(socket.SHUT_RDWR)


def _sockets() -> set[int]:
    """Handles of this process's connections; Windows does not tell them."""
    found = psutil.Process().net_connections(kind="tcp")
    return {connection.fd for connection in found if connection.fd >= 0}
