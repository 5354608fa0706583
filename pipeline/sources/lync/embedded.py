"""The embedded kind of call detail database: one SQLite file, no server.

Its tables carry the names of the real database, so that the same queries run on it. Times are text
`YYYY-MM-DD HH:MM:SS.mmm` (UTC), a format in which comparing texts is comparing times. Several
processes may read and one may write at once.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline.sources.lync.dialects import Dialect, sql, statements
from warehouse.errors import Unavailable

BUSY_SECONDS = 10.0


def create(path: Path) -> None:
    """Makes the database file with its lookup rows; one that is already there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(_attached(path, mode="rwc")) as database:
        database.execute("PRAGMA dbo.journal_mode = WAL")
        database.execute("BEGIN IMMEDIATE")
        if not database.execute("SELECT 1 FROM dbo.sqlite_master LIMIT 1").fetchone():
            for script in ("schema", "lookups"):
                for statement in statements(sql(script), Dialect.SQLITE):
                    database.execute(statement)
        database.commit()


def connect(path: Path) -> sqlite3.Connection:
    """Opens the database under the schema name `dbo`.

    Raises:
        Unavailable: the file is missing or is not such a database.
    """
    if not path.is_file():
        raise Unavailable(
            f"There is no embedded call database {path}. "
            "`tollbook demo` makes one; for a real one correct `connection` in tollbook.toml."
        )
    try:
        return _attached(path, mode="rw")
    except sqlite3.Error as error:
        raise Unavailable(
            f"The embedded call database {path} cannot be opened: {error}. "
            "Correct `connection` in tollbook.toml, or let this user read and write it."
        ) from error


def _attached(path: Path, mode: str) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", timeout=BUSY_SECONDS, uri=True)
    try:
        database.execute("ATTACH ? AS dbo", (f"{path.resolve().as_uri()}?mode={mode}",))
        database.execute("PRAGMA dbo.synchronous = NORMAL")
    except BaseException:
        database.close()
        raise
    return database
