"""From the master to what readers see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.base import Base, BaseMaker
from warehouse.dimensions import DIMENSIONS
from warehouse.errors import Damaged
from warehouse.files import replacing
from warehouse.frames import fetch, fetch_one
from warehouse.hot import BY_CALL, BY_DAY, attached, note_written, touched_days, write_hot
from warehouse.manifest import (
    SNAPSHOTS,
    Manifest,
    SourceFreshness,
    TariffVersion,
    Totals,
    read_manifest,
    write_manifest,
)
from warehouse.master import Master
from warehouse.migrate import schema_version
from warehouse.room import needing_room
from warehouse.statements import statement

PUBLISHED_TABLES = (*BY_CALL, *BY_DAY)
_SNAPSHOT = re.compile(r"(?:base-|hot-|directory-\w+-)(\d+)\.duckdb")
_KEPT_VERSIONS = 2


@dataclass(frozen=True, slots=True)
class HotLimits:
    """When the hot part is folded into a new base."""

    legs: int = 60_000
    days: int = 40
    urgent_legs: int = 400_000
    """From here on a new base is quicker than so big a hot part."""
    recent_days: int = 1
    """Days that stay hot in any case. Older ones that calls still arrive for join them."""


def publish(
    master: Master,
    now: datetime,
    limits: HotLimits | None = None,
    *,
    wait: bool = True,
) -> Manifest:
    """Makes the present state of the master visible to readers and returns its manifest.

    Does nothing when the master has not changed, unless a base is ready. Writes whole days, the
    recent ones and each older one changed since the base was made, into a new hot file; everything
    else stays in the base. When the hot part has outgrown `limits`, a new base is made: at once,
    or, if nobody is to `wait`, meanwhile, and a later call publishes it. Killed at any moment,
    readers keep the version before, and the next call clears up. Raises `NoRoom` when the disk is
    full.
    """
    folder = master.folder / SNAPSHOTS
    with needing_room(folder):
        folder.mkdir(parents=True, exist_ok=True)
        previous = _usable_manifest(folder)
        (change,) = fetch_one(master.connection, "select change from publication")
        if previous and previous.change == change and not master.base_maker.is_ready:
            return previous
        return _publish(master, folder, previous, now, limits or HotLimits(), wait=wait)


def _publish(
    master: Master,
    folder: Path,
    previous: Manifest | None,
    now: datetime,
    limits: HotLimits,
    *,
    wait: bool,
) -> Manifest:
    connection, maker = master.connection, master.base_maker
    if not maker.is_busy:
        _remove_leftovers(folder)
    number = _next_number(folder, previous)
    standing = _standing_base(connection, previous)
    newest = _newest_day(connection, now)
    base = _base_for(connection, standing, newest, number, limits, maker, wait=wait)
    # A base that is being made has a number too, but no file of that name yet.
    if maker.is_busy and base is not maker.begun:
        number = max(number, maker.number) + 1
    hot_days = touched_days(connection, base)
    hot = f"hot-{number}.duckdb"
    with ExitStack() as unpublished:
        if base is maker.begun:
            unpublished.callback(maker.give_up)
        write_hot(master, folder / hot, base, hot_days, previous)
        unpublished.callback((folder / hot).unlink)
        directory = _directory(connection, folder, previous, number)
        if previous is None or directory != previous.directory:
            unpublished.callback((folder / directory).unlink)
        manifest = Manifest(
            version=number,
            schema_version=schema_version(),
            change=fetch_one(connection, "select change from publication")[0],
            base=base.name,
            base_mark=base.mark,
            hot=hot,
            directory=directory,
            cutoff=base.cutoff,
            hot_days=hot_days,
            published_at=now,
            sources=_freshness(connection),
            tariffs=_tariffs(connection),
            totals=_totals(connection),
            kept=_kept(previous),
        )
        if base is maker.begun:
            maker.take()
        # Once the manifest may name them they stay, whatever comes of it.
        unpublished.pop_all()
    write_manifest(folder, manifest)
    note_written(connection, hot)
    if base is not standing:
        _remember(master, base)
    _remove_unused(folder, manifest, maker)
    return manifest


def _base_for(
    connection: duckdb.DuckDBPyConnection,
    standing: Base | None,
    newest: date | None,
    number: int,
    limits: HotLimits,
    maker: BaseMaker,
    *,
    wait: bool,
) -> Base:
    """The base to publish: the standing one until a new one is there, if there has to be one.

    One that is only begun is yet to be waited for: meanwhile there is other work.
    """
    if maker.is_ready and maker.begun is not None:
        return maker.begun
    first = standing.cutoff if standing else date.min
    cutoff = max(first, newest - timedelta(days=limits.recent_days - 1)) if newest else first
    legs = 0
    if standing is not None:
        legs, days, movable = fetch_one(
            connection,
            statement("count_hot"),
            {
                "cutoff": standing.cutoff,
                "days": list(touched_days(connection, standing)),
                "next_cutoff": cutoff,
            },
        )
        outgrown = (legs > limits.legs or days > limits.days) and movable * 2 >= legs
        if not outgrown:
            return standing
    begun = maker.begun or maker.begin(number, cutoff)
    if standing is not None and not wait and legs <= limits.urgent_legs:
        return standing
    return begun


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


def _standing_base(connection: duckdb.DuckDBPyConnection, manifest: Manifest | None) -> Base | None:
    """The published base, if the master's list of touched days refers to it."""
    if manifest is None:
        return None
    name, mark, serial = fetch_one(
        connection, "select base, base_mark, base_serial from publication"
    )
    if (name, mark) != (manifest.base, manifest.base_mark):
        return None
    return Base(name, mark, manifest.cutoff, serial)


def _newest_day(connection: duckdb.DuckDBPyConnection, now: datetime) -> date | None:
    """The newest day with calls; a source whose clock runs ahead does not move it past today."""
    today = now.astimezone(UTC).date()
    (newest,) = fetch_one(
        connection,
        "select max(day) from day_sums where day <= $today and calls > 0",
        {"today": today},
    )
    return newest if isinstance(newest, date) else None


def _directory(
    connection: duckdb.DuckDBPyConnection, folder: Path, previous: Manifest | None, number: int
) -> str:
    """The file of the people and places in use: the one published before, unless they changed."""
    (version,) = fetch_one(connection, "select version from directory")
    stem = f"directory-{version}-"
    if previous and previous.directory.startswith(stem):
        return previous.directory
    name = f"{stem}{number}.duckdb"
    with replacing(folder / name) as temporary:
        temporary.unlink(missing_ok=True)
        with attached(connection, temporary):
            for table in DIMENSIONS:
                connection.execute(f"create table target.{table} as from main.{table}")
    return name


def _remember(master: Master, base: Base) -> None:
    """Forgets the days that the base has.

    Only after the manifest names the new base: were they forgotten first, a kill in between
    would leave readers with changed days in the old base.
    """
    with master.transaction() as connection:
        connection.execute(
            "update publication set base = $base, base_mark = $mark, base_serial = $serial",
            {"base": base.name, "mark": base.mark, "serial": base.serial},
        )
        connection.execute(
            "delete from touched_days where serial <= $serial", {"serial": base.serial}
        )


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
    rows = connection.execute(statement("stored_totals")).fetchall()
    return Totals(
        legs=sum(legs for _, legs, _, _ in rows),
        calls=sum(calls for _, _, calls, _ in rows),
        cost={currency: str(cost) for currency, _, _, cost in rows if cost},
    )


def _kept(previous: Manifest | None) -> tuple[tuple[str, ...], ...]:
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


def _remove_unused(folder: Path, manifest: Manifest, maker: BaseMaker) -> None:
    """Removes the snapshots of versions that are no longer kept."""
    wanted = {name for files in (manifest.files, *manifest.kept) for name in files}
    if maker.is_busy:
        wanted.add(f"base-{maker.number}.duckdb")
    for path in folder.iterdir():
        if _SNAPSHOT.fullmatch(path.name) and path.name not in wanted:
            # Windows refuses while a reader has the file open: then the next publication does it.
            with suppress(PermissionError):
                path.unlink()
