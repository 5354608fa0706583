"""Stored legs with other prices or owners, and the tariffs that they were priced by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

import polars as pl

from warehouse.digest import ask
from warehouse.frames import fetch
from warehouse.master import Master
from warehouse.scope import Where
from warehouse.snapshot import Snapshot
from warehouse.statements import statement
from warehouse.store import Stored, store, with_alone

BATCH_LEGS = 200_000
"""Days are handed out together up to about so many legs: bounds memory. Far fewer would go through
the log of the database, or leave small row groups: both are written twice."""


EVERY_LEG: Final = Where("true")


def stored_days(
    origin: Master | Snapshot, first: date, last: date, among: Where = EVERY_LEG
) -> list[list[date]]:
    """The local days with legs from `first` to `last`, both inclusive, in batches of whole days.

    Only days with a leg for which the condition holds.
    """
    sql = statement("count_legs_by_day").format(condition=among.sql)
    counted = ask(origin, sql, {"first": first, "last": last, **among.parameters})
    batches: list[list[date]] = []
    room = 0
    for day, legs in counted.iter_rows():
        if legs > room or not batches:
            batches.append([])
            room = BATCH_LEGS
        batches[-1].append(day)
        room -= legs
    return batches


def stored_legs(
    origin: Master | Snapshot, days: list[date], among: Where = EVERY_LEG
) -> pl.DataFrame:
    """The legs of some days that have any: the columns of `LEG_SCHEMA` and `file`."""
    sql = statement("legs_of_days").format(condition=among.sql)
    parameters = {"days": days, **among.parameters}
    if isinstance(origin, Snapshot):
        return pl.concat(origin.batches(sql, parameters, ordered=True), rechunk=True)
    return fetch(origin.connection, sql, parameters)


def restate(master: Master, legs: pl.DataFrame) -> Stored:
    """Puts legs from `stored_legs` back with other prices or owners; calls and rollups follow.

    One transaction.
    """
    with master.transaction() as connection:
        return store(connection, with_alone(legs), master.keys)


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
