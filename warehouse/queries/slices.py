"""Any slice of calls or legs as a file, however large."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from warehouse.files import replacing, write_text
from warehouse.legs import LEG_SCHEMA
from warehouse.queries.harmless import UTC_COLUMNS, harmless
from warehouse.queries.listing import CALL_COLUMNS, leg_columns, listing
from warehouse.queries.weeks import weeks
from warehouse.scope import Filters, Scope, Where, shown_parameters, where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement

What = Literal["calls", "legs"]
COLUMNS: Final[dict[What, tuple[str, ...]]] = {"calls": CALL_COLUMNS, "legs": tuple(LEG_SCHEMA)}

Progress = Callable[[int, int], None]
"""Told how many days are done, and of how many."""

_BATCH_ROWS = 50_000

_Write = Callable[[pl.DataFrame], None]


def write_slice(
    snapshot: Snapshot,
    scope: Scope,
    filters: Filters,
    what: What,
    path: Path,
    columns: Sequence[str] = (),
    progress: Progress | None = None,
) -> int:
    """Writes what scope and filters let by, oldest first, and gives the number of rows.

    CSV or Parquet by the suffix of `path`; beside it `<path>.about.json` says what is in it. No
    `columns` are all of them. Memory is bounded: a week is sorted at a time, on disk if need be.
    Both files are complete or absent.
    """
    chosen = tuple(columns) or COLUMNS[what]
    unknown = set(chosen) - set(COLUMNS[what])
    if unknown:
        raise ValueError(f"{what} have no columns {sorted(unknown)}")
    about: dict[str, Any] = {
        "what": what,
        "columns": chosen,
        "filters": asdict(filters),
        "mask_digits": scope.mask_digits,
        "version": snapshot.version,
        "published_at": snapshot.manifest.published_at.isoformat(),
    }
    rows = 0
    period = list(weeks(snapshot, filters, "legs" if what == "legs" else "day_totals"))
    empty = _query(scope, replace(filters, first=date.max, last=date.max), what)
    nothing = snapshot.query(empty.sql, empty.parameters).select(chosen)
    writer = _csv if path.suffix == ".csv" else _parquet
    with replacing(path) as temporary, writer(temporary, nothing, about) as write:
        for done, (first, last) in enumerate(period, start=1):
            query = _query(scope, replace(filters, first=first, last=last), what)
            found = snapshot.batches(query.sql, query.parameters, rows=_BATCH_ROWS, ordered=True)
            for frame in found:
                write(frame.select(chosen))
                rows += frame.height
            if progress is not None:
                progress(done, len(period))
    write_text(about_path(path), json.dumps(about | {"rows": rows}, indent=1, default=str) + "\n")
    return rows


def about_path(path: Path) -> Path:
    """Where it is written what a file holds."""
    return path.with_name(f"{path.name}.about.json")


def _query(scope: Scope, filters: Filters, what: What) -> Where:
    condition = where(scope, filters)
    if what == "calls":
        listed = listing(scope, condition)
        return Where(f"{listed.sql} order by started_at, source, call_id", listed.parameters)
    sql = statement("slice_of_legs").format(columns=leg_columns(scope), condition=condition.sql)
    return Where(sql, condition.parameters | shown_parameters(scope))


@contextmanager
def _csv(path: Path, nothing: pl.DataFrame, _: dict[str, Any]) -> Iterator[_Write]:
    with path.open("wb") as out:
        nothing.clear().write_csv(out)
        yield lambda frame: harmless(frame).write_csv(out, include_header=False)


@contextmanager
def _parquet(path: Path, nothing: pl.DataFrame, about: dict[str, Any]) -> Iterator[_Write]:
    schema = _aware(nothing).to_arrow().schema
    described = schema.with_metadata({"tollbook": json.dumps(about, default=str)})
    with pq.ParquetWriter(path, described, compression="zstd") as out:
        yield lambda frame: out.write_table(_aware(frame).to_arrow().cast(described))


def _aware(frame: pl.DataFrame) -> pl.DataFrame:
    """Instants that say that they are UTC."""
    return frame.with_columns(
        pl.selectors.by_name(*UTC_COLUMNS, require_all=False).dt.replace_time_zone("UTC")
    )
