"""What price rows may not say, each by itself and beside each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.rating.bands import Band, coverage, pieces_of
from pipeline.rating.cards import Cards
from pipeline.rating.columns import MONEY_UNIT
from pipeline.rating.ranges import Integers
from warehouse.errors import Problem

LINE = "line"
MOST_TIERS = 60
"""Starts of tiers that one prefix may have at a time: a call remembers those it was in."""


def rule_problems(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    """Every problem of rows whose cells are sound."""
    for rule in (_empty_validity, _empty_band, _minimum_above_cap, _second_currency):
        yield from rule(rows, file)
    sound = rows.filter(~_is_empty_validity().fill_null(False) & ~_is_empty_band())
    cards = Cards.of(sound)
    yield from _twice(cards, file)
    yield from _overlaps(cards, file)
    yield from _tiers(cards, file)


def _is_empty_validity() -> pl.Expr:
    return pl.col("valid_to") <= pl.col("valid_from")


def _is_empty_band() -> pl.Expr:
    return pl.col("from_time") == pl.col("to_time")


def _empty_validity(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    faulty = rows.filter(_is_empty_validity())
    for start, end, line in faulty.select("valid_from", "valid_to", LINE).iter_rows():
        yield Problem(
            file,
            f"must be later than valid_from, {start}",
            "The price holds until the day before valid_to; give a later day or none.",
            str(end),
            line,
            "valid_to",
        )


def _empty_band(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    for minute, line in rows.filter(_is_empty_band()).select("to_time", LINE).iter_rows():
        yield Problem(
            file,
            "must differ from from_time",
            "Leave both empty for the whole day.",
            f"{minute // 60:02}:{minute % 60:02}",
            line,
            "to_time",
        )


def _minimum_above_cap(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    faulty = rows.filter(pl.col("min_charge") > pl.col("max_charge"))
    minimum = pl.col("min_charge").cast(pl.Decimal(20, 0)) * pl.lit(MONEY_UNIT)
    for value, line in faulty.select(minimum, LINE).iter_rows():
        yield Problem(
            file,
            "the minimum is above the cap of the same row",
            "Lower min_charge or raise max_charge.",
            format(value.normalize(), "f"),
            line,
            "min_charge",
        )


def _second_currency(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    first = pl.col("currency").first().over("tariff")
    faulty = rows.filter(pl.col("currency") != first)
    columns = ("tariff", "currency", LINE)
    for tariff, currency, line in faulty.select(columns).iter_rows():
        yield Problem(
            file,
            f"the tariff {tariff} has another currency above",
            "Keep one currency in a tariff; put the other prices into a tariff of their own.",
            currency,
            line,
            "currency",
        )


def _twice(cards: Cards, file: str) -> Iterator[Problem]:
    same = ("of_line", "from_second")
    faulty = (
        cards.rows.select("prefix", "from_second", LINE)
        .with_columns(of_line=pl.lit(cards.line_of_row))
        .with_columns(first=pl.col(LINE).min().over(same))
        .filter(pl.col(LINE) != pl.col("first"))
        .sort(LINE, "first")
        .unique(LINE, keep="first", maintain_order=True)
    )
    for prefix, line, other in faulty.select("prefix", LINE, "first").iter_rows():
        yield Problem(
            file,
            f"the same tariff and prefix has a price at the same time in line {other}",
            "Keep one of the lines, or let the older one end (valid_to) where the newer begins.",
            prefix,
            line,
            "prefix",
        )


def _overlaps(cards: Cards, file: str) -> Iterator[Problem]:
    pieces = pieces_of(cards.bands)
    lines = cards.rows[LINE].to_numpy()[cards.first_row[:-1]]
    said = set()
    for scheme, members in enumerate(cards.schemes):
        clashes = list(_clashes([cards.bands[member] for member in members], pieces))
        starts = cards.first_line[:-1][cards.scheme_of_card == scheme] if clashes else ()
        for place, other in clashes:
            for start in starts:
                first, second = sorted((int(lines[start + place]), int(lines[start + other])))
                if second not in said:
                    said.add(second)
                    yield _overlap(cards.bands[members[place]], first, second, file)


def _clashes(bands: list[Band], pieces: Integers) -> Iterator[tuple[int, int]]:
    """Places of bands, and of another one of the same weight that holds at the same time."""
    taken: dict[int, np.ndarray[tuple[int, int], np.dtype[np.int64]]] = {}
    for place, band in enumerate(bands):
        at = coverage(band, pieces)
        owner = taken.setdefault(band.weight, np.full(at.shape, -1, dtype=np.int64))
        clash = owner[at & (owner >= 0)]
        if len(clash):
            yield place, int(clash[0])
        owner[at] = place


def _overlap(band: Band, first: int, second: int, file: str) -> Problem:
    return Problem(
        file,
        f"overlaps the band of the same tariff and prefix in line {first}, of the same weight",
        "Give the one that shall hold a higher weight, or let them not overlap.",
        str(band.weight),
        second,
        "weight",
    )


def _tiers(cards: Cards, file: str) -> Iterator[Problem]:
    rows = cards.rows.select("from_second", LINE).with_columns(
        of_line=pl.lit(cards.line_of_row), card=pl.lit(cards.card_of_line).gather(cards.line_of_row)
    )
    begin = rows.group_by("of_line").agg(pl.all().get(pl.col("from_second").arg_min()))
    without = begin.filter(pl.col("from_second") > 0).select("from_second", LINE).unique()
    for second, line in without.sort(LINE).iter_rows():
        yield Problem(
            file,
            "its band has no tier that begins at 0",
            "Add a row of the same prefix, days, times and weight with from_second 0.",
            str(second),
            line,
            "from_second",
        )
    many = rows.group_by("card").agg(
        pl.col("from_second").n_unique().alias("starts"), pl.col(LINE).max()
    )
    for starts, line in many.filter(pl.col("starts") > MOST_TIERS).select("starts", LINE).rows():
        yield Problem(
            file,
            f"its prefix has more than {MOST_TIERS} starts of tiers",
            "Join tiers that have the same price.",
            str(starts),
            line,
            "from_second",
        )
