"""What is seen of calls, over the tables in which they are stored."""

from __future__ import annotations

import duckdb

from warehouse.statements import statement
from warehouse.words import UNRATED


def create_views(connection: duckdb.DuckDBPyConnection, tables: str, schema: str | None) -> None:
    """Creates the views `calls` and `entries` over the tables in the schema `tables`.

    They stand in `schema`, or, without one, for this connection alone.
    """
    words = ", ".join(f"'{status.value}'" for status in sorted(UNRATED))
    place, kind = (f"{schema}.", "view") if schema else ("", "temp view")
    calls = statement("calls").format(schema=tables, unrated=words)
    entries = statement("entries").format(
        calls=f"{place}calls", groups=f"{tables}.group_calls", shares=f"{tables}.call_shares"
    )
    for name, query in (("calls", calls), ("entries", entries)):
        connection.execute(f"create {kind} {place}{name} as {query}")
