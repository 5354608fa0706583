"""The directory as the warehouse stores it, for those who ask about people and places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from pipeline.directory.directory import Directory
from pipeline.rating.exchange import NO_EXCHANGE, RATE_DECIMALS, Exchange, Rate
from warehouse.dimensions import Dimensions


def dimensions(
    directory: Directory,
    fixed: pl.DataFrame | None = None,
    exchange: Exchange = NO_EXCHANGE,
    prices: pl.DataFrame | None = None,
) -> Dimensions:
    """People, places, fixed charges, rates and prices with the columns of the warehouse.

    `fixed` are rows of `pipeline.money.fixed_charges.owned`, `prices` of `pipeline.rating.listed`.
    """
    return Dimensions(
        people=directory.users.select(
            *("user", "kind", "name", "email"),
            _parts("aliases"),
            _parts("numbers").list.eval(pl.element().str.replace("@.*$", "")),
            *("department", "cost_centre", "site", "manager", "role"),
            *_open_ended(),
        ),
        sites=directory.sites.select(
            "site", "country", "area_code", "time_zone", "currency", "language"
        ),
        gateways=directory.gateways.select(
            "gateway", "site", "tariff", pl.col("channels").cast(pl.Int32), *_open_ended()
        ),
        fixed_charges=pl.DataFrame() if fixed is None else fixed,
        exchange_rates=_rates(exchange),
        tariff_prices=pl.DataFrame() if prices is None else prices,
    )


def _rates(exchange: Exchange) -> pl.DataFrame:
    """The rates into the reporting currency, its own among them."""
    if exchange.reporting_currency is None:
        return pl.DataFrame()
    own = Rate(exchange.reporting_currency, date.min, Decimal(1))
    return pl.DataFrame(
        [
            (
                one.currency,
                exchange.reporting_currency,
                one.rate,
                None if one.since == date.min else one.since,
            )
            for one in (own, *exchange.rates)
        ],
        schema={
            "currency": pl.String,
            "reporting_currency": pl.String,
            "rate": pl.Decimal(16, RATE_DECIMALS),
            "valid_from": pl.Date,
        },
        orient="row",
    )


def _parts(column: str) -> pl.Expr:
    return (
        pl.col(column)
        .fill_null("")
        .str.split(";")
        .list.eval(pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != ""))
    )


def _open_ended() -> list[pl.Expr]:
    return [
        pl.when(pl.col(column) != open_end).then(column).alias(column)
        for column, open_end in (("valid_from", date.min), ("valid_to", date.max))
    ]
