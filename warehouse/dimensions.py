"""People, places and what is owed for them, as they are dated, stored beside the calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import polars as pl

from warehouse.frames import fetch_one, shown
from warehouse.master import Master

DIMENSIONS: Final = (
    *("people", "sites", "gateways"),
    *("fixed_charges", "exchange_rates", "tariff_prices"),
)
"""Tables, and fields of `Dimensions`."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Frames with the columns of the tables of their names; open ends of dates are null."""

    people: pl.DataFrame
    sites: pl.DataFrame
    gateways: pl.DataFrame
    fixed_charges: pl.DataFrame = field(default_factory=pl.DataFrame)
    exchange_rates: pl.DataFrame = field(default_factory=pl.DataFrame)
    tariff_prices: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def version(self) -> str:
        """A hash of the content."""
        digest = sha256()
        for table in DIMENSIONS:
            digest.update(getattr(self, table).write_ndjson().encode())
        return digest.hexdigest()[:16]


def note_dimensions(master: Master, found: Dimensions, at: datetime) -> None:
    """Puts people and places in the place of those stored before; the next publication has them.

    One transaction. Where nothing has changed, nothing is done. `at` is aware.
    """
    version = found.version
    if fetch_one(master.connection, "select version from directory") == (version,):
        return
    with master.transaction() as connection:
        for table in DIMENSIONS:
            connection.execute(f"delete from {table}")
            rows = getattr(found, table)
            if rows.is_empty():
                continue
            with shown(connection, found=rows):
                connection.execute(f"insert into {table} by name from found")
        connection.execute(
            "update directory set version = $version, noted_at = $at",
            {"version": version, "at": at.astimezone(UTC).replace(tzinfo=None)},
        )
        connection.execute("update publication set change = uuid()")
