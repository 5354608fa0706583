"""What every driver must do: a test class of its own per driver, over a world that it provides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
import pytest

from pipeline.sources.source import BATCH_COLUMNS, Batch, Source
from warehouse.errors import Unavailable

FIRST = datetime.fromisoformat("2025-03-03 08:00:00")
LATER = timedelta(hours=30)
"""After the last call of a test: nothing is open or settling any more."""


@dataclass(frozen=True, slots=True)
class Call:
    """One answered outbound call; times are naive UTC."""

    number: int
    started_at: datetime

    @property
    def called(self) -> str:
        return f"0039061{self.number:06d}"


class World(ABC):
    """A telephone system that the tests play."""

    @abstractmethod
    def source(self) -> Source:
        """The driver, as a process that has just begun makes it."""

    @abstractmethod
    def add(self, call: Call) -> None:
        """The call has taken place: 5 s of ringing, 60 s of talk."""

    @contextmanager
    @abstractmethod
    def down(self) -> Iterator[None]:
        """The source cannot be read."""


def polls(source: Source, cursor: str | None, now: datetime) -> list[Batch]:
    """Batches until there is no more."""
    found = []
    while True:
        batch = source.poll(cursor, now)
        found.append(batch)
        cursor = batch.cursor or None
        if not batch.more:
            return found


def facts(*batches: Batch) -> set[tuple[object, ...]]:
    return {row for one in batches for row in one.legs.select(BATCH_COLUMNS.names()).iter_rows()}


class Conformance:
    """Subclass it, and give it a fixture `world`."""

    STEPS = 4

    @pytest.fixture
    def history(self, world: World) -> tuple[list[Call], list[Batch]]:
        """Calls that came a few at a time, each time followed by polls."""
        source, cursor = world.source(), None
        calls: list[Call] = []
        batches: list[Batch] = []
        for step in range(self.STEPS):
            now = FIRST + timedelta(hours=step)
            for number in range(3):
                calls.append(Call(10 * step + number, now + timedelta(minutes=number)))
                world.add(calls[-1])
            batches += polls(source, cursor, now + timedelta(minutes=50))
            cursor = batches[-1].cursor
        return calls, batches + polls(source, cursor, FIRST + LATER)

    def test_every_batch_has_the_columns_of_a_batch(
        self, history: tuple[list[Call], list[Batch]]
    ) -> None:
        _, batches = history
        assert all(BATCH_COLUMNS == batch.legs.schema for batch in batches)

    def test_an_empty_source_gives_an_empty_batch(self, world: World) -> None:
        (batch,) = polls(world.source(), None, FIRST)
        assert (BATCH_COLUMNS, 0, None) == (batch.legs.schema, batch.legs.height, batch.read_to)

    def test_every_call_is_read_as_it_was(self, history: tuple[list[Call], list[Batch]]) -> None:
        calls, batches = history
        legs = pl.concat([batch.legs for batch in batches]).unique("leg_id", keep="last")
        read = legs.sort("started_at").select(
            "started_at", "answered_at", "ended_at", "talk_s", "ring_s", "outcome", "direction"
        )
        second = timedelta(seconds=1)
        assert [
            (
                call.started_at,
                call.started_at + 5 * second,
                call.started_at + 65 * second,
                60,
                5,
                "answered",
                "outbound",
            )
            for call in calls
        ] == read.rows()

    def test_nothing_is_lost_by_going_on_at_any_cursor(
        self, world: World, history: tuple[list[Call], list[Batch]]
    ) -> None:
        _, batches = history
        for given in range(len(batches)):
            again = polls(world.source(), batches[given].cursor or None, FIRST + LATER)
            assert facts(*batches) == facts(*batches[: given + 1], *again)

    def test_the_same_cursor_gives_at_least_the_same_again(
        self, world: World, history: tuple[list[Call], list[Batch]]
    ) -> None:
        _, batches = history
        for batch in [None, *batches]:
            cursor = batch.cursor if batch else None
            first, second = (polls(world.source(), cursor or None, FIRST + LATER) for _ in range(2))
            assert facts(*first) <= facts(*second)

    def test_keys_do_not_depend_on_when_they_are_read(
        self, world: World, history: tuple[list[Call], list[Batch]]
    ) -> None:
        _, batches = history
        assert facts(*batches) == facts(*polls(world.source(), None, FIRST + LATER))

    def test_how_far_all_is_read_never_goes_back(
        self, history: tuple[list[Call], list[Batch]]
    ) -> None:
        calls, batches = history
        reached = [batch.read_to for batch in batches if batch.read_to is not None]
        assert reached == sorted(reached)
        assert calls[-1].started_at <= reached[-1]

    def test_a_recount_finds_what_the_polls_gave(
        self, world: World, history: tuple[list[Call], list[Batch]]
    ) -> None:
        _, batches = history
        since, until = FIRST, FIRST + timedelta(hours=self.STEPS)
        counted = world.source().recount(since, until, FIRST + LATER)
        assert BATCH_COLUMNS == counted.schema
        assert facts(*batches) == set(counted.iter_rows())

    def test_a_recount_keeps_to_its_window(
        self, world: World, history: tuple[list[Call], list[Batch]]
    ) -> None:
        calls, _ = history
        since, until = calls[3].started_at, calls[6].started_at
        counted = world.source().recount(since, until, FIRST + LATER)
        assert [call.started_at for call in calls[3:6]] == sorted(counted["key_time"])

    def test_a_source_that_is_down_says_what_to_do_and_comes_back(
        self, world: World, history: tuple[list[Call], list[Batch]]
    ) -> None:
        _, batches = history
        with world.down():
            source = world.source()
            for ask in (
                lambda: source.poll(batches[0].cursor, FIRST),
                lambda: source.recount(FIRST, FIRST + LATER, FIRST),
            ):
                with pytest.raises(Unavailable, match=r"[:.] .+"):
                    ask()
        again = polls(world.source(), batches[0].cursor or None, FIRST + LATER)
        assert facts(*batches) == facts(batches[0], *again)

    def test_it_can_say_what_it_is(self, world: World) -> None:
        assert world.source().describe().product
