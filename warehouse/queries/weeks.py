"""The pieces in which a long period is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from warehouse.scope import Filters
from warehouse.snapshot import Snapshot


def weeks(
    snapshot: Snapshot, filters: Filters, table: Literal["legs", "day_totals"] = "day_totals"
) -> Iterator[tuple[date, date]]:
    """Seven days each of the period that have rows in a table by day, and what is left at its end.

    For whoever sorts every row: a month of a large company would fill the memory.
    """
    span = snapshot.query(
        f"select min(day), max(day) from {table} where day between $first and $last",
        {"first": filters.first, "last": filters.last},
    )
    first, end = span.row(0)
    while first is not None and first <= end:
        yield first, min(first + timedelta(days=6), end)
        first += timedelta(days=7)
