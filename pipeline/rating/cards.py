"""Groups price rows into cards, lines and tiers.

A card holds all rows of one prefix of one tariff that are valid at the same time; where the rows of
a prefix change, there follows another card. The lines of a card are its bands; the rows of a line
are its tiers. A row that is valid longer than others of its prefix stands on several cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from pipeline.rating.bands import Band
from pipeline.rating.distinct import coded_rows
from pipeline.rating.ranges import Integers, distinct

_BAND = ("weight", "days", "from_time", "to_time")
_ROOM = 2**23
"""More than there are days in the calendar."""
_NO_DAY = (date.min.toordinal() - 719_164, date.max.toordinal() - 719_162)
"""Days (since 1970) before and after all others."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Rows in the order of cards, lines and tiers."""

    rows: pl.DataFrame
    """The price rows, each once for each card it stands on, with `band` (index of its band)."""
    line_of_row: Integers
    card_of_line: Integers
    first_row: Integers
    """Per line, and the number of rows at the end."""
    first_line: Integers
    """Per card, and the number of lines at the end."""
    since: Integers
    until: Integers
    """Per card, the days (since 1970) of its validity, `until` exclusive; see `is_open`."""
    bands: Sequence[Band]
    scheme_of_card: Integers
    schemes: Sequence[tuple[int, ...]]
    """Bands of each scheme, in the order of its lines."""

    @classmethod
    def of(cls, rows: pl.DataFrame) -> Cards:
        """Groups rows as `parse_tariffs` reads them."""
        banded = _with_bands(rows)
        bands = [Band(*values) for values in banded.select(_BAND).unique().sort(_BAND).iter_rows()]
        ordered = banded.sort("tariff", "prefix", "valid_from", "band", "from_second", "line")
        row, card, since, until = _validities(ordered)
        order = np.lexsort(
            (row, *(ordered[name].to_numpy()[row] for name in ("from_second", "band")), card)
        )
        row, card = row[order], card[order]
        band = ordered["band"].to_numpy()[row]
        starts_line = np.append(True, (card[1:] != card[:-1]) | (band[1:] != band[:-1]))
        line_of_row = np.cumsum(starts_line[: len(row)]) - 1
        first_row = np.flatnonzero(starts_line[: len(row)])
        card_of_line = card[first_row]
        first_line = np.searchsorted(card_of_line, np.arange(len(since) + 1))
        scheme_of_card, schemes = _schemes(band[first_row], first_line)
        return cls(
            rows=ordered.select(pl.all().gather(row)),
            line_of_row=line_of_row,
            card_of_line=card_of_line,
            first_row=np.append(first_row, len(row)),
            first_line=first_line,
            since=since,
            until=until,
            bands=bands,
            scheme_of_card=scheme_of_card,
            schemes=schemes,
        )


def is_open(days: Integers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which ends of validities lie before or after all days."""
    return (days <= _NO_DAY[0]) | (days >= _NO_DAY[1])


def _with_bands(rows: pl.DataFrame) -> pl.DataFrame:
    known = rows.select(_BAND).unique().sort(_BAND).with_row_index("band")
    return rows.join(known, on=_BAND, how="left", maintain_order="left").with_columns(
        pl.col("band").cast(pl.Int64)
    )


def _validities(rows: pl.DataFrame) -> tuple[Integers, Integers, Integers, Integers]:
    """Row and card of each standing of a row on a card, and the validity of each card."""
    if rows.is_empty():
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing, nothing
    prefix = rows.select(pl.struct("tariff", "prefix").rle_id().cast(pl.Int64)).to_series()
    since = rows["valid_from"].to_physical().cast(pl.Int64).fill_null(_NO_DAY[0])
    until = rows["valid_to"].to_physical().cast(pl.Int64).fill_null(_NO_DAY[1])
    low = (prefix * _ROOM + (since + _ROOM // 2)).to_numpy()
    high = (prefix * _ROOM + (until + _ROOM // 2)).to_numpy()
    edges = distinct(np.concatenate([low, high]))
    first, end = np.searchsorted(edges, low), np.searchsorted(edges, high)
    row = np.repeat(np.arange(len(rows)), end - first)
    skipped = np.repeat(first - (np.cumsum(end - first) - (end - first)), end - first)
    stretch = np.arange(len(row)) + skipped
    is_card = np.zeros(len(edges), dtype=np.bool_)
    is_card[stretch] = True
    stretches, card = np.flatnonzero(is_card), (np.cumsum(is_card) - 1)[stretch]
    days = edges % _ROOM - _ROOM // 2
    return row, card, days[stretches], days[stretches + 1]


def _schemes(
    band_of_line: Integers, first_line: Integers
) -> tuple[Integers, Sequence[tuple[int, ...]]]:
    """The scheme of each card, and the bands of each scheme."""
    counts = np.diff(first_line)
    of_card = np.zeros(len(counts), dtype=np.int64)
    schemes: list[tuple[int, ...]] = []
    for count in distinct(counts).tolist():
        cards = np.flatnonzero(counts == count)
        members = [band_of_line[first_line[cards] + place] for place in range(count)]
        codes, examples = coded_rows(members)
        of_card[cards] = len(schemes) + codes
        schemes += zip(*(each[examples].tolist() for each in members), strict=True)
    return of_card, schemes
