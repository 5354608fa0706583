"""A warehouse of any earlier version becomes one of today, with the same calls."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from warehouse import rollups
from warehouse.master import Master
from warehouse.migrate import migrations
from warehouse.rollups import EVERY_ROLLUP, sum_up
from warehouse.statements import statement

LONE_LEGS = 5
"""The migration after which a call of one leg has no row of its own."""
DERIVED = ("call_shares", *EVERY_ROLLUP, "day_sums", "key_ranges")


@pytest.fixture
def rows(master: Master, put: Any, leg: Any) -> dict[str, pl.DataFrame]:
    """What `legs`, `calls`, `group_calls` and the rollups hold of calls of every kind."""
    put(
        leg("alone"),
        leg("unanswered", talk=None),
        leg("head", talk=None),
        leg("taken", "2024-10-14 08:00:30", call_id="head", cost=2, charge=3),
        leg("paid", "2024-10-14 08:00:40", call_id="head", charged_user="b@aurora.example"),
        leg("headless", "2024-10-15 08:00:00", call_id="to come"),
    )
    return contents(master)


def contents(master: Master) -> dict[str, pl.DataFrame]:
    return {
        table: pl.DataFrame(master.connection.execute(f"from {table}").to_arrow_table())
        for table in ("legs", "calls", "group_calls", *DERIVED)
    }


def rows_of(tables: dict[str, pl.DataFrame]) -> dict[str, list[str]]:
    """What tables hold, in no order of rows or columns."""
    return {
        table: sorted(map(repr, frame.select(sorted(frame.columns)).rows()))
        for table, frame in tables.items()
    }


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Those that the table has in that version."""
    return [name for name, *_ in connection.execute(f"describe {table}").fetchall()]


def make(path: Path, version: int, rows: dict[str, pl.DataFrame]) -> None:
    """A database as the program of that schema version would have left it."""
    with duckdb.connect(path) as connection:
        connection.execute(statement("create_migrations"))
        for number, name, text in migrations():
            if number > version:
                break
            connection.execute(text)
            mark = sha256(text.encode()).hexdigest()
            connection.execute("insert into migrations values (?, ?, ?)", [number, name, mark])
        is_new = version >= LONE_LEGS
        connection.register("found", rows["legs"].select(columns(connection, "legs")))
        connection.execute("insert into legs by name from found")
        table = "group_calls" if is_new else "calls"
        connection.register("found_calls", rows[table].select(columns(connection, table)))
        connection.execute(f"insert into {table} by name from found_calls")
        there = {name for (name,) in connection.execute("show tables").fetchall()}
        for derived in there & {*DERIVED}:
            connection.register("found_derived", rows[derived].select(columns(connection, derived)))
            connection.execute(f"insert into {derived} by name from found_derived")


@pytest.mark.parametrize("version", [number for number, _, _ in migrations()[:-1]])
def test_an_older_warehouse_keeps_its_calls_and_goes_on(
    tmp_path: Path, rows: dict[str, pl.DataFrame], version: int
) -> None:
    folder = tmp_path / "older"
    folder.mkdir()
    make(folder / "master.duckdb", version, rows)
    with Master.open(folder) as master:
        assert rows_of(rows) == rows_of(contents(master))
        applied = master.connection.execute("select count(*) from migrations").fetchone()
    assert (len(migrations()),) == applied


def test_sums_over_older_calls_go_on_where_they_were_interrupted(
    tmp_path: Path, rows: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "older"
    folder.mkdir()
    make(folder / "master.duckdb", LONE_LEGS, rows)
    summed = []

    def stop_at_the_second(connection: duckdb.DuckDBPyConnection) -> None:
        if summed:
            raise InterruptedError
        summed.append(connection)
        sum_up(connection)

    monkeypatch.setattr(rollups, "_BATCH_DAYS", 1)
    with monkeypatch.context() as stopping:
        stopping.setattr(rollups, "sum_up", stop_at_the_second)
        with pytest.raises(InterruptedError):
            Master.open(folder)
    with Master.open(folder) as master:
        assert rows_of(rows) == rows_of(contents(master))
