"""The columns of a price list: what a cell may hold and how it is read.

Money becomes Int64 in units of 1e-8, so that a price of eight decimals is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from pipeline.rating.currencies import CURRENCIES
from pipeline.rating.days import PATTERN, kinds_of
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


def _time(name: str, default: str, *, last: str) -> Column:
    """A time of day as minutes; `last` is the pattern of the latest one allowed beyond 23:59."""
    text = pl.col(name)
    hours, minutes = text.str.slice(0, 2), text.str.slice(3, 2)
    return Column(
        name,
        text.str.contains(rf"^(([01][0-9]|2[0-3]):[0-5][0-9]{last})$"),
        hours.cast(pl.Int64, strict=False) * 60 + minutes.cast(pl.Int64, strict=False),
        "must be a time of day as HH:MM",
        f"Write four digits, such as 08:30; left empty it is {default}.",
        default=default,
    )


def _kinds(words: pl.Series) -> pl.Series:
    known = {word: kinds_of(word) for word in words.unique().drop_nulls()}
    if not known:
        return pl.repeat(None, len(words), dtype=pl.Int64, eager=True)
    return words.replace_strict(known, default=None, return_dtype=pl.Int64)


def _days() -> Column:
    text = pl.col("days")
    return Column(
        "days",
        text.str.contains(PATTERN),
        text.map_batches(_kinds, return_dtype=pl.Int64),
        "must name days",
        "Use *, mon … sun, ranges such as mon-fri, holiday, and commas between them.",
        default="*",
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
        f"Use one of: {', '.join(CallType)}; left empty it is told from the number.",
    ),
    _days(),
    _time("from_time", "00:00", last=""),
    _time("to_time", "24:00", last="|24:00"),
    _seconds("from_second", least=0, default="0"),
    _money("connect_fee", default="0"),
    _money("price_per_minute", required=True),
    _seconds("first_increment_s", least=1, default="1"),
    _seconds("next_increment_s", least=1, default="1"),
    _seconds("free_below_s", least=0, default="0"),
    _money("min_charge", default="0"),
    _money("max_charge"),
    Column(
        "weight",
        pl.col("weight").str.contains(r"^-?[0-9]{1,6}$"),
        pl.col("weight").cast(pl.Int64, strict=False),
        "must be a whole number",
        "Write a number such as 10; of bands that overlap, the heaviest holds. Left empty it is 0.",
        default="0",
    ),
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
