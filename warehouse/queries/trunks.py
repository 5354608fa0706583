"""How trunks are used: channels at once, busy hours, and whether the channels suffice.

A channel is in use from the first ring on; without `ringing`, talk alone counts, which is read from
single legs and costs more the longer the period is.
A leg that came in on a trunk and went out on one counts on both. Days and hours are by the clock
of the trunk: see `warehouse.occupancy`. A scope that does not allow everything sees what its own
people take up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import polars as pl

from warehouse.erlang import blocking as blocked_share
from warehouse.erlang import channels_needed
from warehouse.occupancy import HELD_BY, holding, occupied
from warehouse.queries.control import LEGS
from warehouse.queries.relations import filtered_by
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

_HOUR: Final = 3600
# A leg that nobody answered never talks.
_TALKING_FROM: Final = pl.coalesce("answered_at", "ended_at", "started_at")


def by_hour(
    snapshot: Snapshot, scope: Scope, filters: Filters, *, ringing: bool = True
) -> pl.DataFrame:
    """One row per `gateway`, `day` and `hour` in which it was used, in order.

    `seizures` (legs that began), `used_s` (seconds in use), `erlangs` (that divided by 3600) and
    `peak`, the most channels at once.
    """
    erlangs = pl.col("used_s").cast(pl.Float64) / _HOUR
    return _hours(snapshot, scope, filters, ringing).select(
        "gateway", "day", "hour", "seizures", "used_s", erlangs.alias("erlangs"), "peak"
    )


def by_day(
    snapshot: Snapshot, scope: Scope, filters: Filters, *, ringing: bool = True
) -> pl.DataFrame:
    """One row per `gateway` and `day`, in order.

    `seizures`, `used_s`, `peak` (the most channels at once), `busy_hour` (the hour with the most
    traffic, of equal ones the earliest) and `busy_erlangs`, its traffic.
    """
    hours = by_hour(snapshot, scope, filters, ringing=ringing)
    return hours.group_by("gateway", "day", maintain_order=True).agg(
        pl.col("seizures", "used_s").sum(),
        pl.col("peak").max(),
        pl.col("hour").get(pl.col("used_s").arg_max()).alias("busy_hour"),
        pl.col("erlangs").max().alias("busy_erlangs"),
    )


def consistent_busy_hour(
    snapshot: Snapshot, scope: Scope, filters: Filters, *, ringing: bool = True
) -> pl.DataFrame:
    """One row per `gateway`: the same hour on every day, chosen for the most traffic.

    `busy_hour` (the time-consistent busy hour, of equal ones the earliest), `days` (on which the
    trunk was used at all: those divide), `busy_erlangs` (average in that hour), `peak` of the whole
    period and `most_erlangs`, the traffic of the busiest single hour.
    """
    hours = by_hour(snapshot, scope, filters, ringing=ringing)
    per_hour = hours.group_by("gateway", "hour").agg(pl.col("used_s").sum()).sort("gateway", "hour")
    best = per_hour.group_by("gateway", maintain_order=True).agg(
        pl.col("hour").get(pl.col("used_s").arg_max()).alias("busy_hour"),
        pl.col("used_s").max(),
    )
    whole = hours.group_by("gateway").agg(
        pl.col("day").n_unique().alias("days"),
        pl.col("peak").max(),
        pl.col("erlangs").max().alias("most_erlangs"),
    )
    return best.join(whole, on="gateway", maintain_order="left").select(
        "gateway",
        "busy_hour",
        "days",
        (pl.col("used_s").cast(pl.Float64) / _HOUR / pl.col("days")).alias("busy_erlangs"),
        "peak",
        "most_erlangs",
    )


def blocking(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    channels: Mapping[str, int],
    at_most: float = 0.01,
    *,
    ringing: bool = True,
) -> pl.DataFrame:
    """`consistent_busy_hour` with what Erlang B says of it, for trunks of so many channels.

    Adds `channels` (empty where `channels` does not name the trunk), `blocking` (the share of calls
    that found none free in the busy hour, as expected, 0 to 1) and `needed`: the channels on which
    no more than `at_most` would be blocked.
    """
    busy = consistent_busy_hour(snapshot, scope, filters, ringing=ringing)
    given = [channels.get(name) for name in busy["gateway"]]
    erlangs = busy["busy_erlangs"].to_list()
    return busy.with_columns(
        pl.Series("channels", given, pl.Int64),
        pl.Series(
            "blocking",
            [
                None if lines is None else blocked_share(load, lines)
                for load, lines in zip(erlangs, given, strict=True)
            ],
            pl.Float64,
        ),
        pl.Series("needed", [channels_needed(load, at_most) for load in erlangs], pl.Int64),
    )


def _hours(snapshot: Snapshot, scope: Scope, filters: Filters, ringing: bool) -> pl.DataFrame:
    """Rows of `gateway_hours`: those that are kept, else a sweep over the legs asked for."""
    inside = pl.col("day").is_between(filters.first, filters.last)
    if ringing and scope.everything and filtered_by(filters) <= {"gateway"}:
        days = {"first": filters.first, "last": filters.last}
        hours = snapshot.query(statement("gateway_hours_between"), days)
    else:
        # A leg of the day before may run into the period, and so may one of a place further east.
        around = _around(filters)
        condition = where(scope, around)
        legs = snapshot.query(
            statement("trunk_legs").format(
                columns=", ".join(HELD_BY), relation=LEGS, condition=condition.sql
            ),
            condition.parameters,
        )
        held = holding(legs, None if ringing else _TALKING_FROM)
        hours = occupied(held).filter(inside).sort("gateway", "day", "hour")
    if filters.gateways:
        hours = hours.filter(pl.col("gateway").is_in(filters.gateways))
    return hours


def _around(filters: Filters) -> Filters:
    day = timedelta(days=1)
    return replace(filters, first=filters.first - day, last=filters.last + day, gateways=())
