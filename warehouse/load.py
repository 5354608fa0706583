"""One call file into the warehouse, exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl

from warehouse.frames import fetch, fetch_one
from warehouse.legs import LEG_SCHEMA
from warehouse.master import Master
from warehouse.statements import statement
from warehouse.words import UNRATED

_KEY = ["source", "leg_id"]
_NEIGHBOURS = 2
"""Days around a leg in which its earlier revision, or its call, is looked for first: a leg moves by
a day when its site's zone is corrected, and a call may run over midnight."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one load did; all counts are of legs."""

    file: str
    repeated: bool
    """The ledger has this file with this content already: nothing was done."""
    added: int = 0
    replaced: int = 0
    outdated: int = 0
    """Left out: the warehouse, or the same file, holds a higher revision."""
    days: tuple[date, ...] = ()
    """Local days that changed, in order."""


def load(
    master: Master, legs: pl.DataFrame, *, file: str, sha256: str, loaded_at: datetime
) -> LoadResult:
    """Stores the legs of one call file with all that follows from them, in one transaction.

    `legs` has the columns of `LEG_SCHEMA`. A file of the same name and hash is loaded once. For
    each source and leg_id the highest revision wins; of equal ones the one that came last.
    The legs are durable once this has returned.
    """
    rows = legs.select(
        pl.col(name).cast(kind, strict=True) for name, kind in LEG_SCHEMA.items()
    ).with_columns(pl.col("revision").fill_null(0), pl.col("call_id").fill_null(pl.col("leg_id")))
    newest = rows.sort("revision", maintain_order=True).unique(
        _KEY, keep="last", maintain_order=True
    )
    instant = loaded_at.astimezone(UTC).replace(tzinfo=None)
    with master.transaction() as connection:
        if connection.execute(
            "select 1 from files where name = ? and sha256 = ?", [file, sha256]
        ).fetchone():
            return LoadResult(file, repeated=True)
        result = _store(connection, newest, file, instant)
        connection.execute(
            statement("insert_file"),
            {
                "name": file,
                "sha256": sha256,
                "rows": legs.height,
                "first_day": rows["day"].min(),
                "last_day": rows["day"].max(),
                "loaded_at": instant,
            },
        )
    return LoadResult(
        file,
        repeated=False,
        added=result.added,
        replaced=result.replaced,
        outdated=legs.height - result.added - result.replaced,
        days=result.days,
    )


@dataclass(frozen=True, slots=True)
class _Stored:
    added: int
    replaced: int
    days: tuple[date, ...]


def _store(
    connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame, file: str, instant: datetime
) -> _Stored:
    try:
        connection.register("incoming", legs.to_arrow())
        connection.execute(statement("find_stored"), {"days": _around(set(legs["day"].to_list()))})
        higher = fetch(connection, statement("find_higher"))
        if higher.height:
            legs = legs.join(higher, on=_KEY, how="anti")
            connection.register("incoming", legs.to_arrow())
            connection.execute(statement("forget_higher"))
        if legs.is_empty():
            return _Stored(0, 0, ())
        replaced = int(fetch_one(connection, "select count(*) from stored")[0])
        connection.execute(statement("delete_stored"))
        _derive(connection)
        connection.execute(statement("insert_legs"), {"file": file})
        connection.execute(statement("upsert_sources"), {"loaded_at": instant})
        days = fetch(connection, "select day from changed_days order by day")["day"].to_list()
        return _Stored(legs.height - replaced, replaced, tuple(days))
    finally:
        connection.unregister("incoming")


def _derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the calls of the incoming and the replaced legs anew, and the rollups of their days."""
    connection.execute(statement("find_touched"))
    days = fetch(connection, "select day from incoming union select day from stored")
    near = {"days": _around(set(days["day"].to_list()))}
    connection.execute(statement("find_known"), near)
    if fetch_one(connection, statement("count_astray"))[0]:
        connection.execute(statement("find_known_anywhere"), near)
    connection.execute(statement("gather_legs"), {"unrated": sorted(UNRATED)})
    connection.execute(statement("derive_calls"))
    connection.execute(statement("derive_shares"))
    for table in ("calls", "call_shares"):
        connection.execute(statement(f"delete_{table}"))
    connection.execute("insert into calls by name select * from derived")
    connection.execute("insert into call_shares by name select * from derived_shares")
    connection.execute(statement("find_changed_days"))
    for rollup in ("day_totals", "day_people"):
        connection.execute(f"delete from {rollup} where day in (select day from changed_days)")
        connection.execute(statement(f"insert_{rollup}"))
    connection.execute("insert or ignore into touched_days select day from changed_days")
    connection.execute("update publication set change = uuid()")


def _around(days: set[date]) -> list[date]:
    reach = range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    return sorted({day + timedelta(days=step) for day in days for step in reach})
