"""What is allowed in a price list and yet is hardly meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from pipeline.rating.bands import MINUTES, Band, clock, coverage, pieces_of
from pipeline.rating.cards import Cards
from pipeline.rating.days import HOLIDAYS, KINDS, words_for
from pipeline.rating.ranges import Integers
from pipeline.rating.rules import LINE
from pipeline.rating.settings import TariffSettings
from warehouse.errors import Problem

CARIBBEAN = (
    *("1242", "1246", "1264", "1268", "1284", "1345", "1441", "1473", "1649", "1658", "1664"),
    *("1721", "1758", "1767", "1784", "1809", "1829", "1849", "1868", "1869", "1876"),
)
"""Codes behind +1 of countries that cost far more than the United States."""


def warnings(
    rows: pl.DataFrame,
    settings: Mapping[str, TariffSettings] | None = None,
    file: str = "tariffs.csv",
) -> list[Problem]:
    """What someone should look at in a price list that can be used as it is.

    Found are times that no band of a prefix covers, +1 without the Caribbean codes, fees and limits
    of later tiers (never used), and `holiday` where the tariff has no holidays.

    Args:
        rows: As `parse_tariffs` gives them.
        settings: By tariff; those left out have no holidays.
        file: Name of the price list, for the problems.
    """
    cards = Cards.of(rows)
    found = [
        *_gaps(cards, file),
        *_caribbean(rows, file),
        *_unused_fees(rows, file),
        *_unknown_holidays(rows, settings or {}, file),
    ]
    return sorted(found, key=lambda problem: problem.line or 0)


def _gaps(cards: Cards, file: str) -> Iterator[Problem]:
    """One warning for all prefixes of a tariff that share their bands."""
    pieces = pieces_of(cards.bands)
    line = cards.rows[LINE].to_numpy()[cards.first_row[:-1]]
    tariff = cards.rows["tariff"].to_numpy()[cards.first_row[:-1]]
    for scheme, members in enumerate(cards.schemes):
        gap = _first_gap([cards.bands[member] for member in members], pieces)
        if gap is None:
            continue
        starts = cards.first_line[:-1][cards.scheme_of_card == scheme]
        for name in sorted(set(tariff[starts])):
            lines = line[starts[tariff[starts] == name]]
            others = f" (and {len(lines) - 1:,} more prefixes)" if len(lines) > 1 else ""
            yield Problem(
                file,
                f"no band of this prefix{others} holds on {gap}; calls then have no price",
                "Add a row for that time, or one for all times with a lower weight.",
                None,
                int(lines.min()),
                "days",
            )


def _first_gap(bands: list[Band], pieces: Integers) -> str | None:
    covered = np.zeros((KINDS, len(pieces)), dtype=np.bool_)
    for band in bands:
        covered |= coverage(band, pieces)
    open_kinds, open_pieces = np.nonzero(~covered)
    if not len(open_kinds):
        return None
    kind, piece = int(open_kinds[0]), int(open_pieces[0])
    while piece + 1 < len(pieces) and not covered[kind, piece + 1]:
        piece += 1
    end = int(pieces[piece + 1]) if piece + 1 < len(pieces) else MINUTES
    day = words_for(1 << kind % 7) + (" when it is a holiday" if kind >= KINDS // 2 else "")
    return f"{day} from {clock(int(pieces[open_pieces[0]]))} to {clock(end)}"


def _caribbean(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    one = rows.filter(pl.col("prefix") == "1").unique("tariff", keep="first", maintain_order=True)
    for tariff, line in one.select("tariff", LINE).iter_rows():
        known = set(rows.filter(pl.col("tariff") == tariff)["prefix"])
        absent = [code for code in CARIBBEAN if code not in known]
        if absent:
            yield Problem(
                file,
                f"prices {', '.join(absent)} like the United States: these are other countries",
                "Add rows for the Caribbean codes behind +1.",
                "1",
                line,
                "prefix",
            )


def _unused_fees(rows: pl.DataFrame, file: str) -> Iterator[Problem]:
    for column in ("connect_fee", "min_charge", "max_charge", "free_below_s"):
        later = rows.filter((pl.col("from_second") > 0) & (pl.col(column).fill_null(0) > 0))
        for (line,) in later.select(LINE).iter_rows():
            yield Problem(
                file,
                "is not used: it comes from the tier that begins at 0",
                "Move it to the row with from_second 0.",
                None,
                line,
                column,
            )


def _unknown_holidays(
    rows: pl.DataFrame, settings: Mapping[str, TariffSettings], file: str
) -> Iterator[Problem]:
    named = rows.filter(
        ((pl.col("days") & HOLIDAYS) != 0)
        & ((pl.col("days") & HOLIDAYS) // 2**7 != (pl.col("days") & ~HOLIDAYS))
    )
    for tariff, line in named.group_by("tariff").agg(pl.col(LINE).min()).sort(LINE).iter_rows():
        if not settings.get(tariff, TariffSettings()).holidays:
            yield Problem(
                file,
                f"the tariff {tariff} has no holidays",
                f'Say which in tollbook.toml, such as [tariff.{tariff}] holidays = "IT".',
                "holiday",
                line,
                "days",
            )
