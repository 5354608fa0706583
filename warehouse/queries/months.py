"""The pieces in which a long period is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal

from warehouse.scope import Filters
from warehouse.snapshot import Snapshot


def months(
    snapshot: Snapshot, filters: Filters, table: Literal["legs", "day_totals"] = "day_totals"
) -> Iterator[tuple[date, date]]:
    """The calendar months of the period that have rows in a table by day, cut to it."""
    first, end = _span(snapshot, filters, table)
    while first is not None and first <= end:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(following - timedelta(days=1), end)
        first = following


def weeks(
    snapshot: Snapshot, filters: Filters, table: Literal["legs", "day_totals"] = "day_totals"
) -> Iterator[tuple[date, date]]:
    """The same by seven days: for whoever sorts every row, where a month would fill the memory."""
    first, end = _span(snapshot, filters, table)
    while first is not None and first <= end:
        yield first, min(first + timedelta(days=6), end)
        first += timedelta(days=7)


def _span(snapshot: Snapshot, filters: Filters, table: str) -> tuple[Any, Any]:
    """The first and the last day of the period that has rows in a table; None where none has."""
    days = snapshot.query(
        f"select min(day), max(day) from {table} where day between $first and $last",
        {"first": filters.first, "last": filters.last},
    )
    first, end = days.row(0)
    return first, end
