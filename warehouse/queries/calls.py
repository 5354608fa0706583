"""Single calls: pages of a list, the whole list as a file, one call with its legs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from warehouse.queries.export import export
from warehouse.queries.listing import CALL_COLUMNS, leg_columns, listing
from warehouse.scope import Filters, Scope, Where, where, within
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

__all__ = ["CALL_COLUMNS", "Count", "Order", "count", "export", "one", "page"]

Order = Literal["started", "talk", "ring", "cost", "charge"]
_ORDERS: Final[dict[Order, str]] = {
    "started": "started_at",
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
    """`limit` calls from `offset` on, with `CALL_COLUMNS`; equal ones stand by source and key."""
    listed = listing(scope, where(scope, filters))
    way = "desc" if descending else "asc"
    sql = (
        f"{listed.sql} order by {_ORDERS[order]} {way} nulls last, source, call_id "
        "limit $limit offset $offset"
    )
    return snapshot.query(sql, {**listed.parameters, "limit": limit, "offset": offset})


def count(snapshot: Snapshot, scope: Scope, filters: Filters) -> Count:
    """The number of calls that `page` would list in all, and their totals."""
    condition = where(scope, filters)
    rows = snapshot.query(
        statement("count_listed").format(condition=condition.sql), condition.parameters
    )
    sums = statement("sum_by").format(key="", relation="entries", condition=condition.sql)
    return Count(rows.item(), snapshot.query(sums, condition.parameters))


def one(
    snapshot: Snapshot, scope: Scope, source: str, call_id: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A call, with `CALL_COLUMNS`, and those of its legs whose owner is within scope, in order.

    Both are empty if there is no such call within the scope.
    """
    allowed = within(scope)
    key = {"source": source, "call_id": call_id}
    condition = Where(
        f"source = $source and call_id = $call_id and {allowed.sql}", allowed.parameters | key
    )
    listed = listing(scope, condition)
    call = snapshot.query(listed.sql, listed.parameters)
    if call.is_empty():
        return call, snapshot.query(f"select {leg_columns(scope)} from legs limit 0")
    days = snapshot.query(
        "select first_day, last_day from calls where source = $source and call_id = $call_id", key
    )
    owned = within(scope, "charged_user")
    first, last = days.row(0)
    legs = snapshot.query(
        f"select {leg_columns(scope)} from legs where day between $first and $last "
        f"and source = $source and call_id = $call_id and {owned.sql} order by started_at, leg_id",
        {**owned.parameters, **key, "first": first, "last": last},
    )
    return call, legs
