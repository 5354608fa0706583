"""Totals and rankings for dashboards.

Every function returns, beside its keys, `currency` and the measures `calls`, `answered`, `talk_s`
(seconds), `cost`, `charge`, `tax` and `unrated`. A call counts once, with its owner; money counts
with whoever pays. Currencies stay in separate rows, and calls without any money have no currency;
where `money` is `reporting`, all is in the one currency that the company reports in: see
`warehouse.queries.money`.
"""

from __future__ import annotations

import polars as pl

from warehouse.queries import costs
from warehouse.queries.money import Money, in_money
from warehouse.queries.relations import relation_with
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement


def totals(
    snapshot: Snapshot, scope: Scope, filters: Filters, money: Money = "own"
) -> pl.DataFrame:
    """One row per currency."""
    return costs.by(snapshot, scope, filters, (), money=money)


def cost_by_day(
    snapshot: Snapshot, scope: Scope, filters: Filters, money: Money = "own"
) -> pl.DataFrame:
    """One row per `day` and currency, in order; days without calls are left out."""
    return costs.by(snapshot, scope, filters, (), "day", money).rename({"period": "day"})


def by_call_type(
    snapshot: Snapshot, scope: Scope, filters: Filters, money: Money = "own"
) -> pl.DataFrame:
    """One row per `call_type` and currency."""
    return costs.by(snapshot, scope, filters, ("call_type",), money=money)


def top_departments(
    snapshot: Snapshot, scope: Scope, filters: Filters, limit: int = 10, money: Money = "own"
) -> pl.DataFrame:
    """The `limit` dearest of the rows per `department` and currency."""
    return _top(snapshot, scope, filters, "top_departments", {"department"}, limit, money)


def top_people(
    snapshot: Snapshot, scope: Scope, filters: Filters, limit: int = 10, money: Money = "own"
) -> pl.DataFrame:
    """The `limit` dearest of the rows per `user` and currency.

    `person` and `department` are the latest that the user had in the period.
    """
    needed = {"user", "person", "department"}
    return _top(snapshot, scope, filters, "top_people", needed, limit, money)


def _top(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    name: str,
    needed: set[str],
    limit: int,
    money: Money,
) -> pl.DataFrame:
    condition = where(scope, filters)
    sql = statement(name).format(
        relation=relation_with({"money", *needed}, scope, filters),
        condition=condition.sql,
        ranked_more=", ranked.unconverted" if money == "reporting" else "",
        **in_money(money),
    )
    return snapshot.query(
        sql, {**condition.parameters, "limit": limit}, days=(filters.first, filters.last)
    )
