"""Calls as a CSV file, however many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.files import replacing
from warehouse.queries.listing import CALL_COLUMNS, listing
from warehouse.queries.months import months
from warehouse.scope import Filters, Scope, where
from warehouse.snapshot import Snapshot

UTC_COLUMNS: Final = ("started_at", "answered_at", "ended_at")


def export(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    path: Path,
    columns: Sequence[str] = CALL_COLUMNS,
    batch: int = 50_000,
) -> int:
    """Writes the calls that `calls.page` would list, oldest first, and returns their number.

    UTF-8 with a header; `columns` are some of `CALL_COLUMNS`, instants are UTC with `Z`. Memory
    is bounded by a month of calls and by `batch` rows. No cell can become a formula in a
    spreadsheet. The file is complete or absent.
    """
    unknown = set(columns) - set(CALL_COLUMNS)
    if unknown:
        raise ValueError(f"calls have no columns {sorted(unknown)}")
    rows = 0
    with replacing(path) as temporary, temporary.open("wb") as out:
        pl.DataFrame(schema=list(columns)).write_csv(out)
        for first, last in months(snapshot, filters):
            listed = listing(scope, where(scope, replace(filters, first=first, last=last)))
            query = f"{listed.sql} order by started_at, source, call_id"
            for frame in snapshot.batches(query, listed.parameters, rows=batch):
                harmless(frame.select(columns)).write_csv(out, include_header=False)
                rows += frame.height
    return rows


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Instants in the form of call files, and text that a spreadsheet takes for a formula marked.

    A number in international form begins with a plus sign and is none.
    """
    text = pl.selectors.string()
    dangerous = text.str.contains(r"^[=+\-@\t\r]") & ~text.str.contains(r"^\+[0-9]+$")
    return (
        frame.with_columns(pl.when(dangerous).then(pl.lit("'") + text).otherwise(text).name.keep())
        .with_columns(
            pl.selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%S%.3f"),
        )
        .with_columns(pl.selectors.by_name(*UTC_COLUMNS, require_all=False) + "Z")
    )
