"""The state database: SQLite, written by several processes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

from warehouse.errors import Unavailable

_PATIENCE_S: Final = 30
"""How long to wait for another process that is writing."""
_NUMBERED: Final = re.compile(r"^(\d{4})_\w+\.sql$")


class State:
    """The state of a home. Each thread needs one of its own."""

    def __init__(self, path: Path) -> None:
        """Opens it, making or upgrading it where need be.

        Raises `Unavailable` where it is of a later Tollbook, or no state of one.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        try:
            self._connection.execute("pragma journal_mode = wal")
            # A mail that was noted as sent must be so after a power cut too.
            self._connection.execute("pragma synchronous = full")
            self._connection.execute("pragma foreign_keys = on")
            self._upgrade(path)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise Unavailable(f"{path} cannot be used: {error}. Put its last backup back") from None

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """The answer to a query; `values` stand for its question marks."""
        return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction, which no other process writes beside; undone by any error."""
        self._connection.execute("begin immediate")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def _upgrade(self, path: Path) -> None:
        steps = _steps()
        if self._version() > max(steps):
            self._connection.close()
            raise Unavailable(f"{path} is of a later version of Tollbook: install that one")
        if self._version() == max(steps):
            return
        with self.change() as connection:
            known = self._version()
            for number, sql in sorted(steps.items()):
                if number > known:
                    for statement in sql.split(";\n"):
                        connection.execute(statement)
                    connection.execute(f"pragma user_version = {number}")

    def _version(self) -> int:
        return int(self.rows("pragma user_version")[0][0])


def _steps() -> dict[int, str]:
    found = {}
    for one in files("app.state").joinpath("schema").iterdir():
        if match := _NUMBERED.match(one.name):
            found[int(match.group(1))] = one.read_text(encoding="utf-8")
    return found
