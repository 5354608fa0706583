"""Builders: price lists and call legs from the few facts that a test is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from pipeline.rating import Tariffs, TariffSettings, compile_tariffs, parse_tariffs, rate

LEG_SCHEMA = {
    "number": pl.String,
    "direction": pl.String,
    "outcome": pl.String,
    "tariff": pl.String,
    "started_at": pl.Datetime("ms"),
    "answered_at": pl.Datetime("ms"),
    "talk_s": pl.Decimal(12, 3),
}
NOON = datetime(2026, 6, 1, 12)


def table_of(*rows: Mapping[str, str]) -> pl.DataFrame:
    """A text table whose first row is line 2; left out are the facts that do not matter."""
    usual = {
        "tariff": "t",
        "prefix": "39",
        "destination": "Italy",
        "call_type": "national",
        "price_per_minute": "0.60",
    }
    cells = [{**usual, **row} for row in rows]
    columns = dict.fromkeys(name for row in (usual, *cells) for name in row)
    return pl.DataFrame(
        {name: [row.get(name) for row in cells] for name in columns},
        schema=dict.fromkeys(columns, pl.String),
    ).with_columns(line=pl.int_range(2, 2 + len(cells), dtype=pl.Int64))


def tariffs_of(*rows: Mapping[str, str], **settings: TariffSettings) -> Tariffs:
    return compile_tariffs(parse_tariffs(table_of(*rows), "tariffs.csv"), settings)


def legs_of(*legs: Mapping[str, Any]) -> pl.DataFrame:
    usual = {
        "number": "+390612345678",
        "direction": "outbound",
        "outcome": "answered",
        "tariff": "t",
        "started_at": NOON,
        "answered_at": NOON,
        "talk_s": Decimal(60),
    }
    return pl.DataFrame([{**usual, **leg} for leg in legs], schema=LEG_SCHEMA, orient="row")


def rated(tariffs: Tariffs, **leg: Any) -> dict[str, Any]:
    """The result for one leg, given by the facts that differ from the usual ones."""
    return rate(legs_of(leg), tariffs).row(0, named=True)


def cost_of(talk_s: str, settings: Mapping[str, Any] | None = None, **row: str) -> Decimal:
    """The cost of a call of some seconds under one price row and its tariff's settings."""
    tariffs = tariffs_of(row, t=TariffSettings(**(settings or {})))
    cost: Decimal = rated(tariffs, talk_s=Decimal(talk_s))["cost"]
    return cost
