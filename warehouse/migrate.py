"""Numbered changes of the schema, each applied once and whole."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import duckdb

from warehouse.errors import Damaged, Unavailable
from warehouse.statements import statement

_FOLDER = Path(__file__).parent / "schema"


@cache
def migrations() -> tuple[tuple[int, str, str], ...]:
    """Number, name and SQL of every migration, in order."""
    return tuple(
        (int(path.stem.split("_", 1)[0]), path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(_FOLDER.glob("[0-9]*_*.sql"))
    )


def schema_version() -> int:
    """The number of the newest migration that this program knows."""
    return migrations()[-1][0]


def migrate(connection: duckdb.DuckDBPyConnection) -> int:
    """Brings a database to `schema_version()` and returns how many migrations that took.

    Raises `Unavailable` for a database of a newer program and `Damaged` where an applied
    migration is not the one that this program knows.
    """
    connection.execute(statement("create_migrations"))
    rows = connection.execute("select number, sha256 from migrations").fetchall()
    applied: dict[int, str] = dict(rows)
    if applied and max(applied) > schema_version():
        raise Unavailable(
            f"The warehouse has schema {max(applied)}, this program knows up to "
            f"{schema_version()}. Update Tollbook."
        )
    done = 0
    for number, name, text in migrations():
        mark = sha256(text.encode()).hexdigest()
        if number in applied:
            if applied[number] != mark:
                raise Damaged(f"Migration {name} was applied to the warehouse in another form.")
            continue
        connection.begin()
        try:
            connection.execute(text)
            connection.execute("insert into migrations values (?, ?, ?)", [number, name, mark])
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        done += 1
    return done
