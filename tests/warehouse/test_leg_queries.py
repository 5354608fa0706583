"""Legs of one source, as whoever compares them with the source asks for them."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from tests.warehouse.conftest import NOW, MakeLeg, Put
from warehouse.legs import LEG_SCHEMA
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries import legs
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot, Snapshots

ALL = Scope(everything=True)
SINCE = datetime.fromisoformat("2024-10-14 22:00:00")
UNTIL = datetime.fromisoformat("2024-10-15 22:00:00")


@pytest.fixture
def snapshot(leg: MakeLeg, put: Put, master: Master, snapshots: Snapshots) -> Snapshot:
    put(
        leg("before", "2024-10-14 21:59:59.999"),
        leg("first", "2024-10-14 22:00:00"),
        leg("last", "2024-10-15 21:59:59.999", department="Service", charged_user="bob@x.org"),
        leg("after", "2024-10-15 22:00:00"),
        leg("other", "2024-10-15 08:00:00", source="milan"),
    )
    publish(master, NOW)
    return snapshots.current()


def ids(frame: pl.DataFrame) -> list[str]:
    return frame["leg_id"].to_list()


def test_a_period_has_its_first_instant_and_not_its_last(snapshot: Snapshot) -> None:
    found = legs.of_period(snapshot, ALL, "rome", SINCE, UNTIL)
    assert ["first", "last"] == ids(found)
    assert LEG_SCHEMA == found.schema


def test_legs_are_found_by_their_ids_whenever_they_were(snapshot: Snapshot) -> None:
    wanted = ["after", "before", "nothing", "other"]
    assert ["before", "after"] == ids(legs.of_ids(snapshot, ALL, "rome", wanted))
    assert [] == ids(legs.of_ids(snapshot, ALL, "rome", []))


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope(), []),
        (Scope(departments=("Sales",)), ["first"]),
        (Scope(users=("bob@x.org",)), ["last"]),
    ],
)
def test_a_scope_sees_the_legs_of_its_own(
    snapshot: Snapshot, scope: Scope, seen: list[str]
) -> None:
    assert seen == ids(legs.of_period(snapshot, scope, "rome", SINCE, UNTIL))
    assert seen == ids(legs.of_ids(snapshot, scope, "rome", ["first", "last"]))


def test_a_scope_that_masks_sees_no_whole_number(snapshot: Snapshot) -> None:
    scope = Scope(everything=True, mask_digits=3)
    assert "+442079460xxx" == legs.of_ids(snapshot, scope, "rome", ["first"])["to_number"].item()
