"""A home whose calls come from a source that a test changes at will."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from pipeline.miner.books import Shelf
from pipeline.miner.miner import Miner
from pipeline.sources.source import BATCH_COLUMNS, Batch, Description, Finding
from pipeline.verifier.spooled import on_their_way, refused
from pipeline.verifier.verify import DayResult, Verifier
from warehouse.clock import fixed_clock
from warehouse.home import Home
from warehouse.manifest import SNAPSHOTS, manifest_mark
from warehouse.master import Master
from warehouse.snapshot import Snapshots

DAY = date(2026, 2, 10)
NOON = datetime.fromisoformat("2026-02-10 12:00:00")
NOW = datetime.fromisoformat("2026-02-20 12:00:00")
SETTLE = timedelta(minutes=10)


def leg(leg_id: str, at: datetime = NOON, **facts: Any) -> dict[str, Any]:
    """An outbound call of a minute."""
    return {
        "leg_id": leg_id,
        "call_id": leg_id,
        "key_time": at,
        "started_at": at,
        "answered_at": at + timedelta(seconds=5),
        "ended_at": at + timedelta(seconds=65),
        "direction": "outbound",
        "outcome": "answered",
        "from_user": "anna@x.org",
        "to_number": "+390612345678",
        "gateway_out": "gw-1",
        "emergency": False,
    } | facts


@dataclass
class MemorySource:
    """A source whose rows a test changes at will."""

    legs: list[dict[str, Any]] = field(default_factory=list)
    retention: timedelta | None = None
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)

    def describe(self) -> Description:
        return Description("Memory", self.retention)

    def discover(self, _now: datetime) -> list[Finding]:
        return []

    def poll(self, _cursor: str | None, _now: datetime) -> Batch:
        raise AssertionError("verifying polls nothing")

    def recount(self, since: datetime, until: datetime, now: datetime) -> pl.DataFrame:
        self.asked.append((since, until))
        return self.frame(
            row
            for row in self.legs
            if since <= row["key_time"] < until and row["ended_at"] <= now - SETTLE
        )

    def frame(self, rows: Any) -> pl.DataFrame:
        return pl.DataFrame(
            [{name: row.get(name) for name in BATCH_COLUMNS} for row in rows], schema=BATCH_COLUMNS
        )


@dataclass
class Bench:
    home: Home
    miner: Miner
    shelf: Shelf
    source: MemorySource

    @property
    def spool(self) -> Spool:
        return Spool(self.home.spool)

    def write(self, *rows: dict[str, Any], revision: int = 0) -> None:
        """What a recorder would write of these legs."""
        legs = self.source.frame(rows).with_columns(pl.lit(revision).alias("revision"))
        write_call_file(self.spool, "rome", legs, 1)

    def mined(self, *rows: dict[str, Any]) -> None:
        self.source.legs = list(rows)
        self.write(*rows)
        self.miner.cycle()

    def verify(
        self, first: date = DAY, last: date = DAY, now: datetime = NOW, **facts: Any
    ) -> list[DayResult]:
        mark = manifest_mark(self.home.warehouse / SNAPSHOTS)
        assert mark is not None
        waiting = on_their_way(self.spool, "rome", mark.modified_ns)
        snapshots = Snapshots(self.home.warehouse)
        verifier = Verifier(
            name="rome",
            site="Rome",
            start=None,
            poll=timedelta(seconds=15),
            source=self.source,
            directory=self.shelf.books.directory,
            snapshot=snapshots.current(),
            waiting=waiting,
            refused=refused(self.spool, "rome"),
            now=now,
        )
        try:
            return list(replace(verifier, **facts).days(first, last))
        finally:
            snapshots.close()

    def differences(self, **facts: Any) -> list[tuple[str, ...]]:
        """`leg_id, verdict, field, in_source, in_warehouse` of all days."""
        return [row for day in self.verify(**facts) for row in day.differences.rows()]


@contextmanager
def opened_bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench in an empty folder."""
    home = Home(tmp_path)
    home.tariffs.write_text(
        "tariff,prefix,destination,call_type,price_per_minute\naurelia,39,Italy,national,0.60\n",
        encoding="utf-8",
    )
    home.users.write_text(
        "user,name,department,numbers\nanna@x.org,Anna,Sales,+390699990001\n", encoding="utf-8"
    )
    home.sites.write_text(
        "site,country,area_code,time_zone\nRome,IT,06,Europe/Rome\n", encoding="utf-8"
    )
    home.gateways.write_text("gateway,site,tariff\ngw-1,Rome,aurelia\n", encoding="utf-8")
    Spool(home.spool).make()
    shelf = Shelf(home, {})
    with Master.open(home.warehouse) as master:
        clock = fixed_clock(datetime(2026, 2, 20, tzinfo=UTC))
        miner = Miner(master, Spool(home.spool), shelf, {"rome": "Rome"}, clock, "me")
        yield Bench(home, miner, shelf, MemorySource())
