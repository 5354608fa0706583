"""What people and trunks usually do: the ground from which something unusual stands out.

Calls that went out (outbound and transit) count, answered or not, with the owner of the call. Money
is that of the call's owner, whatever its currency.
"""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from warehouse.queries.countries import OUTSIDE_NUMBER_START, country_of
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

Subject = Literal["user", "gateway"]

_COLUMNS: Final[dict[Subject, str]] = {"user": '"user"', "gateway": "gateway"}


def hours(snapshot: Snapshot, scope: Scope, filters: Filters, subject: Subject) -> pl.DataFrame:
    """One row per `subject`, `day` and `hour` with calls: `calls` and `cost`."""
    return _asked(snapshot, scope, filters, subject, "habit_hours")


def places(snapshot: Snapshot, scope: Scope, filters: Filters, subject: Subject) -> pl.DataFrame:
    """One row per `subject`, `country` called (ISO 3166, or empty) and whether it was `premium`."""
    found = _asked(snapshot, scope, filters, subject, "habit_places")
    starts = found["number_start"].unique()
    countries = pl.DataFrame(
        {"number_start": starts, "country": [country_of(start) for start in starts]},
        schema_overrides={"country": pl.String},
    )
    return (
        found.join(countries, on="number_start", nulls_equal=True)
        .select("subject", "country", "premium")
        .unique()
    )


def _asked(
    snapshot: Snapshot, scope: Scope, filters: Filters, subject: Subject, name: str
) -> pl.DataFrame:
    condition = where(scope, filters)
    sql = statement(name).format(
        subject=_COLUMNS[subject], condition=condition.sql, number_start=OUTSIDE_NUMBER_START
    )
    return snapshot.query(sql, condition.parameters, days=(filters.first, filters.last))
