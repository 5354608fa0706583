"""The columns of a price list: what a cell may hold and how it is read.

Money becomes Int64 in units of 1e-8, so that a price of eight decimals is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from pipeline.rating.currencies import CURRENCIES
from warehouse.words import CallType

MONEY_DECIMALS = 8
MONEY_UNIT = Decimal(1).scaleb(-MONEY_DECIMALS)
LONGEST_INCREMENT_S = 86_400


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `valid` and `read` are expressions over its trimmed, non-empty text."""

    name: str
    valid: pl.Expr
    read: pl.Expr
    rule: str
    mend: str
    required: bool = False
    default: str | None = None


def _text(name: str, mend: str) -> Column:
    return Column(name, pl.lit(True), pl.col(name), "must have a value", mend, required=True)


def _money(name: str, *, required: bool = False, default: str | None = None) -> Column:
    text = pl.col(name)
    return Column(
        name,
        text.str.contains(r"^0*[0-9]{1,4}(\.[0-9]{1,8})?$"),
        (text.cast(pl.Decimal(20, MONEY_DECIMALS), strict=False) * 10**MONEY_DECIMALS).cast(
            pl.Int64
        ),
        "must be an amount from 0 to below 10,000 with at most 8 decimals",
        "Write it as 0.0125: a decimal point, no currency sign and no thousands separator.",
        required=required,
        default=default,
    )


def _seconds(name: str, least: int, default: str) -> Column:
    text = pl.col(name)
    number = text.cast(pl.Int64, strict=False)
    return Column(
        name,
        text.str.contains(r"^[0-9]{1,9}$") & number.is_between(least, LONGEST_INCREMENT_S),
        number,
        f"must be whole seconds from {least} to {LONGEST_INCREMENT_S}",
        f"Write a whole number; left empty it is {default}.",
        default=default,
    )


def _date(name: str) -> Column:
    text = pl.col(name)
    date = text.str.to_date("%Y-%m-%d", strict=False)
    return Column(
        name,
        text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & (date.dt.year() >= 1900),
        date,
        "must be a day of the calendar since 1900 as YYYY-MM-DD",
        "Write it as 2026-10-01, or leave it empty for an open end.",
    )


def _undivided(name: str, neutral: str | None = None) -> Column:
    """A column by which prices will vary within a call; a value must not pass unheeded."""
    allowed = pl.lit(False) if neutral is None else pl.col(name) == neutral
    return Column(
        name,
        allowed,
        pl.col(name),
        "cannot be priced: this version knows one band and one tier a price",
        "Leave the cell empty and give the price that holds at all times.",
    )


COLUMNS: tuple[Column, ...] = (
    _text("tariff", "Name the carrier or plan that gateways point to."),
    Column(
        "prefix",
        pl.col("prefix").str.contains(r"^(\*|=[0-9]{1,14}|[1-9][0-9]{0,14})$"),
        pl.col("prefix"),
        "must be digits beginning with a country code, = and a short number, or *",
        "Write +39 06 as 3906, the short number 112 as =112, and every number as *.",
        required=True,
    ),
    _text("destination", "Name the place that this prefix reaches."),
    Column(
        "call_type",
        pl.col("call_type").is_in([word.value for word in CallType]),
        pl.col("call_type"),
        "must be a call type",
        f"Use one of: {', '.join(CallType)}.",
        required=True,
    ),
    _undivided("days", neutral="*"),
    _undivided("from_time"),
    _undivided("to_time"),
    _undivided("from_second", neutral="0"),
    _money("connect_fee", default="0"),
    _money("price_per_minute", required=True),
    _seconds("first_increment_s", least=1, default="1"),
    _seconds("next_increment_s", least=1, default="1"),
    _seconds("free_below_s", least=0, default="0"),
    _money("min_charge", default="0"),
    _money("max_charge"),
    _undivided("weight"),
    Column(
        "currency",
        pl.col("currency").is_in(sorted(CURRENCIES)),
        pl.col("currency"),
        "must be an ISO 4217 currency",
        "Use the code of three capitals, such as EUR, USD or SGD.",
        default="EUR",
    ),
    _date("valid_from"),
    _date("valid_to"),
)
"""Every column of the format, in its order."""
