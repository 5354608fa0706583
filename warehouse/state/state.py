"""The database of what people edit, open in any number of processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from warehouse.errors import Damaged, InUse, Unavailable

_SCHEMA = Path(__file__).parent / "schema"
_PATIENCE_S = 30.0
"""Others hold the database for the time of one change, or of one evaluation."""


class State:
    """`state.db` of a home. Not for use by several threads at once."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self.connection = connection

    @classmethod
    def open(cls, path: Path, *, patience_s: float = _PATIENCE_S) -> Self:
        """Opens, and creates if need be, the database with the current schema.

        Raises `InUse` where another process changes it for too long, `Unavailable` where it cannot
        be opened or is of a newer program, `Damaged` where it is no such database.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with _named(path):
            # Transactions are begun by hand: the module's own begin after what is read first.
            connection = sqlite3.connect(path, timeout=patience_s, isolation_level=None)
            try:
                connection.row_factory = sqlite3.Row
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma foreign_keys = on")
                found = cls(path, connection)
                found._migrate()
            except BaseException:
                connection.close()
                raise
        return found

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """The answer to a question; `values` stand for its question marks."""
        return self.connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and nobody else writes meanwhile, from the first statement on.

        Raises `InUse` where somebody else does for too long.
        """
        with _named(self._path):
            self.connection.execute("begin immediate")
        try:
            yield self.connection
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _migrate(self) -> None:
        if self._newest() == _migrations()[-1][0]:
            return
        with self.transaction() as connection:
            connection.execute(
                "create table if not exists migrations "
                "(number integer primary key, name text not null, sha256 text not null)"
            )
            applied = dict(connection.execute("select number, sha256 from migrations").fetchall())
            for number, name, text in _migrations():
                mark = sha256(text.encode()).hexdigest()
                if number in applied:
                    if applied[number] != mark:
                        raise Damaged(f"Migration {name} was applied to state.db in another form.")
                    continue
                for one in _statements(text):
                    connection.execute(one)
                connection.execute("insert into migrations values (?, ?, ?)", (number, name, mark))

    def _newest(self) -> int:
        known = "select 1 from sqlite_master where type = 'table' and name = 'migrations'"
        if self.connection.execute(known).fetchone() is None:
            return 0
        (newest,) = self.connection.execute("select max(number) from migrations").fetchone()
        if newest is not None and newest > _migrations()[-1][0]:
            raise Unavailable(
                f"state.db has schema {newest}, this program knows up to {_migrations()[-1][0]}. "
                "Update Tollbook."
            )
        return newest or 0


@cache
def _migrations() -> tuple[tuple[int, str, str], ...]:
    """Number, name and SQL of every migration, in order."""
    return tuple(
        (int(path.stem.split("_", 1)[0]), path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(_SCHEMA.glob("[0-9]*_*.sql"))
    )


def _statements(text: str) -> Iterator[str]:
    """The statements of a script: run as a script, they would end the transaction."""
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors of SQLite as ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise InUse(f"{path} is being written by another process. Try again.") from error
        raise Unavailable(f"{path} cannot be opened: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path} is not a database of Tollbook: {error}.") from error
