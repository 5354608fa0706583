"""Reports of how much is telephoned, when, and over what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from app.phrase import Phrase
from app.reports.catalogue.columns import CALLS, KEYS, TRAFFIC
from app.reports.document import Chart, Column, Kind, Part, Table
from app.reports.report import Asked, Group, Option, Report
from warehouse.queries import directory, traffic, trunks
from warehouse.queries.keys import Grain, Key
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

_SEIZURES: Final = Column("seizures", "Seizures", Kind.COUNT, summed=True)
_USED: Final = Column("used_s", "In use", Kind.DURATION, summed=True)
_PEAK: Final = Column("peak", "Channels at once", Kind.COUNT)
_BUSY_HOUR: Final = Column("busy_hour", "Busy hour", Kind.HOUR)
_BUSY_ERLANGS: Final = Column("busy_erlangs", "Erlangs in it", Kind.ERLANGS)


def _by_period(
    grain: Grain, column: str, chart: str, table: str
) -> Callable[[Asked], tuple[Part, ...]]:
    """Calls by day, week or month, under these titles."""
    period = Column("period", column, Kind.DAY)

    def make(asked: Asked) -> tuple[Part, ...]:
        found = traffic.by_period(asked.snapshot, asked.scope, asked.filters, grain)
        return (
            Chart(chart, "columns", found, period, CALLS),
            Table(table, (period, *TRAFFIC), found),
        )

    return make


def by_hour(asked: Asked) -> tuple[Part, ...]:
    """Calls by hour of the day."""
    found = traffic.by_hour(asked.snapshot, asked.scope, asked.filters).sort("hour")
    return (
        Chart("Calls by hour", "columns", found, KEYS["hour"], CALLS),
        Table("By hour", (KEYS["hour"], *TRAFFIC), found),
    )


def heat_map(asked: Asked) -> tuple[Part, ...]:
    """When calls come, over the week."""
    found = traffic.heat_map(asked.snapshot, asked.scope, asked.filters)
    days = found.group_by("weekday", maintain_order=True).agg(
        pl.col("days").first(), pl.col("calls", "answered", "talk_s").sum()
    )
    average = Column("average", "Calls on such a day", Kind.ERLANGS)
    per_day = days.with_columns(
        pl.when(pl.col("days") > 0).then(pl.col("calls") / pl.col("days")).alias("average")
    )
    return (
        Chart("Calls by weekday and hour", "heat", found, KEYS["hour"], KEYS["weekday"], CALLS),
        Table(
            "By weekday",
            (KEYS["weekday"], Column("days", "Days", Kind.COUNT), *TRAFFIC, average),
            per_day,
        ),
    )


def _matrix(asked: Asked) -> tuple[Part, ...]:
    found = traffic.matrix(asked.snapshot, asked.scope, asked.filters)
    return (Table("By site and direction", (KEYS["site"], KEYS["direction"], *TRAFFIC), found),)


def _by(*keys: Key) -> Callable[[Asked], tuple[Part, ...]]:
    def make(asked: Asked) -> tuple[Part, ...]:
        found = traffic.by_period(asked.snapshot, asked.scope, asked.filters, "month", keys)
        columns = (Column("period", "Month from", Kind.DAY), *(KEYS[key] for key in keys))
        return (Table("By month", (*columns, *TRAFFIC), found),)

    return make


def _occupancy(asked: Asked) -> tuple[Part, ...]:
    found = trunks.by_day(asked.snapshot, asked.scope, asked.filters)
    columns = (
        KEYS["gateway"],
        Column("day", "Day", Kind.DAY),
        _SEIZURES,
        _USED,
        _PEAK,
        _BUSY_HOUR,
        _BUSY_ERLANGS,
    )
    # More lines than colours cannot be told apart: the table has all trunks.
    busiest = found.group_by("gateway").agg(pl.col("seizures").sum()).top_k(6, by="seizures")
    shown = found.join(busiest, on="gateway", how="semi", maintain_order="left")
    chart = Chart(
        "Channels at once", "lines", shown, Column("day", "Day", Kind.DAY), _PEAK, KEYS["gateway"]
    )
    return (chart, Table("By trunk and day", columns, found))


def trunk_load(
    snapshot: Snapshot, scope: Scope, filters: Filters, per_mille: int = 10
) -> pl.DataFrame:
    """`trunks.blocking` with the channels that trunks had on the last day of the period."""
    known = directory.trunks(snapshot, scope, filters.last)
    channels = {
        gateway: count
        for gateway, count in known.select("gateway", "channels").iter_rows()
        if count
    }
    return trunks.blocking(snapshot, scope, filters, channels, per_mille / 1000)


def busy_hours(rows: pl.DataFrame) -> Table:
    """The table of what `trunk_load` gives."""
    columns = (
        KEYS["gateway"],
        _BUSY_HOUR,
        Column("days", "Days", Kind.COUNT),
        _BUSY_ERLANGS,
        _PEAK,
        Column("channels", "Channels", Kind.COUNT),
        Column("blocking", "Blocked", Kind.SHARE),
        Column("needed", "Channels needed", Kind.COUNT),
    )
    note = Phrase("Blocked and needed follow from Erlang B, for trunks whose channels are known.")
    return Table("Busy hours", columns, rows, note)


def _busy_hour(asked: Asked) -> tuple[Part, ...]:
    found = trunk_load(asked.snapshot, asked.scope, asked.filters, asked["blocked_per_mille"])
    return (busy_hours(found),)


def _concurrent(asked: Asked) -> tuple[Part, ...]:
    found = trunks.by_hour(asked.snapshot, asked.scope, asked.filters)
    most = found.sort("peak", "day", "hour", descending=[True, False, False]).head(asked["rows"])
    columns = (
        KEYS["gateway"],
        Column("day", "Day", Kind.DAY),
        KEYS["hour"],
        _PEAK,
        _SEIZURES,
        _USED,
        Column("erlangs", "Erlangs", Kind.ERLANGS),
    )
    return (Table("Hours with the most channels at once", columns, most),)


REPORTS: Final = (
    Report(
        "traffic-by-hour",
        "Traffic by hour",
        Group.TRAFFIC,
        "At what time of day people telephone, by the clock of each site.",
        by_hour,
    ),
    Report(
        "traffic-by-day",
        "Traffic by day",
        Group.TRAFFIC,
        "How many calls there are each day.",
        _by_period("day", "Day", "Calls by day", "By day"),
    ),
    Report(
        "traffic-by-week",
        "Traffic by week",
        Group.TRAFFIC,
        "How many calls there are each week.",
        _by_period("week", "Week from", "Calls by week", "By week"),
    ),
    Report(
        "traffic-by-weekday",
        "Traffic by weekday and hour",
        Group.TRAFFIC,
        "When in the week the telephones are busy.",
        heat_map,
    ),
    Report(
        "traffic-matrix",
        "Traffic by site and direction",
        Group.TRAFFIC,
        "Internal, inbound, outbound and transit calls of each site.",
        _matrix,
    ),
    Report(
        "traffic-by-department",
        "Traffic by department",
        Group.TRAFFIC,
        "How much each department telephones, month by month.",
        _by("department"),
    ),
    Report(
        "trunk-occupancy",
        "Trunk occupancy",
        Group.TRAFFIC,
        "How full each trunk was, day by day.",
        _occupancy,
    ),
    Report(
        "busy-hour",
        "Busy hour and channels needed",
        Group.TRAFFIC,
        "Whether the channels of each trunk suffice in its busy hour.",
        _busy_hour,
        (
            Option(
                "blocked_per_mille",
                "calls in a thousand that may find no channel",
                10,
                most=999,
            ),
        ),
    ),
    Report(
        "concurrent-calls",
        "Concurrent calls",
        Group.TRAFFIC,
        "The hours in which most channels were in use at once.",
        _concurrent,
        (Option("rows", "how many hours are listed", 50, most=100_000),),
    ),
)
