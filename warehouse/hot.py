"""The small part of what is published: whole days, written with every publication."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from warehouse.base import Base
from warehouse.files import replacing
from warehouse.frames import fetch
from warehouse.manifest import Manifest
from warehouse.master import STORAGE_VERSION, Master
from warehouse.rollups import EVERY_ROLLUP
from warehouse.statements import statement

BY_CALL = ("legs", "group_calls", "call_shares")
"""Published tables of which single calls change."""
BY_DAY = (*EVERY_ROLLUP, "day_marks")
"""Published rollups, and the marks of their days: whole days of them change."""


def touched_days(connection: duckdb.DuckDBPyConnection, base: Base) -> tuple[date, ...]:
    """Days before the cutoff that changed since the base was copied."""
    return _days(connection, base.serial, "day < $cutoff", cutoff=base.cutoff)


def write_hot(
    master: Master, path: Path, base: Base, days: Sequence[date], previous: Manifest | None
) -> None:
    """Writes the hot file that stands beside a base: its `days`, and all from its cutoff on.

    It takes over what has not changed since the `previous` publication, so that the time it takes
    is that of what changed.
    """
    # The first to write the target must not be the log: that would write everything twice.
    with replacing(path) as temporary, master.without_log() as connection:
        temporary.unlink(missing_ok=True)
        serial = _written_at(connection, base, days, previous)
        if previous is None or serial is None:
            with attached(connection, temporary), _transaction(connection):
                _write_all(connection, base.cutoff, days)
        else:
            shutil.copyfile(path.with_name(previous.hot), temporary)
            with attached(connection, temporary), _transaction(connection):
                _write_changed(connection, base.cutoff, days, previous.hot_days, serial)


def note_written(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Notes that a hot file holds the present state: the next one may go on from it."""
    connection.execute("delete from changed_calls")
    connection.execute("delete from written_hot")
    connection.execute(
        "insert into written_hot select $name, serial from publication", {"name": name}
    )


def _written_at(
    connection: duckdb.DuckDBPyConnection,
    base: Base,
    days: Sequence[date],
    previous: Manifest | None,
) -> int | None:
    """The serial of the previous hot file, if what changed since is known call by call."""
    if (
        previous is None
        or previous.base_mark != base.mark
        or not set(previous.hot_days) <= set(days)
    ):
        return None
    found = connection.execute(statement("find_written_hot"), {"name": previous.hot}).fetchone()
    return int(found[0]) if found else None


def _write_all(connection: duckdb.DuckDBPyConnection, cutoff: date, days: Sequence[date]) -> None:
    for table in (*BY_CALL, *BY_DAY):
        connection.execute(
            f"create table target.{table} as from main.{table} where day >= $cutoff",
            {"cutoff": cutoff},
        )
        _copy_days(connection, table, days)


def _write_changed(
    connection: duckdb.DuckDBPyConnection,
    cutoff: date,
    days: Sequence[date],
    known: Sequence[date],
    serial: int,
) -> None:
    """Into a copy of the hot file of `serial`, which had the days `known` before the cutoff."""
    changed = _days(
        connection,
        serial,
        "(day >= $cutoff or day in (select unnest($known)))",
        cutoff=cutoff,
        known=known,
    )
    added = sorted({*days} - {*known})
    for table in BY_CALL:
        connection.execute(
            f"delete from target.{table} where day in (select unnest($days)) "
            "and (source, call_id) in (select (source, call_id) from changed_calls)",
            {"days": changed},
        )
        connection.execute(
            f"insert into target.{table} from main.{table} "
            "semi join changed_calls using (source, call_id) where day in (select unnest($days))",
            {"days": changed},
        )
        _copy_days(connection, table, added)
    for table in BY_DAY:
        connection.execute(
            f"delete from target.{table} where day in (select unnest($days))", {"days": changed}
        )
        _copy_days(connection, table, sorted({*changed, *added}))


def _days(
    connection: duckdb.DuckDBPyConnection, serial: int, condition: str, **parameters: Any
) -> tuple[date, ...]:
    """The days that changed after a serial and meet a condition, in order."""
    found = fetch(
        connection,
        f"select day from touched_days where serial > $serial and {condition} order by day",
        {"serial": serial, **parameters},
    )
    return tuple(found["day"].to_list())


def _copy_days(connection: duckdb.DuckDBPyConnection, table: str, days: Iterable[date]) -> None:
    """Month by month: days that lie together are read together, which is quick to scan."""
    for _, month in groupby(days, key=lambda day: (day.year, day.month)):
        connection.execute(
            f"insert into target.{table} from main.{table} where day in (select unnest($days))",
            {"days": list(month)},
        )


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """A database file attached as `target`, new or not."""
    # ATTACH takes no parameters.
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as target (storage_version '{STORAGE_VERSION}')")
    try:
        yield
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
