"""Does the warehouse hold what it says: snapshot against master, sums against legs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from warehouse.digest import DIGESTED, differences, digest
from warehouse.errors import Damaged
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.restate import restate, stored_days, stored_legs
from warehouse.snapshot import Snapshot, Snapshots

Progress = Callable[[int, int], None]
"""Told how many days are done, and of how many."""

DERIVED = tuple(table for table in DIGESTED if table != "legs")


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what was wrong with it."""

    what: str
    looked_at: str
    differences: tuple[str, ...] = ()
    unseen: str | None = None
    """What could not be looked at, and why."""


def check_published(master: Master, now: datetime) -> Check:
    """Publishes, and compares every table of what readers then see with the master, day by day."""
    manifest = publish(master, now)
    snapshots = Snapshots(master.folder)
    try:
        snapshot = snapshots.current()
        found = [
            words
            for table in DIGESTED
            for words in differences(
                table,
                digest(master, table),
                digest(snapshot, table),
                ("the master", "the snapshot"),
            )
        ]
    finally:
        snapshots.close()
    return Check(
        "published snapshot = master",
        f"version {manifest.version}: {manifest.totals.legs:,} legs, "
        f"{manifest.totals.calls:,} calls, {len(DIGESTED)} tables day by day",
        tuple(found),
    )


def check_totals(snapshot: Snapshot) -> Check:
    """Compares the two published files with the totals in their manifest."""
    totals = snapshot.manifest.totals
    looked_at = f"version {snapshot.version}: {totals.legs:,} legs, {totals.calls:,} calls"
    try:
        snapshot.verify()
    except Damaged as error:
        return Check("published files = manifest", looked_at, (str(error),))
    return Check("published files = manifest", looked_at)


def check_sums(snapshot: Snapshot, progress: Progress | None = None) -> Check:
    """Makes calls and rollups anew from the published legs, and compares them day by day.

    Needs as much temporary space on disk as the legs take in the warehouse.
    """
    batches = stored_days(snapshot, date.min, date.max)
    many = sum(map(len, batches))
    done = legs = 0
    with (
        tempfile.TemporaryDirectory(prefix="tollbook-") as folder,
        Master.open(Path(folder)) as recount,
    ):
        for days in batches:
            stored = stored_legs(snapshot, days)
            restate(recount, stored)
            legs += stored.height
            done += len(days)
            if progress is not None:
                progress(done, many)
        found = [
            words
            for table in DERIVED
            for words in differences(
                table,
                digest(snapshot, table),
                digest(recount, table),
                ("the warehouse", "the recount"),
            )
        ]
    return Check(
        "calls and sums = recount from legs", f"{legs:,} legs of {many:,} days", tuple(found)
    )
