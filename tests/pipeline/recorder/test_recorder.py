"""The recorder: never misses, never doubles, whatever is late, open, changed or killed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from structlog.testing import capture_logs

from pipeline.recorder import recorder as module
from pipeline.recorder.archive import REMEMBERED
from pipeline.recorder.recorder import Poll
from tests.pipeline.sources.timed import DAY, HOUR, MINUTE, NOON, Bench, row
from warehouse.errors import Damaged, Unavailable


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_an_empty_source_gives_nothing(bench: Bench) -> None:
    assert Poll(0, 0, 0, None) == bench.poll()


def test_a_leg_is_written_once(bench: Bench) -> None:
    bench.source.put(row("A", NOON - 20 * MINUTE))
    for _ in range(3):
        bench.poll()
        bench.restart()
    assert [("A", 0)] == bench.written()


def test_a_changed_row_comes_again_with_a_higher_revision(bench: Bench) -> None:
    for number in (None, "+391", "+392"):
        bench.source.put(row("A", NOON - 60 * MINUTE, to_number=number))
        bench.poll()
    assert [("A", 0), ("A", 1), ("A", 2)] == bench.written()


def test_a_row_that_the_source_purged_is_not_followed(bench: Bench) -> None:
    bench.source.put(row("A", NOON - 60 * MINUTE), row("B", NOON - 50 * MINUTE))
    bench.poll()
    del bench.source.rows["A"]
    bench.poll()
    bench.restart()
    bench.poll()
    assert [("A", 0), ("B", 0)] == bench.written()


@pytest.mark.parametrize("place", ["write_call_file", "save_state", "archive"])
def test_a_death_at_any_step_loses_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.poll()
    bench.source.put(row("B", NOON - 50 * MINUTE), row("C", NOON - 5 * DAY))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    bench.now += DAY
    with monkeypatch.context() as patch:
        if place == "archive":
            patch.setattr(bench.recorder._archive, "keep", die)
        else:
            patch.setattr(module, place, die)
        with pytest.raises(KeyboardInterrupt):
            bench.poll()
    bench.restart()
    bench.polls(bench.now + DAY, HOUR)
    assert ["A", "B", "C"] == bench.final()["leg_id"].to_list()
    assert len(bench.written()) == len(set(bench.written()))


def test_what_changes_after_a_death_outdoes_the_file_that_nobody_remembers(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.source.put(row("A", NOON - 60 * MINUTE, to_number="+391"))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    for number in ("+391", "+392"):
        bench.source.put(row("A", NOON - 60 * MINUTE, to_number=number))
        with monkeypatch.context() as patch:
            patch.setattr(module, "save_state", die)
            with pytest.raises(KeyboardInterrupt):
                bench.poll()
        bench.restart()
    bench.source.put(row("A", NOON - 60 * MINUTE, to_number="+393"))
    bench.poll()
    assert "+393" == bench.final()["to_number"].item()
    assert 3 == len({revision for _, revision in bench.written()})


def test_a_failure_within_one_process_is_no_other_than_a_death(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.poll()
    bench.source.put(row("B", NOON - 50 * MINUTE))

    def fail(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(module, "write_call_file", fail)
        with pytest.raises(OSError, match="disk full"):
            bench.poll()
    bench.poll()
    assert [("A", 0), ("B", 0)] == bench.written()


def test_corrections_after_a_lost_state_outdo_all_that_came_before(bench: Bench) -> None:
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.poll()
    bench.source.put(row("A", NOON - 60 * MINUTE, to_number="+391"))
    bench.poll()
    (bench.folder / "state" / "rome.parquet").unlink()
    bench.restart()
    bench.source.put(row("A", NOON - 60 * MINUTE, to_number="+392"))
    bench.poll()
    revisions = [revision for _, revision in bench.written()]
    assert 3 == len(set(revisions))
    assert revisions[-1] == max(revisions)


def test_corrections_after_a_lost_archive_outdo_all_that_came_before(bench: Bench) -> None:
    for number in (None, "+391", "+392"):
        bench.source.put(row("A", NOON - 60 * MINUTE, to_number=number))
        bench.poll()
    bench.now = NOON + 6 * DAY
    bench.source.put(row("B", bench.now - HOUR))
    bench.poll()
    shutil.rmtree(bench.folder / "state" / "rome")
    bench.source.put(row("A", NOON - 60 * MINUTE, to_number="+393"))
    bench.restart()
    bench.polls(NOON + 14 * DAY, 3 * HOUR)
    bench.restart()
    bench.polls(NOON + 16 * DAY, 3 * HOUR)
    assert ["+393", None] == bench.final()["to_number"].to_list()
    assert 5 == len(bench.written())


def test_a_poll_that_is_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.source.pace = module_pace(bench, stride_rows=3)
    bench.restart()
    bench.source.put(*(row(f"L{day}", NOON - day * DAY) for day in range(1, 15)))
    answers = iter([False, False, True])
    bench.poll(stopped=lambda: next(answers))
    assert 0 < len(bench.written()) < 14
    bench.poll()
    assert 14 == len(bench.written())


def module_pace(bench: Bench, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(bench.source.pace, **changes)


def test_what_was_written_of_old_legs_stands_in_files_by_day(bench: Bench) -> None:
    bench.source.put(*(row(f"L{day:02}", NOON - day * DAY) for day in range(15)))
    bench.source.put(row("L00", NOON - 30 * MINUTE))
    bench.poll()
    state = pl.read_parquet(bench.folder / "state" / "rome.parquet")
    days = sorted(path.stem for path in (bench.folder / "state" / "rome").iterdir())
    assert ["L00", "L01", "L02", "L03", "L04"] == state["leg_id"].sort().to_list()
    assert [str((NOON - day * DAY).date()) for day in range(14, 4, -1)] == days


def test_a_change_of_an_old_leg_is_found_by_the_weekly_sweep_and_written_once(
    bench: Bench,
) -> None:
    bench.source.put(*(row(f"L{day:02}", NOON - day * DAY) for day in range(1, 40)))
    bench.poll()
    bench.source.put(row("L30", NOON - 30 * DAY, to_number="+391"))
    for _ in range(16):
        bench.polls(bench.now + 12 * HOUR, 3 * HOUR)
        bench.restart()
    assert [("L30", 0), ("L30", 1)] == [one for one in bench.written() if one[0] == "L30"]
    assert 40 == len(bench.written())


def test_the_memory_of_a_day_is_dropped_when_the_source_has_not_held_it_for_long(
    bench: Bench,
) -> None:
    bench.source.put(*(row(f"L{day:02}", NOON - day * DAY) for day in range(1, 20)))
    bench.poll()
    gone = (NOON - 10 * DAY).date()
    del bench.source.rows["L10"]
    for _ in range(60):
        bench.now += 8 * DAY
        bench.source.put(row(f"N{bench.now:%j}", bench.now - HOUR))
        bench.poll()
        bench.poll()
    days = {path.stem for path in (bench.folder / "state" / "rome").iterdir()}
    assert bench.now - NOON > REMEMBERED
    assert str(gone) not in days
    assert str((NOON - 9 * DAY).date()) in days


@pytest.mark.parametrize("columns", [["leg_id"], []])
def test_a_state_of_other_columns_is_damaged(bench: Bench, columns: list[str]) -> None:
    path = bench.folder / "state" / "rome.parquet"
    path.parent.mkdir()
    pl.DataFrame({column: ["x"] for column in columns}).write_parquet(path)
    with pytest.raises(Damaged, match="Remove it"):
        bench.poll()


@pytest.mark.parametrize("place", ["rome.parquet", "rome/2026-02-20.parquet"])
def test_a_damaged_memory_is_told_with_a_way_out(bench: Bench, place: str) -> None:
    bench.source.put(row("A", datetime(2026, 2, 20)), row("B", NOON - HOUR))
    bench.poll()
    (bench.folder / "state" / place).write_bytes(b"?")
    bench.source.put(row("A", datetime(2026, 2, 20), to_number="+391"))
    bench.restart()
    with pytest.raises(Damaged, match="Remove"):
        bench.polls(NOON + 8 * DAY, 6 * HOUR)


@pytest.mark.parametrize("place", ["state", "state/rome"])
def test_where_nothing_can_be_remembered_nothing_is_written(bench: Bench, place: str) -> None:
    bench.source.put(row("A", NOON - 60 * MINUTE))
    occupied = bench.folder / place
    occupied.parent.mkdir(exist_ok=True)
    occupied.touch()
    for _ in range(2):
        with pytest.raises(OSError, match=r"File exists|Not a directory"):
            bench.poll()
    assert [] == bench.written()
    occupied.unlink()
    bench.poll()
    assert [("A", 0)] == bench.written()


def test_the_state_of_the_first_version_is_read(bench: Bench) -> None:
    bench.source.put(row("A", NOON - 60 * HOUR), row("B", NOON - HOUR))
    bench.poll()
    path = bench.folder / "state" / "rome.parquet"
    pl.read_parquet(path).filter(pl.col("leg_id") == "B").write_parquet(
        path,
        metadata={
            "watermark": (NOON - HOUR).isoformat(),
            "waiting_since": "",
            "serial": "2",
            "first_revision": "0",
        },
    )
    bench.restart()
    bench.source.put(row("C", NOON - 40 * HOUR), row("B", NOON - HOUR, to_number="+391"))
    bench.polls(NOON + HOUR, 15 * MINUTE)
    latest = dict(bench.written())
    assert 1 == latest["B"]
    # Of older legs that version had forgotten what it wrote, and whether it was corrected.
    assert latest["A"] > 10**8
    assert latest["C"] > 10**8


def test_clocks_that_disagree_are_counted_once(bench: Bench) -> None:
    at = NOON - HOUR
    bench.source.put(
        row("A", at, ended_at=at - MINUTE), row("B", at), row("C", at, answered_at=at - MINUTE)
    )
    with capture_logs() as logs:
        bench.poll()
        bench.poll()
    assert [2] == [one["legs"] for one in logs if one["event"] == "clocks_disagree"]


def test_a_source_that_was_not_caught_up_with_for_half_of_its_memory_is_behind(
    bench: Bench,
) -> None:
    bench.source.retention = 60 * DAY
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.poll()
    bench.now += 40 * DAY
    bench.poll()
    assert bench.recorder.behind() is None
    bench.source.down = True
    bench.now += 31 * DAY
    with pytest.raises(Unavailable):
        bench.poll()
    assert 31 * DAY == bench.recorder.behind()
    bench.restart()
    assert 31 * DAY == bench.recorder.behind()
    bench.source.down = False
    bench.poll()
    assert bench.recorder.behind() is None


def test_a_source_that_cannot_describe_itself_is_recorded_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise Unavailable("no permission")

    monkeypatch.setattr(bench.source, "describe", refuse)
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.poll()
    bench.restart()
    bench.poll()
    assert [("A", 0)] == bench.written()


def test_a_first_import_is_never_behind(bench: Bench) -> None:
    bench.source.retention = 60 * DAY
    bench.source.down = True
    with pytest.raises(Unavailable):
        bench.poll()
    bench.now += 90 * DAY
    assert bench.recorder.behind() is None


def test_progress_goes_from_the_first_call_to_now(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.source.pace = module_pace(bench, stride_rows=3)
    bench.restart()
    bench.source.put(*(row(f"L{day}", NOON - day * DAY) for day in range(1, 15)))
    told: list[tuple[datetime, datetime, datetime]] = []
    bench.poll(progress=lambda *step: told.append(step))
    reached = [step[1] for step in told]
    assert sorted(reached) == reached
    assert NOON == reached[-1]
    assert len(reached) > 3


def test_nothing_before_the_start_is_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path, start=date(2026, 3, 1))
    bench.source.put(row("A", datetime(2026, 2, 28, 23, 59)), row("B", datetime(2026, 3, 1)))
    bench.polls(NOON + 8 * DAY, timedelta(hours=5))
    assert [("B", 0)] == bench.written()


def test_an_earlier_start_brings_what_was_left_out(tmp_path: Path) -> None:
    bench = Bench(tmp_path, start=date(2026, 3, 1))
    bench.source.put(row("A", datetime(2026, 1, 5)), row("B", datetime(2026, 3, 1)))
    bench.polls(NOON + DAY, HOUR)
    bench.source.pace = replace(bench.source.pace, start=datetime(2026, 1, 1))
    bench.restart()
    bench.polls(NOON + 2 * DAY, HOUR)
    assert [("B", 0), ("A", 0)] == bench.written()


def test_a_later_start_is_no_reason_to_read_everything(tmp_path: Path) -> None:
    bench = Bench(tmp_path, start=date(2026, 1, 1))
    bench.source.put(row("A", datetime(2026, 1, 5)), row("B", datetime(2026, 3, 1)))
    bench.polls(NOON + DAY, HOUR)
    bench.source.pace = replace(bench.source.pace, start=datetime(2026, 2, 1))
    bench.restart()
    bench.source.asked.clear()
    bench.polls(NOON + 2 * DAY, HOUR)
    assert all(bench.now - since < 10 * DAY for since, _, _ in bench.source.asked)
