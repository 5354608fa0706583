"""From the master to what readers see."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from uuid import UUID, uuid4

import duckdb

from warehouse.errors import Damaged
from warehouse.files import replacing
from warehouse.frames import fetch, fetch_one
from warehouse.manifest import (
    SNAPSHOTS,
    Manifest,
    SourceFreshness,
    TariffVersion,
    Totals,
    read_manifest,
    write_manifest,
)
from warehouse.master import STORAGE_VERSION, Master
from warehouse.migrate import schema_version
from warehouse.statements import statement

PUBLISHED_TABLES = ("legs", "calls", "call_shares", "day_totals", "day_people")
_SNAPSHOT = re.compile(r"(?:base|hot)-(\d+)\.duckdb")
_KEPT_VERSIONS = 2


@dataclass(frozen=True, slots=True)
class HotLimits:
    """When the hot part is folded into a new base."""

    legs: int = 60_000
    days: int = 40
    recent_days: int = 1
    """Days that stay hot in any case. Older ones that calls still arrive for join them."""


def publish(master: Master, now: datetime, limits: HotLimits | None = None) -> Manifest:
    """Makes the present state of the master visible to readers and returns its manifest.

    Does nothing when the master has not changed. Writes whole days: the recent ones, and each
    older one changed since the base was made, into a new hot file; everything else stays in the
    base, which is made anew when the hot part has outgrown `limits`. Killed at any moment,
    readers keep the version before, and the next call clears up.
    """
    limits = limits or HotLimits()
    folder = master.folder / SNAPSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    previous = _usable_manifest(folder)
    (change,) = fetch_one(master.connection, "select change from publication")
    if previous and previous.change == change:
        return previous
    _remove_leftovers(folder)

    number = _next_number(folder, previous)
    newest = _newest_day(master.connection, now)
    base = _standing_base(master, previous)
    if base is None or _outgrown(master.connection, base, newest, limits):
        base = _make_base(master, folder, base, number, newest, limits)
    hot = f"hot-{number}.duckdb"
    hot_days = base.touched
    with _new_database(master.connection, folder / hot) as target, _transaction(target):
        for table in PUBLISHED_TABLES:
            target.execute(
                f"create table target.{table} as from main.{table} where day >= $cutoff",
                {"cutoff": base.cutoff},
            )
            for month in _months(hot_days):
                _copy_days(target, table, month)
    manifest = Manifest(
        version=number,
        schema_version=schema_version(),
        change=change,
        base=base.name,
        base_mark=base.mark,
        hot=hot,
        cutoff=base.cutoff,
        hot_days=hot_days,
        published_at=now,
        sources=_freshness(master.connection),
        tariffs=_tariffs(master.connection),
        totals=_totals(master.connection),
        kept=_kept(previous),
    )
    write_manifest(folder, manifest)
    if base.new:
        _remember(master, base)
    _remove_unused(folder, manifest)
    return manifest


@dataclass(frozen=True, slots=True)
class _Base:
    name: str
    mark: UUID
    cutoff: date
    touched: tuple[date, ...]
    """Days before the cutoff that changed since."""
    new: bool


def _usable_manifest(folder: Path) -> Manifest | None:
    try:
        manifest = read_manifest(folder)
    except Damaged:
        return None
    if (
        manifest is None
        or manifest.schema_version != schema_version()
        or not all((folder / name).exists() for name in manifest.files)
    ):
        return None
    return manifest


def _standing_base(master: Master, manifest: Manifest | None) -> _Base | None:
    """The published base, if the master's list of touched days refers to it."""
    if manifest is None:
        return None
    name, mark = fetch_one(master.connection, "select base, base_mark from publication")
    if (name, mark) != (manifest.base, manifest.base_mark):
        return None
    days = fetch(
        master.connection,
        "select day from touched_days where day < $cutoff order by day",
        {"cutoff": manifest.cutoff},
    )["day"]
    return _Base(name, mark, manifest.cutoff, tuple(days.to_list()), new=False)


def _newest_day(connection: duckdb.DuckDBPyConnection, now: datetime) -> date | None:
    """The newest day with calls; a source whose clock runs ahead does not move it past today."""
    today = now.astimezone(UTC).date()
    (newest,) = fetch_one(
        connection, "select max(day) from day_totals where day <= $today", {"today": today}
    )
    return newest if isinstance(newest, date) else None


def _outgrown(
    connection: duckdb.DuckDBPyConnection, base: _Base, newest: date | None, limits: HotLimits
) -> bool:
    """Whether the hot part is too big and a new base would take at least half of it."""
    legs, days, movable = fetch_one(
        connection,
        statement("count_hot"),
        {
            "cutoff": base.cutoff,
            "days": list(base.touched),
            "next_cutoff": _cutoff(base, newest, limits),
        },
    )
    return bool((legs > limits.legs or days > limits.days) and movable * 2 >= legs)


def _cutoff(base: _Base | None, newest: date | None, limits: HotLimits) -> date:
    first = base.cutoff if base else date.min
    return max(first, newest - timedelta(days=limits.recent_days - 1)) if newest else first


def _make_base(
    master: Master,
    folder: Path,
    base: _Base | None,
    number: int,
    newest: date | None,
    limits: HotLimits,
) -> _Base:
    """A base with every day before the new cutoff: the old one carried on, or all from scratch."""
    connection = master.connection
    name = f"base-{number}.duckdb"
    cutoff = _cutoff(base, newest, limits)
    stale = list(base.touched) if base else []
    days = fetch(
        connection,
        statement("list_days"),
        {"first": base.cutoff if base else date.min, "cutoff": cutoff, "days": stale},
    )["day"].to_list()
    origin = folder / base.name if base else None
    with _new_database(connection, folder / name, origin) as target:
        for table in PUBLISHED_TABLES:
            with _transaction(target):
                if origin is None:
                    target.execute(f"create table target.{table} as from main.{table} limit 0")
                elif stale:
                    target.execute(
                        f"delete from target.{table} where day in (select unnest($days))",
                        {"days": stale},
                    )
                for month in _months(days):
                    _copy_days(target, table, month)
    return _Base(name, uuid4(), cutoff, (), new=True)


def _copy_days(target: duckdb.DuckDBPyConnection, table: str, days: Sequence[date]) -> None:
    target.execute(
        f"insert into target.{table} from main.{table} where day in (select unnest($days))",
        {"days": days},
    )


def _months(days: Sequence[date]) -> Iterator[list[date]]:
    """Month by month: days that lie together are read together, which is quick to scan."""
    for _, month in groupby(days, key=lambda day: (day.year, day.month)):
        yield list(month)


@contextmanager
def _new_database(
    connection: duckdb.DuckDBPyConnection, path: Path, origin: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database file attached as `target`, begun as a copy of `origin`."""
    with replacing(path) as temporary:
        temporary.unlink(missing_ok=True)
        if origin is not None:
            shutil.copyfile(origin, temporary)
        # ATTACH takes no parameters.
        quoted = str(temporary).replace("'", "''")
        connection.execute(f"attach '{quoted}' as target (storage_version '{STORAGE_VERSION}')")
        try:
            yield connection
            connection.execute("checkpoint target")
        finally:
            connection.execute("detach target")


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _remember(master: Master, base: _Base) -> None:
    """Starts the list of touched days afresh.

    Only after the manifest names the new base: were the list emptied first, a kill in between
    would leave readers with changed days in the old base.
    """
    with master.transaction() as connection:
        connection.execute(
            "update publication set base = $base, base_mark = $mark",
            {"base": base.name, "mark": base.mark},
        )
        connection.execute("delete from touched_days")


def _freshness(connection: duckdb.DuckDBPyConnection) -> tuple[SourceFreshness, ...]:
    rows = connection.execute(
        "select source, newest_started_at, loaded_at from sources order by source"
    ).fetchall()
    return tuple(
        SourceFreshness(
            source=source,
            newest_started_at=newest.replace(tzinfo=UTC),
            loaded_at=loaded.replace(tzinfo=UTC),
        )
        for source, newest, loaded in rows
    )


def _tariffs(connection: duckdb.DuckDBPyConnection) -> tuple[TariffVersion, ...]:
    rows = fetch(connection, statement("list_tariffs")).iter_rows(named=True)
    return tuple(
        TariffVersion(**row | {"loaded_at": row["loaded_at"].replace(tzinfo=UTC)}) for row in rows
    )


def _totals(connection: duckdb.DuckDBPyConnection) -> Totals:
    (legs,) = fetch_one(connection, "select count(*) from legs")
    cost = connection.execute(statement("total_cost")).fetchall()
    (calls,) = fetch_one(connection, "select coalesce(sum(calls), 0)::bigint from day_totals")
    return Totals(legs=legs, calls=calls, cost={currency: str(amount) for currency, amount in cost})


def _kept(previous: Manifest | None) -> tuple[tuple[str, str], ...]:
    return (previous.files, *previous.kept)[:_KEPT_VERSIONS] if previous else ()


def _next_number(folder: Path, previous: Manifest | None) -> int:
    """A number that no file bears, so that a name never stands for two contents."""
    return max([previous.version if previous else 0, *_numbers(folder)]) + 1


def _numbers(folder: Path) -> Iterable[int]:
    for path in folder.iterdir():
        if match := _SNAPSHOT.fullmatch(path.name):
            yield int(match[1])


def _remove_leftovers(folder: Path) -> None:
    """Removes what a killed publication was writing."""
    for path in folder.glob(".*.duckdb.*"):
        path.unlink(missing_ok=True)


def _remove_unused(folder: Path, manifest: Manifest) -> None:
    """Removes the snapshots of versions that are no longer kept."""
    wanted = {name for files in (manifest.files, *manifest.kept) for name in files}
    for path in folder.iterdir():
        if _SNAPSHOT.fullmatch(path.name) and path.name not in wanted:
            # Windows refuses while a reader has the file open: then the next publication does it.
            with suppress(PermissionError):
                path.unlink()
