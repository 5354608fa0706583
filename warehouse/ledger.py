"""Which call files were loaded, and what has become of them since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from warehouse.frames import fetch
from warehouse.master import Master
from warehouse.statements import statement


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A call file in the ledger."""

    name: str
    sha256: str
    last_day: date | None
    """Of its legs, those included that came too late to be stored."""
    remainder: str | None
    """Hash of what was left of it when it was last cut."""


def ledger(master: Master) -> pl.DataFrame:
    """`name, sha256, remainder, pruned` of every call file ever loaded."""
    return fetch(master.connection, statement("list_files"))


def loaded_before(master: Master, day: date) -> dict[str, list[LoadedFile]]:
    """The loaded files with legs of earlier days, by name."""
    found = defaultdict(list)
    rows = master.connection.execute(statement("list_old_files"), {"day": day}).fetchall()
    for name, sha256, last_day, remainder in rows:
        found[name].append(LoadedFile(name, sha256, last_day, remainder))
    return dict(found)


def note_days(master: Master, name: str, sha256: str, days: pl.Series) -> None:
    """Notes that a loaded file held legs of these days too, though they were not stored."""
    with master.transaction() as connection:
        connection.execute(
            statement("widen_file"),
            {"name": name, "sha256": sha256, "first": days.min(), "last": days.max()},
        )


def note_pruned(master: Master, file: LoadedFile, remainder: str | None, at: datetime) -> None:
    """Notes that a file is being cut, and the hash of what is to be left of it."""
    with master.transaction() as connection:
        connection.execute(
            statement("upsert_pruned_file"),
            {
                "name": file.name,
                "sha256": file.sha256,
                "remainder": remainder,
                "at": at.astimezone(UTC).replace(tzinfo=None),
            },
        )


def note_all_pruned(master: Master, at: datetime) -> None:
    """Notes that none of the loaded files is here any more."""
    with master.transaction() as connection:
        connection.execute(
            statement("prune_all_files"), {"at": at.astimezone(UTC).replace(tzinfo=None)}
        )
