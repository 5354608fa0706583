"""Whatever differs between mirror and warehouse is found, and mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.warehouse.conftest import Put
from tests.warehouse.mirror.conftest import NOW
from warehouse.dimensions import DIMENSIONS, Dimensions, note_dimensions
from warehouse.errors import Unavailable
from warehouse.frames import fetch
from warehouse.master import Master
from warehouse.mirror.mirror import Mirror
from warehouse.mirror.server import Server
from warehouse.mirror.verify import Comparison, compare
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

pytestmark = pytest.mark.postgres

Leg = Callable[..., dict[str, Any]]
DAY = date(2024, 10, 14)


@pytest.fixture
def equal(leg: Leg, put: Put, master: Master, mirror: Mirror) -> None:
    """Three days of calls, mirrored."""
    put(
        leg("a"),
        leg("b", "2024-10-14 09:00:00", call_id="a", charged_user="bruno@aurora.example"),
        leg("c", "2024-10-15 10:00:00"),
        leg("d", "2024-10-15 10:00:00", currency="USD", dialled="é" * 500),
        leg("e", "2024-10-16 10:00:00", talk=None, currency=None),
    )
    dated = {one: fetch(master.connection, f"from {one}") for one in DIMENSIONS}
    sites = pl.DataFrame(
        [{"site": "Rome", "country": "IT", "time_zone": "Europe/Rome"}], dated["sites"].schema
    )
    note_dimensions(master, Dimensions(dated["people"], sites, dated["gateways"]), NOW)
    publish(master, NOW)
    mirror.cycle()


@pytest.fixture
def compared(server: Server, snapshots: Snapshots) -> Callable[..., Comparison]:
    return lambda **how: compare(server, snapshots.current(), **how)


@pytest.mark.parametrize("every_cell", [False, True])
def test_an_equal_mirror_is_sound(
    equal: None, compared: Callable[..., Comparison], every_cell: bool
) -> None:
    found = compared(every_cell=every_cell)

    assert found.is_sound, found.rows.to_dicts()
    assert ((), ()) == (found.waiting, found.tables)
    calls = found.sums.filter(table="calls", measure="rows")
    assert [1, 1, 1, 1] == calls["warehouse"].to_list() == calls["mirror"].to_list()


SPOILED = {
    "a call is gone": (
        "delete from $calls where call_id = 'c'",
        [("calls", "missing", "c", None)],
    ),
    "a call too many": (
        'insert into $calls select (jsonb_populate_record(c, \'{"call_id": "x"}\')).* '
        "from $calls as c where call_id = 'c'",
        [("calls", "surplus", "x", None)],
    ),
    "a call of a day that nobody knows": (
        'insert into $calls select (jsonb_populate_record(c, \'{"day": "2031-01-01"}\')).* '
        "from $calls as c where call_id = 'c'",
        [("calls", "surplus", "c", None)],
    ),
    "another price": (
        "update $calls set cost = cost + 0.000001, person = 'X' where call_id = 'c'",
        [("calls", "different", "c", "person cost")],
    ),
    "a share doubled": (
        "insert into $call_shares table $call_shares limit 1",
        [("call_shares", "surplus", "a", "times that it is there")],
    ),
    "another sum": (
        "update $day_people set answered = 7, cost = 3 where day = '2024-10-16'",
        [("day_people", "missing", None, None), ("day_people", "surplus", None, None)],
    ),
}


@pytest.mark.parametrize(("spoil", "wrong"), SPOILED.values(), ids=SPOILED.keys())
def test_what_was_spoiled_is_found_by_its_key_and_mended(
    equal: None,
    compared: Callable[..., Comparison],
    admin: Any,
    schema: str,
    mirror: Mirror,
    spoil: str,
    wrong: list[tuple[Any, ...]],
) -> None:
    admin.execute(spoil.replace("$", f"{schema}."))

    found = compared()

    assert not found.is_sound
    assert wrong == found.rows.select("table", "verdict", "call_id", "columns").rows()
    mirror.cycle(again=found.days, anew=found.tables)
    assert compared(every_cell=True).is_sound


def test_a_text_that_another_changed_is_found_where_every_cell_is_compared(
    equal: None, compared: Callable[..., Comparison], admin: Any, schema: str
) -> None:
    admin.execute(f"update {schema}.calls set dialled = 'x' where call_id = 'd'")

    assert compared().is_sound
    found = compared(every_cell=True)
    assert [("different", "d", "dialled")] == found.rows.select(
        "verdict", "call_id", "columns"
    ).rows()


def test_places_that_another_changed_are_found_and_mended(
    equal: None, compared: Callable[..., Comparison], admin: Any, schema: str, mirror: Mirror
) -> None:
    admin.execute(f"update {schema}.sites set country = 'FR'")

    found = compared()

    assert ("sites",) == found.tables
    mirror.cycle(again=found.days, anew=found.tables)
    assert compared().is_sound


def test_a_day_that_waits_is_not_taken_for_wrong(
    equal: None, compared: Callable[..., Comparison], leg: Leg, put: Put, master: Master
) -> None:
    put(leg("late"))
    publish(master, NOW)

    found = compared(every_cell=True)

    assert (DAY,) == found.waiting
    assert found.is_sound, found.rows.to_dicts()
    assert DAY not in found.sums["day"]


def test_only_wanted_days_are_compared(
    equal: None, compared: Callable[..., Comparison], admin: Any, schema: str
) -> None:
    admin.execute(f"delete from {schema}.calls where day = '2024-10-15'")

    assert compared(wanted=lambda day: day == DAY).is_sound
    assert not compared(wanted=lambda day: day != DAY).is_sound


def test_where_nothing_was_mirrored_it_says_what_to_do(
    master: Master, compared: Callable[..., Comparison]
) -> None:
    publish(master, NOW)

    with pytest.raises(Unavailable, match="Run `tollbook mirror` first"):
        compared()
