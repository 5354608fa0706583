"""Legs that are not priced, and what their rows say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipeline.rating import RATED_SCHEMA, rate
from tests.pipeline.rating.build import legs_of, rated, tariffs_of
from warehouse.words import UNRATED


@pytest.mark.parametrize(
    ("leg", "status"),
    [
        ({"direction": "inbound"}, "not_charged"),
        ({"direction": "internal", "tariff": None, "number": None}, "not_charged"),
        ({"direction": "inbound", "outcome": "busy"}, "not_charged"),
        *(
            ({"outcome": outcome, "talk_s": None}, "not_answered")
            for outcome in ("no_answer", "busy", "cancelled", "rejected", "failed")
        ),
        ({"outcome": "busy", "tariff": None}, "not_answered"),
        ({"outcome": "unknown_end"}, "bad_duration"),
        ({"outcome": "unknown_end", "talk_s": None}, "bad_duration"),
        ({"talk_s": None}, "bad_duration"),
        ({"talk_s": Decimal("-0.001")}, "bad_duration"),
        ({"talk_s": Decimal(0)}, "zero_length"),
        ({"talk_s": Decimal(0), "number": None}, "zero_length"),
        ({"tariff": None}, "no_tariff"),
        ({"direction": "transit"}, "rated"),
        ({"direction": None, "outcome": None}, "rated"),
    ],
)
def test_each_kind_of_leg_has_its_status(leg: dict[str, Any], status: str) -> None:
    result = rated(tariffs_of({}), **leg)
    money = [result[name] for name in ("connect_fee", "cost", "charge", "tax", "billed_seconds")]
    assert status == result["status"]
    if status in UNRATED:
        assert [None] * 5 == money
    elif status != "rated":
        assert [0] * 5 == money
        assert result["explanation"] is None


def test_an_attempt_keeps_the_destination_that_it_was_for() -> None:
    result = rated(tariffs_of({}), outcome="busy", talk_s=None)
    assert ("39", "Italy", "national") == (
        result["prefix"],
        result["destination"],
        result["call_type"],
    )


@pytest.mark.parametrize(("direction", "call_type"), [("internal", "internal"), ("inbound", None)])
def test_legs_without_a_carrier_have_no_tariff(direction: str, call_type: str | None) -> None:
    result = rated(tariffs_of({}), direction=direction)
    found = (result["call_type"], result["tariff"], result["prefix"], result["destination"])
    assert (call_type, None, None, None) == found


def test_the_result_has_the_promised_columns_even_for_no_legs() -> None:
    assert pl.Schema(RATED_SCHEMA) == rate(legs_of(), tariffs_of({})).schema
    assert pl.Schema(RATED_SCHEMA) == rate(legs_of({}), tariffs_of()).schema
    assert pl.Schema(RATED_SCHEMA) == rate(legs_of({}), tariffs_of({})).schema


def test_each_row_names_the_version_of_the_tariff_that_judged_it() -> None:
    tariffs = tariffs_of({}, {"tariff": "u", "prefix": "44"})
    versions = dict(zip(tariffs.names, tariffs.versions, strict=True))
    assert versions["u"] == rated(tariffs, tariff="u", number="+44")["tariff_version"]
    assert versions["t"] == rated(tariffs, number="+44")["tariff_version"]
    assert rated(tariffs, tariff=None)["tariff_version"] is None
