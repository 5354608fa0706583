"""Which tables and columns the driver's queries need, and which of them the login may read."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from pipeline.sources.lync.catalog import CONDITION, SCHEMA, Catalog
from pipeline.sources.source import Finding, Tone

_WRONG_DATABASE = (
    "Check that DATABASE names the call detail database of Lync Server 2013 or later; a login that "
    "may not read a table may not see it either: GRANT SELECT ON"
)


def needed(catalog: Catalog) -> dict[str, set[str]]:
    """By table or view, the columns that the reading queries need of it."""
    found: dict[str, set[str]] = {}
    for text in catalog.reading:
        statement = sqlglot.parse_one(text.replace(CONDITION, "1 = 1"), read="tsql")
        tables = {
            table.alias_or_name: table.name
            for table in statement.find_all(exp.Table)
            if table.db == SCHEMA
        }
        for column in statement.find_all(exp.Column):
            if column.table in tables:
                found.setdefault(tables[column.table], set()).add(column.name)
    return dict(sorted(found.items()))


def missing_rights(catalog: Catalog) -> Iterator[Finding]:
    """A fault for each table that cannot be read, or lacks columns."""
    known = {table.lower() for table, _ in catalog.columns}
    readable = {table.lower() for table in catalog.readable}
    for table, columns in needed(catalog).items():
        place = f"{SCHEMA}.{table}"
        grant = f"{_WRONG_DATABASE} {place} TO [the login]."
        if table.lower() not in known:
            yield Finding(
                Tone.FAULT, f"The database shows no {place}: calls cannot be read.", grant
            )
            continue
        if table.lower() not in readable:
            yield Finding(
                Tone.FAULT,
                f"The login may not read {place}: calls cannot be read.",
                f"Let the administrator of the database run: GRANT SELECT ON {place} TO "
                "[the login].",
            )
        lacking = sorted(column for column in columns if not catalog.has(table, column))
        if lacking:
            yield Finding(
                Tone.FAULT, f"{place} has no {', '.join(lacking)}: calls cannot be read.", grant
            )
