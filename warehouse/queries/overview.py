"""Totals and rankings for dashboards.

Every function returns, beside its keys, `currency` and the measures `calls`, `answered`, `talk_s`
(seconds), `cost`, `charge`, `tax` and `unrated`. A call counts once, with its owner; money counts
with whoever pays. Currencies stay in separate rows; calls without any money have no currency.
"""

from __future__ import annotations

import polars as pl

from warehouse.queries import costs
from warehouse.queries.relations import relation_with
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement


def totals(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    """One row per currency."""
    return costs.by(snapshot, scope, filters, ())


def cost_by_day(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    """One row per `day` and currency, in order; days without calls are left out."""
    return costs.by(snapshot, scope, filters, (), "day").rename({"period": "day"})


def by_call_type(snapshot: Snapshot, scope: Scope, filters: Filters) -> pl.DataFrame:
    """One row per `call_type` and currency."""
    return costs.by(snapshot, scope, filters, ("call_type",))


def top_departments(
    snapshot: Snapshot, scope: Scope, filters: Filters, limit: int = 10
) -> pl.DataFrame:
    """The `limit` dearest of the rows per `department` and currency."""
    return _top(snapshot, scope, filters, "top_departments", {"department"}, limit)


def top_people(snapshot: Snapshot, scope: Scope, filters: Filters, limit: int = 10) -> pl.DataFrame:
    """The `limit` dearest of the rows per `user` and currency.

    `person` and `department` are the latest that the user had in the period.
    """
    return _top(snapshot, scope, filters, "top_people", {"user", "person", "department"}, limit)


def _top(
    snapshot: Snapshot, scope: Scope, filters: Filters, name: str, needed: set[str], limit: int
) -> pl.DataFrame:
    condition = where(scope, filters)
    sql = statement(name).format(
        relation=relation_with({"money", *needed}, scope, filters), condition=condition.sql
    )
    return snapshot.query(
        sql, {**condition.parameters, "limit": limit}, days=(filters.first, filters.last)
    )
