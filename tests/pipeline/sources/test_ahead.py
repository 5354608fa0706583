"""Reading ahead in a second thread, and what a long import makes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.sources.ahead import ReadAhead
from tests.pipeline.sources.timed import DAY, HOUR, MINUTE, NOON, Bench, row
from warehouse.errors import Unavailable

LONG = 60.0
"""Seconds after which something has gone wrong."""


class Door:
    """Opens and closes a source of numbers, and knows who has it open."""

    def __init__(self) -> None:
        self.open_in: list[str] = []
        self.opened_in: list[str] = []

    @contextmanager
    def opened(self) -> Iterator[int]:
        thread = threading.current_thread().name
        self.open_in.append(thread)
        self.opened_in.append(thread)
        try:
            yield 7
        finally:
            self.open_in.remove(thread)


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("read-ahead"):
            thread.join(LONG)
            assert not thread.is_alive()


def test_a_piece_is_read_in_another_thread_and_handed_over_once() -> None:
    door = Door()
    ahead: ReadAhead[int, int] = ReadAhead(door.opened)
    ahead.begin("this", lambda rows: rows + 1)
    assert [8, None] == [ahead.take("this"), ahead.take("this")]
    assert [] == door.open_in
    assert threading.current_thread().name not in door.opened_in


def test_a_piece_that_is_not_the_one_asked_for_is_thrown_away() -> None:
    ahead: ReadAhead[int, int] = ReadAhead(Door().opened)
    ahead.begin("this", lambda rows: rows)
    assert [None, None] == [ahead.take("that"), ahead.take("this")]


def test_what_goes_wrong_is_raised_where_the_piece_is_asked_for() -> None:
    door = Door()
    ahead: ReadAhead[int, int] = ReadAhead(door.opened)

    def fail(_rows: int) -> int:
        raise Unavailable("the database is away")

    ahead.begin("this", fail)
    with pytest.raises(Unavailable, match="is away"):
        ahead.take("this")
    ahead.begin("this", fail)
    assert ahead.take("that") is None
    assert [] == door.open_in


def test_no_piece_is_begun_before_the_last_one_is_read() -> None:
    door, may_read = Door(), threading.Event()
    ahead: ReadAhead[int, int] = ReadAhead(door.opened)
    open_then: list[int] = []

    def read(rows: int) -> int:
        may_read.wait(LONG)
        open_then.append(len(door.open_in))
        return rows

    ahead.begin("this", read)
    threading.Timer(0, may_read.set).start()
    ahead.begin("that", read)
    assert 7 == ahead.take("that")
    assert [1, 1] == open_then


def test_a_piece_that_nobody_asks_for_leaves_no_thread_and_no_connection() -> None:
    door = Door()
    ReadAhead[int, int](door.opened).begin("this", lambda rows: rows)
    wait_for_threads()
    assert (1, []) == (len(door.opened_in), door.open_in)


@pytest.fixture
def long_history(tmp_path: Path) -> Bench:
    return importing(tmp_path, reads_ahead=True)


def importing(folder: Path, *, reads_ahead: bool) -> Bench:
    bench = Bench(folder)
    bench.source.pace = replace(bench.source.pace, stride_rows=50)
    bench.source.reads_ahead = reads_ahead
    bench.restart()
    bench.source.put(*(row(f"L{n:04}", NOON - n * HOUR, kin=f"K{n // 3}") for n in range(1, 337)))
    return bench


def test_an_import_reads_the_same_stretches_and_writes_the_same_files(tmp_path: Path) -> None:
    ahead, plain = (
        importing(tmp_path / str(reads_ahead), reads_ahead=reads_ahead)
        for reads_ahead in (True, False)
    )
    ahead.poll()
    plain.poll()
    assert plain.source.asked == ahead.source.asked
    assert [(path.name, path.read_bytes()) for path in plain.spool.pending()] == [
        (path.name, path.read_bytes()) for path in ahead.spool.pending()
    ]


def test_a_stride_is_read_before_the_last_one_is_written(long_history: Bench) -> None:
    first = long_history.source.poll(None, NOON)
    assert first.read_to is not None
    assert first.read_to < NOON - 10 * DAY
    read = [since for since, _, _ in long_history.source.asked]
    assert [first.read_to - long_history.source.pace.look_back] == read[1:]


def test_a_source_that_goes_away_meanwhile_is_unavailable_and_nothing_is_lost(
    long_history: Bench,
) -> None:
    reads = long_history.source.read

    def fails_at_the_third(*window: object) -> object:
        long_history.source.down = len(long_history.source.asked) == 2
        return reads(*window)  # type: ignore[arg-type]

    long_history.source.read = fails_at_the_third  # type: ignore[method-assign,assignment]
    with pytest.raises(Unavailable, match="is away"):
        long_history.poll()
    assert 2 == len(long_history.spool.pending())
    long_history.source.read = reads  # type: ignore[method-assign]
    long_history.source.down = False
    long_history.poll()
    assert 336 == len(long_history.written()) == len(set(long_history.written()))
    assert 0 == long_history.source.opened


def test_what_was_read_ahead_for_an_import_that_was_stopped_is_read_again(
    long_history: Bench,
) -> None:
    asked = iter([False, False, True])
    stopped = long_history.poll(stopped=lambda: next(asked))
    assert stopped.read_to is not None
    late = stopped.read_to + 5 * HOUR + MINUTE
    long_history.source.put(row("LATE", late))
    long_history.now += HOUR
    long_history.poll()
    assert ("LATE", 0) in long_history.written()
    assert 337 == len(set(long_history.written()))


def test_a_failure_to_write_makes_what_was_read_ahead_of_no_use(
    long_history: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("pipeline.recorder.recorder.write_call_file", refused)
        with pytest.raises(OSError, match="No space"):
            long_history.poll()
    assert 336 == long_history.poll().legs
