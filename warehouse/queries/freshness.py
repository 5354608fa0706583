"""How far the published data reaches."""

from __future__ import annotations

import polars as pl

from warehouse.scope import Scope
from warehouse.snapshot import Snapshot

_INSTANT = pl.Datetime("ms", "UTC")


def sources(snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """One row per source: `source, newest_started_at, loaded_at, published_at`, times in UTC.

    Nothing for a scope that allows nothing; sources belong to no department.
    """
    manifest = snapshot.manifest
    allowed = scope.everything or any((*scope.departments, *scope.sites, *scope.users))
    return pl.DataFrame(
        [
            (known.source, known.newest_started_at, known.loaded_at, manifest.published_at)
            for known in manifest.sources
            if allowed
        ],
        schema={
            "source": pl.String,
            "newest_started_at": _INSTANT,
            "loaded_at": _INSTANT,
            "published_at": _INSTANT,
        },
        orient="row",
    )
