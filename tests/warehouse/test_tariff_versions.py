"""The versions of tariffs, as readers see them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.warehouse.conftest import MakeLeg, Put
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries.tariffs import tariff_versions
from warehouse.restate import note_tariffs
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots

ALL = Scope(everything=True)
FIRST = datetime(2024, 10, 1, 8, tzinfo=UTC)
SECOND = datetime(2024, 10, 15, 9, 30, tzinfo=UTC)


def seen(snapshots: Snapshots, scope: Scope = ALL) -> list[tuple[Any, ...]]:
    found = tariff_versions(snapshots.current(), scope)
    return found.select("version", "loaded_by", "first_day", "last_day", "legs").rows()


def test_each_version_tells_since_when_by_whom_and_what_it_priced(
    master: Master, put: Put, leg: MakeLeg, snapshots: Snapshots, now: datetime
) -> None:
    note_tariffs(master, {"aurelia": "v1"}, "list1", FIRST, "ann")
    note_tariffs(master, {"aurelia": "v2", "tiber": "w1"}, "list2", SECOND, "bob")
    put(
        leg("A", "2024-10-14 08:00:00", tariff_version="v1"),
        leg("B", "2024-10-16 08:00:00", tariff_version="v1", status="free", cost=0),
        leg("C", "2024-10-17 08:00:00", tariff_version="v2"),
        leg("D", "2024-10-18 08:00:00", tariff_version="v2", status="no_prefix", cost=None),
        leg("E", "2024-10-19 08:00:00", tariff_version="v2", talk=None),
    )
    publish(master, now)
    assert [
        ("v1", "ann", date(2024, 10, 14), date(2024, 10, 16), 2),
        ("v2", "bob", date(2024, 10, 17), date(2024, 10, 17), 1),
        ("w1", "bob", None, None, 0),
    ] == seen(snapshots)
    found = tariff_versions(snapshots.current(), ALL)
    assert [FIRST, SECOND, SECOND] == found["loaded_at"].to_list()
    assert ["list1", "list2", "list2"] == found["list_version"].to_list()


def test_a_new_version_is_published_before_it_prices_anything(
    master: Master, snapshots: Snapshots, now: datetime
) -> None:
    note_tariffs(master, {"aurelia": "v1"}, "list1", FIRST, "ann")
    first = publish(master, now)
    note_tariffs(master, {"aurelia": "v1"}, "list1", SECOND, "bob")
    assert first.version == publish(master, now).version
    note_tariffs(master, {"aurelia": "v2"}, "list2", SECOND, "bob")
    publish(master, now)
    assert ["v1", "v2"] == [row[0] for row in seen(snapshots)]


def test_a_version_that_nobody_noted_is_told_all_the_same(
    master: Master, put: Put, leg: MakeLeg, snapshots: Snapshots, now: datetime
) -> None:
    put(leg("A", tariff_version="v0"))
    publish(master, now)
    assert [("v0", None, date(2024, 10, 14), date(2024, 10, 14), 1)] == seen(snapshots)


def test_only_legs_of_the_scope_are_counted(
    master: Master, put: Put, leg: MakeLeg, snapshots: Snapshots, now: datetime
) -> None:
    note_tariffs(master, {"aurelia": "v1"}, "list1", FIRST, "ann")
    put(
        leg("A", tariff_version="v1"),
        leg("B", tariff_version="v1", department="Service", charged_user="bob@aurora.example"),
    )
    publish(master, now)
    for scope in (Scope(departments=("Service",)), Scope(users=("bob@aurora.example",))):
        assert [1] == [row[4] for row in seen(snapshots, scope)]
    assert [] == seen(snapshots, Scope())
