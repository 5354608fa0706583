"""What is owed whether anybody calls or not: fixed monthly charges, by day and owner.

A day of a month bears its part of the month's charge, exact to the millionth: what several owners
bear of one charge in a month, and what any periods bear of it, adds up to it. Reported money is
converted month by month, at the rate that holds on its first day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import polars as pl

from warehouse.queries.keys import Grain, selected
from warehouse.queries.money import Money
from warehouse.queries.relations import filtered_by
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

FixedKey = Literal["department", "cost_centre", "user", "site", "what", "id", "name"]
"""`what`, `id` and `name` are those of fixed_charges.csv; `user` comes with `person`."""

OWNERS: Final = frozenset({"department", "cost_centre", "user", "site"})
"""What calls and fixed charges can both be told apart by."""


def by(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    keys: Sequence[FixedKey] = ("department",),
    grain: Grain | None = None,
    money: Money = "own",
) -> pl.DataFrame:
    """`fixed`, one row per `period` (with a grain), keys and currency, in order.

    Filters of calls (a direction, a destination, a text …) leave no fixed charges. With `money` in
    the reporting currency there is `unconverted`, the number of charges, counted by month and
    owner, for which no rate holds: their rows have no currency.
    """
    condition = where(scope, filters)
    shown, groups = selected(keys, grain)
    is_reported = money == "reporting"
    sql = statement("fixed_by").format(
        step="day" if grain in ("day", "week") else "month",
        keys=shown,
        groups=groups,
        priced=statement("fixed_reported" if is_reported else "fixed_own"),
        more=", count(*) filter (units is null)::bigint as unconverted" if is_reported else "",
        condition="false" if filtered_by(filters) - OWNERS else condition.sql,
    )
    used = {name: value for name, value in condition.parameters.items() if f"${name}" in sql}
    return snapshot.query(sql, used)
