"""sites.csv and gateways.csv: what is wrong with them, and which pattern a name falls under."""

from __future__ import annotations

from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.directory.patterns import may_meet, spelled_out
from tests.pipeline.directory.homes import directory_of, problems_of

SITES = "site,country,time_zone,area_code,currency,language\nRome,IT,Europe/Rome,06,EUR,it\n"
GATEWAYS = "gateway,site,tariff,valid_from,valid_to\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("rome,IT,Europe/Rome,,,", "site", id="a site in other letters"),
        pytest.param("Oslo;Bergen,NO,Europe/Oslo,,,", "site", id="a name with a semicolon"),
        pytest.param("Oslo,XX,Europe/Oslo,,,", "country", id="an unknown country"),
        pytest.param("Oslo,NO,Europe/Bergen,,,", "time_zone", id="an unknown zone"),
        pytest.param("Oslo,NO,Europe/Oslo,+47,,", "area_code", id="a country code"),
        pytest.param("Oslo,NO,Europe/Oslo,,NKR,", "currency", id="an unknown currency"),
        pytest.param("Oslo,NO,Europe/Oslo,,,Norsk", "language", id="a language by its name"),
        pytest.param("Oslo,NO,Europe/Oslo,,,nb-XX", "language", id="a language of nowhere"),
    ],
)
def test_a_faulty_site_is_told_with_its_column(tmp_path: Path, row: str, column: str) -> None:
    found = problems_of(tmp_path, sites=f"{SITES}{row}\n")
    assert [(3, column)] == [(one.line, one.column) for one in found]


@pytest.mark.parametrize("language", ["it", "de-CH", "nb", ""])
def test_a_language_may_be_of_a_country(tmp_path: Path, language: str) -> None:
    row = f"Oslo,NO,Europe/Oslo,,NOK,{language}\n"
    assert 2 == directory_of(tmp_path, sites=SITES + row).sites.height


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param("gw-*,Rome,carrier,,\n*-ny,Rome,carrier,,\n", [3], id="both fit gw-ny"),
        pytest.param("gw-?,Rome,carrier,,\ngw-*,Rome,carrier,,\n", [3], id="equally many letters"),
        pytest.param("gw-*,Rome,carrier,,\nGW-*,Rome,carrier,,\n", [3], id="the same twice"),
        pytest.param("gw-*,Rome,carrier,,\ngw-ny*,Rome,carrier,,\n", [], id="one says more"),
        pytest.param("gw-*,Rome,carrier,,\nsbc*,Rome,carrier,,\n", [], id="no name fits both"),
        pytest.param("gw-[ab]*,Rome,carrier,,\ngw-b,Rome,carrier,,\n", [], id="a name wins"),
        pytest.param(
            "g*,Rome,carrier,,2026-02-01\n*g,Rome,carrier,2026-02-01,\n", [], id="one by one"
        ),
        pytest.param("gw-1,Rome,nobody,,\n", [2], id="an unknown tariff"),
        pytest.param("gw-1,Oslo,carrier,,\n", [2], id="an unknown site"),
        pytest.param("gw-1,Rome,carrier,2026-02-01,2026-01-01\n", [2], id="backwards"),
        pytest.param("gw-1,Rome,carrier,,\nGW-1,Rome,carrier,,\n", [3], id="a gateway twice"),
    ],
)
def test_gateways_that_leave_a_choice_are_told(tmp_path: Path, rows: str, lines: list[int]) -> None:
    if not lines:
        directory_of(tmp_path, gateways=GATEWAYS + rows)
        return
    assert lines == [one.line for one in problems_of(tmp_path, gateways=GATEWAYS + rows)]


def test_the_row_that_says_most_of_a_name_holds_while_it_is_valid(tmp_path: Path) -> None:
    rows = (
        "*,Rome,carrier,,\n"
        "gw-*,Rome,other,2026-02-01,2026-06-01\n"
        "gw-1,Rome,,2026-03-01,2026-04-01\n"
    )
    gateways = directory_of(tmp_path, gateways=GATEWAYS + rows).gateways
    found = spelled_out(gateways, pl.Series(["gw-1", "sbc", None])).sort("gateway", "since")
    assert [
        ("gw-1", "carrier"),
        ("gw-1", "other"),
        ("gw-1", None),
        ("gw-1", "other"),
        ("gw-1", "carrier"),
        ("sbc", "carrier"),
    ] == list(found.select("gateway", "tariff").iter_rows())
    assert datetime(2026, 2, 28, 23) == found["since"][2]
    assert date.min.year == found["since"][0].year


def test_a_name_that_nobody_uses_keeps_its_row(tmp_path: Path) -> None:
    gateways = directory_of(
        tmp_path, gateways=f"{GATEWAYS}*,Rome,carrier,,\nquiet,Rome,other,,\n"
    ).gateways
    found = spelled_out(gateways, pl.Series(["loud"]))
    assert {("loud", "carrier"), ("quiet", "other")} == set(
        found.select("gateway", "tariff").iter_rows()
    )


@given(st.text("ab*?", max_size=6), st.text("ab*?", max_size=6), st.text("ab", max_size=6))
def test_patterns_that_fit_a_name_may_meet(one: str, other: str, name: str) -> None:
    assert may_meet(one, other) == may_meet(other, one)
    if fnmatchcase(name, one) and fnmatchcase(name, other):
        assert may_meet(one, other)


@given(st.text("ab?", max_size=4), st.text("ab?*", max_size=4))
def test_patterns_that_may_meet_fit_a_name(one: str, other: str) -> None:
    names = [one]
    for _ in range(one.count("?")):
        names = [name.replace("?", char, 1) for name in names for char in "ab"]
    assert may_meet(one, other) == any(fnmatchcase(name, other) for name in names)
