"""Single calls: pages of a list, the whole list as a file, one call with its legs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

import polars as pl

from warehouse.queries import overview
from warehouse.queries.listing import CALL_COLUMNS, leg_columns, listing
from warehouse.queries.relations import parts_with, relation_with
from warehouse.scope import Filters, Scope, Where, shown_parameters, where, within
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

__all__ = [
    "CALL_COLUMNS",
    "Count",
    "Order",
    "by_keys",
    "count",
    "of_day",
    "one",
    "page",
]

Order = Literal["started", "talk", "ring", "cost", "charge"]
_ORDERS: Final[dict[Order, str]] = {
    # Runs with the day, which lets a page be read from the few days that it shows.
    "started": "started_local",
    "talk": "talk_s",
    "ring": "ring_s",
    "cost": "cost",
    "charge": "charge",
}


@dataclass(frozen=True, slots=True)
class Count:
    """How long a list is, and what its calls add up to."""

    rows: int
    totals: pl.DataFrame
    """Measures per currency, as `overview.totals` has them."""


def page(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    limit: int,
    offset: int = 0,
    order: Order = "started",
    descending: bool = True,
) -> pl.DataFrame:
    """`limit` calls from `offset` on, with `CALL_COLUMNS`.

    `started` orders by the wall clock of each call's site; equal ones stand by source and key.
    """
    if order == "started":
        days = _by_day(snapshot, scope, filters).sort("day", descending=descending)
        through = days["calls"].cum_sum()
        skipped = through <= offset
        shown = days.filter(~skipped & (through - days["calls"] < offset + limit))["day"]
        if shown.is_empty():
            return _ordered(snapshot, listing(scope, where(scope, filters)), order, descending, 0)
        before = int(days.filter(skipped)["calls"].sum())
        first, last = sorted((shown[0], shown[-1]))
        near = replace(filters, first=first, last=last)
        listed = listing(scope, where(scope, near))
        return _ordered(snapshot, listed, order, descending, limit, offset - before)
    listed = listing(scope, where(scope, filters))
    return _ordered(snapshot, listed, order, descending, limit, offset)


def count(snapshot: Snapshot, scope: Scope, filters: Filters) -> Count:
    """The number of calls that `page` would list in all, and their totals."""
    rows = int(_by_day(snapshot, scope, filters)["calls"].sum())
    return Count(rows, overview.totals(snapshot, scope, filters))


def one(
    snapshot: Snapshot, scope: Scope, source: str, call_id: str, day: date | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A call, with `CALL_COLUMNS`, and those of its legs whose owner is within scope, in order.

    Both are empty if there is no such call within the scope. The `day` of the call, where known,
    saves a search.
    """
    key: dict[str, Any] = {"source": source, "call_id": call_id}
    found = snapshot.query(
        "select day, first_day, last_day from calls where source = $source and call_id = $call_id"
        + (" and day = $day" if day else ""),
        key | ({"day": day} if day else {}),
    )
    stands, first, last = found.row(0) if found.height else (date.min,) * 3
    allowed = within(scope)
    call = listing(
        scope,
        Where(
            f"day = $day and source = $source and call_id = $call_id and {allowed.sql}",
            allowed.parameters | key | {"day": stands},
        ),
    )
    owned = within(scope, "charged_user")
    legs = snapshot.query(
        f"select {leg_columns(scope)} from legs where day between $first and $last "
        f"and source = $source and call_id = $call_id and {owned.sql} order by started_at, leg_id",
        {
            **owned.parameters,
            **shown_parameters(scope),
            **key,
            "first": first,
            "last": last,
        },
    )
    return snapshot.query(call.sql, call.parameters), legs


def _by_day(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    condition = where(scope, filters)
    sql = statement("listed_by_day").format(
        relation=relation_with({"day", "calls"}, scope, filters),
        parts=parts_with(filters),
        condition=condition.sql,
    )
    return snapshot.query(sql, condition.parameters, days=(filters.first, filters.last))


def _ordered(
    snapshot: Snapshot,
    listed: Where,
    order: Order,
    descending: bool,
    limit: int,
    offset: int = 0,
) -> pl.DataFrame:
    way = "desc" if descending else "asc"
    sql = (
        f"{listed.sql} order by {_ORDERS[order]} {way} nulls last, source, call_id "
        "limit $limit offset $offset"
    )
    return snapshot.query(sql, {**listed.parameters, "limit": limit, "offset": offset})


def of_day(
    snapshot: Snapshot, scope: Scope, day: date, columns: Sequence[str] = CALL_COLUMNS
) -> pl.DataFrame:
    """All calls of a day that `page` would list, with some of `CALL_COLUMNS`, the oldest first.

    The columns have to have those that tell the order: `started_at`, `source` and `call_id`.
    """
    listed = listing(scope, where(scope, Filters(day, day)), columns)
    # In no order, DuckDB 1.5.6 never ends over a large base: its threads wait for each other.
    sql = f"{listed.sql} order by started_at, source, call_id"
    return snapshot.query(sql, listed.parameters)


def by_keys(
    snapshot: Snapshot, scope: Scope, keys: Collection[tuple[str, str, date]]
) -> pl.DataFrame:
    """The calls of these sources, keys and days that the scope allows, the oldest first."""
    wanted = pl.DataFrame(
        list(keys), schema={"source": pl.String, "call_id": pl.String, "day": pl.Date}, orient="row"
    )
    # Of no call there is the form alone.
    days = sorted({day for _, _, day in keys}) or [date.min]
    found = [
        of_day(snapshot, scope, day).join(wanted, on=["source", "call_id", "day"], how="semi")
        for day in days
    ]
    return pl.concat(found).sort("started_at", "source", "call_id")
