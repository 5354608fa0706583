"""How much is telephoned, and when. A call counts once, with its owner.

Measures: `calls`, `answered` (voice mail not counted) and `talk_s` (seconds).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from warehouse.queries.keys import Grain, Key, columns_of, selected
from warehouse.queries.relations import relation_with
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement


def by_period(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    grain: Grain = "day",
    keys: Sequence[Key] = (),
) -> pl.DataFrame:
    """One row per day, week or month (`period`, its first day) and keys; empty ones left out."""
    return _counted(snapshot, scope, filters, *selected(keys, grain), columns_of(keys, grain))


def by_hour(
    snapshot: Snapshot, scope: Scope, filters: Filters, keys: Sequence[Key] = ()
) -> pl.DataFrame:
    """One row per `hour` of the day (0 to 23, by the clock of the site) and keys, all days."""
    shown, groups = selected(keys, None)
    return _counted(
        snapshot,
        scope,
        filters,
        f"hour, {shown}",
        f"hour, {groups}",
        {"hour"} | columns_of(keys, None),
    )


def heat_map(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    """One row per `weekday` (1 is Monday) and `hour`, all 168, with `days`.

    `days` is how many such weekdays the period has, with calls or without: what to divide by for
    an average.
    """
    counted = _counted(
        snapshot,
        scope,
        filters,
        "isodow(day)::tinyint as weekday, hour, ",
        "weekday, hour, ",
        {"day", "hour"},
    )
    length = (filters.last - filters.first).days + 1
    weekdays = [(filters.first + timedelta(days=day)).isoweekday() for day in range(min(length, 7))]
    days = pl.DataFrame(
        {
            "weekday": range(1, 8),
            "days": [
                (length - weekdays.index(day) + 6) // 7 if day in weekdays else 0
                for day in range(1, 8)
            ],
        },
        schema={"weekday": pl.Int8, "days": pl.Int64},
    )
    hours = pl.DataFrame({"hour": range(24)}, schema={"hour": pl.Int8})
    return (
        days.join(hours, how="cross")
        .join(counted, on=["weekday", "hour"], how="left", maintain_order="left")
        .with_columns(pl.col("calls", "answered", "talk_s").fill_null(0))
        .select("weekday", "hour", "days", "calls", "answered", "talk_s")
    )


def matrix(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    """One row per `site` and `direction`: internal, inbound, outbound and transit traffic."""
    keys: tuple[Key, ...] = ("site", "direction")
    return _counted(snapshot, scope, filters, *selected(keys, None), set(keys))


def _counted(
    snapshot: Snapshot, scope: Scope, filters: Filters, shown: str, groups: str, needed: set[str]
) -> pl.DataFrame:
    condition = where(scope, filters)
    sql = statement("count_calls_by").format(
        keys=shown.removesuffix(", "),
        groups=groups.removesuffix(", "),
        relation=relation_with({"calls", *needed}, scope, filters),
        condition=condition.sql,
    )
    return snapshot.query(sql, condition.parameters)
