"""Which calls are private: by lists of numbers and by what is dialled in front of one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.directory.directory import Directory
from pipeline.directory.read import read_directory
from pipeline.miner.assign import assign
from pipeline.miner.payers import as_named
from warehouse.errors import InvalidInput
from warehouse.home import Home

SITES = """\
site,country,area_code,time_zone,private_prefix
Rome,IT,06,Europe/Rome,7*
New York,US,212,America/New_York,
"""
USERS = """\
user,name,department,aliases,numbers,site
anna@x.org,Anna,Sales,a.rossi@x.org,+390612340001,Rome
bob@x.org,Bob,Sales,,+12125550001,New York
"""
PRIVATE = """\
# What people call home.
user,number,valid_from,valid_to,note
Anna@x.org,+393481234567,,2026-03-01,mother
anna@x.org,+39340*,2026-02-01,,
*,+390699*,,,the doctor's house
bob@x.org,112,,,
"""
MOTHER, DOCTOR, OTHER = "+393481234567", "+390699123456", "+442079460123"


def home_of(folder: Path, sites: str = SITES, private: str | None = PRIVATE) -> Home:
    home = Home(folder)
    home.sites.write_text(sites, encoding="utf-8")
    home.users.write_text(USERS, encoding="utf-8")
    home.gateways.write_text(
        "gateway,site,tariff\ngw-rome,Rome,\ngw-ny,New York,\n", encoding="utf-8"
    )
    if private is not None:
        home.private_numbers.write_text(private, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return read_directory(home_of(tmp_path_factory.mktemp("home")), set())


def frame_of(*legs: dict[str, Any]) -> pl.DataFrame:
    common = {
        "source": "s",
        "direction": "outbound",
        "started_at": datetime(2026, 2, 10, 12),
        "gateway_out": "gw-rome",
        "from_user": "anna@x.org",
    }
    rows = [common | {"leg_id": str(at)} | leg for at, leg in enumerate(legs)]
    return pl.DataFrame(rows, schema=CALL_FILE_SCHEMA | {"extra": pl.String()})


def assigned(directory: Directory, *legs: dict[str, Any]) -> list[dict[str, Any]]:
    return assign(frame_of(*legs), directory, {"s": "Rome"}).to_dicts()


IN_NEW_YORK = {"from_user": "bob@x.org", "gateway_out": "gw-ny"}


@pytest.mark.parametrize(
    ("leg", "purpose"),
    [
        pytest.param({"to_number": MOTHER}, "private", id="own address book"),
        pytest.param({"to_number": "348 123 4567"}, "private", id="as dialled"),
        pytest.param(
            {"to_number": MOTHER, "from_user": "a.rossi@x.org"}, "private", id="by an alias"
        ),
        pytest.param(
            {"to_number": MOTHER, "started_at": datetime(2026, 2, 28, 22, 59)},
            "private",
            id="on the last day, by the clock of Rome",
        ),
        pytest.param(
            {"to_number": MOTHER, "started_at": datetime(2026, 2, 28, 23, 0)},
            "business",
            id="no longer private",
        ),
        pytest.param({"to_number": "+393401112223"}, "private", id="beginning"),
        pytest.param(
            {"to_number": "+393401112223", "started_at": datetime(2026, 1, 31, 12)},
            "business",
            id="not private yet",
        ),
        pytest.param({"to_number": MOTHER} | IN_NEW_YORK, "business", id="somebody else's mother"),
        pytest.param({"to_number": DOCTOR} | IN_NEW_YORK, "private", id="everybody's"),
        pytest.param({"to_number": "112"} | IN_NEW_YORK, "private", id="a short number"),
        pytest.param({"to_number": OTHER}, "business", id="any other number"),
        pytest.param({"to_number": None}, "business", id="no number"),
        pytest.param(
            {"direction": "inbound", "to_user": "anna@x.org", "from_number": MOTHER},
            "private",
            id="a private caller",
        ),
        pytest.param(
            {"direction": "internal", "to_number": DOCTOR}, "business", id="within the company"
        ),
        pytest.param({"to_number": DOCTOR, "from_user": None}, "private", id="by nobody known"),
        pytest.param({"to_number": "7*00442079460123"}, "private", id="prefix"),
        pytest.param(
            {"to_number": OTHER, "dialled": "7*00442079460123"}, "private", id="prefix dialled"
        ),
        pytest.param({"to_number": "7*00442079460123"} | IN_NEW_YORK, "business", id="elsewhere"),
    ],
)
def test_what_is_private(directory: Directory, leg: dict[str, Any], purpose: str) -> None:
    assert [purpose] == [found["purpose"] for found in assigned(directory, leg)]


def test_a_number_is_priced_without_its_private_prefix(directory: Directory) -> None:
    dialled = "7*00442079460123"
    legs = assigned(directory, {"to_number": dialled}, {"to_number": OTHER, "dialled": dialled})
    for leg in legs:
        assert (OTHER, OTHER, dialled) == (leg["number"], leg["to_number"], leg["dialled"])


def test_where_nobody_says_what_is_private_nothing_is_said(tmp_path: Path) -> None:
    sites = SITES.replace(",private_prefix", "").replace(",7*", "").replace("York,\n", "York\n")
    directory = read_directory(home_of(tmp_path, sites, None), set())
    legs = assigned(directory, {"to_number": MOTHER}, {"to_number": "7*00442079460123"})
    assert [None, None] == [leg["purpose"] for leg in legs]


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    private = (
        "user,number,valid_from,valid_to\n"
        "eve@x.org,+393481234567,,\n"
        "*,06/123,,\n"
        ",,2026-01-01,\n"
        "anna@x.org,+393481234567,2026-03-01,\n"
        "ANNA@x.org,+393481234567,,2026-04-01\n"
        "bob@x.org,+39*,2026-03-01,2026-02-01\n"
        "bob@x.org,+3934*1,soon,\n"
    )
    sites = SITES.replace("7*", "7 *")
    with pytest.raises(InvalidInput) as caught:
        read_directory(home_of(tmp_path, sites, private), set())
    assert {
        ("private_numbers.csv", 2, "user"),
        ("private_numbers.csv", 3, "number"),
        ("private_numbers.csv", 4, "user"),
        ("private_numbers.csv", 4, "number"),
        ("private_numbers.csv", 5, "number"),
        ("private_numbers.csv", 7, "valid_to"),
        ("private_numbers.csv", 8, "number"),
        ("private_numbers.csv", 8, "valid_from"),
        ("sites.csv", 2, "private_prefix"),
    } == {(one.file, one.line, one.column) for one in caught.value.problems}


NUMBERS = [None, MOTHER, DOCTOR, OTHER, "+393401112223", "7*00442079460123", "7*112", "101", "7*"]
LEGS = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["outbound", "inbound", "internal", "transit", None]),
        "from_user": st.sampled_from([None, "anna@x.org", "bob@x.org", "eve@x.org"]),
        "from_number": st.sampled_from(NUMBERS),
        "to_number": st.sampled_from(NUMBERS),
        "dialled": st.sampled_from([*NUMBERS, "desk@x.org"]),
        "gateway_out": st.sampled_from([None, "gw-rome", "gw-ny"]),
    }
)


@given(st.lists(LEGS, min_size=1, max_size=12))
def test_a_stored_leg_says_the_same_when_it_is_assigned_again(
    directory: Directory, legs: list[dict[str, Any]]
) -> None:
    facts = ("purpose", "to_number", "from_number", "dialled", "charged_user", "number")
    called = frame_of(*legs)
    stored = assign(called, directory, {"s": "Rome"})
    again = assign(as_named(stored).select(called.columns), directory, {"s": "Rome"})
    assert stored.select(facts).rows() == again.select(facts).rows()
    sums = stored.group_by("purpose").len()["len"].sum()
    assert len(legs) == sums
