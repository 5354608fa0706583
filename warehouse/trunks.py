"""The rollup `gateway_hours`: what trunks carried, hour by hour.

It hangs on the days beside a day too, for a leg may run over midnight.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import duckdb
import polars as pl

from warehouse.days import period, widened
from warehouse.frames import fetch, shown
from warehouse.occupancy import HELD_BY, HOURS, holding, occupied
from warehouse.statements import statement

GATEWAY_HOURS: Final = "gateway_hours"

_HOUR_MS: Final = 3_600_000
_OF_DAYS: Final = "day between $first and $last and day in (select unnest($days))"
# Where the end is not known, something else says how long it was at most.
_MEANWHILE: Final = (
    f"{_OF_DAYS} and started_at < epoch_ms($until) "
    "and (ended_at is null or greatest(started_at, ended_at) >= epoch_ms($since))"
)
_HOUR: Final = pl.col("day").cast(pl.Int64) * 24 + pl.col("hour")
"""Hours since 1970, by the clock of the trunk."""


def sum_up_trunks(
    connection: duckdb.DuckDBPyConnection, told_days: Iterable[date], told: pl.DataFrame
) -> None:
    """Makes the rows of `changed_days` and of those beside them anew, and adds what days changed.

    Of `told_days` the rows are known already: they are among those `told`.
    """
    days = widened(fetch(connection, "select day from changed_days")["day"])
    known = told.filter(pl.col("day").is_in([*told_days]))
    asked = {*days} - {*told_days}
    found = _hours(connection, asked, _OF_DAYS).filter(pl.col("day").is_in(asked))
    before = fetch(connection, statement("gateway_hours_of_days"), {"days": days}).cast(HOURS)
    _replace(connection, before, pl.concat([known, found]))


def renew_trunks(connection: duckdb.DuckDBPyConnection, changed: pl.DataFrame) -> None:
    """Makes the hours anew that some legs held channels in, which came, went or are other now.

    `changed` has the columns `HELD_BY`: what the legs were and what they are. Adds to
    `changed_days` those that changed.
    """
    held = holding(changed)
    if held.is_empty():
        return
    days = widened(held["day"].unique())
    clocks = _clocks(connection, held, widened(days))
    if (clocks["least"] != clocks["most"]).any():
        # The clock of a trunk is that of most of its legs: these may have changed it.
        sum_up_trunks(connection, (), HOURS.to_frame())
        return
    times = pl.concat([held["started"], held["freed"]]).to_numpy()
    # Whole hours by whatever clock lie within an hour more.
    since, until = int(times.min()) - _HOUR_MS, int(times.max()) + _HOUR_MS
    found = _hours(connection, days, _MEANWHILE, since=since, until=until)
    before = fetch(connection, statement("gateway_hours_of_days"), {"days": days}).cast(HOURS)
    begun = _HOUR * _HOUR_MS - pl.col("least")
    is_meant = (begun >= since) & (begun + _HOUR_MS <= until) & pl.col("day").is_in(days)
    now, was = (
        rows.join(clocks, on="gateway").filter(is_meant).select(HOURS.names())
        for rows in (found, before)
    )
    _replace(connection, was, now)


def _clocks(
    connection: duckdb.DuckDBPyConnection, held: pl.DataFrame, days: list[date]
) -> pl.DataFrame:
    """By how much the clocks of the legs on some trunks are ahead of UTC, in milliseconds.

    `gateway`, `least` and `most`: of legs `held`, and of those stored on some days.
    """
    sql = statement("gateway_clocks").format(condition=_OF_DAYS)
    stored = fetch(connection, sql, period(days))
    theirs, others = (
        pl.concat(
            legs.select(pl.col(name).alias("gateway"), "least", "most")
            for name in ("gateway_in", "gateway_out")
        ).drop_nulls("gateway")
        for legs in (held.with_columns(least="ahead", most="ahead"), stored)
    )
    clocks = pl.concat([theirs, others.join(theirs, on="gateway", how="semi")])
    return clocks.group_by("gateway").agg(pl.col("least").min(), pl.col("most").max())


def _hours(
    connection: duckdb.DuckDBPyConnection, days: Iterable[date], condition: str, **more: int
) -> pl.DataFrame:
    """Rows that follow from stored legs, of some days and of some beside them."""
    near = widened(days)
    if not near:
        return HOURS.to_frame()
    sql = statement("trunk_legs").format(
        columns=", ".join(HELD_BY), relation="legs", condition=condition
    )
    return occupied(holding(fetch(connection, sql, {**period(near), **more})))


def _replace(
    connection: duckdb.DuckDBPyConnection, before: pl.DataFrame, now: pl.DataFrame
) -> None:
    # What is in one of them only has changed.
    differing = pl.concat([now, before]).filter(pl.struct(pl.all()).is_unique())
    if differing.is_empty():
        return
    keys = ["day", "hour", "gateway"]
    gone = before.join(differing, on=keys, how="semi")
    with shown(connection, gone=gone, came=now.join(differing, on=keys, how="semi")):
        connection.execute(statement("delete_gateway_hours"))
        connection.execute("insert into gateway_hours by name from came")
    touched = {"days": differing["day"].unique().to_list()}
    connection.execute(statement("add_changed_days"), touched)
