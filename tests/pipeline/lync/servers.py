"""What servers of different versions show of themselves, from our own schema."""

from __future__ import annotations

from collections.abc import Callable

import sqlglot
from sqlglot import exp

from pipeline.sources.lync.catalog import Catalog
from pipeline.sources.lync.dialects import sql


def columns() -> list[tuple[str, str]]:
    """Every column of schema.sql with its table."""
    return [
        (table.this.name, column.name)
        for create in sqlglot.parse(sql("schema"), read="tsql")
        if create is not None and isinstance(table := create.this, exp.Schema)
        for column in table.find_all(exp.ColumnDef)
    ]


def view_columns() -> list[tuple[str, str]]:
    """Every column of the views that the vendor documents, as far as our queries name them."""
    return sorted(
        {("SessionDetailsView", "LastModifiedTime")}
        | {
            (tables[column.table], column.name)
            for query in ("sessions_views", "conference_legs_views", "nth_views")
            for statement in sqlglot.parse(sql(query).replace("{these}", "1 = 1"), read="tsql")
            if statement is not None
            for tables in [{one.alias: one.name for one in statement.find_all(exp.Table)}]
            for column in statement.find_all(exp.Column)
            if column.table in tables
        }
    )


def catalog(
    *,
    change: Callable[[str, str], tuple[str, str] | None] = lambda table, column: (table, column),
    shut: frozenset[str] = frozenset(),
    views: bool = False,
) -> Catalog:
    """The catalogue of a server: its columns each changed or left out, some tables shut."""
    told = [
        changed
        for column in [*columns(), *(view_columns() if views else [])]
        if (changed := change(*column)) is not None
    ]
    return Catalog.of((table, column, table not in shut) for table, column in told)


def as_2013(table: str, column: str) -> tuple[str, str] | None:
    """Lync Server 2013: no changes are noted; the spelling of its documents."""
    if column == "LastModifiedTime":
        return None
    return table, column.replace("ReplacesDialogId", "ReplaceDialogId")


def in_other_case(table: str, column: str) -> tuple[str, str]:
    """Names in other capitals, as some documents print them."""
    return table.replace("Voip", "VoIP"), column.replace("Id", "ID")


TABLES = frozenset(table for table, _ in columns())
LYNC_2013 = catalog(change=as_2013)
SKYPE_2015 = catalog()
OTHER_CASE = catalog(change=in_other_case)
VIEWS_ONLY = catalog(shut=TABLES, views=True)
