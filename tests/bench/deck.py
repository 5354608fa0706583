"""Price lists and calls of the size of a large carrier's, made by chance from a fixed seed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import phonenumbers
import polars as pl

from pipeline.rating import TariffSettings
from warehouse.words import Direction, Outcome

PREFIXES = 60_000
TARIFFS = ("aurelia", "hudson", "merlion")
ZONES = ("Europe/Rome", "America/New_York", "Asia/Singapore")
SETTINGS = {name: TariffSettings(time_zone=zone) for name, zone in zip(TARIFFS, ZONES, strict=True)}
BEGIN, END = datetime(2026, 3, 10), datetime(2026, 4, 10)
"""The clocks of Europe change within."""
_INCREMENTS = ((1, 1), (60, 60), (30, 6), (60, 1))


def prefixes_of(count: int, seed: int = 1) -> list[str]:
    """Prefixes of one to nine digits that nest as those of real price lists do."""
    random = np.random.default_rng(seed)
    codes = [str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE]
    found = dict.fromkeys(codes)
    known = list(codes)
    while len(found) < count:
        stem = known[int(random.integers(len(known)) ** 2 // max(len(known), 1))]
        longer = stem + str(random.integers(10))
        if len(longer) <= 9 and longer not in found:
            found[longer] = None
            known.append(longer)
    return list(found)


def price_table(prefixes: list[str], tariffs: tuple[str, ...], bands: int = 2) -> pl.DataFrame:
    """Text cells: by day (08:00-18:00 from Monday to Friday) and, lighter, at all times."""
    random = np.random.default_rng(2)
    size = len(prefixes) * len(tariffs)
    prices = random.choice(np.arange(20, 4000, 13), size)
    increments = random.integers(len(_INCREMENTS), size=size)
    owner = np.repeat(np.array(tariffs), len(prefixes))
    prefix = np.tile(np.array(prefixes), len(tariffs))
    by_band = [
        pl.DataFrame(
            {
                "tariff": owner,
                "prefix": prefix,
                "destination": [f"Destination {digits[:4]}" for digits in prefix],
                "call_type": "international",
                "days": "mon-fri" if band else "*",
                "from_time": "08:00" if band else "",
                "to_time": "18:00" if band else "",
                "weight": str(band),
                "connect_fee": np.where(increments == 3, "0.05", "0"),
                "price_per_minute": [
                    f"0.{price:04}" for price in (prices if band else prices * 7 // 10)
                ],
                "first_increment_s": [str(_INCREMENTS[which][0]) for which in increments],
                "next_increment_s": [str(_INCREMENTS[which][1]) for which in increments],
            }
        )
        for band in range(bands)
    ]
    return pl.concat(by_band).with_columns(line=pl.int_range(2, 2 + size * bands, dtype=pl.Int64))


def calls_of(count: int, prefixes: list[str], seed: int = 3) -> pl.DataFrame:
    """Answered calls as `rate` takes them, most of them to few prefixes and in business hours."""
    random = np.random.default_rng(seed)
    rank = np.minimum(random.zipf(1.3, count) - 1, len(prefixes) - 1)
    order = random.permutation(len(prefixes))
    rest = pl.Series(random.integers(10**10, 10**11, count)).cast(pl.String)
    number = pl.Series(prefixes).gather(order[rank])
    days = random.integers(0, (END - BEGIN).days, count)
    hours = random.choice(24, count, p=_hours())
    answered = (
        pl.Series([BEGIN], dtype=pl.Datetime("ms")).to_physical()[0]
        + ((days * 24 + hours) * 3600 + random.integers(3600, size=count)) * 1000
        + random.integers(1000, size=count)
    )
    talk = (random.exponential(170, count) * 1000).astype(np.int64)
    talk[random.random(count) < 0.03] = 0
    names = pl.Series(TARIFFS).gather(random.integers(len(TARIFFS), size=count))
    return pl.DataFrame(
        {
            "number": "+" + (number + rest).str.slice(0, 12),
            "direction": pl.Series(["outbound"]).new_from_index(0, count),
            "outcome": pl.Series(["answered"]).new_from_index(0, count),
            "tariff": names,
            "started_at": pl.Series(answered - 8000).cast(pl.Datetime("ms")),
            "answered_at": pl.Series(answered).cast(pl.Datetime("ms")),
            "talk_s": _thousandths(talk),
        }
    )


def coded(calls: pl.DataFrame) -> pl.DataFrame:
    """The same calls with Enum instead of String where few words repeat."""
    return calls.with_columns(
        pl.col("direction").cast(pl.Enum([word.value for word in Direction])),
        pl.col("outcome").cast(pl.Enum([word.value for word in Outcome])),
        pl.col("tariff").cast(pl.Enum(TARIFFS)),
    )


def as_dialled(numbers: pl.Series, seed: int) -> pl.Series:
    """The same numbers as sources write them, half plain, and others that are dialled at home.

    Seven in a hundred each: as tel and SIP URI, with an extension, with a space. Ten have an access
    code. Five are Italian numbers dialled in Italy instead, two are extensions.
    """
    random = np.random.default_rng(seed)
    kind = random.integers(100, size=len(numbers))
    digits = pl.col("number").str.slice(1)
    rest = pl.col("number").str.slice(-7)
    forms = (
        (10, pl.concat_str(pl.lit("00"), digits)),
        (17, pl.concat_str(pl.lit("tel:+"), digits)),
        (24, pl.concat_str(pl.lit("sip:+"), digits, pl.lit("@example.com;user=phone"))),
        (31, pl.concat_str("number", pl.lit(";ext=12"))),
        (
            38,
            pl.concat_str(pl.lit("+"), digits.str.slice(0, 3), pl.lit(" "), digits.str.slice(3)),
        ),
        (41, pl.concat_str(pl.lit("06"), rest)),
        (43, pl.concat_str(pl.lit("335"), rest)),
        (45, pl.concat_str(pl.lit("7"), rest.str.slice(-3))),
    )
    chosen = pl.col("number")
    for least, form in reversed(forms):
        chosen = pl.when(pl.lit(pl.Series(kind)) < least).then(form).otherwise(chosen)
    return pl.DataFrame({"number": numbers}).select(chosen.alias("number")).to_series()


def write(rated: pl.DataFrame, target: Path) -> None:
    rated.write_parquet(
        target, compression="uncompressed", statistics=False, row_group_size=max(rated.height, 1)
    )


def _thousandths(values: npt.NDArray[np.int64]) -> pl.Series:
    unit = pl.Series(["0.001"]).cast(pl.Decimal(12, 3))[0]
    return pl.select(
        (pl.lit(pl.Series(values)).cast(pl.Decimal(18, 0)) * unit).cast(pl.Decimal(12, 3))
    ).to_series()


def _hours() -> npt.NDArray[np.float64]:
    """Shares of the hours of a day (UTC)."""
    shares = np.array([1] * 7 + [6, 9, 10, 10, 9, 7, 8, 9, 9, 8, 6, 4, 3, 2, 2, 1, 1], dtype=float)
    return shares / shares.sum()
