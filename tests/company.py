"""A company whose months are alike: calls, new prices, retention. Every leg costs the same."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Self

import polars as pl

from app.cli.verify_warehouse import look
from pipeline.callfile.spool import Spool
from pipeline.miner.requests import Requests, RerateRequest
from tests.mortal import EVER, Life
from warehouse.clock import fixed_clock
from warehouse.digest import DIGESTED, digest
from warehouse.home import Home
from warehouse.snapshot import Snapshots

CALLS = 30
"""In a call file; every third one has a second leg."""
LEGS = CALLS + CALLS // 3
FILES = 12
"""In a month."""
DAYS = 8
"""Days of a month with calls."""
HEADER = (
    "leg_id,call_id,started_at,answered_at,ended_at,to_number,charged_user,gateway_out,direction\n"
)


@dataclass
class Company:
    """A home, and month after month what happens in it: calls, a new price list, retention."""

    home: Home
    small_steps: bool
    month: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    @classmethod
    def made_in(cls, home: Home, *, small_steps: bool) -> Self:
        """A company without calls."""
        home.path.mkdir()
        home.settings.write_text(
            '[mine]\npoll_seconds = 0.05\n[[retain]]\nwhat = "delete"\nafter_months = 1\n'
        )
        home.users.write_text("user,name,department\nanna@x.org,Anna,Sales\n")
        home.sites.write_text("site,country,time_zone\nRome,IT,Europe/Rome\n")
        home.gateways.write_text("gateway,site,tariff\ngw-1,Rome,aurelia\n")
        Spool(home.spool).make()
        made = cls(home, small_steps)
        made.bring_prices()
        return made

    @property
    def now(self) -> datetime:
        return datetime(2020 + self.month // 12, self.month % 12 + 1, 28, 12, tzinfo=UTC)

    def bring_prices(self) -> None:
        """Prices that tell by themselves in which month they came."""
        self.home.tariffs.write_text(
            "tariff,prefix,destination,call_type,price_per_minute\n"
            f"aurelia,39,Italy,national,{price(self.month)}\n"
        )

    def bring_files(self, first: int, last: int) -> None:
        for serial in range(first, last):
            rows = "".join(
                f"{leg},{call},{day}T12:00:00Z,{day}T12:00:05Z,{day}T12:01:05Z,+390612345678,"
                "anna@x.org,gw-1,outbound\n"
                for leg, call, day in self._legs(serial)
            )
            name = f"rome_{self.now:%Y%m}01T000000Z_{self.month * FILES + serial:06}.v1.csv"
            path = self.home.spool / "incoming" / name
            path.with_suffix(".partial").write_text(HEADER + rows)
            path.with_suffix(".partial").rename(path)

    def _legs(self, serial: int) -> list[tuple[str, str, date]]:
        first = self.now.date().replace(day=1)
        calls = [
            (f"C{self.month}-{serial}-{number}", first + timedelta(days=(serial + number) % DAYS))
            for number in range(CALLS)
        ]
        return [
            *((call, call, day) for call, day in calls),
            *((f"{call}b", call, day) for call, day in calls[::3]),
        ]

    def live(self, command: str) -> Life:
        return Life(command, self.home.path, self.now, small_steps=self.small_steps)

    def next_month(self, kills: int, chance: random.Random) -> None:
        """Calls, prices and retention of a month; so many kills of each phase.

        What has been killed is started again, and in the end is left to finish.
        """
        self.month += 1
        at = [FILES * step // (3 * kills or 1) for step in range(3 * kills + 1)]
        for step, (first, last) in enumerate(pairwise(at)):
            self.bring_files(first, last)
            phase = ("load", "publish", "base")[step % 3]
            self._kill(chance.choice(["mine", "serve"]), phase, chance)
        self.bring_files(at[-1], FILES)
        self.live("mine").end()
        self.bring_prices()
        request = RerateRequest(EVER[0].date(), EVER[1].date(), None, "me")
        requests = Requests(self.home.spool / "requests")
        for _ in range(kills):
            if not requests.waiting():
                requests.place(request)
            self._kill(chance.choice(["mine", "serve", "rerate"]), "rerate", chance)
        self.live("rerate").end()
        for _ in range(kills):
            self._kill("retain", "retain", chance)
        self.live("retain").end()

    def _kill(self, command: str, phase: str, chance: random.Random) -> None:
        died_in = self.live(command).kill_in(phase, chance)
        self.kills.update([phase if phase in died_in else f"after {phase}"])

    def verify(self) -> None:
        checks = look(self.home, fixed_clock(self.now), patience_s=0)
        assert [((), None)] * 4 == [(check.differences, check.unseen) for check in checks]

    def holds(self) -> list[pl.DataFrame]:
        snapshots = Snapshots(self.home.warehouse)
        try:
            return [digest(snapshots.current(), table) for table in DIGESTED]
        finally:
            snapshots.close()


def price(month: int) -> Decimal:
    return Decimal(100 + month) / 100
