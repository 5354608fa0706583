"""What a table holds, day by day, in a few numbers that are equal for equal rows in any order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from warehouse.frames import fetch
from warehouse.master import Master
from warehouse.rollups import EVERY_ROLLUP
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

DIGESTED = ("legs", "calls", "call_shares", *EVERY_ROLLUP)

_FACTS = {"currency": "varchar", "talk_s": "decimal(12, 3)", "cost": "decimal(18, 6)"}
"""What not every table has."""
_KEY = ["day", "currency"]
_MEASURES = ["rows", "talk_s", "cost"]


def digest(origin: Master | Snapshot, table: str) -> pl.DataFrame:
    """`day, currency, rows, talk_s, cost` of a table, and `digest`, a sum of its rows' hashes.

    `table` is one of `DIGESTED`. Digests are only good for comparison within one process.
    """
    columns = ask(origin, f"describe {table}")["column_name"].sort().to_list()
    sql = statement("digest").format(
        table=table,
        columns=", ".join(f'"{name}"' for name in columns),
        **{name: name if name in columns else f"null::{kind}" for name, kind in _FACTS.items()},
    )
    return ask(origin, sql)


def differences(
    table: str, one: pl.DataFrame, other: pl.DataFrame, names: tuple[str, str]
) -> Iterator[str]:
    """Says in words where two digests differ; `names` says what the two are."""
    both = one.join(
        other, on=_KEY, how="full", suffix="_other", coalesce=True, nulls_equal=True
    ).sort(_KEY)
    unequal = both.filter(pl.col("digest").ne_missing(pl.col("digest_other")))
    for row in unequal.iter_rows(named=True):
        first, second = (_measures(row, suffix) for suffix in ("", "_other"))
        place = f"{table} of {row['day']}"
        if first == second:
            yield f"{place}: the same sums in {names[0]} and {names[1]}, but not the same rows"
        else:
            yield f"{place}: {first} in {names[0]}, {second} in {names[1]}"


def ask(
    origin: Master | Snapshot, sql: str, parameters: dict[str, Any] | None = None
) -> pl.DataFrame:
    """The result of one query, from where it may come."""
    if isinstance(origin, Snapshot):
        return origin.query(sql, parameters)
    return fetch(origin.connection, sql, parameters)


def _measures(row: dict[str, Any], suffix: str) -> str:
    rows, talk_s, cost = (row[name + suffix] for name in _MEASURES)
    if not rows:
        return "nothing"
    parts = [f"{rows:,} rows"]
    parts += [] if talk_s is None else [f"{talk_s} s"]
    parts += [] if cost is None else [f"{cost} {row['currency'] or 'of no currency'}"]
    return ", ".join(parts)
