"""Which tables and columns the driver's queries need, and which of them it may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from pipeline.sources.lync.dialects import sql
from pipeline.sources.source import Finding, Tone
from warehouse.errors import Unavailable

READING = ("sessions", "conference_legs")
"""The queries that give legs."""

Ask = Callable[[str], object]
"""Runs a query in T-SQL; raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What a query needs of one table."""

    alias: str
    """By which the queries call it."""
    columns: tuple[str, ...]


@cache
def needed() -> Mapping[str, Needed]:
    """By table, what the reading queries need."""
    aliases: dict[str, str] = {}
    columns: dict[str, set[str]] = {}
    for name in READING:
        statement = sqlglot.parse_one(sql(name), read="tsql")
        tables = {table.alias_or_name: table.name for table in statement.find_all(exp.Table)}
        for alias, table in tables.items():
            aliases.setdefault(table, alias)
            columns.setdefault(table, set())
        for column in statement.find_all(exp.Column):
            owner = tables.get(column.table) or _only_table(column)
            if owner is not None:
                columns[owner].add(column.name)
    return {
        table: Needed(aliases[table], tuple(sorted(columns[table]))) for table in sorted(columns)
    }


def missing_rights(ask: Ask) -> Iterator[Finding]:
    """A fault for each table that cannot be read, or lacks columns."""
    unread = []
    for table, need in needed().items():
        try:
            ask(_nothing_of(table, need.alias, need.columns))
        except Unavailable as error:
            lacking = _lacking(ask, table, need)
            if lacking is None:
                unread.append(table)
                yield _not_readable(table, error)
            else:
                yield Finding(
                    Tone.FAULT,
                    f"dbo.{table} lacks {', '.join(lacking)}: calls cannot be read.",
                    "Check that DATABASE names the call detail database of Lync Server 2013 or "
                    "later; a login may also be refused single columns.",
                )
    if "SessionDetails" in unread and _readable(ask, "SessionDetailsView"):
        yield Finding(
            Tone.FAULT,
            "The login may read the views of the database, not its tables. The views lack what "
            "an account needs: media types, ids of gateways and of who began.",
            "Let the administrator of the database run the GRANT script of docs/lync.md.",
        )


def _only_table(column: exp.Column) -> str | None:
    """The table of a column that is written without one: that of its own select."""
    select = column.find_ancestor(exp.Select)
    tables = [] if select is None or column.table else list(select.find_all(exp.Table))
    return tables[0].name if len(tables) == 1 else None


def _lacking(ask: Ask, table: str, need: Needed) -> tuple[str, ...] | None:
    """The columns that cannot be read; None where the table itself cannot."""
    if not _readable(ask, table):
        return None
    return tuple(column for column in need.columns if not _readable(ask, table, need.alias, column))


def _readable(ask: Ask, table: str, alias: str = "t", *columns: str) -> bool:
    try:
        ask(_nothing_of(table, alias, columns))
    except Unavailable:
        return False
    return True


def _nothing_of(table: str, alias: str, columns: tuple[str, ...]) -> str:
    """A query that reads no row, and is refused where a right or a column is missing."""
    listed = ", ".join(f"{alias}.{column}" for column in columns) or "COUNT(*)"
    return f"SELECT {listed} FROM dbo.{table} AS {alias} WHERE 1 = 0"


def _not_readable(table: str, error: Unavailable) -> Finding:
    return Finding(
        Tone.FAULT,
        f"dbo.{table} cannot be read: {error}",
        f"Let the administrator of the database run: GRANT SELECT ON dbo.{table} TO [the login]",
    )
