"""The call type of a leg: the tariff's word, else what the number is, seen from where it began."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipeline.callfile.format import CALL_FILE_SCHEMA
from pipeline.directory.directory import Directory, nobody
from pipeline.directory.read import read_directory
from pipeline.miner.price import price, reprice
from pipeline.rating import Tariffs, TariffSettings
from tests.pipeline.rating.build import tariffs_of
from warehouse.home import Home
from warehouse.legs import LEG_SCHEMA

SITES = """\
site,country,area_code,time_zone
Rome,IT,06,Europe/Rome
Milan,IT,02,Europe/Rome
New York,US,212,America/New_York
"""
GATEWAYS = "gateway,site,tariff\ngw-rome,Rome,t\ngw-ny,New York,t\n"
WORDLESS = ({"prefix": "39", "call_type": ""}, {"prefix": "1", "call_type": "service"})
SOURCE_SITES = {"s": "Milan"}
ROME, MILAN, MOBILE = "+390612345678", "+390212345678", "+393481234567"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    home = Home(tmp_path_factory.mktemp("home"))
    home.sites.write_text(SITES, encoding="utf-8")
    home.users.write_text("user,name,department\n", encoding="utf-8")
    home.gateways.write_text(GATEWAYS, encoding="utf-8")
    return read_directory(home, {"t"})


def frame_of(*legs: dict[str, Any]) -> pl.DataFrame:
    usual = {
        "source": "s",
        "direction": "outbound",
        "outcome": "answered",
        "started_at": datetime(2026, 2, 10, 12),
        "talk_s": Decimal(60),
    }
    rows = [{**usual, "leg_id": str(at), **leg} for at, leg in enumerate(legs)]
    return pl.DataFrame(rows, schema=CALL_FILE_SCHEMA | {"extra": pl.String()})


def priced(directory: Directory, tariffs: Tariffs, *legs: dict[str, Any]) -> pl.DataFrame:
    return price(frame_of(*legs), directory, tariffs, SOURCE_SITES)


@pytest.mark.parametrize(
    ("leg", "call_type"),
    [
        pytest.param({"to_number": ROME, "gateway_out": "gw-rome"}, "local", id="local"),
        pytest.param({"to_number": MILAN, "gateway_out": "gw-rome"}, "national", id="national"),
        pytest.param({"to_number": MOBILE, "gateway_out": "gw-rome"}, "mobile", id="mobile"),
        pytest.param({"to_number": ROME, "gateway_out": "gw-ny"}, "international", id="abroad"),
        pytest.param({"to_number": MILAN}, "local", id="seen from the source's site"),
        pytest.param({"to_number": "+12125550100"}, "service", id="the tariff's word"),
        pytest.param({"to_number": "+442079460123"}, "international", id="without a price"),
        pytest.param({"to_number": "112"}, "emergency", id="a short number without a price"),
        pytest.param({"to_number": MILAN, "outcome": "busy"}, "local", id="unanswered"),
        pytest.param({"to_number": MILAN, "direction": "transit"}, "local", id="transit"),
        pytest.param({"to_number": MILAN, "direction": "internal"}, "internal", id="internal"),
        pytest.param({"to_number": MILAN, "direction": "inbound"}, None, id="inbound"),
        pytest.param({"to_number": None}, None, id="no number"),
    ],
)
def test_a_leg_without_a_word_is_what_its_number_is(
    directory: Directory, leg: dict[str, Any], call_type: str | None
) -> None:
    assert [call_type] == priced(directory, tariffs_of(*WORDLESS), leg)["call_type"].to_list()


@pytest.mark.parametrize(
    ("leg", "call_type"),
    [
        ({"to_number": "+12125550100"}, "local"),
        ({"to_number": "+13055550100"}, "national"),
        ({"to_number": ROME, "gateway_out": "gw-rome"}, "international"),
    ],
)
def test_a_leg_from_nowhere_is_seen_from_the_home_of_its_tariff(
    leg: dict[str, Any], call_type: str
) -> None:
    home = TariffSettings(country="US", area_code="212")
    tariffs = tariffs_of({"prefix": "*", "call_type": ""}, t=home)
    found = price(frame_of(leg), nobody(), tariffs, {})
    assert [call_type] == found["call_type"].to_list()


def test_without_any_home_a_call_type_stays_empty() -> None:
    found = price(frame_of({"to_number": ROME}), nobody(), tariffs_of(*WORDLESS), {})
    assert [("rated", None)] == found.select("status", "call_type").rows()


def test_each_leg_of_many_keeps_its_own(directory: Directory) -> None:
    legs = [
        {"to_number": number, "gateway_out": gateway}
        for gateway in ("gw-rome", "gw-ny", None)
        for number in ("+12125550100", ROME, None, MILAN, MOBILE, ROME)
    ]
    tariffs = tariffs_of(*WORDLESS)
    alone = [priced(directory, tariffs, leg)["call_type"][0] for leg in legs]
    assert alone == priced(directory, tariffs, *legs)["call_type"].to_list()


def test_stored_legs_are_priced_again_to_the_same_types(directory: Directory) -> None:
    tariffs = tariffs_of(*WORDLESS)
    legs = [
        {"to_number": number, "gateway_out": gateway, "direction": direction}
        for gateway in ("gw-rome", "gw-ny", None)
        for number in (ROME, MILAN, "+442079460123", "112")
        for direction in ("outbound", "inbound", "internal")
    ]
    stored = priced(directory, tariffs, *legs).select(
        pl.col(name).cast(kind) for name, kind in LEG_SCHEMA.items()
    )
    assert stored.equals(reprice(stored, directory, tariffs, SOURCE_SITES))
    assert stored.equals(
        reprice(
            stored.with_columns(pl.lit(None, pl.String).alias("call_type")),
            directory,
            tariffs,
            SOURCE_SITES,
        )
    )


def test_two_lists_that_differ_only_in_which_row_has_a_word_are_two_versions() -> None:
    one = tariffs_of({"call_type": ""}, {"prefix": "1"})
    other = tariffs_of({}, {"prefix": "1", "call_type": ""})
    assert one.versions != other.versions
