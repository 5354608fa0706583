"""Whatever rows do and whenever the recorder dies, what is written in the end is what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.recorder import archive, recorder
from pipeline.sources.source import BATCH_COLUMNS
from tests.pipeline.sources.timed import DAY, HOUR, MINUTE, NOON, Bench, meaning, row
from warehouse.errors import Unavailable


class Died(BaseException):
    """The process is no more."""


class Fate:
    """Kills the recorder at its `steps`-th step from now; None lets it live."""

    def __init__(self) -> None:
        self.steps: int | None = None

    def step(self) -> None:
        if self.steps is not None:
            self.steps -= 1
            if self.steps < 0:
                self.steps = None
                raise Died

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def mortal(*args: Any, **named: Any) -> Any:
            self.step()
            result = work(*args, **named)
            self.step()
            return result

        return mortal


@contextmanager
def mortal_bench(fate: Fate, **pace: Any) -> Iterator[Bench]:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (recorder, "write_call_file"),
            (recorder, "save_state"),
            (archive, "replacing"),
        ):
            patch.setattr(module, name, fate.around(getattr(module, name)))
        bench = Bench(Path(folder), overlap_hours=6)
        bench.source.pace = replace(bench.source.pace, **pace)
        bench.source.read = fate.around(bench.source.read)  # type: ignore[method-assign]
        bench.restart()
        yield bench


def poll(bench: Bench) -> None:
    try:
        bench.poll()
    except Unavailable:
        return
    except Died:
        bench.restart()


numbers = st.integers(0, 11)
minutes = st.integers(0, 24 * 60)
STEPS = st.one_of(
    st.tuples(st.just("call"), minutes, st.sampled_from([None, 0, 1, 30, 600])),
    st.tuples(st.just("tie"), numbers),
    st.tuples(st.just("end"), numbers, st.integers(0, 600)),
    st.tuples(st.just("correct"), numbers),
    st.tuples(st.just("regroup"), numbers, numbers),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 10, 15, 60, 300, 1440, 6000])),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 10, 15, 60, 300])),
    st.tuples(st.just("die"), st.integers(0, 12)),
    st.tuples(st.just("restart")),
    st.tuples(st.just("away"), st.booleans()),
    st.tuples(st.just("clock"), st.sampled_from([-30, 0, 45])),
)


class History:
    """Lets things happen; calls of the same eight hours may become of one kin."""

    def __init__(self, bench: Bench, fate: Fate) -> None:
        self.bench = bench
        self.fate = fate
        self.names: list[str] = []

    def play(self, steps: list[tuple[Any, ...]]) -> None:
        """One thing after another, with a poll after each."""
        for kind, *facts in steps:
            getattr(self, kind)(*facts)
            poll(self.bench)

    def call(self, ago: int, lasting: int | None) -> None:
        self._add(self.bench.now - ago * MINUTE, lasting)

    def tie(self, number: int) -> None:
        for name in self._name(number):
            self._add(self.bench.source.rows[name]["key_time"], 1)

    def end(self, number: int, lasting: int) -> None:
        for name in self._name(number):
            self._change(name, ended_at=self.bench.source.rows[name]["key_time"] + lasting * MINUTE)

    def correct(self, number: int) -> None:
        for name in self._name(number):
            self._change(name, to_number=f"+39{self.bench.now:%d%H%M}{len(self.names)}")

    def regroup(self, one: int, other: int) -> None:
        for name, wanted in zip(self._name(one), self._name(other), strict=True):
            kin = self.bench.source.rows[wanted]["kin"]
            if kin.startswith(self._eighth(name)):
                self._change(name, kin=kin)

    def wait(self, minutes: int) -> None:
        self.bench.now += minutes * MINUTE

    def die(self, steps: int) -> None:
        self.fate.steps = steps

    def restart(self) -> None:
        self.bench.restart()

    def away(self, down: bool) -> None:
        self.bench.source.down = down

    def clock(self, minutes: int) -> None:
        self.bench.clock_error = minutes * MINUTE

    def _add(self, at: datetime, lasting: int | None) -> None:
        name = f"L{len(self.names):03}"
        self.names.append(name)
        ended = None if lasting is None else at + lasting * MINUTE
        self.bench.source.put(row(name, at, ended_at=ended))
        self._change(name, kin=self._eighth(name) + name)

    def _name(self, number: int) -> list[str]:
        return self.names[number % len(self.names) :][:1] if self.names else []

    def _eighth(self, name: str) -> str:
        return f"{(self.bench.source.rows[name]['key_time'] - NOON) // (8 * HOUR)}-"

    def _change(self, name: str, **facts: Any) -> None:
        self.bench.source.put(self.bench.source.rows[name] | facts)


def come_to_rest(bench: Bench, fate: Fate) -> None:
    fate.steps = None
    bench.source.down = False
    bench.clock_error = timedelta()
    bench.now += 9 * DAY
    for _ in range(3):
        bench.poll()


def assert_truth(bench: Bench) -> None:
    truth = meaning(bench.source.read(NOON - 90 * DAY, None), bench.now)
    # Seconds are derived from the times by whoever reads a call file.
    columns = [name for name in BATCH_COLUMNS if name not in ("key_time", "talk_s", "ring_s")]
    if truth.is_empty():
        assert [] == bench.written()
        return
    assert (
        truth.select(columns).sort("leg_id").to_dicts() == bench.final().select(columns).to_dicts()
    )


def assert_revisions_rise(bench: Bench, *, once: bool) -> None:
    """With every change, and unless the recorder died also only then."""
    if not bench.spool.pending():
        return
    legs = bench.legs().drop("line", "extra", strict=False)
    for part in legs.partition_by("leg_id"):
        revisions = part["revision"].to_list()
        assert sorted(set(revisions)) == revisions
        contents = part.drop("revision").rows()
        if once:
            assert all(one != other for one, other in pairwise(contents))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(steps=st.lists(STEPS, max_size=25), stride_rows=st.sampled_from([2, 5, 1000]))
def test_the_last_word_of_every_leg_is_the_truth(
    steps: list[tuple[Any, ...]], stride_rows: int
) -> None:
    fate = Fate()
    with mortal_bench(fate, stride_rows=stride_rows, strides=100) as bench:
        History(bench, fate).play(steps)
        come_to_rest(bench, fate)
        assert_truth(bench)
        assert_revisions_rise(bench, once=not any(step[0] == "die" for step in steps))


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=60), stride_rows=st.sampled_from([2, 5, 1000]))
def test_the_last_word_of_every_leg_is_the_truth_in_long_histories(
    steps: list[tuple[Any, ...]], stride_rows: int
) -> None:
    fate = Fate()
    with mortal_bench(fate, stride_rows=stride_rows, strides=100) as bench:
        History(bench, fate).play(steps)
        come_to_rest(bench, fate)
        assert_truth(bench)
        assert_revisions_rise(bench, once=not any(step[0] == "die" for step in steps))
