"""Reading by window: what is looked at when, and that no row is missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.sources.cursor import parse
from tests.pipeline.sources.timed import DAY, HOUR, MINUTE, NOON, Bench, row
from warehouse.errors import Damaged, Unavailable


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def spans(bench: Bench) -> list[timedelta]:
    """How far back from now each reading since the last look went."""
    found = [bench.now - since for since, _, _ in bench.source.asked]
    bench.source.asked.clear()
    return found


def test_a_call_waits_until_it_has_settled(bench: Bench) -> None:
    bench.source.put(row("A", NOON - 5 * MINUTE))
    assert 1 == bench.poll().waiting
    assert [] == bench.written()
    bench.polls(NOON + 10 * MINUTE, MINUTE)
    assert [("A", 0)] == bench.written()


def test_a_call_waits_as_a_whole_while_one_leg_is_open(bench: Bench) -> None:
    second = NOON - 59 * MINUTE
    bench.source.put(row("A", NOON - 60 * MINUTE), row("B", second, kin="A", ended_at=None))
    bench.poll()
    assert [] == bench.written()
    bench.source.put(row("B", second, kin="A"))
    bench.poll()
    assert [("A", 0), ("B", 0)] == bench.written()


def test_an_open_call_is_asked_by_its_key_when_the_look_back_has_left_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path, overlap_hours=1, overlap_minutes=1440)
    at = NOON - 10 * MINUTE
    bench.source.put(row("A", at, ended_at=None), row("B", NOON - 20 * MINUTE))
    bench.poll()
    for hour in range(1, 6):
        bench.now = NOON + hour * HOUR
        bench.source.put(row(f"C{hour}", bench.now - 30 * MINUTE))
        bench.poll()
    bench.source.put(row("A", at, ended_at=bench.now - 15 * MINUTE))
    bench.source.asked.clear()
    bench.poll()
    assert ("A", 0) in bench.written()
    assert (at, at + timedelta(milliseconds=1), 1) in bench.source.asked
    assert len(bench.written()) == len(set(bench.written()))


def test_a_call_that_never_closes_is_given_up_after_a_day(bench: Bench) -> None:
    bench.source.put(row("A", NOON - HOUR, ended_at=None), row("B", NOON - 30 * MINUTE))
    bench.poll()
    bench.polls(NOON + 22 * HOUR, HOUR)
    assert [("B", 0)] == bench.written()
    bench.polls(NOON + 24 * HOUR, HOUR)
    assert ["unknown_end"] == bench.final().filter(pl.col("leg_id") == "A")["outcome"].to_list()


def test_a_late_row_within_the_overlap_is_found_within_a_quarter_of_an_hour(bench: Bench) -> None:
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.poll()
    bench.source.put(row("B", NOON - 30 * HOUR))
    bench.polls(NOON + 14 * MINUTE, MINUTE)
    assert [("A", 0)] == bench.written()
    bench.polls(NOON + 15 * MINUTE, MINUTE)
    assert [("A", 0), ("B", 0)] == bench.written()


def test_a_row_that_the_source_notes_as_modified_need_not_wait_for_the_overlap(
    bench: Bench,
) -> None:
    bench.source.notes_changes = True
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.poll()
    bench.source.put(row("B", NOON - 10 * HOUR, modified_at=NOON))
    bench.polls(NOON + MINUTE, MINUTE)
    assert [("A", 0), ("B", 0)] == bench.written()


def test_a_late_first_leg_gives_all_legs_of_its_call_another_revision(bench: Bench) -> None:
    bench.source.put(*(row(f"L{n}", NOON - n * HOUR, kin="K") for n in range(1, 6)))
    bench.poll()
    bench.source.put(row("L9", NOON - 9 * HOUR, kin="K"))
    bench.polls(NOON + 15 * MINUTE, 5 * MINUTE)
    assert {"L9"} == set(bench.final()["call_id"])
    assert {("L9", 0), *((f"L{n}", 1) for n in range(1, 6))} == set(bench.written()[5:])


def test_a_quiet_poll_reads_the_look_back_alone(bench: Bench) -> None:
    bench.source.put(*(row(f"L{n:04}", NOON - n * 10 * MINUTE) for n in range(2, 2000)))
    bench.poll()
    bench.source.asked.clear()
    bench.polls(NOON + 10 * MINUTE, MINUTE)
    assert all(rows <= 13 for _, _, rows in bench.source.asked)
    assert 10 == len(bench.source.asked)


def test_the_overlap_is_read_every_quarter_of_an_hour_and_no_more(bench: Bench) -> None:
    bench.source.put(*(row(f"L{n:04}", NOON - n * 10 * MINUTE) for n in range(2, 2000)))
    bench.poll()
    bench.source.asked.clear()
    bench.polls(NOON + HOUR, MINUTE)
    far = [back for back in spans(bench) if back > 40 * HOUR]
    assert 4 == len(far)
    assert all(back < 62 * HOUR for back in far)


def test_a_restart_reads_what_it_needs_to_group_and_does_not_sweep_again(bench: Bench) -> None:
    bench.source.put(*(row(f"L{n:04}", NOON - n * 10 * MINUTE) for n in range(2, 2000)))
    bench.poll()
    bench.restart()
    bench.source.asked.clear()
    bench.now += MINUTE
    bench.poll()
    (back,) = spans(bench)
    assert back < 27 * HOUR


def test_every_night_a_week_is_read_and_every_week_everything(bench: Bench) -> None:
    bench.source.put(*(row(f"L{n:04}", NOON - n * HOUR) for n in range(2, 720)))
    bench.poll()
    deepest = {}
    for _ in range(9):
        bench.source.asked.clear()
        bench.polls(bench.now + DAY, HOUR)
        bench.source.put(row(f"N{bench.now:%d}", bench.now - HOUR))
        deepest[bench.now.date()] = max(
            (bench.now - since) / DAY for since, _, _ in bench.source.asked
        )
    assert [date(2026, 3, 9)] == [day for day, back in deepest.items() if back > 20]
    assert all(7 < back < 9 for back in deepest.values() if back < 20)


def test_sweeps_go_on_stride_by_stride_through_restarts(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.source.pace = replace(bench.source.pace, stride_rows=20)
    bench.restart()
    bench.source.put(*(row(f"L{n:04}", NOON - n * HOUR) for n in range(2, 720)))
    bench.poll()
    bench.source.put(row("X", NOON - 100 * HOUR))
    most = 0
    for _ in range(50):
        bench.now += 20 * MINUTE
        bench.restart()
        bench.source.asked.clear()
        bench.poll()
        most = max(most, sum(rows for _, _, rows in bench.source.asked))
    assert ("X", 0) in bench.written()
    assert 719 == len(bench.written())
    assert most < 150


def test_history_is_read_in_strides_and_every_leg_written_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.source.pace = replace(bench.source.pace, stride_rows=50)
    bench.restart()
    bench.source.put(*(row(f"L{n:04}", NOON - n * HOUR) for n in range(1, 337)))
    done = bench.poll()
    assert (336, 336) == (done.legs, len(set(bench.written())))
    assert done.files > 5
    assert all(rows < 80 for _, _, rows in bench.source.asked)


def test_more_rows_of_one_instant_than_a_stride_takes_are_read(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.source.pace = replace(bench.source.pace, stride_rows=5)
    bench.restart()
    bench.source.put(*(row(f"L{n:04}", NOON - HOUR - (n % 2) * DAY) for n in range(60)))
    bench.poll()
    assert 60 == len(bench.written())


def test_a_late_call_whose_file_could_not_be_written_is_given_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.polls(NOON + 2 * MINUTE, MINUTE)
    bench.source.put(row("B", NOON - 90 * MINUTE))

    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("pipeline.recorder.recorder.write_call_file", refused)
        with pytest.raises(OSError, match="No space"):
            bench.poll()
    bench.poll()
    assert [("A", 0), ("B", 0)] == bench.written()


def test_after_an_outage_rows_that_came_late_before_it_are_found(bench: Bench) -> None:
    bench.source.put(row("A", NOON - HOUR))
    bench.poll()
    bench.source.down = True
    bench.now += 5 * DAY
    with pytest.raises(Unavailable):
        bench.poll()
    bench.source.down = False
    bench.source.put(row("B", NOON - 20 * HOUR), row("C", bench.now - HOUR))
    bench.polls(bench.now + MINUTE, MINUTE)
    assert {"A", "B", "C"} == set(bench.final()["leg_id"])


def test_a_clock_ahead_of_the_source_does_not_outrun_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path, overlap_hours=1)
    bench.source.put(row("A", NOON - 60 * MINUTE))
    bench.now = NOON + 2 * DAY
    bench.poll()
    bench.source.put(row("B", NOON - 50 * MINUTE))
    assert NOON - 50 * MINUTE == bench.poll().read_to
    assert [("A", 0), ("B", 0)] == bench.written()


def test_rows_of_the_future_do_not_carry_the_cursor_past_now(bench: Bench) -> None:
    bench.source.put(row("A", NOON - HOUR), row("F", datetime(2099, 1, 1)))
    assert NOON - HOUR == bench.poll().read_to
    bench.source.put(row("B", NOON - 30 * MINUTE))
    assert NOON - 30 * MINUTE == bench.poll().read_to
    assert [("A", 0), ("B", 0)] == bench.written()


def test_a_clock_that_was_set_back_loses_nothing(bench: Bench) -> None:
    bench.now = NOON + 3 * DAY
    bench.source.put(row("A", NOON - HOUR))
    bench.poll()
    bench.now = NOON
    for n in range(40):
        bench.source.put(row(f"B{n}", bench.now - 20 * MINUTE))
        bench.now += 5 * MINUTE
        bench.poll()
    assert 40 <= len(bench.written())


def test_a_clock_that_was_in_the_future_for_a_moment_puts_no_sweep_off(bench: Bench) -> None:
    bench.source.put(row("A", NOON - HOUR))
    bench.poll()
    bench.clock_error = 1000 * DAY
    bench.polls(NOON + HOUR, HOUR)
    bench.clock_error = timedelta()
    bench.source.put(row("late", NOON - 20 * DAY))
    bench.polls(NOON + DAY, HOUR)
    assert ["A", "late"] == bench.final()["leg_id"].to_list()


def test_a_source_that_was_quiet_for_a_year_is_asked_a_few_times(bench: Bench) -> None:
    bench.source.put(row("A", NOON - 400 * DAY))
    bench.poll()
    bench.source.asked.clear()
    bench.poll()
    assert 1 == len(bench.source.asked)
    bench.source.put(row("B", NOON - 60 * MINUTE))
    bench.poll()
    assert [("A", 0), ("B", 0)] == bench.written()


def test_an_end_in_the_far_future_is_not_awaited(bench: Bench) -> None:
    bench.source.put(row("A", NOON - 3 * DAY, ended_at=datetime(2099, 1, 1)))
    assert 0 == bench.poll().waiting
    assert [("A", 0)] == bench.written()


def test_a_call_that_is_losing_its_first_leg_to_a_purge_stays_whole(bench: Bench) -> None:
    old = NOON - 30 * DAY
    bench.source.put(row("A", old, kin="K"), row("B", old + HOUR, kin="K"), row("C", NOON - HOUR))
    bench.poll()
    del bench.source.rows["A"]
    bench.polls(NOON + 8 * DAY, 6 * HOUR)
    assert ["A", "A", "C"] == bench.final()["call_id"].to_list()
    assert 3 == len(bench.written())


def test_a_recount_says_what_was_written(bench: Bench) -> None:
    at = NOON - 20 * DAY
    bench.source.put(*(row(f"L{n:04}", at + n * HOUR, kin=f"K{n // 3}") for n in range(100)))
    bench.poll()
    found = bench.source.recount(at + 10 * HOUR, at + 20 * HOUR, bench.now)
    wanted = bench.final().filter(pl.col("leg_id").is_in(found["leg_id"].implode()))
    assert [f"L{n:04}" for n in range(10, 20)] == found["leg_id"].sort().to_list()
    assert wanted["call_id"].to_list() == found.sort("leg_id")["call_id"].to_list()


@pytest.mark.parametrize("text", ["?", "{}", '{"read_to": "soon"}'])
def test_a_cursor_of_something_else_is_damaged(text: str) -> None:
    with pytest.raises(Damaged, match="Remove the state"):
        parse(text)
