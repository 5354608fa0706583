"""The mirror's own schema: made where there is none, brought up where it is older."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks

from warehouse.errors import Damaged, Unavailable
from warehouse.mirror.dialect import Dialect
from warehouse.mirror.server import Server
from warehouse.mirror.statements import Migration, comments, migrations, spelled, text_of
from warehouse.mirror.tables import table

MIGRATIONS: Final = "migrations"


def upgrade(server: Server, now: datetime, *, columnstore: bool) -> int:
    """Brings the schema to what this program writes; gives how many changes that took.

    Each change is one transaction. Raises `Unavailable` where a newer program has written there,
    `Damaged` where a change was applied in another form.
    """
    dialect = server.dialect
    applied = _applied(server, dialect)
    known = migrations()
    if applied and max(applied) > known[-1].number:
        raise Unavailable(
            f"{server.name} has schema {max(applied)}, this program knows up to "
            f"{known[-1].number}. Update Tollbook."
        )
    done = 0
    for migration in known:
        if migration.number in applied:
            if applied[migration.number] != migration.sha256:
                raise Damaged(
                    f"{server.name}: the change {migration.name} was applied in another form. Drop "
                    f"the schema {dialect.schema}; the next round writes it anew."
                )
            continue
        with server.transaction() as cursor:
            dialect.lock(cursor)
            _apply(cursor, dialect, migration, now)
        done += 1
    if columnstore:
        with server.transaction() as cursor:
            dialect.add_columnstore(cursor, table("calls"))
    return done


def is_there(server: Server, name: str) -> bool:
    """Whether the schema has a table of this name."""
    sql = server.dialect.statement("find_table")
    return bool(server.rows(sql, (server.dialect.schema, name))[0][0])


def _applied(server: Server, dialect: Dialect) -> dict[int, str]:
    if not is_there(server, MIGRATIONS):
        found = server.rows(dialect.statement("find_schema"), (dialect.schema,))
        with server.transaction() as cursor:
            if not found[0][0]:
                cursor.execute(dialect.create_schema)
            _with_meanings(cursor, dialect, text_of("create_migrations"))
        return {}
    return dict(server.rows(dialect.statement("list_migrations")))


def _apply(cursor: pyodbc.Cursor, dialect: Dialect, migration: Migration, now: datetime) -> None:
    for statement in migration.statements:
        if statement.startswith(("create table", "alter table")):
            _with_meanings(cursor, dialect, statement)
        else:
            cursor.execute(dialect.spell(statement))
    cursor.execute(
        dialect.statement("insert_migration"),
        *(migration.number, migration.name, migration.sha256),
        now.astimezone(UTC).replace(tzinfo=None, microsecond=0),
    )


def _with_meanings(cursor: pyodbc.Cursor, dialect: Dialect, statement: str) -> None:
    """Makes a table or columns, and notes on the server what they mean."""
    cursor.execute(spelled(statement, dialect.schema, dialect.sql))
    name = statement.split("{schema}.")[1].split(maxsplit=1)[0]
    for column, meaning in comments(statement):
        dialect.describe(cursor, name, column, meaning)
