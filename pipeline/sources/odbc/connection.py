"""One connection to a database server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import PurePath

import polars as pl
import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks

from pipeline.sources.odbc.arrow import ArrowError, ArrowReader, BeyondArrow
from pipeline.sources.odbc.frames import frame
from warehouse.errors import Unavailable
from warehouse.odbc.drivers import with_driver
from warehouse.odbc.errors import refusal
from warehouse.odbc.settings import connection_of, settings_of, without_secrets

Parameter = datetime | int | str

LOGIN_SECONDS = 10
QUERY_SECONDS = 300
LOCK_MILLISECONDS = 5_000

# Others own the database. Read committed rows only, give up soon where a row is locked, lose every
# deadlock to them, and change nothing.
_SQL_SERVER_MANNERS = (
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET LOCK_TIMEOUT {lock}",
    "SET DEADLOCK_PRIORITY LOW",
)
_POSTGRES_MANNERS = (
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY",
    "SET lock_timeout = {lock}",
)

_PARTNER = "FAILOVER_PARTNER"


class OdbcServer:
    """Reads from a server; every statement is a transaction of its own.

    A connection that names no driver is one to SQL Server. Where `Failover_Partner` names a second
    server it is tried after the first, by ourselves: not every driver does.

    Args:
        connection: an ODBC connection string.
        subject: what the database is to people, for the messages.

    Raises:
        Unavailable: on every failure, naming driver and server and what to do, without a secret.
    """

    def __init__(self, connection: str, subject: str = "The database") -> None:
        self._subject = subject
        self._settings = with_driver(settings_of(connection))
        partner = self._settings.pop(_PARTNER, "")
        try:
            self._open()
        except Unavailable as first:
            if not partner:
                raise
            self._settings["SERVER"] = partner
            try:
                self._open()
            except Unavailable as second:
                raise Unavailable(f"{first} Nor does its partner help: {second}") from second

    @property
    def name(self) -> str:
        """What messages call it."""
        known = self._settings
        driver = PurePath(known.get("DRIVER", "")).name or known.get("DSN") or "no driver named"
        server = known.get("SERVER") or known.get("SERVERNAME") or "no server named"
        database = known.get("DATABASE") or "its default database"
        return f"{self._subject} ({driver}, server {server}, {database})"

    @cached_property
    def product(self) -> str:
        """The server's own name, for example `Microsoft SQL Server` or `PostgreSQL`."""
        with self._saying("cannot be read"):
            return str(self._server.getinfo(pyodbc.SQL_DBMS_NAME))

    @property
    def is_postgres(self) -> bool:
        return "postgres" in self.product.lower()

    def rows(self, text: str, parameters: Sequence[Parameter] = ()) -> list[Sequence[object]]:
        """All rows of a query; times in and out are naive UTC."""
        with self._saying("cannot be read"):
            return list(self._server.execute(text, *map(_bound, parameters)).fetchall())

    def frame(self, text: str, parameters: Sequence[Parameter], schema: pl.Schema) -> pl.DataFrame:
        """All rows of a query in columns of `schema`, by position."""
        if self._reader is not None:
            with suppress(BeyondArrow), self._saying("cannot be read"):
                return self._reader.frame(text, [_told(value) for value in parameters], schema)
        return frame(self.rows(text, parameters), schema)

    def close(self) -> None:
        self._server.close()

    @cached_property
    def _reader(self) -> ArrowReader | None:
        """None for FreeTDS: it is good for reading row by row, but loses rows of arrays."""
        with self._saying("cannot be read"):
            if "tdsodbc" in str(self._server.getinfo(pyodbc.SQL_DRIVER_NAME)).lower():
                return None
            return ArrowReader(
                connection_of(self._settings), LOGIN_SECONDS, self._query_seconds, self._manners
            )

    @property
    def _manners(self) -> Sequence[str]:
        known: Sequence[str] = ()
        if self.is_postgres:
            known = _POSTGRES_MANNERS
        elif "sql server" in self.product.lower():
            known = _SQL_SERVER_MANNERS
        return [statement.format(lock=LOCK_MILLISECONDS) for statement in known]

    @property
    def _query_seconds(self) -> int:
        """0 is without end: the driver of PostgreSQL knows no such limit."""
        return 0 if self.is_postgres else QUERY_SECONDS

    def _open(self) -> None:
        with self._saying("cannot be reached"):
            self._server = pyodbc.connect(
                connection_of(self._settings), autocommit=True, readonly=True, timeout=LOGIN_SECONDS
            )
        try:
            with self._saying("cannot be read"):
                if self._query_seconds:
                    self._server.timeout = self._query_seconds
                for statement in self._manners:
                    self._server.execute(statement)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _saying(self, what: str) -> Iterator[None]:
        """Turns every refusal into one sentence that says what to do."""
        try:
            yield
        except (pyodbc.Error, ArrowError) as error:
            refused = refusal(error)
            words = without_secrets(refused.words, self._settings)
            raise Unavailable(f"{self.name} {what}: {words}. {refused.mend}") from error


def _bound(value: Parameter) -> Parameter:
    """Times of databases that we read have milliseconds at most."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def _told(value: Parameter) -> str:
    """As text, in the one form of time that no server's settings change."""
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else str(value)
