"""Whether days are summed up, what they are is foretold, or what few legs add: it is all one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import warehouse.load
import warehouse.store
from tests.warehouse.company import legs as chance_legs
from tests.warehouse.company import localised
from warehouse import trunks
from warehouse.frames import fetch
from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.rollups import EVERY_ROLLUP

LoadInBoth = Callable[[list[RatedFile], str], None]
FORETOLD = {"_WORTH_TELLING": range(1, 1_000)}
AMENDED = {"_WORTH_TELLING": range(0), "_MANY": 0, "_FEW": 0}
SUMMED_UP = {"_WORTH_TELLING": range(0), "_MANY": 10**9}
TABLES = (
    *("legs", "group_calls", "call_shares", *EVERY_ROLLUP),
    *("day_sums", "key_ranges", "files"),
)


@pytest.fixture
def masters(tmp_path: Path) -> Iterator[tuple[Master, Master]]:
    """One that is loaded in the way that is tried, and one by summing up its days."""
    with Master.open(tmp_path / "tried") as one, Master.open(tmp_path / "plain") as other:
        yield one, other


@pytest.fixture(params=[FORETOLD, AMENDED], ids=["foretold", "amended"])
def tried(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def by(way: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in way.items():
        module = warehouse.store if hasattr(warehouse.store, name) else warehouse.load
        monkeypatch.setattr(module, name, value)


def held(master: Master) -> dict[str, pl.DataFrame]:
    found = {table: pl.DataFrame(fetch(master.connection, f"from {table}")) for table in TABLES}
    return {
        table: rows.select(sorted(rows.columns)).sort(sorted(rows.columns))
        for table, rows in found.items()
    }


@pytest.fixture
def load_in_both(
    masters: tuple[Master, Master],
    tried: dict[str, Any],
    now: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> LoadInBoth:
    """Loads files in both ways, which have to do the same, and to leave the same."""

    def load(files: list[RatedFile], what: str) -> None:
        done = []
        for master, way in zip(masters, (tried, SUMMED_UP), strict=True):
            by(way, monkeypatch)
            done.append(load_files(master, files, now))
        assert done[0] == done[1]
        one, other = map(held, masters)
        for table in TABLES:
            assert one[table].equals(other[table]), f"{table} after {what}"

    return load


def at(day: int, hour: int = 8) -> str:
    return f"2024-10-{day:02} {hour:02}:00:00"


def test_what_is_told_is_what_would_be_found(
    load_in_both: LoadInBoth, frame: Any, leg: Any
) -> None:
    """Whatever of a call or a day is stored already, arrives again or is corrected."""
    batches = [
        [
            leg("a", at(1)),
            leg("b", at(2)),
            leg("b2", at(2, 9), call_id="b", charged_user="ben@aurora.example", person="Ben"),
            # Its head comes with another batch, on another day.
            leg("c2", at(4), call_id="c"),
            leg("d", at(3), talk=None),
        ],
        [
            # Beside a day that has calls, days of which nothing is stored.
            leg("e", at(1, 12)),
            leg("f", at(6)),
            leg("f2", at(6, 9), call_id="f", currency="USD"),
            leg("c", at(5)),
            # Of calls that were told of with one leg, and with several.
            leg("a2", at(7), call_id="a"),
            leg("b3", at(8), call_id="b", talk=None),
        ],
        [
            # Corrected, on the day that it had and on another; and one that comes too late.
            leg("f2", at(6, 9), call_id="f", revision=1, cost=3),
            leg("e", at(9), revision=1),
            leg("g", at(9), gateway_in="gw-rome-2.aurora.example"),
        ],
        [leg("e", at(10)), leg("h", at(10)), leg("h2", at(11), call_id="h")],
    ]
    for serial, legs in enumerate(batches):
        half = len(legs) // 2
        files = [
            RatedFile(f"{serial}-0", "", frame(legs[:half])),
            RatedFile(f"{serial}-1", "", frame(legs[half:])),
        ]
        load_in_both(files, f"batch {serial}")


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.long) for n in range(9))])
def test_it_is_so_of_any_legs(
    load_in_both: LoadInBoth,
    tried: dict[str, Any],
    frame: Any,
    leg: Any,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    chance = random.Random(seed)
    told_days: list[int] = []
    real = warehouse.store._told

    def told(*arguments: Any) -> Any:
        found = real(*arguments)
        told_days.append(len(found.days))
        return found

    monkeypatch.setattr(warehouse.store, "_told", told)
    for serial in range(6):
        legs = []
        for _ in range(30):
            call = f"{chance.choice('abc')}{chance.randrange(40)}"
            part = chance.choice(("", "", "-2", "-3"))
            # Most of a call on one day, which is another one for each few batches.
            day = 1 + (sum(call.encode()) + 3 * serial + chance.choice((0, 0, 0, 1))) % 28
            user = chance.choice(("anna", "ben"))
            facts = {
                "call_id": call,
                "charged_user": f"{user}@aurora.example",
                "currency": chance.choice(("EUR", "EUR", "USD")),
                "revision": chance.randrange(2),
                "talk": chance.choice((None, 60, 90)),
            }
            legs.append(leg(call + part, at(day, chance.randrange(6, 20)), **facts))
        file = RatedFile(f"{serial}", "", frame(legs))
        load_in_both([file], f"batch {serial}")
    assert (sum(told_days) > 0) == (tried == FORETOLD)


@pytest.mark.parametrize("zones", [1, 3])
def test_it_is_so_of_trunks_by_whatever_clock(
    load_in_both: LoadInBoth,
    tried: dict[str, Any],
    frame: Any,
    leg: Any,
    monkeypatch: pytest.MonkeyPatch,
    zones: int,
) -> None:
    """Legs that hold a trunk over hours and midnights come in any order, and are corrected."""
    chance = random.Random(zones)
    rows = [row for _, row in chance_legs(leg, 7, calls=160)]
    if zones == 1:
        rows = [localised(row | {"site": "Site 0"}) for row in rows]
    chance.shuffle(rows)
    whole_days = []
    real = trunks.sum_up_trunks

    def summed_up(*arguments: Any) -> None:
        whole_days.append(arguments)
        real(*arguments)

    monkeypatch.setattr(trunks, "sum_up_trunks", summed_up)
    for serial in range(4):
        legs = rows[serial::4]
        for row in chance.sample(rows[: serial * 8], serial * 2):
            later = chance.choice((-1, 1, 1)) * timedelta(minutes=chance.randrange(200))
            ended = max(row["started_at"], row["ended_at"] + later)
            gateway = chance.choice(("gw-1", "gw-2", None))
            again = {"revision": serial, "ended_at": ended, "gateway_out": gateway}
            legs = [*(one for one in legs if one["leg_id"] != row["leg_id"]), row | again]
        load_in_both([RatedFile(f"{serial}", "", frame(legs))], f"batch {serial}")
    assert bool(whole_days) == (tried == AMENDED and zones > 1)


def test_files_that_were_loaded_before_are_not_foretold(
    masters: tuple[Master, Master],
    frame: Any,
    leg: Any,
    now: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by(FORETOLD, monkeypatch)
    first = RatedFile("first", "", frame([leg("a", at(1)), leg("a2", at(1, 9), call_id="a")]))
    second = RatedFile("second", "", frame([leg("b", at(1)), leg("c", at(2))]))
    one, other = masters
    load_files(one, [first], now)
    again = load_files(one, [first, second], now)
    assert (("first",), 2) == (again.repeated, again.added)
    load_files(other, [first, second], now)
    for table, rows in held(one).items():
        assert rows.equals(held(other)[table]), table
