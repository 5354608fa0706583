"""The recorder: never misses, never doubles, whatever is late, open, changed or killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.callfile.read import read_call_file
from pipeline.callfile.spool import Spool
from pipeline.recorder import recorder as module
from pipeline.recorder.recorder import Poll, Recorder
from pipeline.sources.settings import SourceSettings
from warehouse.errors import Damaged

NOON = datetime(2026, 3, 2, 12)
MINUTE = timedelta(minutes=1)
SCHEMA = {name: kind for name, kind in CALL_FILE_SCHEMA.items() if name != "source"} | {
    "key_time": pl.Datetime("ms"),
    "open": pl.Boolean(),
}


def leg(leg_id: str, at: datetime, **changes: Any) -> dict[str, Any]:
    ended = at + MINUTE
    return {
        "leg_id": leg_id,
        "call_id": leg_id,
        "started_at": at,
        "answered_at": at,
        "ended_at": ended,
        "key_time": at,
        "open": False,
        "direction": "outbound",
        "outcome": "answered",
        "emergency": False,
    } | changes


@dataclass
class FakeSource:
    """Rows that a test puts in and changes as it goes."""

    legs: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def probe(self) -> None:
        """Always there."""

    def oldest(self, since: datetime | None = None) -> datetime | None:
        times = [one["key_time"] for one in self.legs]
        return min((at for at in times if since is None or at >= since), default=None)

    def read(self, since: datetime, until: datetime | None, now: datetime) -> pl.DataFrame:
        self.asked.append((since, until))
        rows = [
            one
            for one in self.legs
            if since <= one["key_time"] <= now and (until is None or one["key_time"] < until)
        ]
        return pl.DataFrame(rows, schema=SCHEMA)


@dataclass
class Bench:
    """A recorder on a fake source, with a clock that the test moves."""

    folder: Path
    source: FakeSource = field(default_factory=FakeSource)
    now: datetime = NOON
    settings: dict[str, Any] = field(default_factory=dict)

    def poll(self, stopped: Callable[[], bool] = lambda: False) -> Poll:
        settings = {"name": "rome", "kind": "lync", "connection": "file:x", "site": "Rome"}
        recorder = Recorder(
            SourceSettings(**settings | self.settings),
            self.source,
            self.spool,
            self.folder / "state",
            lambda: self.now.replace(tzinfo=UTC),
        )
        return recorder.poll(stopped=stopped)

    @property
    def spool(self) -> Spool:
        spool = Spool(self.folder / "spool")
        spool.make()
        return spool

    def written(self) -> list[tuple[str, int]]:
        """Leg and revision, in the order of the files."""
        return [
            row
            for path in self.spool.pending()
            for row in read_call_file(path.name, path.read_bytes(), source="x")
            .legs.select("leg_id", "revision")
            .iter_rows()
        ]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_an_empty_source_gives_nothing(bench: Bench) -> None:
    assert Poll(0, 0, 0, None) == bench.poll()


def test_a_leg_is_written_once(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - 20 * MINUTE)]
    for _ in range(3):
        bench.poll()
    assert bench.written() == [("A", 0)]


def test_a_call_waits_until_it_has_settled(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - 5 * MINUTE)]
    assert bench.poll().waiting == 1
    assert bench.written() == []
    bench.now += 10 * MINUTE
    bench.poll()
    assert bench.written() == [("A", 0)]


def test_a_call_waits_as_a_whole_while_one_leg_is_open(bench: Bench) -> None:
    first = leg("A", NOON - 60 * MINUTE)
    bench.source.legs = [first, leg("B", NOON - 59 * MINUTE, call_id="A", open=True)]
    bench.poll()
    assert bench.written() == []
    bench.source.legs[1]["open"] = False
    bench.poll()
    assert bench.written() == [("A", 0), ("B", 0)]


def test_an_open_call_is_awaited_beyond_the_overlap(bench: Bench) -> None:
    bench.settings = {"overlap_hours": 1}
    bench.source.legs = [
        leg("A", NOON - 10 * MINUTE, open=True),
        leg("B", NOON - 11 * MINUTE, ended_at=NOON - 10 * MINUTE),
    ]
    bench.poll()
    for hour in range(1, 6):
        bench.now = NOON + timedelta(hours=hour)
        bench.source.legs.append(leg(f"C{hour}", bench.now - 30 * MINUTE))
        bench.poll()
    bench.source.legs[0] |= {"open": False, "ended_at": bench.now - 15 * MINUTE}
    bench.poll()
    assert ("A", 0) in bench.written()
    assert len(bench.written()) == len(set(bench.written()))


def test_a_late_row_within_the_overlap_is_found(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - 60 * MINUTE)]
    bench.poll()
    bench.source.legs.append(leg("B", NOON - timedelta(hours=30)))
    bench.poll()
    assert sorted(bench.written()) == [("A", 0), ("B", 0)]


def test_a_changed_row_comes_again_with_a_higher_revision(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - 60 * MINUTE)]
    bench.poll()
    bench.source.legs[0]["to_number"] = "+391"
    bench.poll()
    bench.source.legs[0]["to_number"] = "+392"
    bench.poll()
    assert bench.written() == [("A", 0), ("A", 1), ("A", 2)]


def test_a_row_that_the_source_purged_is_not_followed(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - 60 * MINUTE), leg("B", NOON - 50 * MINUTE)]
    bench.poll()
    del bench.source.legs[0]
    bench.poll()
    assert bench.written() == [("A", 0), ("B", 0)]


def test_history_is_read_in_windows_and_every_leg_once(bench: Bench) -> None:
    bench.source.legs = [
        leg(f"L{day}-{hour}", NOON - timedelta(days=day, hours=hour))
        for day in range(1, 15)
        for hour in range(24)
    ]
    done = bench.poll()
    assert (done.legs, len(set(bench.written()))) == (14 * 24, 14 * 24)
    assert done.files > 5
    assert all(until - since < timedelta(days=6) for since, until in bench.source.asked if until)


def test_nothing_before_the_start_is_imported(bench: Bench) -> None:
    bench.settings = {"start": date(2026, 3, 1)}
    bench.source.legs = [
        leg("A", datetime(2026, 2, 28, 23, 59)),
        leg("B", datetime(2026, 3, 1)),
    ]
    bench.poll()
    bench.poll()
    assert bench.written() == [("B", 0)]


def test_a_call_at_the_edge_of_the_overlap_keeps_its_first_leg(bench: Bench) -> None:
    """The reader sees the head of a call even when only its second leg is inside the overlap."""
    bench.settings = {"overlap_hours": 1}
    head, second = NOON - 90 * MINUTE, NOON - 70 * MINUTE

    class Grouping(FakeSource):
        def read(self, since: datetime, until: datetime | None, now: datetime) -> pl.DataFrame:
            legs = super().read(since, until, now)
            first = legs.filter(pl.col("leg_id").is_in(["A", "B"]))["leg_id"].min()
            return legs.with_columns(
                pl.when(pl.col("leg_id").is_in(["A", "B"]))
                .then(pl.lit(first))
                .otherwise(pl.col("call_id"))
                .alias("call_id")
            )

    bench.source = Grouping([leg("A", head), leg("B", second), leg("C", NOON - 20 * MINUTE)])
    bench.poll()
    for minutes in range(0, 60, 5):
        bench.now = NOON + minutes * MINUTE
        bench.source.legs.append(leg(f"D{minutes}", bench.now - 15 * MINUTE))
        bench.poll()
    assert {0} == {revision for _, revision in bench.written()}


def test_a_death_between_call_file_and_state_doubles_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.source.legs = [leg("A", NOON - 60 * MINUTE)]
    bench.poll()
    bench.source.legs.append(leg("B", NOON - 50 * MINUTE))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "save_state", die)
        with pytest.raises(KeyboardInterrupt):
            bench.poll()
    bench.poll()
    names = [path.name for path in bench.spool.pending()]
    assert 3 == len(set(names))
    assert [("A", 0), ("B", 0), ("B", 0)] == bench.written()


def test_a_clock_ahead_of_the_source_does_not_outrun_it(bench: Bench) -> None:
    bench.settings = {"overlap_hours": 1}
    bench.source.legs = [leg("A", NOON - 60 * MINUTE)]
    bench.now = NOON + timedelta(days=2)
    bench.poll()
    bench.source.legs.append(leg("B", NOON - 50 * MINUTE))
    bench.poll()
    assert bench.written() == [("A", 0), ("B", 0)]


def test_a_source_that_was_quiet_for_a_year_is_asked_a_few_times(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - timedelta(days=400))]
    bench.poll()
    bench.source.asked.clear()
    bench.poll()
    assert len(bench.source.asked) <= 2
    bench.source.legs.append(leg("B", NOON - 60 * MINUTE))
    bench.poll()
    assert [("A", 0), ("B", 0)] == bench.written()


def test_a_gap_in_history_is_stepped_over(bench: Bench) -> None:
    bench.source.legs = [
        leg("A", NOON - timedelta(days=400)),
        leg("B", NOON - timedelta(days=100)),
        leg("C", NOON - timedelta(hours=1)),
    ]
    bench.poll()
    assert [("A", 0), ("B", 0), ("C", 0)] == bench.written()
    assert len(bench.source.asked) <= 6


def test_an_end_in_the_far_future_is_not_awaited(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - timedelta(days=3), ended_at=datetime(2099, 1, 1))]
    assert 0 == bench.poll().waiting
    assert [("A", 0)] == bench.written()


def test_corrections_after_a_lost_state_outdo_all_that_came_before(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - 60 * MINUTE)]
    bench.poll()
    bench.source.legs[0]["to_number"] = "+391"
    bench.poll()
    (bench.folder / "state" / "rome.parquet").unlink()
    bench.source.legs[0]["to_number"] = "+392"
    bench.poll()
    revisions = [revision for _, revision in bench.written()]
    assert 3 == len(set(revisions))
    assert revisions[-1] == max(revisions)


def test_a_poll_that_is_stopped_goes_on_where_it_was(bench: Bench) -> None:
    bench.source.legs = [leg(f"L{day}", NOON - timedelta(days=day)) for day in range(1, 15)]
    answers = iter([False, False, True])
    bench.poll(stopped=lambda: next(answers))
    assert 0 < len(bench.written()) < 14
    bench.poll()
    assert 14 == len(set(bench.written()))


@pytest.mark.parametrize("columns", [["leg_id"], []])
def test_a_state_of_other_columns_is_damaged(bench: Bench, columns: list[str]) -> None:
    path = bench.folder / "state" / "rome.parquet"
    path.parent.mkdir()
    pl.DataFrame({column: ["x"] for column in columns}).write_parquet(path)
    with pytest.raises(Damaged, match="Remove it"):
        bench.poll()


def test_a_damaged_state_is_told_with_a_way_out(bench: Bench) -> None:
    bench.source.legs = [leg("A", NOON - 60 * MINUTE)]
    bench.poll()
    (bench.folder / "state" / "rome.parquet").write_bytes(b"?")
    with pytest.raises(Damaged, match="Remove it"):
        bench.poll()
