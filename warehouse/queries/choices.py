"""What there is to choose from in filters, within a scope and period."""

from __future__ import annotations

from datetime import date
from typing import Literal

import polars as pl

from warehouse.queries.relations import relation_with
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

Choice = Literal[
    "site",
    "department",
    "user",
    "cost_centre",
    "tariff",
    "gateway",
    "destination",
    "account_code",
    "kind",
]
"""Columns whose values a company has by itself; `user` are addresses."""


def values(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    of: Choice = "department",
    limit: int = 1000,
) -> pl.DataFrame:
    """The column `value` with what calls have, in order; of too many those with most calls.

    Of users `name` is the latest known; of others it is the value.
    """
    condition = where(scope, filters)
    needed = {of, "person"} if of == "user" else {of}
    sql = statement("list_values").format(
        value=f'"{of}"',
        name="arg_max(person, day)" if of == "user" else f'"{of}"',
        relation=relation_with({"calls", *needed}, scope, filters),
        condition=condition.sql,
    )
    return snapshot.query(
        sql,
        {**condition.parameters, "limit": limit},
        days=(filters.first, filters.last),
    )


def people(snapshot: Snapshot, scope: Scope, first: date, last: date) -> pl.DataFrame:
    """The columns `user`, `person` and `department` (the latest known), in order of name."""
    condition = where(scope, Filters(first, last))
    sql = statement("list_people").format(condition=condition.sql)
    return snapshot.query(sql, condition.parameters)
