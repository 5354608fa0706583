"""A home with calls of several months and two departments, and a miner on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.callfile.spool import Spool
from pipeline.keeper.ledger import check_ledger, filed
from pipeline.keeper.retain import Retained, retain
from pipeline.miner.books import Shelf
from pipeline.miner.miner import Cycle, Miner
from tests.warehouses import beginning
from warehouse.clock import fixed_clock
from warehouse.home import Home
from warehouse.ledger import ledger
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.retention import Mark
from warehouse.snapshot import Snapshots
from warehouse.verify import Check, check_published, check_sums

TARIFFS = """\
tariff,prefix,destination,call_type,price_per_minute
aurelia,39,Italy,national,0.60
aurelia,44,United Kingdom,international,1.20
"""
USERS = """\
user,name,department
anna@x.org,Anna Bianchi,Sales
bruno@x.org,Bruno Conti,Service
"""
HEADER = (
    "leg_id,call_id,started_at,answered_at,ended_at,from_number,from_user,to_number,"
    "charged_user,gateway_out,direction,conference_id,note\n"
)
LEG = (
    "{leg},{call},{day}T12:00:00Z,{day}T12:00:05Z,{day}T12:01:05Z,+390655500{user:.1},{user}@x.org,"
    "{number},{user}@x.org,gw-1,outbound,conf-of-{user}@x.org,said +393331234567\n"
)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
ITALY, BRITAIN = "+390612345678", "+442079460123"


class Bench:
    """Drops call files, mines, retains, and shows what readers see."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.home.tariffs.write_text(TARIFFS, encoding="utf-8")
        self.home.users.write_text(USERS, encoding="utf-8")
        self.home.sites.write_text("site,country,time_zone\nRome,IT,Europe/Rome\n", "utf-8")
        self.home.gateways.write_text("gateway,site,tariff\ngw-1,Rome,aurelia\n", "utf-8")
        self.spool = Spool(self.home.spool)
        self.spool.make()
        self.master = Master.open(self.home.warehouse)

    def drop(
        self, name: str, *rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]
    ) -> str:
        """A call file of rows (leg, day, user, number[, call]); gives its text."""
        text = HEADER + "".join(
            LEG.format(leg=leg, day=day, user=user, number=number, call=(*call, leg)[0])
            for leg, day, user, number, *call in rows
        )
        (self.spool.incoming / name).write_text(text, encoding="utf-8")
        return text

    def mine(self) -> Cycle:
        shelf = Shelf(self.home, {})
        return Miner(
            self.master, self.spool, shelf, {"rome": "Rome"}, fixed_clock(NOW), "me"
        ).cycle()

    def retain(self, *marks: Mark, at: datetime = NOW, progress: Any = None) -> Retained:
        return retain(self.master, self.spool, marks, at, "me", progress)

    def published(self, sql: str) -> list[tuple[Any, ...]]:
        publish(self.master, NOW)
        snapshots = Snapshots(self.home.warehouse)
        try:
            snapshots.current().verify()
            return snapshots.current().query(sql).rows()
        finally:
            snapshots.close()

    def checks(self) -> list[Check]:
        """What `tollbook verify` looks at."""
        before = filed(self.spool)
        found = [
            check_published(self.master, NOW),
            check_ledger(self.spool, ledger(self.master), before),
        ]
        snapshots = Snapshots(self.home.warehouse)
        try:
            return [*found, check_sums(snapshots.current())]
        finally:
            snapshots.close()

    def check(self) -> None:
        assert [()] * 3 == [check.differences for check in self.checks()]

    def done(self) -> list[str]:
        return sorted(path.name for path in self.spool.done.iterdir())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    beginning("two departments", tmp_path, partial(make, tmp_path))
    made = Bench(tmp_path)
    yield made
    made.master.close()


def make(folder: Path) -> None:
    made = Bench(folder)
    made.drop(
        "rome_20260110T120000Z_000001.v1.csv",
        ("A", "2026-01-10", "anna", ITALY),
        ("B", "2026-01-11", "bruno", BRITAIN),
        ("B2", "2026-01-12", "anna", ITALY, "B"),
    )
    made.drop(
        "rome_20260410T120000Z_000002.v1.csv",
        ("C", "2026-04-10", "anna", BRITAIN),
        ("D", "2026-05-20", "bruno", ITALY),
    )
    made.mine()
    made.master.close()
