"""A leg that comes again is found wherever it stands; one that is new is not looked for in vain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl
import pytest

from warehouse import store as storing
from warehouse.keys import StoredKeys
from warehouse.load import load
from warehouse.master import Master
from warehouse.retention import Mark
from warehouse.store import remove

FIRST = datetime(2024, 1, 10, 8)
DAYS = 40
Name = Callable[[datetime, int], str]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.keys.PATIENCE", 0)


def by_time(at: datetime, serial: int) -> str:
    return f"{'SC'[serial % 2]}{at:%Y%m%dT%H%M%S}-{serial}"


def by_chance(at: datetime, serial: int) -> str:
    random = np.random.default_rng(serial)
    return str(UUID(bytes=random.bytes(16)))


def legs_of(leg: Any, name: Name) -> list[dict[str, Any]]:
    """Three a day, each a call of its own."""
    starts = [FIRST + timedelta(days=n // 3, hours=n % 3) for n in range(3 * DAYS)]
    return [leg(name(at, n), str(at)) for n, at in enumerate(starts)]


def moved(leg: Any, row: dict[str, Any], days: int) -> dict[str, Any]:
    at = str(row["started_at"] + timedelta(days=days))
    made: dict[str, Any] = leg(row["leg_id"], at, revision=1, cost=Decimal(7))
    return made


@pytest.mark.parametrize("name", [by_time, by_chance])
@pytest.mark.parametrize("days", [0, 5, -30, 400])
def test_a_leg_that_comes_again_is_found_on_any_day(
    master: Master, put: Any, leg: Any, name: Name, days: int
) -> None:
    rows = legs_of(leg, name)
    put(*rows[60:])
    put(*rows[:60])
    again = [moved(leg, row, days) for row in rows[10:100:9]]
    done = put(*again, leg(name(FIRST, 10**6), str(FIRST)))
    assert (1, len(again)) == (done.added, done.replaced)
    assert [(len(rows) + 1, len(rows) + 1, len(again))] == master.connection.execute(
        "select count(*), count(distinct leg_id), count(*) filter (cost = 7) from legs"
    ).fetchall()
    assert [(len(rows) + 1,)] == master.connection.execute(
        "select sum(calls)::int from day_totals"
    ).fetchall()


@pytest.mark.parametrize("name", [by_time, by_chance])
def test_new_legs_are_looked_for_near_their_day_alone(
    master: Master, put: Any, leg: Any, name: Name, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = legs_of(leg, name)
    put(*rows[:-3])
    put(*rows[-3:])
    statement = storing.statement

    def refused(asked: str) -> str:
        assert asked != "find_stored_elsewhere"
        return statement(asked)

    monkeypatch.setattr(storing, "statement", refused)
    for serial in range(3):
        put(leg(name(FIRST + timedelta(days=DAYS), 1000 + serial), "2024-02-19 08:00:00"))


def test_keys_that_grow_with_time_rule_out_other_days(master: Master, put: Any, leg: Any) -> None:
    put(*legs_of(leg, by_time))
    incoming = pl.DataFrame({"source": "rome", "leg_id": [by_time(FIRST, 0), by_time(FIRST, 1)]})
    master.connection.register("incoming", incoming.to_arrow())
    found = master.connection.execute(
        storing.statement("find_far_days"), {"days": [date(2024, 3, 1)]}
    ).fetchall()
    assert [(FIRST.date(),)] == found


def test_ranges_of_days_without_legs_are_forgotten(master: Master, put: Any, leg: Any) -> None:
    rows = legs_of(leg, by_time)
    put(*rows)
    mark = Mark("delete", (FIRST + timedelta(days=5)).date())
    legs = pl.DataFrame(master.connection.execute("from legs").to_arrow_table())
    with master.transaction() as connection:
        remove(connection, legs.filter(mark.covers))
    assert [(mark.before, DAYS - 5)] == master.connection.execute(
        "select min(day), count(distinct day) from key_ranges"
    ).fetchall()


def keys_of(numbers: Sequence[int]) -> pl.DataFrame:
    return pl.DataFrame({"source": "rome", "leg_id": [f"leg {number}" for number in numbers]})


def test_no_stored_key_seems_absent_and_few_absent_ones_seem_stored(master: Master) -> None:
    keys = StoredKeys()
    connection = master.connection
    assert keys.may_hold(connection, keys_of(range(1000))).is_empty()
    for begin in range(0, 1_200_000, 200_000):
        part = keys_of(range(begin, begin + 200_000))
        keys.add(part)
        if begin < 1_000_000:
            assert part.equals(keys.may_hold(connection, part))
    # By now it was too full, and knows only what is stored.
    assert keys.may_hold(connection, part).is_empty()


def test_few_absent_keys_seem_stored(master: Master) -> None:
    keys = StoredKeys()
    assert keys.may_hold(master.connection, keys_of([0])).is_empty()
    keys.add(keys_of(range(1_000_000)))
    absent = keys_of(range(1_000_000, 1_200_000))
    assert keys.may_hold(master.connection, absent).height < 5


def test_a_load_that_failed_leaves_the_keys_good(
    master: Master, put: Any, leg: Any, frame: Any, now: datetime
) -> None:
    rows = legs_of(leg, by_chance)
    put(*rows[:60])
    put(*rows[60:80])
    with pytest.raises(Exception, match="NOT NULL"):
        load(
            master, frame([rows[80] | {"started_local": None}]), file="f", sha256="", loaded_at=now
        )
    put(*rows[80:])
    done = put(*(moved(leg, row, 30) for row in rows))
    assert (0, len(rows)) == (done.added, done.replaced)


def test_until_it_was_asked_often_any_key_may_be_stored(
    master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.keys.PATIENCE", 2)
    keys = StoredKeys()
    asked = [keys.may_hold(master.connection, keys_of([1])).height for _ in range(4)]
    assert [1, 1, 0, 0] == asked


def test_keys_that_could_not_be_read_whole_are_read_again(
    master: Master, put: Any, leg: Any
) -> None:
    put(leg("a"))

    class Broken:
        def execute(self, sql: str) -> Any:
            if "count" in sql:
                return master.connection.execute(sql)
            raise MemoryError(sql)

    keys = StoredKeys()
    asked = pl.DataFrame({"source": ["rome"], "leg_id": ["a"]})
    with pytest.raises(MemoryError):
        keys.may_hold(Broken(), asked)  # type: ignore[arg-type]
    assert asked.equals(keys.may_hold(master.connection, asked))
