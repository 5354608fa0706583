"""Settings of tariffs, chains of fallbacks and versions."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.rating import TariffSettings
from tests.pipeline.rating.build import rated, tariffs_of
from warehouse.errors import InvalidInput


@pytest.mark.parametrize("written", ["0.1", '"0.1"', "0.10"])
def test_a_percentage_has_the_digits_that_were_written(written: str) -> None:
    settings = TariffSettings(**tomllib.loads(f"markup_percent = {written}"))
    assert TariffSettings(markup_percent=Decimal("0.1")) == settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Europe/Roma"},
        {"time_zone": "../etc"},
        {"time_zone": ""},
        {"rounding": "even"},
        {"decimals": 7},
        {"decimals": -1},
        {"markup_percent": True},
        {"markup_percent": -1},
        {"markup_percent": "0.00001"},
        {"surcharge": "0.0000001"},
        {"tax_percent": 101},
        {"tax_percent": "nan"},
        {"fallback": ""},
        {"holidays": "Italy"},
        {"holidays": "XX"},
        {"holidays": "DE/XX"},
        {"holidays": "DE/"},
        {"holidays": ""},
        {"holidays": ["2026-02-30"]},
        {"rounding_unit": "minute"},
        {"band_rule": "end"},
        {"increment_rule": "block"},
    ],
)
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TariffSettings(**wrong)


def test_a_fallback_must_be_in_the_price_list() -> None:
    with pytest.raises(InvalidInput) as refused:
        tariffs_of({}, t=TariffSettings(fallback="u"))
    assert (
        "tollbook.toml, column tariff.t.fallback: 'u': is no tariff of the price list. "
        "Name one of: t."
    ) == str(refused.value)


@pytest.mark.parametrize(
    ("chain", "looping"),
    [
        ({"t": "t"}, {"t"}),
        ({"t": "u", "u": "t"}, {"t", "u"}),
        ({"s": "t", "t": "u", "u": "t"}, {"t", "u"}),
    ],
)
def test_fallbacks_must_not_go_in_a_circle(chain: dict[str, str], looping: set[str]) -> None:
    rows = [{"tariff": name} for name in ("s", "t", "u")]
    with pytest.raises(InvalidInput) as refused:
        tariffs_of(*rows, **{name: TariffSettings(fallback=to) for name, to in chain.items()})
    assert {f"tariff.{name}.fallback" for name in looping} == {
        problem.column for problem in refused.value.problems
    }
    assert {"leads back to its tariff"} == {problem.rule for problem in refused.value.problems}


def test_settings_of_a_tariff_without_prices_are_left_aside() -> None:
    assert ("t",) == tariffs_of({}, u=TariffSettings(fallback="t")).names


def test_too_many_price_changes_beside_too_long_prefixes_are_refused() -> None:
    changes = [f"{1900 + year}-01-01" for year in range(120)]
    spans = zip(["", *changes], [*changes, ""], strict=True)
    rows = [{"prefix": "1" * 15, "valid_from": start, "valid_to": end} for start, end in spans]
    with pytest.raises(InvalidInput, match="is too long a prefix beside 121 days"):
        tariffs_of(*rows)


def test_a_tariff_keeps_its_version_until_its_prices_or_settings_change() -> None:
    rows = ({"tariff": "s"}, {"prefix": "1"}, {"prefix": "2"})
    old = tariffs_of(*rows)
    moved = tariffs_of(*reversed(rows), s=TariffSettings())
    assert (old.versions, old.version) == (moved.versions, moved.version)
    assert [16, 16, 16] == [len(version) for version in (*old.versions, old.version)]
    dearer = tariffs_of(*rows, {"prefix": "3"})
    taxed = tariffs_of(*rows, t=TariffSettings(tax_percent=22))
    for new in (dearer, taxed):
        assert old.version != new.version
        assert [True, False] == [a == b for a, b in zip(old.versions, new.versions, strict=True)]


def test_settings_belong_to_the_tariff_that_prices() -> None:
    tariffs = tariffs_of(
        {"tariff": "s", "prefix": "1"},
        {},
        s=TariffSettings(fallback="t", decimals=0),
        t=TariffSettings(decimals=2, markup_percent=10),
    )
    result = rated(tariffs, tariff="s", talk_s=Decimal(33))
    assert (Decimal("0.33"), Decimal("0.36")) == (result["cost"], result["charge"])
