"""Whose call it is: owner, department of the day, site, local time, tariff."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.directory.directory import Directory, nobody
from pipeline.directory.read import read_directory
from pipeline.miner.assign import assign
from warehouse.home import Home

SITES = """\
site,country,area_code,time_zone
Rome,IT,06,Europe/Rome
New York,US,212,America/New_York
"""
USERS = """\
user,name,department,numbers,site,cost_centre,valid_from,valid_to
anna@x.org,Anna,Sales,+390612340001,Rome,CC-1,,2026-03-01
anna@x.org,Anna,Finance,+390612340001,Rome,CC-2,2026-03-01,
bob@x.org,Bob,Support,+12125550001,New York,CC-3,,2026-06-01
"""
GATEWAYS = """\
gateway,site,tariff
GW-Rome,Rome,aurelia
gw-ny-*,New York,hudson
gw-ny-2,New York,other
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    home = Home(tmp_path_factory.mktemp("home"))
    home.sites.write_text(SITES, encoding="utf-8")
    home.users.write_text(USERS, encoding="utf-8")
    home.gateways.write_text(GATEWAYS, encoding="utf-8")
    return read_directory(home, {"aurelia", "hudson", "other"})


def assigned(directory: Directory, *legs: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [
        {
            "source": "s",
            "leg_id": str(at),
            "direction": "outbound",
            "started_at": datetime(2026, 2, 10, 12),
        }
        | leg
        for at, leg in enumerate(legs)
    ]
    frame = pl.DataFrame(rows, schema=CALL_FILE_SCHEMA | {"extra": pl.String()})
    return assign(frame, directory, {"s": "Rome"}).to_dicts()


def test_the_owner_is_found_in_any_letters(directory: Directory) -> None:
    (leg,) = assigned(directory, {"charged_user": "Anna@X.org"})
    assert ("anna@x.org", "Anna", "Sales", "CC-1", "Rome") == (
        leg["charged_user"],
        leg["person"],
        leg["department"],
        leg["cost_centre"],
        leg["site"],
    )


def test_a_move_yesterday_does_not_move_the_calls_of_the_day_before(directory: Directory) -> None:
    """Midnight in Rome is 23:00 UTC in winter."""
    legs = assigned(
        directory,
        {"charged_user": "anna@x.org", "started_at": datetime(2026, 2, 28, 22, 59)},
        {"charged_user": "anna@x.org", "started_at": datetime(2026, 2, 28, 23, 0)},
    )
    assert ["Sales", "Finance"] == [leg["department"] for leg in legs]
    assert [date(2026, 2, 28), date(2026, 3, 1)] == [leg["day"] for leg in legs]


def test_the_day_is_that_of_the_owners_site_not_of_the_gateway(directory: Directory) -> None:
    """At 3 in the morning UTC of 1 June it is still 31 May in New York: Bob is still there."""
    (leg,) = assigned(
        directory,
        {
            "charged_user": "bob@x.org",
            "gateway_out": "gw-rome",
            "started_at": datetime(2026, 6, 1, 3),
        },
    )
    assert (date(2026, 5, 31), 23, "Bob", "New York") == (
        leg["day"],
        leg["hour"],
        leg["person"],
        leg["site"],
    )


@pytest.mark.parametrize(
    ("utc", "local"),
    [
        pytest.param((2026, 3, 29, 0, 59), (2026, 3, 29, 1, 59), id="before spring"),
        pytest.param((2026, 3, 29, 1, 0), (2026, 3, 29, 3, 0), id="after spring"),
        pytest.param((2026, 10, 25, 0, 30), (2026, 10, 25, 2, 30), id="first 2:30 in autumn"),
        pytest.param((2026, 10, 25, 1, 30), (2026, 10, 25, 2, 30), id="second 2:30 in autumn"),
    ],
)
def test_local_time_on_both_nights_when_clocks_change(
    directory: Directory, utc: tuple[int, ...], local: tuple[int, ...]
) -> None:
    (leg,) = assigned(directory, {"charged_user": "anna@x.org", "started_at": datetime(*utc)})
    assert datetime(*local) == leg["started_local"]


@pytest.mark.parametrize(
    ("leg", "owner"),
    [
        pytest.param({"from_user": "BOB@x.org"}, "bob@x.org", id="caller"),
        pytest.param(
            {"direction": "inbound", "to_user": "bob@x.org", "from_user": None},
            "bob@x.org",
            id="called user of an inbound call",
        ),
        pytest.param({"from_number": "+39 06 1234 0001"}, "anna@x.org", id="number of the caller"),
        pytest.param(
            {"direction": "inbound", "from_number": "+390612340001", "to_number": "+12125550001"},
            "bob@x.org",
            id="number of the called",
        ),
        pytest.param({"from_number": "+390699999999"}, None, id="nobody's number"),
        pytest.param({"charged_user": "eve@x.org"}, "eve@x.org", id="someone unknown stays"),
    ],
)
def test_an_owner_that_the_source_does_not_name_is_found(
    directory: Directory, leg: dict[str, Any], owner: str | None
) -> None:
    assert owner == assigned(directory, leg)[0]["charged_user"]


def test_a_leg_says_what_its_owner_was_on_its_day(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.sites.write_text(SITES, encoding="utf-8")
    home.gateways.write_text(GATEWAYS, encoding="utf-8")
    home.users.write_text(
        "user,kind,role,name,department,numbers,site,valid_from,valid_to\n"
        "desk@x.org,,,Desk,Sales,101,Rome,,2026-03-01\n"
        "desk@x.org,common_area,,Lobby,Sales,101,Rome,2026-03-01,\n"
        "orders@x.org,response_group,,Orders,Sales,,Rome,,\n"
        "alarm@x.org,,analogue,Alarm,House,102,Rome,,\n",
        encoding="utf-8",
    )
    directory = read_directory(home, {"aurelia", "hudson", "other"})
    legs = assigned(
        directory,
        {"from_number": "101"},
        {"from_number": "101", "started_at": datetime(2026, 3, 1, 12)},
        {"charged_user": "Orders@x.org"},
        {"from_number": "102"},
        {"from_number": "103"},
    )
    assert ["person", "common_area", "response_group", "analogue", None] == [
        leg["kind"] for leg in legs
    ]


@pytest.mark.parametrize(
    ("leg", "tariff"),
    [
        pytest.param({"gateway_out": "GW-ROME"}, "aurelia", id="by gateway in any letters"),
        pytest.param({"gateway_out": "gw-ny-1"}, "hudson", id="by pattern"),
        pytest.param({"gateway_out": "gw-ny-2"}, "other", id="a name wins over a pattern"),
        pytest.param({"gateway_out": "gw-x"}, None, id="an unknown gateway"),
        pytest.param({}, None, id="no gateway"),
        pytest.param(
            {"gateway_out": "gw-rome", "extra": '{"tariff":"mine"}'}, "mine", id="as the file says"
        ),
    ],
)
def test_the_tariff_comes_from_the_file_or_the_gateway(
    directory: Directory, leg: dict[str, Any], tariff: str | None
) -> None:
    assert tariff == assigned(directory, leg)[0]["tariff"]


def test_numbers_are_read_by_the_dial_plan_of_the_site(directory: Directory) -> None:
    legs = assigned(
        directory,
        {"to_number": "00442079460123", "gateway_out": "gw-rome"},
        {"to_number": "0698765432", "gateway_out": "gw-rome"},
        {"to_number": "011442079460123", "gateway_out": "gw-ny-1"},
        {"to_number": "+390600000100;ext=102", "gateway_out": "gw-rome"},
        {"to_number": "7101;phone-context=enterprise", "gateway_out": "gw-rome"},
        {"to_number": "anonymous", "gateway_out": "gw-rome"},
    )
    assert [
        "+442079460123",
        "+390698765432",
        "+442079460123",
        "+390600000100",
        "7101",
        None,
    ] == [leg["number"] for leg in legs]


def test_what_was_dialled_may_be_an_address(directory: Directory) -> None:
    legs = assigned(directory, {"dialled": "helpdesk@x.org"}, {"dialled": "+39 06 12345"})
    assert ["helpdesk@x.org", "+390612345"] == [leg["dialled"] for leg in legs]


def test_a_directory_that_knows_no_one_leaves_everything_as_it_is() -> None:
    (leg,) = assigned(nobody(), {"from_user": "anna@x.org", "to_number": "+39061234"})
    assert ("anna@x.org", None, "UTC", "+39061234", datetime(2026, 2, 10, 12)) == (
        leg["charged_user"],
        leg["person"],
        leg["time_zone"],
        leg["number"],
        leg["started_local"],
    )


def test_no_legs_at_all_are_no_trouble(directory: Directory) -> None:
    assert [] == assigned(directory)
