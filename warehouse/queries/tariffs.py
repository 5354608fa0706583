"""Which version of which tariff priced what."""

from __future__ import annotations

import polars as pl

from warehouse.scope import Scope, within
from warehouse.snapshot import Snapshot
from warehouse.statements import statement
from warehouse.words import Status

_KEY = ("tariff", "version")
_PRICED = [Status.RATED.value, Status.FREE.value]
_NOTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "tariff": pl.String,
    "version": pl.String,
    "list_version": pl.String,
    "loaded_at": pl.Datetime("ms", "UTC"),
    "loaded_by": pl.String,
}


def tariff_versions(snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """One row per version of a tariff, those of each tariff from the oldest to the newest.

    `tariff, version, list_version, loaded_at` (UTC), `loaded_by`, and of the legs of the scope that
    it gave a price: `first_day, last_day, legs`. A scope that allows nothing sees nothing.
    """
    condition = within(scope, "charged_user")
    used = snapshot.query(
        statement("count_by_version").format(condition=condition.sql),
        condition.parameters | {"statuses": _PRICED},
    )
    allowed = scope.everything or any((*scope.departments, *scope.sites, *scope.users))
    noted = pl.DataFrame(
        [one.model_dump() for one in snapshot.manifest.tariffs if allowed], schema=_NOTED
    )
    return (
        noted.join(used, on=_KEY, how="full", coalesce=True)
        .with_columns(pl.col("legs").fill_null(0))
        .sort("tariff", "loaded_at", "version", nulls_last=False)
    )
