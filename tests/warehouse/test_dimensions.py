"""People, sites and gateways stand beside the calls, dated, and change with their files alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from warehouse.dimensions import Dimensions, note_dimensions
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries import directory
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots

ALL = Scope(everything=True)
MOVE = date(2024, 10, 14)
PEOPLE = {
    "user": pl.String,
    "kind": pl.String,
    "name": pl.String,
    "aliases": pl.List(pl.String),
    "email": pl.String,
    "numbers": pl.List(pl.String),
    "department": pl.String,
    "cost_centre": pl.String,
    "site": pl.String,
    "manager": pl.String,
    "role": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
}


def person(user: str, department: str, site: str, since: date | None, until: date | None) -> Any:
    name = user.split("@", maxsplit=1)[0].title()
    known = (user, "person", name, [], None, ["+390612", "12"])
    return (*known, department, None, site, None, None, since, until)


@pytest.fixture
def found() -> Dimensions:
    rows = [
        person("anna@aurora.example", "Sales", "Rome", None, MOVE),
        person("anna@aurora.example", "Support", "Milan", MOVE, None),
        person("bob@aurora.example", "Sales", "Rome", None, None),
    ]
    return Dimensions(
        people=pl.DataFrame(rows, PEOPLE, orient="row"),
        sites=pl.DataFrame(
            {
                "site": ["Rome", "Milan"],
                "country": "IT",
                "area_code": ["06", "02"],
                "time_zone": "Europe/Rome",
                "currency": "EUR",
                "language": pl.Series([None, None], dtype=pl.String),
            }
        ),
        gateways=pl.DataFrame(
            {
                "gateway": ["gw-rome", "gw-milan"],
                "site": ["Rome", "Milan"],
                "tariff": ["aurelia", None],
                "channels": pl.Series([30, None], dtype=pl.Int32),
                "valid_from": pl.Series([None, MOVE], dtype=pl.Date),
                "valid_to": pl.Series([None, None], dtype=pl.Date),
            }
        ),
    )


def test_people_are_where_they_were_on_the_day(
    master: Master, snapshots: Snapshots, found: Dimensions, now: datetime
) -> None:
    note_dimensions(master, found, now)
    publish(master, now)
    snapshot = snapshots.current()
    before, after = (
        directory.people(snapshot, ALL, day).select("name", "department").rows()
        for day in (MOVE - timedelta(days=1), MOVE)
    )
    assert [("Anna", "Sales"), ("Bob", "Sales")] == before
    assert [("Anna", "Support"), ("Bob", "Sales")] == after
    assert ["gw-rome"] == directory.trunks(snapshot, ALL, date(2024, 1, 1))["gateway"].to_list()
    assert [None, 30] == directory.trunks(snapshot, ALL, MOVE)["channels"].to_list()


def test_a_scope_sees_its_own_only(
    master: Master, snapshots: Snapshots, found: Dimensions, now: datetime
) -> None:
    note_dimensions(master, found, now)
    publish(master, now)
    snapshot = snapshots.current()
    for scope, names, places in (
        (Scope(departments=("Sales",)), ["Bob"], []),
        (Scope(sites=("Milan",)), ["Anna"], ["Milan"]),
        (Scope(users=("bob@aurora.example",)), ["Bob"], []),
        (Scope(), [], []),
    ):
        assert names == directory.people(snapshot, scope, MOVE)["name"].to_list()
        assert places == directory.sites(snapshot, scope)["site"].to_list()
        assert places == directory.trunks(snapshot, scope, MOVE)["site"].to_list()


def test_the_same_directory_is_published_once(
    master: Master, snapshots: Snapshots, found: Dimensions, now: datetime, put: Any, leg: Any
) -> None:
    note_dimensions(master, found, now)
    first = publish(master, now)
    note_dimensions(master, found, now)
    assert first == publish(master, now)
    put(leg("A"))
    second = publish(master, now)
    assert (first.directory, first.version + 1) == (second.directory, second.version)
    note_dimensions(master, replace(found, people=found.people.head(1)), now)
    third = publish(master, now)
    assert third.directory != second.directory
    assert 0 == directory.people(snapshots.current(), ALL, MOVE).height


def test_directories_that_no_version_names_are_removed(
    master: Master, found: Dimensions, now: datetime
) -> None:
    for count in (3, 2, 1, 0):
        note_dimensions(master, replace(found, people=found.people.head(count)), now)
        last = publish(master, now)
    kept = {name for files in (last.files, *last.kept) for name in files}
    present = {path.name for path in (master.folder / "snapshots").glob("directory-*.duckdb")}
    assert 3 == len(present)
    assert {name for name in kept if name.startswith("directory-")} == present


def test_a_snapshot_without_any_directory_knows_no_one(
    master: Master, snapshots: Snapshots, now: datetime
) -> None:
    publish(master, now)
    assert directory.people(snapshots.current(), ALL, MOVE).is_empty()
