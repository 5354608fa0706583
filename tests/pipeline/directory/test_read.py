"""users.csv, sites.csv and gateways.csv: what is refused, and where."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.directory.directory import Directory
from pipeline.directory.read import read_directory
from warehouse.errors import InvalidInput
from warehouse.home import Home

SITES = "site,country,time_zone\nRome,IT,Europe/Rome\n"
USERS = "user,name,department,numbers,site,valid_from,valid_to\nAnna@x.org,Anna,Sales,,Rome,,\n"
GATEWAYS = "gateway,site,tariff\nGW-1,Rome,carrier\n"


def read(
    folder: Path, *, users: str = USERS, sites: str = SITES, gateways: str = GATEWAYS
) -> Directory:
    home = Home(folder)
    home.users.write_text(users, encoding="utf-8")
    home.sites.write_text(sites, encoding="utf-8")
    home.gateways.write_text(gateways, encoding="utf-8")
    return read_directory(home, {"carrier"})


def faults(folder: Path, **files: str) -> list[tuple[str, int | None, str | int | None]]:
    with pytest.raises(InvalidInput) as caught:
        read(folder, **files)
    return [(one.file, one.line, one.column) for one in caught.value.problems]


def test_open_ends_become_the_first_and_the_last_day(tmp_path: Path) -> None:
    user = read(tmp_path).users.row(0, named=True)
    assert ("anna@x.org", date.min, date.max) == (
        user["user"],
        user["valid_from"],
        user["valid_to"],
    )


def test_problems_of_all_three_files_are_told_at_once(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        sites=SITES.replace("Europe/Rome", "Europe/Roma"),
        users=USERS.replace("Rome", "Roam"),
        gateways=GATEWAYS.replace("carrier", "carier"),
    ) == [
        ("sites.csv", 2, "time_zone"),
        ("users.csv", 2, "site"),
        ("gateways.csv", 2, "tariff"),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param(",Bob,Sales,,,,", "user", id="no user"),
        pytest.param("b@x,Bob,,,,,", "department", id="no department"),
        pytest.param("b@x,Bob,Sales,12-34,,,", "numbers", id="a number with a hyphen"),
        pytest.param("b@x,Bob,Sales,,,31/01/2026,", "valid_from", id="a date in another form"),
        pytest.param("b@x,Bob,Sales,,,2026-02-01,2026-02-01", "valid_to", id="an empty time"),
        pytest.param("ANNA@x.org,Bob,Sales,,,,", "user", id="the same user in other letters"),
    ],
)
def test_a_faulty_user_is_told_with_its_column(tmp_path: Path, row: str, column: str) -> None:
    assert [("users.csv", 3, column)] == faults(tmp_path, users=f"{USERS}{row}\n")


def test_a_user_may_have_several_rows_that_follow_each_other(tmp_path: Path) -> None:
    users = (
        "user,name,department,valid_from,valid_to\n"
        "b@x,Bob,Sales,2026-01-01,2026-02-01\nb@x,Bob,Finance,2026-02-01,\n"
    )
    assert read(tmp_path, users=users).users.height == 2


def test_a_number_may_pass_from_one_person_to_another_but_not_belong_to_both(
    tmp_path: Path,
) -> None:
    header = "user,name,department,numbers,valid_from,valid_to\n"
    first = "a@x,A,S,+391,,2026-02-01\n"
    read(tmp_path, users=f"{header}{first}b@x,B,S,+392; +391,2026-02-01,\n")
    assert faults(tmp_path, users=f"{header}{first}b@x,B,S,+391,2026-01-31,\n") == [
        ("users.csv", 3, "numbers")
    ]


@pytest.mark.parametrize(
    ("sites", "column"),
    [
        pytest.param("Oslo,Norway,Europe/Oslo", "country", id="a country by its name"),
        pytest.param("Oslo,NO,CET+1", "time_zone", id="a made-up zone"),
        pytest.param("Rome,IT,Europe/Rome", "site", id="a site twice"),
        pytest.param("Oslo,NO,", "time_zone", id="no zone"),
    ],
)
def test_a_faulty_site_is_told_with_its_column(tmp_path: Path, sites: str, column: str) -> None:
    assert [("sites.csv", 3, column)] == faults(tmp_path, sites=f"{SITES}{sites}\n")


def test_channels_are_a_whole_number(tmp_path: Path) -> None:
    gateways = "gateway,site,tariff,channels\nGW-1,Rome,carrier,30.5\n"
    assert faults(tmp_path, gateways=gateways) == [("gateways.csv", 2, "channels")]


def test_a_gateway_without_tariff_is_allowed(tmp_path: Path) -> None:
    assert read(tmp_path, gateways="gateway,site,tariff\nGW-1,Rome,\n").gateways.height == 1
