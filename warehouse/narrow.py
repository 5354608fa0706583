"""A published version for some people alone: a small copy in memory, for many questions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import duckdb

from warehouse.dimensions import DIMENSIONS
from warehouse.statements import statement

_BY_OWNER: Final = ("call_shares", "day_people", "entries")
"""Of these, a scope of people sees rows of its people alone."""


def create_narrow(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    narrow: str,
    tables: Collection[str],
    users: Collection[str],
) -> None:
    """Creates the schema `narrow` with all that there is in `schema`.

    What people own is copied for some `users`; the `tables` beside, and the directory, are seen
    through to `schema` as they stand there.
    """
    connection.execute(f"create schema {narrow}")
    given = {"users": list(users)}
    for name in _BY_OWNER:
        connection.execute(
            f"create table {narrow}.{name} as from {schema}.{name} "
            'where "user" in (select unnest($users))',
            given,
        )
    connection.execute(statement("narrow_calls").format(narrow=narrow, schema=schema), given)
    for name in {*tables, *DIMENSIONS} - {*_BY_OWNER}:
        connection.execute(f"create view {narrow}.{name} as from {schema}.{name}")
