"""Call files into the warehouse, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import duckdb
import polars as pl

from warehouse.doubled import leave_out_doubled
from warehouse.foretold import Foretold, foretell
from warehouse.frames import shown
from warehouse.keys import KEY
from warehouse.legs import LEG_SCHEMA
from warehouse.master import Master
from warehouse.statements import statement
from warehouse.store import store, with_alone

_WORTH_TELLING = range(20_000, 400_000)
"""Legs of which it is worth while to foretell what follows, and there is room to."""
_NO_LEGS = LEG_SCHEMA.to_frame()


@dataclass(frozen=True, slots=True)
class RatedFile:
    """The legs of one call file, with the columns of `LEG_SCHEMA`."""

    name: str
    sha256: str
    legs: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Arrival:
    """Call files ready to be loaded together."""

    files: tuple[RatedFile, ...]
    rows: int
    """Legs of the files, those of the same name and hash once."""
    legs: pl.DataFrame
    """The newest of each source and leg_id, with `file` and `alone`."""
    foretold: Foretold | None = None

    def with_foretold(self) -> Arrival:
        """The same with what follows from the legs, where that is worth while; for any thread."""
        is_worth = self.legs.height in _WORTH_TELLING
        return replace(self, foretold=foretell(self.legs)) if is_worth else self


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one load did; all counts are of legs."""

    repeated: tuple[str, ...]
    """Files that the ledger has with this content already: nothing was done for them."""
    added: int = 0
    replaced: int = 0
    outdated: int = 0
    """Left out: the warehouse, or these files, hold a higher revision or a later version."""
    elsewhere: int = 0
    """Of those added or replaced, taken away again: another source counts the same sessions."""
    given_up: int = 0
    """Stored before, and taken away: now another source counts the same sessions."""
    days: tuple[date, ...] = ()
    """Local days that changed, in order."""


def load(
    master: Master, legs: pl.DataFrame, *, file: str, sha256: str, loaded_at: datetime
) -> LoadResult:
    """`load_files` of one file."""
    return load_files(master, [RatedFile(file, sha256, legs)], loaded_at)


def load_files(master: Master, files: Sequence[RatedFile], loaded_at: datetime) -> LoadResult:
    """Stores the legs of call files with all that follows from them, in one transaction.

    A file of the same name and hash is loaded once. For each source and leg_id the highest revision
    wins; of equal ones the one that came last. A session that several sources tell of is counted
    once, see `warehouse.doubled`. The legs are durable once this has returned, and are as if the
    files had been loaded one after the other.
    """
    return load_arrival(master, arrival(files).with_foretold(), loaded_at)


def arrival(files: Sequence[RatedFile], legs: pl.DataFrame | None = None) -> Arrival:
    """What can be done before call files are loaded; for any thread.

    `legs` are those of all files, one after the other, where they are in memory so already.
    """
    distinct = _distinct(files)
    if legs is None or len(distinct) < len(files):
        legs = pl.concat([_NO_LEGS, *(_as_stored(file.legs) for file in distinct)])
    names = pl.Series([file.name for file in distinct], dtype=pl.String)
    heights = pl.Series([file.legs.height for file in distinct], dtype=pl.Int64)
    of_each = pl.lit(names).repeat_by(pl.lit(heights)).explode(empty_as_null=False)
    rows = _as_stored(legs).with_columns(of_each.alias("file")).rechunk()
    newest = with_alone(_newest(rows))
    if len(distinct) == len(files) and newest.height == rows.height:
        files = _parts(files, newest)
    return Arrival(tuple(files), rows.height, newest)


def load_arrival(master: Master, arrived: Arrival, loaded_at: datetime) -> LoadResult:
    """`load_files` of the files of an arrival."""
    instant = loaded_at.astimezone(UTC).replace(tzinfo=None)
    with master.transaction() as connection:
        distinct = _distinct(arrived.files)
        new = [file for file in distinct if not _is_known(connection, file)]
        known = {id(file) for file in new}
        repeated = tuple(file.name for file in arrived.files if id(file) not in known)
        if not new:
            return LoadResult(repeated)
        if len(new) < len(distinct):
            arrived = arrival(new).with_foretold()
        result = store(connection, arrived.legs, master.keys, arrived.foretold)
        doubled = leave_out_doubled(connection, arrived.legs)
        of_these = _count_among(doubled, arrived.legs)
        if result.days:
            _refresh_sources(connection, arrived.legs, instant)
        _note_files(connection, new, instant)
    return LoadResult(
        repeated,
        added=result.added,
        replaced=result.replaced,
        outdated=arrived.rows - result.added - result.replaced,
        elsewhere=of_these,
        given_up=doubled.height - of_these,
        days=tuple(sorted({*result.days, *doubled["day"]})),
    )


def _parts(files: Sequence[RatedFile], legs: pl.DataFrame) -> list[RatedFile]:
    """The files with their legs as parts of these, so that memory holds them once."""
    parts = []
    begin = 0
    for file in files:
        part = legs.select(LEG_SCHEMA.names()).slice(begin, file.legs.height)
        parts.append(replace(file, legs=part))
        begin += part.height
    return parts


def _distinct(files: Sequence[RatedFile]) -> list[RatedFile]:
    """The first of each name and hash."""
    first: dict[tuple[str, str], RatedFile] = {}
    for file in files:
        first.setdefault((file.name, file.sha256), file)
    return list(first.values())


def _is_known(connection: duckdb.DuckDBPyConnection, file: RatedFile) -> bool:
    found = connection.execute(
        "select 1 from files where name = ? and sha256 = ?", [file.name, file.sha256]
    ).fetchone()
    return found is not None


def _as_stored(legs: pl.DataFrame) -> pl.DataFrame:
    return legs.select(
        pl.col(name).cast(kind, strict=True) for name, kind in LEG_SCHEMA.items()
    ).with_columns(pl.col("revision").fill_null(0), pl.col("call_id").fill_null(pl.col("leg_id")))


def _newest(rows: pl.DataFrame) -> pl.DataFrame:
    # Where all hashes differ all keys do, which is nearly always and the quickest to see.
    if rows.select(KEY).hash_rows().n_unique() == rows.height:
        return rows
    return rows.sort("revision", maintain_order=True).unique(KEY, keep="last", maintain_order=True)


def _count_among(doubled: pl.DataFrame, legs: pl.DataFrame) -> int:
    """How many of the doubled legs are among these."""
    if doubled.is_empty():
        # A join would hash all the legs before it saw that there is nothing to look for.
        return 0
    return doubled.join(legs.select(KEY), on=KEY, how="semi").height


def _note_files(
    connection: duckdb.DuckDBPyConnection, files: Sequence[RatedFile], instant: datetime
) -> None:
    connection.executemany(
        statement("insert_file"),
        [
            [
                *(file.name, file.sha256, file.legs.height),
                *(file.legs["day"].min(), file.legs["day"].max(), instant),
            ]
            for file in files
        ],
    )


def _refresh_sources(
    connection: duckdb.DuckDBPyConnection, legs: pl.DataFrame, instant: datetime
) -> None:
    newest = legs.group_by("source").agg(pl.col("started_at").max().alias("newest_started_at"))
    with shown(connection, arrived=newest):
        connection.execute(statement("upsert_sources"), {"loaded_at": instant})
