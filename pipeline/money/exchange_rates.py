"""Reads exchange_rates.csv, and says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.directory.tables import faulty, missing_cells, not_among
from pipeline.rating.currencies import CURRENCIES
from pipeline.rating.exchange import RATE_DECIMALS, Exchange, Rate, exchange_of
from pipeline.tables import read_table
from warehouse.errors import InvalidInput, Problem

RATES: Final = ("from", "to", "rate")
RATES_OPTIONAL: Final = ("valid_from",)
OLD: Final = timedelta(days=45)
"""A rate that stood for longer was hardly looked at when the month was closed."""

_RATE: Final = rf"^[0-9]{{1,6}}(\.[0-9]{{1,{RATE_DECIMALS}}})?$"


def read_exchange(path: Path, reporting_currency: str | None) -> Exchange:
    """The exchange into a currency; a file that is absent holds no rates.

    Raises `InvalidInput` with every problem of the file, also of rates into other currencies.
    """
    if not path.exists():
        return exchange_of(reporting_currency, ())
    table = read_table(path, required=RATES, optional=RATES_OPTIONAL, notes=True)
    file = table.file
    rows = table.rows.with_columns(
        pl.col("valid_from").str.to_date("%Y-%m-%d", strict=False).alias("since")
    )
    problems = [*missing_cells(file, rows, RATES)]
    for column in ("from", "to"):
        problems.extend(
            not_among(
                *(file, rows, column, CURRENCIES.__contains__),
                *("not a currency in use", "Use three capital letters of ISO 4217, as EUR"),
            )
        )
    is_rate = pl.col("rate").str.contains(_RATE) & pl.col("rate").str.contains("[1-9]")
    mend = (
        "Write how much one of `from` is in `to`, above 0 and below 1,000,000 with at most "
        f"{RATE_DECIMALS} decimals, as 0.8567"
    )
    problems.extend(faulty(file, rows, "rate", ~is_rate, "not a rate", mend))
    no_date = pl.col("valid_from").is_not_null() & pl.col("since").is_null()
    mend = "Write it as YYYY-MM-DD, for example 2026-01-31"
    problems.extend(faulty(file, rows, "valid_from", no_date, "not a date", mend))
    same = pl.col("from") == pl.col("to")
    mend = "Remove the row: a currency is always worth itself"
    problems.extend(faulty(file, rows, "to", same, "is the currency that it is `from`", mend))
    problems.extend(_doubled(file, rows))
    if problems:
        raise InvalidInput(problems)
    into = rows.filter(pl.col("to") == pl.lit(reporting_currency, pl.String))
    return exchange_of(
        reporting_currency,
        [
            Rate(currency, since or date.min, Decimal(rate))
            for currency, since, rate in into.select("from", "since", "rate").iter_rows()
        ],
    )


def _doubled(file: str, rows: pl.DataFrame) -> Iterator[Problem]:
    key = ("from", "to", "valid_from")
    again = rows.with_columns(pl.col("line").first().over(key).alias("first")).filter(
        pl.col("line") != pl.col("first")
    )
    for line, first, rate in again.select("line", "first", "rate").iter_rows():
        yield Problem(
            file,
            f"line {first} has a rate of these currencies from the same day",
            "Keep one of them, or give this one another valid_from",
            value=rate,
            line=line,
            column="rate",
        )


def rate_warnings(
    file: str, exchange: Exchange, currencies: Iterable[str], today: date
) -> Iterator[Problem]:
    """Currencies of prices for which no rate holds today, or an old one does."""
    if exchange.reporting_currency is None:
        return
    wanted = exchange.reporting_currency
    for currency in sorted({*currencies} - {wanted}):
        rate = exchange.rate_on(currency, today)
        if rate is None:
            yield Problem(
                file,
                f"no rate from this currency to {wanted} holds today: its money is in no sum of "
                f"{wanted}",
                f"Add a row {currency},{wanted},RATE,{today}",
                value=currency,
            )
        elif rate.since != date.min and today - rate.since > OLD:
            yield Problem(
                file,
                f"the newest rate from this currency to {wanted} is of {rate.since}",
                f"Add a row {currency},{wanted},RATE,{today}",
                value=currency,
            )
