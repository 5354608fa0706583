"""Stored legs with other prices, and the tariffs that they were priced by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import polars as pl

from warehouse.digest import ask
from warehouse.frames import fetch
from warehouse.master import Master
from warehouse.snapshot import Snapshot
from warehouse.statements import statement
from warehouse.store import Stored, store

BATCH_LEGS = 200_000
"""Days are handed out together up to about so many legs: bounds memory. Far fewer would go through
the log of the database, or leave small row groups: both are written twice."""


def stored_days(origin: Master | Snapshot, first: date, last: date) -> list[list[date]]:
    """The local days with legs from `first` to `last`, both inclusive, in batches of whole days."""
    counted = ask(origin, statement("count_legs_by_day"), {"first": first, "last": last})
    batches: list[list[date]] = []
    room = 0
    for day, legs in counted.iter_rows():
        if legs > room or not batches:
            batches.append([])
            room = BATCH_LEGS
        batches[-1].append(day)
        room -= legs
    return batches


def stored_legs(origin: Master | Snapshot, days: list[date]) -> pl.DataFrame:
    """All legs of some days that have any: the columns of `LEG_SCHEMA` and `file`."""
    sql, parameters = statement("legs_of_days"), {"days": days}
    if isinstance(origin, Snapshot):
        return pl.concat(origin.batches(sql, parameters), rechunk=True)
    return fetch(origin.connection, sql, parameters)


def restate(master: Master, legs: pl.DataFrame) -> Stored:
    """Puts legs from `stored_legs` back with other prices; calls and rollups follow.

    One transaction.
    """
    with master.transaction() as connection:
        return store(connection, legs, master.keys)


def note_tariffs(
    master: Master, versions: Mapping[str, str], list_version: str, at: datetime, by: str
) -> None:
    """Notes which tariffs (version by name) are in use, since when, and who brought them in."""
    instant = at.astimezone(UTC).replace(tzinfo=None)
    with master.transaction() as connection:
        known = set(connection.execute("select tariff, version from tariff_versions").fetchall())
        new = [
            [name, version, list_version, instant, by]
            for name, version in versions.items()
            if (name, version) not in known
        ]
        if new:
            connection.executemany("insert into tariff_versions values (?, ?, ?, ?, ?)", new)
            connection.execute("update publication set change = uuid()")
