"""A call detail database on a server, through ODBC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks

from pipeline.sources.lync.dialects import Dialect, sql, translated
from warehouse.errors import Unavailable

LOGIN_SECONDS = 10
QUERY_SECONDS = 300

# A live telephone system owns this database: read committed rows only, give up soon where a row is
# locked, and lose every deadlock to it.
_MANNERS = (
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET LOCK_TIMEOUT 5000",
    "SET DEADLOCK_PRIORITY LOW",
)

_SETTING = re.compile(r"\s*([^=;]+?)\s*=\s*(\{(?:[^}]|\}\})*\}|[^;]*)\s*(?:;|$)")
_SECRETS = frozenset({"PWD", "PASSWORD", "ACCESSTOKEN"})

_INSTALL_DRIVER = "Install that ODBC driver, or name an installed one in DRIVER={…}."
_CHECK_DATABASE = (
    "Check that DATABASE names the call detail database, "
    "and that the login may SELECT from its dbo tables."
)
_MENDS = {
    "IM002": _INSTALL_DRIVER,
    "01000": _INSTALL_DRIVER,
    "08001": "Check SERVER and the network. Where the server's certificate is not trusted, "
    "set TrustServerCertificate=yes or install the certificate.",
    "28": "Check UID and PWD, and that the login may open the database.",
    "40": "The database preferred another user; the next poll tries again.",
    "42": _CHECK_DATABASE,
}
"""What to do, by SQLSTATE or its class (the first two characters)."""
_OTHER_MEND = "Check the connection string and that the server is up; the next poll tries again."

# One vendor document spells these columns without the s; servers have been seen with it.
_REPLACED = "ReplacesDialogId"
_OTHER_SPELLING = "ReplaceDialogId"
_REPLACING_TABLES = {"sessiondetails": "s.", "conferencesessiondetails": "d."}


class OdbcConnection:
    """One connection; every statement is a transaction of its own.

    Raises:
        Unavailable: on every failure, naming driver and server and what to do.
    """

    def __init__(self, connection: str) -> None:
        self._settings = _settings(connection)
        try:
            self._server = pyodbc.connect(
                connection, autocommit=True, readonly=True, timeout=LOGIN_SECONDS
            )
        except pyodbc.Error as error:
            raise self._unavailable("cannot be reached", error) from error
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def rows(self, tsql: str, parameters: Sequence[datetime | int] = ()) -> list[Sequence[object]]:
        """All rows of a query; times in and out are naive UTC."""
        text = translated(self._spelled(tsql), self._dialect)
        try:
            return list(self._server.execute(text, *map(_bound, parameters)).fetchall())
        except pyodbc.Error as error:
            raise self._unavailable("cannot be read", error) from error

    def close(self) -> None:
        self._server.close()

    def _prepare(self) -> None:
        try:
            product = str(self._server.getinfo(pyodbc.SQL_DBMS_NAME))
            self._dialect = Dialect.POSTGRES if "postgres" in product.lower() else Dialect.TSQL
            if self._dialect is Dialect.TSQL:
                self._server.timeout = QUERY_SECONDS
                for statement in _MANNERS:
                    self._server.execute(statement)
            found = self._server.execute(sql("columns")).fetchall()
        except pyodbc.Error as error:
            raise self._unavailable("cannot be read", error) from error
        columns = {(str(table).lower(), str(column).lower()) for table, column in found}
        if not any(table == "sessiondetails" for table, _ in columns):
            raise Unavailable(
                f"{self._name()} shows no table dbo.SessionDetails. {_CHECK_DATABASE}"
            )
        self._misspelled = [
            alias
            for table, alias in _REPLACING_TABLES.items()
            if (table, f"{_OTHER_SPELLING}Time".lower()) in columns
        ]

    def _spelled(self, tsql: str) -> str:
        for alias in self._misspelled:
            tsql = tsql.replace(alias + _REPLACED, alias + _OTHER_SPELLING)
        return tsql

    def _unavailable(self, what: str, error: pyodbc.Error) -> Unavailable:
        state, told = (*map(str, error.args), "", "")[:2]
        for key in _SECRETS & self._settings.keys():
            told = told.replace(self._settings[key] or "\0", "…")
        mend = _MENDS.get(state) or _MENDS.get(state[:2]) or _OTHER_MEND
        return Unavailable(f"{self._name()} {what}: {' '.join(told.split())}. {mend}")

    def _name(self) -> str:
        known = self._settings
        driver = known.get("DRIVER") or known.get("DSN") or "no driver named"
        server = known.get("SERVER") or known.get("SERVERNAME") or "no server named"
        database = known.get("DATABASE") or "its default database"
        return f"The call detail database ({driver}, server {server}, {database})"


def _settings(connection: str) -> dict[str, str]:
    """The parts of an ODBC connection string, keys in capitals, values without their braces."""
    return {
        key.upper(): value[1:-1].replace("}}", "}") if value.startswith("{") else value
        for key, value in _SETTING.findall(connection)
    }


def _bound(value: datetime | int) -> datetime | int:
    """Keys of the database have milliseconds at most."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value
