"""The pieces in which a long period is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from warehouse.scope import Filters
from warehouse.snapshot import Snapshot


def months(
    snapshot: Snapshot, filters: Filters, table: Literal["legs", "day_totals"] = "day_totals"
) -> Iterator[tuple[date, date]]:
    """The calendar months of the period that have rows in a table by day, cut to it."""
    days = snapshot.query(
        f"select min(day), max(day) from {table} where day between $first and $last",
        {"first": filters.first, "last": filters.last},
    )
    first, end = days.row(0)
    while first is not None and first <= end:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(following - timedelta(days=1), end)
        first = following
