"""What there is to choose from in filters, within a scope and period."""

from __future__ import annotations

from datetime import date

import polars as pl

from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement


def sites(snapshot: Snapshot, scope: Scope, first: date, last: date) -> pl.DataFrame:
    """The column `site`, in order."""
    return _present(snapshot, scope, first, last, "site")


def departments(snapshot: Snapshot, scope: Scope, first: date, last: date) -> pl.DataFrame:
    """The column `department`, in order."""
    return _present(snapshot, scope, first, last, "department")


def people(snapshot: Snapshot, scope: Scope, first: date, last: date) -> pl.DataFrame:
    """The columns `user`, `person` and `department` (the latest known), in order of name."""
    condition = where(scope, Filters(first, last))
    sql = statement("list_people").format(condition=condition.sql)
    return snapshot.query(sql, condition.parameters)


def _present(
    snapshot: Snapshot, scope: Scope, first: date, last: date, column: str
) -> pl.DataFrame:
    condition = where(scope, Filters(first, last))
    relation = "day_people" if scope.users and not scope.everything else "day_totals"
    return snapshot.query(
        f"select distinct {column} from {relation} "
        f"where {column} is not null and {condition.sql} order by {column}",
        condition.parameters,
    )
