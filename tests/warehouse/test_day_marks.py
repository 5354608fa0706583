"""A day has another mark whenever it holds something else, and only then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from tests.warehouse.conftest import Put
from warehouse.frames import fetch
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.restate import restate, stored_days, stored_legs
from warehouse.snapshot import Snapshots
from warehouse.store import remove

FIRST, SECOND = date(2024, 10, 14), date(2024, 10, 15)
NOW = datetime(2024, 10, 31, 12, tzinfo=UTC)


def marks(master: Master) -> dict[date, str]:
    return dict(fetch(master.connection, "select day, mark from day_marks").iter_rows())


def test_only_the_days_of_new_legs_get_another_mark(
    master: Master, leg: Callable[..., dict[str, Any]], put: Put
) -> None:
    put(leg("a"), leg("b", "2024-10-15 08:00:00"))
    before = marks(master)

    put(leg("c", "2024-10-15 09:00:00"))

    after = marks(master)
    assert before[FIRST] == after[FIRST]
    assert before[SECOND] != after[SECOND]
    assert len(after) == len(set(after.values()))


def test_new_prices_and_retention_are_told(
    master: Master, leg: Callable[..., dict[str, Any]], put: Put
) -> None:
    put(leg("a"), leg("b", "2024-10-15 08:00:00"))
    before = marks(master)

    (days,) = stored_days(master, FIRST, FIRST)
    legs = stored_legs(master, days)
    restate(master, legs)
    priced = marks(master)
    with master.transaction() as connection:
        remove(connection, legs)

    assert before[SECOND] == priced[SECOND] == marks(master)[SECOND]
    assert 3 == len({before[FIRST], priced[FIRST], marks(master)[FIRST]})


def test_readers_see_the_marks_of_what_they_read(
    master: Master, leg: Callable[..., dict[str, Any]], put: Put
) -> None:
    put(leg("a"))
    publish(master, NOW, HotLimits(recent_days=1))
    put(leg("b"), leg("c", "2024-10-15 08:00:00"))
    snapshots = Snapshots(master.folder)
    try:
        published = dict(snapshots.current().query("select day, mark from day_marks").iter_rows())
        assert published.keys() == {FIRST}
        assert published[FIRST] != marks(master)[FIRST]
        publish(master, NOW, HotLimits(recent_days=1))
        seen = snapshots.current().query("select day, mark from day_marks")
        assert marks(master) == dict(seen.iter_rows())
    finally:
        snapshots.close()


def test_a_day_into_which_only_a_call_of_the_day_before_runs_has_a_mark(
    master: Master, leg: Callable[..., dict[str, Any]], put: Put
) -> None:
    put(leg("a", "2024-10-14 21:30:00", talk=7200))
    before = marks(master)
    assert {FIRST, SECOND} == before.keys()

    put(leg("b", "2024-10-14 21:45:00", talk=7200))

    assert not before.items() & marks(master).items()
