"""Two call detail databases that recorded some of the same sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.callfile.spool import Spool
from pipeline.miner.miner import Cycle
from pipeline.recorder.recorder import Recorder
from pipeline.sources.lync import embedded
from pipeline.sources.lync.driver import LyncSource
from pipeline.verifier.spooled import refused
from tests.pipeline.lync import servers
from tests.pipeline.lync.calls import CallDatabase
from tests.pipeline.verifier.bench import Bench
from warehouse.clock import fixed_clock
from warehouse.frames import fetch

DAY = date(2025, 3, 3)
NOW = datetime.fromisoformat("2025-03-03 12:00:00")
SHARED = "abc@x.org;from;to"


class Databases:
    """Of Milan and Rome, each with a recorder of its own."""

    def __init__(self, folder: Path, bench: Bench, stack: dict[str, CallDatabase]) -> None:
        self.bench, self._folder, self.calls = bench, folder, stack

    def source(self, name: str) -> LyncSource:
        return LyncSource(self.calls[name].connection, dialogs=True)

    def record(self, *names: str) -> Cycle:
        """Records each and mines at once what it wrote."""
        done = Cycle()
        for name in names:
            recorder = Recorder(
                name,
                self.source(name),
                Spool(self.bench.home.spool),
                self._folder / "state",
                fixed_clock(NOW.replace(tzinfo=UTC)),
            )
            while recorder.poll().more:
                pass
            done = done.plus(self.bench.miner.cycle())
        return done

    def stored(self) -> list[tuple[str, str]]:
        master = self.bench.miner._master
        legs = fetch(master.connection, "select source, leg_id, talk_s from legs order by all")
        return legs.with_columns(pl.col("leg_id").str.slice(10, 6)).rows()

    def differences(self, name: str) -> list[tuple[str, ...]]:
        (found,) = self.bench.verify(
            DAY,
            DAY,
            datetime.fromisoformat("2025-03-10 12:00:00"),
            name=name,
            source=self.source(name),
            refused=refused(self.bench.spool, name),
        )
        assert found.sound
        return found.differences.with_columns(pl.col("leg_id").str.slice(10, 6)).rows()


@pytest.fixture
def databases(tmp_path: Path, verified: Bench) -> Iterator[Databases]:
    """Both have the call of 10:00, by clocks that differ, and one that no other has."""
    stack = {}
    for name in ("milan", "rome"):
        path = tmp_path / f"{name}.db"
        embedded.create(path)
        stack[name] = CallDatabase(f"file:{path}", embedded.connect(path), DAY)
    call(stack["milan"], "10:00:00.003", SHARED)
    call(stack["rome"], "10:00:00.503", SHARED)
    call(stack["milan"], "10:10:00.000", None)
    call(stack["rome"], "10:10:00.000", None)
    with closing(stack["milan"].database), closing(stack["rome"].database):
        yield Databases(tmp_path, verified, stack)


def call(calls: CallDatabase, at: str, dialog: str | None, **facts: object) -> None:
    told = {
        "at": at,
        "invite": at,
        "response": f"{at[:6]}05.000",
        "end": f"{at[:3]}30:05.000",
        "code": 200,
        "user1": "anna@x.org",
        "starter": "anna@x.org",
        "dialog": dialog,
        "voip": {"to_gateway": "gw-1", "connected_number": "+390612345678"},
    }
    calls.session(**told | facts)
