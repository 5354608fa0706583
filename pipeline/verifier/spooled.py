"""Legs of a source that lie in the spool: on their way, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipeline.callfile.read import CallFile, read_call_file
from pipeline.callfile.spool import Spool
from warehouse.errors import InvalidInput

_REVISIONS = pl.Schema({"leg_id": pl.String(), "revision": pl.Int64()})
_REASONS = pl.Schema({"leg_id": pl.String(), "reason": pl.String()})


def on_their_way(spool: Spool, source: str, published_ns: int) -> pl.DataFrame:
    """`leg_id, revision` of the legs in call files that wait to be mined, or to be published.

    `published_ns` is when the manifest was last replaced (nanoseconds of the Unix epoch): what was
    stored later may not be published yet.
    """
    found = [pl.DataFrame(schema=_REVISIONS)]
    for path in (*spool.pending(), *_stored_since(spool, published_ns)):
        file = _read(path)
        if file is not None:
            legs = file.legs.filter(pl.col("source") == source)
            found.append(legs.select(_REVISIONS.names()))
    return pl.concat(found).group_by("leg_id").agg(pl.col("revision").max())


def refused(spool: Spool, source: str) -> pl.DataFrame:
    """`leg_id, reason` of the rows that were put aside."""
    found = [pl.DataFrame(schema=_REASONS)]
    for path in sorted(spool.rejected.glob(f"{source}_*.csv")):
        try:
            rows = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True)
        except pl.exceptions.PolarsError:
            continue
        why = pl.lit("the whole file was refused", dtype=pl.String)
        if "rejected_reason" in rows.columns:
            why = pl.col("rejected_reason")
        if "leg_id" in rows.columns:
            reason = pl.format("{}: {}", pl.lit(path.name), why).alias("reason")
            found.append(rows.select("leg_id", reason))
    return pl.concat(found).drop_nulls("leg_id").unique("leg_id", keep="last")


def _stored_since(spool: Spool, published_ns: int) -> Iterator[Path]:
    # Moving a file into the folder changes its status, not its content.
    return (path for path in spool.done.glob("*.csv") if path.stat().st_ctime_ns > published_ns)


def _read(path: Path) -> CallFile | None:
    """A call file; None where it has been moved on, or cannot be used."""
    try:
        return read_call_file(path.name, path.read_bytes(), source=path.name.split("_", 1)[0])
    except (OSError, InvalidInput):
        return None
