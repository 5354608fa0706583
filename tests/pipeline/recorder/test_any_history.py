"""Whatever rows do and whenever the recorder dies, what is written in the end is what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.sources.source import BATCH_COLUMNS
from tests.pipeline.recorder.mortal import Died, Failed, Fate, mortal_recorders
from tests.pipeline.sources.timed import DAY, HOUR, MINUTE, NOON, Bench, meaning, row
from warehouse.errors import Unavailable


@contextmanager
def mortal_bench(fate: Fate, *, reads_ahead: bool, **pace: Any) -> Iterator[Bench]:
    with TemporaryDirectory() as folder, mortal_recorders(fate):
        bench = Bench(Path(folder), overlap_hours=6)
        bench.source.pace = replace(bench.source.pace, **pace)
        bench.source.reads_ahead = reads_ahead
        bench.source.read = fate.around(bench.source.read)  # type: ignore[method-assign]
        bench.restart()
        yield bench


_WEIGHTS = {
    "call": 8,
    "tie": 1,
    "end": 4,
    "correct": 4,
    "regroup": 4,
    "wait": 6,
    "die": 2,
    "fail": 2,
    "restart": 1,
    "away": 0.5,
    "clock": 0.5,
}


class History:
    """Lets things happen; calls of the same eight hours may become of one kin."""

    def __init__(
        self,
        bench: Bench,
        fate: Fate,
        chance: Random,
        late: int,
        within: timedelta,
        pauses: Sequence[int],
    ) -> None:
        """Rows come up to `late` minutes late; ended ones change no more `within` their start."""
        self.bench = bench
        self.fate = fate
        self.chance = chance
        self.late = late
        self.within = within
        self.pauses = pauses
        self.names: list[str] = []
        self.struck = 0

    def play(self, steps: int) -> None:
        """One thing after another, with a poll after each, but not soon after a blow."""
        for kind in self.chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=steps):
            getattr(self, kind)()
            self.struck -= 1
            if self.struck <= 0:
                self.poll()

    def poll(self) -> None:
        try:
            self.bench.poll()
        except (Unavailable, Failed):
            self.struck = 4
        except Died:
            self.struck = 4
            self.bench.restart()

    def call(self) -> None:
        ago = self.chance.randint(0, self.late) * MINUTE
        self._add(self.bench.now - ago, self.chance.choice([None, 0, 1, 30, 600]))

    def tie(self) -> None:
        for name in self._some():
            self._add(self.bench.source.rows[name]["key_time"], 1)

    def end(self) -> None:
        rows = self.bench.source.rows
        still_open = [
            name
            for name in self.names
            if rows[name]["ended_at"] is None
            and rows[name]["key_time"] > self.bench.now - 20 * HOUR
        ]
        for name in [self.chance.choice(still_open)] if still_open else self._some():
            lasting = self.chance.randint(0, 600) * MINUTE
            self._change(name, ended_at=rows[name]["key_time"] + lasting)

    def correct(self) -> None:
        for name in self._some():
            self._change(name, to_number=f"+39{self.chance.randrange(10**6)}")

    def regroup(self) -> None:
        for name, wanted in zip(self._some(), self._some(), strict=True):
            kin = self.bench.source.rows[wanted]["kin"]
            if kin.startswith(self._eighth(name)):
                self._change(name, kin=kin)

    def wait(self) -> None:
        self.bench.now += self.chance.choice(self.pauses) * MINUTE

    def die(self) -> None:
        self.fate.steps, self.fate.blow = self.chance.randint(0, 9), Died

    def fail(self) -> None:
        self.fate.steps, self.fate.blow = self.chance.randint(0, 9), Failed

    def restart(self) -> None:
        self.bench.restart()

    def away(self) -> None:
        self.bench.source.down = self.chance.random() < 0.3

    def clock(self) -> None:
        self.bench.clock_error = self.chance.choice([-30, 0, 45]) * MINUTE

    def _add(self, at: datetime, lasting: int | None) -> None:
        name = f"L{len(self.names):03}"
        self.names.append(name)
        ended = None if lasting is None else at + lasting * MINUTE
        self.bench.source.put(row(name, at, ended_at=ended))
        self._change(name, kin=self._eighth(name) + name)

    def _some(self) -> list[str]:
        """One of the newest rows that may still change, if there is any."""
        since = self.bench.now - self.within
        able = [n for n in self.names if self.bench.source.rows[n]["key_time"] >= since][-6:]
        return [self.chance.choice(able)] if able else []

    def _eighth(self, name: str) -> str:
        return f"{(self.bench.source.rows[name]['key_time'] - NOON) // (8 * HOUR)}-"

    def _change(self, name: str, **facts: Any) -> None:
        self.bench.source.put(self.bench.source.rows[name] | facts)


def come_to_rest(bench: Bench, fate: Fate, after: timedelta) -> None:
    fate.steps = None
    bench.source.down = False
    bench.clock_error = timedelta()
    bench.poll()
    for pause in (after, *[15 * MINUTE] * 20):
        bench.now += pause
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


def assert_revisions_rise(bench: Bench) -> None:
    """Each time that a leg is written."""
    if not bench.spool.pending():
        return
    legs = bench.legs().drop("line", "extra", strict=False)
    for part in legs.partition_by("leg_id"):
        revisions = part["revision"].to_list()
        assert sorted(set(revisions)) == revisions


def hold(
    chance: Random,
    late: int,
    within: timedelta,
    pauses: Sequence[int],
    rest: timedelta,
    **pace: Any,
) -> None:
    fate = Fate()
    pace |= {"stride_rows": chance.choice([2, 5, 1000])}
    with mortal_bench(fate, reads_ahead=chance.choice([True, False]), **pace) as bench:
        History(bench, fate, chance, late, within, pauses).play(steps=50)
        come_to_rest(bench, fate, rest)
        assert_truth(bench)
        assert_revisions_rise(bench)


MOMENTS, SPELLS = [1, 5, 10, 15, 30], [1, 5, 15, 60, 300, 1440, 6000]
NEVER = 24
"""An hour that no day has."""


def hold_with_sweeps(chance: Random) -> None:
    hold(chance, 24 * 60, 90 * DAY, SPELLS, rest=9 * DAY, strides=100)


def hold_with_the_overlap(chance: Random) -> None:
    hold(chance, 24 * 60, 90 * DAY, SPELLS, rest=26 * HOUR, overlap=90 * DAY, sweep_hour=NEVER)


def hold_with_the_look_back_alone(chance: Random) -> None:
    hold(chance, 60, HOUR, MOMENTS, rest=26 * HOUR, overlap=timedelta(), sweep_hour=NEVER)


HELD = [hold_with_sweeps, hold_with_the_overlap, hold_with_the_look_back_alone]


@pytest.mark.parametrize("held", HELD)
@settings(max_examples=5, derandomize=True, phases=[Phase.generate])
@given(chance=st.randoms(use_true_random=True))
def test_all_that_happened_is_found_once(held: Callable[[Random], None], chance: Random) -> None:
    held(chance)


@pytest.mark.long
@pytest.mark.parametrize("held", HELD)
@settings(max_examples=300, phases=[Phase.generate])
@given(chance=st.randoms(use_true_random=True))
def test_all_that_happened_is_found_once_in_many_histories(
    held: Callable[[Random], None], chance: Random
) -> None:
    held(chance)
