"""A source against the warehouse that was mined from it: every way in which they can differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.callfile.spool import Spool
from pipeline.callfile.write import write_call_file
from pipeline.miner.books import Shelf
from pipeline.miner.miner import Miner
from pipeline.sources.source import Batch, Description, Finding
from pipeline.verifier.spooled import on_their_way, refused
from pipeline.verifier.verify import DayResult, Proof, Verifier
from warehouse.clock import fixed_clock
from warehouse.errors import Problem
from warehouse.home import Home
from warehouse.legs import INSTANT
from warehouse.manifest import SNAPSHOTS, manifest_mark
from warehouse.master import Master
from warehouse.snapshot import Snapshots

DAY = date(2026, 2, 10)
NOON = datetime.fromisoformat("2026-02-10 12:00:00")
NOW = datetime.fromisoformat("2026-02-20 12:00:00")
SETTLE = timedelta(minutes=10)
COLUMNS = pl.Schema(
    {name: kind for name, kind in CALL_FILE_SCHEMA.items() if name not in ("source", "revision")}
    | {"key_time": INSTANT}
)


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
            [{name: row.get(name) for name in COLUMNS} for row in rows], schema=COLUMNS
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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
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


def test_what_was_mined_is_what_the_source_has(bench: Bench) -> None:
    bench.mined(
        leg("A"),
        leg("B", to_number="061234567", from_number="102;phone-context=x"),
        leg("C", charged_user="Anna@X.org", dialled="bob@x.org", answered_at=None, outcome="busy"),
        leg("D", direction="inbound", from_number=None, to_number="tel:+390699990001", talk_s=None),
    )
    (found,) = bench.verify()
    assert (4, 4, Proof.COMPARED, True) == (
        found.in_source,
        found.in_warehouse,
        found.proof,
        found.sound,
    )
    assert found.differences.is_empty()


def test_a_leg_that_was_never_written_is_missing(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs.append(leg("B"))
    (found,) = bench.verify()
    assert (2, 1, False) == (found.in_source, found.in_warehouse, found.sound)
    assert [("B", "missing", "started_at", "2026-02-10T12:00:00.000Z", None)] == (
        found.differences.rows()
    )


def test_a_leg_that_changed_in_the_source_differs_in_every_changed_field(bench: Bench) -> None:
    bench.mined(leg("A"), leg("B"))
    bench.source.legs[1] = leg("B", ended_at=NOON + timedelta(minutes=5), to_number="+39061234568")
    assert [
        ("B", "different", "ended_at", "2026-02-10T12:05:00.000Z", "2026-02-10T12:01:05.000Z"),
        ("B", "different", "talk_s", "295.000", "60.000"),
        ("B", "different", "to_number", "+39061234568", "+390612345678"),
    ] == bench.differences()


def test_a_leg_that_the_source_forgot_is_no_fault(bench: Bench) -> None:
    bench.mined(leg("A"), leg("B"))
    del bench.source.legs[0]
    (found,) = bench.verify()
    assert (1, 2, True) == (found.in_source, found.in_warehouse, found.sound)
    assert [("A", "deleted")] == found.differences.select("leg_id", "verdict").rows()


def test_a_leg_that_starts_days_away_from_its_stored_self_is_found_by_its_key(
    bench: Bench,
) -> None:
    bench.mined(leg("A"))
    moved = NOON - timedelta(days=3)
    bench.source.legs[0] = leg("A", moved, key_time=NOON)
    fields = {row[2] for row in bench.differences()}
    assert {"started_at", "answered_at", "ended_at"} == fields


def test_legs_around_midnight_belong_to_the_day_of_their_key(bench: Bench) -> None:
    midnight = datetime.fromisoformat("2026-02-09 23:00:00")
    moment = timedelta(seconds=2)
    bench.mined(
        leg("A", midnight - moment, key_time=midnight),
        leg("B", midnight, key_time=midnight - moment),
        leg("C", midnight + timedelta(days=1) - moment, key_time=midnight + timedelta(days=1)),
    )
    (found,) = bench.verify()
    assert (1, 1, []) == (found.in_source, found.in_warehouse, found.differences.rows())


def test_days_are_those_of_the_site_and_as_long_as_they_are_there(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.asked.clear()
    bench.verify(date(2026, 3, 29), date(2026, 3, 29), datetime.fromisoformat("2026-05-01"))
    assert [
        (datetime.fromisoformat("2026-03-28 23:00"), datetime.fromisoformat("2026-03-29 22:00"))
    ] == bench.source.asked


def test_a_leg_in_a_waiting_call_file_is_on_its_way(bench: Bench) -> None:
    bench.mined(leg("A"))
    changed = leg("A", to_number="+391")
    bench.source.legs = [changed, leg("B")]
    bench.write(changed, revision=1)
    bench.write(leg("B"))
    assert {("A", "waiting"), ("B", "waiting")} == {row[:2] for row in bench.differences()}


def test_a_leg_that_was_stored_but_not_published_yet_is_on_its_way(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs.append(leg("B"))
    bench.write(leg("B"))
    (waiting,) = bench.spool.pending()
    bench.spool.finish(waiting)
    assert [("B", "waiting")] == [row[:2] for row in bench.differences()]


def test_a_call_file_that_says_no_more_than_is_stored_excuses_nothing(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs = [leg("A", to_number="+391")]
    bench.write(leg("A"))
    assert [("A", "different")] == [row[:2] for row in bench.differences()]


def test_a_leg_whose_row_was_refused_says_why(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs += [leg("B"), leg("C")]
    bench.spool.keep_rejected_rows(
        "rome_1.v1.csv", b"rejected_line,rejected_column,rejected_reason,leg_id\n2,x,too odd,B\n"
    )
    bench.write(leg("C"))
    (path,) = bench.spool.pending()
    bench.spool.refuse(path, (Problem("x", "y", "z"),))
    (bench.spool.rejected / "rome_2.v1.csv").write_bytes(b"\xff\xfe")
    found = {row[0]: row[1:4] for row in bench.differences()}
    assert ("rejected", "reason", "rome_1.v1.csv: too odd") == found["B"]
    assert "the whole file was refused" in found["C"][2]


def test_a_leg_that_no_call_file_can_carry_is_refused_too(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs.append(leg("B", direction="outward"))
    ((name, verdict, _, reason, _),) = bench.differences()
    assert ("B", "rejected") == (name, verdict)
    assert "not a known direction" in reason


def test_legs_that_are_not_due_are_no_faults(bench: Bench) -> None:
    bench.mined(leg("A"))
    bench.source.legs.append(leg("B"))
    ended = NOON + timedelta(seconds=65)
    for now, verdict in (
        (ended + SETTLE - timedelta(minutes=1), "waiting"),
        (ended + SETTLE + timedelta(minutes=1), "waiting"),
        (ended + SETTLE + timedelta(minutes=3), "missing"),
    ):
        found = [row[1] for row in bench.differences(now=now) if row[0] == "B"]
        assert [verdict] == found, now


def test_days_that_the_source_has_forgotten_are_not_compared(bench: Bench) -> None:
    bench.mined(leg("A"), leg("B", NOON + timedelta(days=2)))
    bench.source.legs.clear()
    bench.source.retention = timedelta(days=10)
    found = bench.verify(DAY, DAY + timedelta(days=2))
    assert [
        (Proof.FORGOTTEN, 0, 1),
        (Proof.FORGOTTEN, 0, 0),
        (Proof.COMPARED, 0, 1),
    ] == [(one.proof, one.in_source, one.in_warehouse) for one in found]
    assert all(one.sound for one in found)


def test_days_before_the_first_to_import_are_not_compared(bench: Bench) -> None:
    bench.mined(leg("A", NOON + timedelta(days=1)))
    bench.source.legs.append(leg("B"))
    found = bench.verify(DAY, DAY + timedelta(days=1), start=DAY + timedelta(days=1))
    assert [Proof.NOT_WANTED, Proof.COMPARED] == [one.proof for one in found]
    assert all(one.sound for one in found)


def test_another_source_with_the_same_ids_stays_out(bench: Bench) -> None:
    bench.mined(leg("A"))
    rows = bench.source.frame([leg("A"), leg("Z")]).with_columns(pl.lit(0).alias("revision"))
    write_call_file(bench.spool, "milan", rows, 1)
    bench.miner.cycle()
    assert [] == bench.differences()
