"""Whole columns from SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime

import polars as pl
import pytest

from pipeline.sources.lync.columns import frame_of, in_columns

SCHEMA = pl.Schema({"name": pl.String(), "number": pl.Int64(), "at": pl.Datetime("ms")})
AT = datetime.fromisoformat("2025-03-03 08:00:00.007")

Row = tuple[str | None, int | None, str | None]


def through_sqlite(*rows: Row) -> pl.DataFrame:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (a TEXT, b INTEGER, c TEXT)")
        database.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
        query = in_columns("SELECT b AS z, a, c FROM t ORDER BY z DESC LIMIT 100", _turned())
        (arrays,) = database.execute(query).fetchall()
        return frame_of(arrays, _turned()).select(SCHEMA.names())


def _turned() -> pl.Schema:
    return pl.Schema({name: SCHEMA[name] for name in ("number", "name", "at")})


@pytest.mark.parametrize(
    "text", ["", " ", "null", 'a "quoted", \\ one', "two\nlines\t\x01", "Österreich ☎ 𝄞", "[1]"]
)
def test_any_text_comes_through(text: str) -> None:
    assert [(text, 1, AT)] == through_sqlite((text, 1, "2025-03-03 08:00:00.007")).rows()


def test_what_is_null_stays_null() -> None:
    assert [(None, 2, None), ("a", 1, None)] == through_sqlite(
        ("a", 1, None), (None, 2, None)
    ).rows()
    assert [(None, None, None)] == through_sqlite((None, None, None)).rows()


def test_rows_keep_their_order_and_the_columns_their_types() -> None:
    found = through_sqlite(*((f"row {n}", n, None) for n in range(50)))
    assert [f"row {n}" for n in reversed(range(50))] == found["name"].to_list()
    assert SCHEMA == found.schema


def test_no_rows_are_an_empty_frame_of_the_same_types() -> None:
    assert (0, SCHEMA) == ((found := through_sqlite()).height, found.schema)


def test_the_largest_numbers_are_exact() -> None:
    largest = 2**63 - 1
    assert [largest] == through_sqlite(("a", largest, None))["number"].to_list()
