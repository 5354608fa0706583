"""Whose call it is on its own day: moves, handed numbers, extensions, nights of clock changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.directory.directory import Directory
from pipeline.directory.read import read_directory
from pipeline.miner.assign import assign
from warehouse.home import Home

SITES = """\
site,country,area_code,time_zone
Rome,IT,06,Europe/Rome
New York,US,212,America/New_York
"""
USERS = """\
user,name,department,aliases,numbers,site,valid_from,valid_to
anna@x.org,Anna,Sales,a.rossi@x.org,+390612340001;101,Rome,,2026-03-10
anna@x.org,Anna,Finance,a.rossi@x.org,+12125550001;101,New York,2026-03-10,2026-03-20
anna@x.org,Anna,Legal,,+390612340002,Rome,2026-03-20,
bob@x.org,Bob,Support,,+390612340001,Rome,2026-03-12,
carl@x.org,Carl,Stores,,101;102,Rome,2026-03-10,
eve@x.org,Eve,Sales,,+390612340005,Rome,,2026-03-29
dan@x.org,Dan,Sales,,+390612340005,Rome,2026-03-29,2026-10-25
fay@x.org,Fay,Sales,,+390612340005,Rome,2026-10-25,
"""
GATEWAYS = """\
gateway,site,tariff,valid_from,valid_to
gw-rome,Rome,aurelia,,
gw-ny-*,New York,hudson,,
gw-ny-2,New York,other,2026-03-10,2026-03-20
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    home = Home(tmp_path_factory.mktemp("home"))
    home.sites.write_text(SITES, encoding="utf-8")
    home.users.write_text(USERS, encoding="utf-8")
    home.gateways.write_text(GATEWAYS, encoding="utf-8")
    return read_directory(home, {"aurelia", "hudson", "other"})


def assigned(directory: Directory, *legs: dict[str, Any]) -> pl.DataFrame:
    rows = [
        {"source": "s", "leg_id": str(at), "direction": "outbound"} | leg
        for at, leg in enumerate(legs)
    ]
    frame = pl.DataFrame(rows, schema=CALL_FILE_SCHEMA | {"extra": pl.String()})
    return assign(frame, directory, {"s": "Rome"})


@pytest.mark.parametrize(
    ("started", "department", "site"),
    [
        pytest.param((2026, 3, 9, 22, 59), "Sales", "Rome", id="last minute at Rome"),
        pytest.param((2026, 3, 10, 3, 59), "Sales", "Rome", id="10 March at Rome, not New York"),
        pytest.param((2026, 3, 10, 4, 0), "Finance", "New York", id="first minute at New York"),
        pytest.param((2026, 3, 19, 22, 59), "Finance", "New York", id="still there"),
        pytest.param((2026, 3, 19, 23, 0), "Legal", "Rome", id="20 March at Rome"),
    ],
)
def test_someone_who_moves_twice_in_a_month_pays_where_they_are(
    directory: Directory, started: tuple[int, ...], department: str, site: str
) -> None:
    leg = {"from_user": "anna@x.org", "started_at": datetime(*started)}
    (found,) = assigned(directory, leg).to_dicts()
    assert (department, site) == (found["department"], found["site"])


@pytest.mark.parametrize(
    ("number", "started", "owner"),
    [
        pytest.param("+390612340001", (2026, 3, 9), "anna@x.org", id="before it is handed on"),
        pytest.param("+390612340001", (2026, 3, 11), None, id="while nobody has it"),
        pytest.param("+390612340001", (2026, 3, 12), "bob@x.org", id="after"),
        pytest.param("+390612340005", (2026, 3, 28, 22, 59), "eve@x.org", id="before spring"),
        pytest.param("+390612340005", (2026, 3, 28, 23, 0), "dan@x.org", id="the night of spring"),
        pytest.param("+390612340005", (2026, 10, 24, 21, 59), "dan@x.org", id="before autumn"),
        pytest.param("+390612340005", (2026, 10, 24, 22, 0), "fay@x.org", id="that of autumn"),
    ],
)
def test_a_number_is_its_holders_of_that_day(
    directory: Directory, number: str, started: tuple[int, ...], owner: str | None
) -> None:
    leg = {"from_number": number, "started_at": datetime(*started)}
    assert [owner] == assigned(directory, leg)["charged_user"].to_list()


@pytest.mark.parametrize(
    ("gateway", "extension", "owner"),
    [
        pytest.param("gw-rome", "101", "carl@x.org", id="at Rome"),
        pytest.param("gw-ny-1", "101", "anna@x.org", id="the same one at New York"),
        pytest.param("gw-ny-1", "102", None, id="one that is nobody's there"),
        pytest.param("gw-x", "102", "carl@x.org", id="at the source's site"),
    ],
)
def test_an_extension_is_someones_at_a_site(
    directory: Directory, gateway: str, extension: str, owner: str | None
) -> None:
    leg = {"from_number": extension, "gateway_out": gateway, "started_at": datetime(2026, 3, 15)}
    assert [owner] == assigned(directory, leg)["charged_user"].to_list()


def test_an_alias_is_its_owner_as_long_as_it_stands_in_the_directory(directory: Directory) -> None:
    found = assigned(
        directory,
        {"charged_user": "A.Rossi@x.org", "started_at": datetime(2026, 3, 1)},
        {"from_user": "a.rossi@x.org", "started_at": datetime(2026, 3, 15)},
        {"from_user": "a.rossi@x.org", "started_at": datetime(2026, 3, 25)},
    )
    assert ["anna@x.org", "anna@x.org", "a.rossi@x.org"] == found["charged_user"].to_list()
    assert ["Sales", "Finance", None] == found["department"].to_list()


def test_someone_who_left_keeps_the_calls_from_before(directory: Directory) -> None:
    found = assigned(
        directory,
        {"from_user": "eve@x.org", "started_at": datetime(2026, 3, 28, 12)},
        {"from_user": "eve@x.org", "started_at": datetime(2026, 3, 29, 12)},
    )
    assert ["Eve", None] == found["person"].to_list()
    assert ["eve@x.org"] * 2 == found["charged_user"].to_list()


def test_a_gateways_own_row_wins_over_the_pattern_while_it_is_valid(directory: Directory) -> None:
    days = [datetime(2026, 3, day, 12) for day in (1, 15, 25)]
    found = assigned(directory, *({"gateway_out": "gw-ny-2", "started_at": day} for day in days))
    assert ["hudson", "other", "hudson"] == found["tariff"].to_list()


LEGS = st.fixed_dictionaries(
    {
        "started_at": st.datetimes(datetime(2026, 2, 1), datetime(2026, 12, 1)).map(
            lambda at: at.replace(microsecond=0)
        ),
        "direction": st.sampled_from(["outbound", "inbound", "internal"]),
        "from_user": st.sampled_from([None, "ANNA@x.org", "a.rossi@x.org", "eve@x.org", "z@x"]),
        "from_number": st.sampled_from(
            [None, "101", "+390612340001", "+390612340005", "anonymous"]
        ),
        "to_number": st.sampled_from([None, "102", "+12125550001", "+442079460123"]),
        "gateway_out": st.sampled_from([None, "gw-rome", "gw-ny-2", "gw-unknown"]),
        "talk_s": st.integers(0, 5000).map(lambda ms: Decimal(ms) / 1000),
    }
)


@given(st.lists(LEGS, max_size=20))
def test_sums_over_any_grouping_are_the_total(
    directory: Directory, legs: list[dict[str, Any]]
) -> None:
    found = assigned(directory, *legs)
    assert [str(at) for at in range(len(legs))] == found["leg_id"].to_list()
    total = sum((leg["talk_s"] for leg in legs), Decimal(0))
    for grouping in ("charged_user", "person", "department", "site", "day", "tariff"):
        sums = found.group_by(grouping).agg(pl.col("talk_s").sum(), pl.len())
        assert (total, len(legs)) == (sum(sums["talk_s"], Decimal(0)), sums["len"].sum())


@given(st.lists(LEGS, min_size=1, max_size=20), st.randoms())
def test_whose_a_leg_is_does_not_hang_on_the_legs_beside_it(
    directory: Directory, legs: list[dict[str, Any]], dice: Any
) -> None:
    facts = ("charged_user", "department", "site", "day", "hour", "tariff", "number")
    together = assigned(directory, *legs).select(facts).rows()
    order = list(range(len(legs)))
    dice.shuffle(order)
    shuffled = assigned(directory, *(legs[at] for at in order)).select(facts).rows()
    assert [together[at] for at in order] == shuffled
    assert together[0] == assigned(directory, legs[0]).select(facts).row(0)


@given(st.datetimes(datetime(2026, 2, 1), datetime(2026, 12, 1)))
def test_a_leg_is_of_the_department_of_its_stored_day(
    directory: Directory, started: datetime
) -> None:
    """Carl never moves house: his local day and the days of his row are in the same zone."""
    (leg,) = assigned(directory, {"from_user": "carl@x.org", "started_at": started}).to_dicts()
    has_begun = leg["day"] >= datetime(2026, 3, 10).date()
    assert has_begun == (leg["department"] == "Stores")
    assert abs(leg["started_local"] - started) <= timedelta(hours=2)
