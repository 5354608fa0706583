"""A database of any make: an embedded file, or a server through ODBC."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from pipeline.sources.settings import FILE
from warehouse.errors import Unavailable

_DIALECTS = {
    "sqlite": "sqlite",
    "postgres": "postgres",
    "sql server": "tsql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "oracle": "oracle",
}
"""Dialects of sqlglot by a part of the product's name."""


class Database(Protocol):
    """An open connection that reads. Everything may raise `Unavailable`."""

    @property
    def product(self) -> str:
        """What the database calls itself."""

    def rows(self, text: str, parameters: Sequence[Any] = ()) -> list[Sequence[object]]:
        """All rows of a query."""


def dialect_of(product: str) -> str:
    """The SQL that a product speaks, by sqlglot's names; standard SQL where it is not known."""
    name = product.lower()
    return next((dialect for part, dialect in _DIALECTS.items() if part in name), "")


@contextmanager
def opened(connection: str) -> Iterator[Database]:
    """Opens `file:PATH` (SQLite) or an ODBC connection string, and closes it again.

    Raises:
        Unavailable: the database cannot be had; the message says what to do and has no password.
    """
    if connection.startswith(FILE):
        with closing(_File(Path(connection.removeprefix(FILE)))) as file:
            yield file
        return
    try:
        # Only servers need ODBC: without its driver manager, everything else works.
        from pipeline.sources.odbc.connection import OdbcServer  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise Unavailable(
            f"The ODBC driver manager cannot be loaded ({error}). "
            "Install it (Debian: apt-get install unixodbc), and the driver of your server."
        ) from error
    with closing(OdbcServer(connection)) as server:
        yield server


class _File:
    product = "SQLite"

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def rows(self, text: str, parameters: Sequence[Any] = ()) -> list[Sequence[object]]:
        try:
            return list(self._file.execute(text, parameters).fetchall())
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def close(self) -> None:
        self._file.close()

    def _unavailable(self, error: sqlite3.Error) -> Unavailable:
        return Unavailable(
            f"The database {self._path} cannot be read: {error}. "
            "Check the path after file:, the table and its columns."
        )
