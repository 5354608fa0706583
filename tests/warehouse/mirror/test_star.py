"""The views for Power BI: every key of a fact is one of its dimension, and money counts once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.warehouse.company import PEOPLE, directory_of, legs
from tests.warehouse.conftest import Put
from tests.warehouse.mirror.conftest import NOW
from warehouse.dimensions import note_dimensions
from warehouse.master import Master
from warehouse.mirror.mirror import Mirror
from warehouse.mirror.server import Server
from warehouse.mirror.verify import compare
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

pytestmark = pytest.mark.postgres

Ask = Callable[..., list[tuple[Any, ...]]]

FACTS = ("Fact Calls", "Fact Costs")
KEYS = [
    *((fact, f"Dim {name}", f"{name} key") for fact in FACTS for name in (
        "Person", "Department", "Site", "Trunk", "Carrier", "Destination"
    )),
    *((fact, "Dim Date", "Date") for fact in (*FACTS, "Fact Trunk use")),
    ("Fact Trunk use", "Dim Trunk", "Trunk key"),
]  # fmt: skip


@pytest.fixture
def company(leg: Callable[..., dict[str, Any]], put: Put, master: Master, mirror: Mirror) -> Mirror:
    """Calls of all kinds, of people in the directory and not, mirrored."""
    put(*(row for _, row in legs(leg, seed=5)))
    note_dimensions(master, directory_of(PEOPLE[:-2]), NOW)
    publish(master, NOW)
    mirror.cycle()
    return mirror


def test_every_key_of_a_fact_is_once_in_its_dimension(company: Mirror, there: Ask) -> None:
    for fact, dimension, key in KEYS:
        lost = f'select count(*) from $"{fact}" f where not exists '
        lost += f'(select 1 from $"{dimension}" d where d."{key}" = f."{key}")'
        assert [(0,)] == there(lost), (fact, dimension)
        again = f'select count(*) from (select 1 from $"{dimension}" group by "{key}" '
        again += "having count(*) > 1) as again"
        assert [(0,)] == there(again), dimension
        assert there(f'select count(*) from $"{dimension}"') > [(0,)]


def test_a_call_counts_once_and_its_money_once_with_who_pays(
    company: Mirror, there: Ask, snapshots: Snapshots
) -> None:
    snapshot = snapshots.current()
    calls = snapshot.query("select count(*), sum(talk_s) from calls").rows()
    assert calls == there('select count(*), sum("Talk time (s)") from $"Fact Calls"')
    paid = (
        "select {0}, {1}, sum({2}), sum({3}) from {4} where {1} is not null "
        "group by {0}, {1} order by 1, 2"
    )
    here = snapshot.query(
        paid.format("coalesce(department, '(none)')", "currency", "cost", "charge", "entries")
    )
    assert here.rows() == there(
        paid.format('"Department key"', '"Currency"', '"Cost"', '"Charge"', '$"Fact Costs"')
    )
    assert here.height > 2


def test_calls_of_all_kinds_are_mirrored_cell_by_cell(
    company: Mirror, server: Server, snapshots: Snapshots
) -> None:
    assert compare(server, snapshots.current(), every_cell=True).is_sound
