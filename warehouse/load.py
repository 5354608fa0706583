"""One call file into the warehouse, exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb
import polars as pl

from warehouse.legs import LEG_SCHEMA
from warehouse.master import Master
from warehouse.statements import statement
from warehouse.store import KEY, store


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
        KEY, keep="last", maintain_order=True
    )
    instant = loaded_at.astimezone(UTC).replace(tzinfo=None)
    with master.transaction() as connection:
        if connection.execute(
            "select 1 from files where name = ? and sha256 = ?", [file, sha256]
        ).fetchone():
            return LoadResult(file, repeated=True)
        result = store(connection, newest.with_columns(pl.lit(file).alias("file")))
        if result.days:
            _refresh_sources(connection, newest, instant)
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


def _refresh_sources(
    connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame, instant: datetime
) -> None:
    newest = legs.group_by("source").agg(pl.col("started_at").max().alias("newest_started_at"))
    connection.register("arrived", newest.to_arrow())
    try:
        connection.execute(statement("upsert_sources"), {"loaded_at": instant})
    finally:
        connection.unregister("arrived")
