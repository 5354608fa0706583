"""Bases that are made while the miner goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest

from warehouse.base import BaseMaker
from warehouse.errors import NoRoom
from warehouse.load import load
from warehouse.manifest import SNAPSHOTS, Manifest
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.snapshot import Snapshots

SMALL = HotLimits(legs=4, days=40, recent_days=1)


class Slow(BaseMaker):
    """Copies only when it is let."""

    def __init__(self, master: Master) -> None:
        super().__init__(master)
        self.let = Event()

    def _copy(self, path: Path) -> None:
        self.let.wait(60)
        super()._copy(path)

    def let_it_end(self) -> None:
        self.let.set()
        assert self._begun is not None
        self._begun[1].exception(60)


@pytest.fixture
def maker(master: Master, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow(master)
    monkeypatch.setattr(master, "base_maker", slow)
    yield slow
    slow.let.set()
    slow.close()


@pytest.fixture
def show(master: Master, maker: Slow, now: datetime) -> Callable[[], Manifest]:
    assert master.base_maker is maker
    return lambda: publish(master, now, SMALL, wait=False)


def found(snapshots: Snapshots) -> list[tuple[Any, ...]]:
    snapshots.current().verify()
    sql = "select leg_id, revision from legs order by leg_id"
    return list(snapshots.current().query(sql).rows())


@pytest.fixture
def first(maker: Slow, show: Any, put: Any, leg: Any) -> Manifest:
    """What is published with one old leg; after it come so many that another base is due."""
    put(leg("old", "2024-09-01 08:00:00"))
    maker.let.set()
    published: Manifest = show()
    maker.let.clear()
    put(*(leg(f"{day}", f"2024-10-0{day} 08:00:00") for day in range(1, 8)))
    return published


def test_calls_are_published_while_a_base_is_made(
    maker: Slow, show: Any, first: Manifest, snapshots: Snapshots, put: Any, leg: Any
) -> None:
    second = show()
    assert (first.base, True) == (second.base, maker.is_busy)
    assert 8 == len(found(snapshots))
    put(leg("3", "2024-10-03 08:00:00", revision=1), leg("old", "2024-09-01 08:00:00", revision=1))
    third = show()
    assert first.base == third.base
    expected = [(str(day), int(day == 3)) for day in range(1, 8)] + [("old", 1)]
    assert expected == found(snapshots)
    maker.let_it_end()
    fourth = show()
    assert first.base != fourth.base
    assert not maker.is_busy
    # What changed after the copy was begun is read from the hot part.
    assert ["2024-09-01", "2024-10-03"] == [str(day) for day in fourth.hot_days]
    assert expected == found(snapshots)
    put(leg("5", "2024-10-05 08:00:00", revision=1))
    assert fourth.base == show().base
    assert ("5", 1) in found(snapshots)


def test_a_finished_base_is_published_though_nothing_else_changed(
    maker: Slow, show: Any, put: Any, leg: Any
) -> None:
    maker.let.set()
    show()
    maker.let.clear()
    put(*(leg(f"{day}", f"2024-10-0{day} 08:00:00") for day in range(1, 8)))
    before = show()
    assert before == show()
    maker.let_it_end()
    assert before.base != show().base


def test_a_hot_part_that_is_far_too_big_waits_for_its_base(
    master: Master, put: Any, leg: Any, now: datetime
) -> None:
    limits = HotLimits(legs=4, urgent_legs=6)
    first = publish(master, now, limits, wait=False)
    put(*(leg(f"{day}", f"2024-10-0{day} 08:00:00") for day in range(1, 8)))
    assert first.base != publish(master, now, limits, wait=False).base


@pytest.mark.parametrize("copied", [False, True], ids=["being copied", "copied"])
def test_who_waits_for_a_publication_waits_for_the_base_that_was_begun(
    master: Master,
    maker: Slow,
    show: Any,
    first: Manifest,
    snapshots: Snapshots,
    put: Any,
    leg: Any,
    now: datetime,
    copied: bool,
) -> None:
    show()
    if copied:
        maker.let_it_end()
    put(leg("3", "2024-10-03 08:00:00", revision=1))
    Timer(0.2, maker.let.set).start()
    second = publish(master, now, SMALL)
    assert first.base != second.base
    assert not maker.is_busy
    assert second == show()
    assert ("3", 1) in found(snapshots)


def test_a_base_given_up_leaves_nothing_and_the_next_miner_makes_another(
    folder: Path, leg: Any, frame: Any, now: datetime
) -> None:
    legs = frame([leg(f"{day}", f"2024-10-0{day} 08:00:00") for day in range(1, 8)])
    with Master.open(folder) as master:
        first = publish(master, now, SMALL)
        load(master, legs, file="a", sha256="", loaded_at=now)
        maker = master.base_maker = Slow(master)
        publish(master, now, SMALL, wait=False)
        maker._given_up.set()
        maker.let_it_end()
    assert [] == list((folder / SNAPSHOTS).glob(".*"))
    with Master.open(folder) as master:
        load(master, legs.head(1), file="b", sha256="", loaded_at=now)
        assert first.base != publish(master, now, SMALL).base
    Snapshots(folder).current().verify()


def test_where_nobody_else_may_read_the_file_the_database_copies_itself(
    master: Master, snapshots: Snapshots, put: Any, leg: Any, now: datetime
) -> None:
    """As on Windows."""
    assert master._handle is not None
    master._handle.close()
    master._handle = None
    publish(master, now, SMALL)
    put(*(leg(f"{day}", f"2024-10-0{day} 08:00:00") for day in range(1, 8)))
    put(leg("1", "2024-10-01 08:00:00", revision=1))
    assert "base-2.duckdb" == publish(master, now, SMALL).base
    assert [("1", 1), *((str(day), 0) for day in range(2, 8))] == found(snapshots)


@pytest.mark.parametrize(
    "step", ["master.Master.copy_frozen", *(f"publish.{n}" for n in ("write_hot", "_totals"))]
)
def test_a_publication_that_finds_no_room_leaves_nothing_and_is_tried_again(
    master: Master, put: Any, leg: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    when_to_checkpoint = "select current_setting('checkpoint_threshold')"
    before = master.connection.execute(when_to_checkpoint).fetchone()
    with monkeypatch.context() as patch:
        patch.setattr(f"warehouse.{step}", full)
        for _ in range(2):
            with pytest.raises(NoRoom, match="make room"):
                publish(master, now, SMALL)
    assert [] == list((master.folder / SNAPSHOTS).iterdir())
    assert before == master.connection.execute(when_to_checkpoint).fetchone()
    put(leg("a"))
    assert 1 == publish(master, now, SMALL).totals.legs
