"""Between DuckDB and Polars, through Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import duckdb
import polars as pl

from warehouse.errors import Damaged

TEXTS_AS_VIEWS: Final[dict[str, Any]] = {
    "produce_arrow_string_view": True,
    "arrow_output_version": "1.4",
}
"""Settings with which DuckDB writes texts in the form that Polars has them in: no copy is made."""

_EVERYTHING = "1TB"
_A_PIECE = "1MB"


def whole(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A connection, or cursor, whose results are whole before they are read.

    DuckDB keeps some of a result until somebody reads it. Where two parts of a union have more, and
    each waits for a join of its own, both wait for a reader, and he for both: for ever.
    """
    connection.execute(f"set streaming_buffer_size = '{_EVERYTHING}'")
    return connection


@contextmanager
def piece_by_piece(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Meanwhile results are made as they are read: for queries of one table alone."""
    connection.execute(f"set streaming_buffer_size = '{_A_PIECE}'")
    try:
        yield
    finally:
        whole(connection)


def pieces(
    cursor: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None, rows: int
) -> Iterator[pl.DataFrame]:
    """The result of a query, in any order, in pieces of about so many rows, in bounded memory.

    `cursor` is new, and for this alone. The rows are put by first, on disk if need be: a union is
    not read while it is made, see `whole`.
    """
    put_by = f"with result as materialized (\n{query}\n) from result"
    return sorted_pieces(cursor, put_by, parameters, rows)


def sorted_pieces(
    cursor: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None, rows: int
) -> Iterator[pl.DataFrame]:
    """The same of a query that says in which order: it has all its rows before it gives one."""
    for batch in cursor.execute(query, parameters).to_arrow_reader(rows):
        yield cast("pl.DataFrame", pl.from_arrow(batch))


def fetch(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None = None
) -> pl.DataFrame:
    """The whole result of a query."""
    table = connection.execute(query, parameters).to_arrow_table()
    return cast("pl.DataFrame", pl.from_arrow(table))


def fetch_many(
    connection: duckdb.DuckDBPyConnection, query: str, variables: dict[str, Any]
) -> pl.DataFrame:
    """The whole result of a query of many rows, for a third less of the processor than `fetch`.

    It goes straight into Arrow. A query with parameters cannot: it is to ask for `getvariable`.
    """
    for name, value in variables.items():
        connection.execute(f"set variable {name} = $value", {"value": value})
    return cast("pl.DataFrame", pl.from_arrow(connection.sql(query).to_arrow_table()))


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
