"""Between DuckDB and Polars, through Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import duckdb
import polars as pl

from warehouse.errors import Damaged


def fetch(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None = None
) -> pl.DataFrame:
    """The whole result of a query."""
    table = connection.execute(query, parameters).to_arrow_table()
    return cast("pl.DataFrame", pl.from_arrow(table))


@contextmanager
def shown(connection: duckdb.DuckDBPyConnection, **frames: Any) -> Iterator[None]:
    """Frames, or Arrow tables, as tables that queries see by these names, meanwhile."""
    try:
        for name, frame in frames.items():
            table = frame.to_arrow() if isinstance(frame, pl.DataFrame) else frame
            connection.register(name, table)
        yield
    finally:
        for name in frames:
            connection.unregister(name)


def unfiltered(frame: pl.DataFrame) -> Any:
    """A frame as an Arrow table, without a copy.

    DuckDB can read it only whole: Arrow cannot filter texts in the form that Polars has them in.
    """
    return frame.to_arrow(compat_level=pl.CompatLevel.newest())


def fetch_one(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None = None
) -> tuple[Any, ...]:
    """The first row of a query that always has one."""
    row = connection.execute(query, parameters).fetchone()
    if row is None:
        raise Damaged(f"The warehouse has no answer to: {query}")
    return row
