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
from warehouse.snapshot import Snapshots

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
            recorder.poll()
            done = done.plus(self.bench.miner.cycle())
        return done

    def stored(self) -> list[tuple[str, str]]:
        """Source and time of day of every leg that readers see."""
        snapshots = Snapshots(self.bench.home.warehouse)
        try:
            legs = snapshots.current().query("select source, leg_id from legs order by all")
        finally:
            snapshots.close()
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


ONCE = [("milan", "100000"), ("milan", "101000"), ("rome", "101000")]


@pytest.mark.parametrize("order", [("milan", "rome"), ("rome", "milan")])
def test_a_call_in_both_is_counted_once_and_nothing_is_missing(
    databases: Databases, order: tuple[str, str]
) -> None:
    done = databases.record(*order)

    assert 1 == done.elsewhere
    assert ONCE == databases.stored()
    assert [("100000", "elsewhere", "counted_in", None, "milan")] == databases.differences("rome")
    assert [] == databases.differences("milan")


@pytest.mark.parametrize("corrected", ["milan", "rome"])
def test_a_correction_is_told_of_the_leg_that_counts(databases: Databases, corrected: str) -> None:
    databases.record("rome", "milan")
    calls = databases.calls[corrected]
    calls.database.execute(
        "UPDATE dbo.SessionDetails SET ResponseCode = 486 WHERE SessionIdTime < '2025-03-03 10:05'"
    )
    calls.database.commit()

    databases.record("rome", "milan")

    assert ONCE == databases.stored()
    assert [] == databases.differences("milan")


def test_conferences_are_told_apart_likewise(databases: Databases) -> None:
    for name, at in (("milan", "11:00:00.003"), ("rome", "11:00:01.003")):
        databases.calls[name].conference_leg(
            at=at,
            invite=at,
            response="11:00:02.000",
            end="11:10:00.000",
            code=200,
            uri="sip:meeting@x.org",
            participant="+393350000201",
            gateway="gw-1",
            dialog="def@x.org;from;to",
        )

    databases.record("rome", "milan")

    assert [("milan", "110000"), *ONCE] == databases.stored()


def test_the_name_of_a_session_is_short_and_always_the_same(calls: CallDatabase) -> None:
    call(calls, "10:00:00.003", "x" * 775)
    call(calls, "10:00:00.007", "")
    source = LyncSource(calls.connection, dialogs=True)

    legs = source.recount(datetime(2025, 3, 3), datetime(2025, 3, 4), NOW)

    assert ["b7c21023c811b81e9441", None] == legs["dialog_id"].to_list()


@pytest.mark.parametrize(
    ("shut", "told"), [(frozenset(), True), ({"Dialogs"}, False), (servers.TABLES, False)]
)
def test_without_the_right_to_read_it_the_table_is_left_alone(
    shut: frozenset[str], told: bool
) -> None:
    catalog = servers.catalog(shut=frozenset(shut), views=shut == servers.TABLES)

    assert told is catalog.names_dialogs
    for name in ("sessions", "conference_legs"):
        assert told is ("dbo.Dialogs" in catalog.query(name, dialogs=True))
        assert "dbo.Dialogs" not in catalog.query(name)


def test_only_what_has_something_beside_it_reads_the_table(calls: CallDatabase) -> None:
    call(calls, "10:00:00.003", SHARED)

    legs = LyncSource(calls.connection).recount(datetime(2025, 3, 3), datetime(2025, 3, 4), NOW)

    assert [None] == legs["dialog_id"].to_list()
