"""Finds the band that holds when a call is answered, and when it ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.rating.compile import Tariffs
from pipeline.rating.days import KINDS
from pipeline.rating.localtime import DAY_MS, Timeline
from pipeline.rating.periods import FOREVER_MS
from pipeline.rating.ranges import Integers
from pipeline.rating.work import Work

_MINUTE_MS = 60_000
_WEEK_MS = 7 * DAY_MS
_THURSDAY = 3
"""Weekday of day 0, 1 January 1970."""


class Place(NamedTuple):
    """A place among the bands of a scheme (-1: none holds), and the instant (ms) it ends."""

    place: Integers
    ends: Integers


def band(work: Work, tariffs: Tariffs) -> None:
    """Finds the line and row with which each call begins; calls without a band keep the first."""
    prices = tariffs.prices
    work.line = prices.line_of_card.take(work.card)
    work.has_band = np.array([True])
    if tariffs.schemes.is_divided:
        schemes = prices.scheme_of_card.take(work.card)
        moments = (work.moments, work.moment_ends)
        place, work.band_ends = band_at(
            work.found, schemes, work.at, moments, work.timeline, tariffs
        )
        if tariffs.schemes.has_gaps:
            work.has_band = place >= 0
            place = np.maximum(place, 0)
        work.line += place
    else:
        work.band_ends = np.array([FOREVER_MS])
    work.row = prices.row_of_line.take(work.line)
    work.terms = prices.terms_of_row.take(work.row)


def band_at(
    owners: Integers,
    schemes: Integers,
    at: Integers,
    moments: tuple[Integers, Integers],
    timeline: Timeline,
    tariffs: Tariffs,
) -> Place:
    """The band of a scheme at UTC instants (ms), by the clock and calendar of each tariff.

    `moments` are the places of tariffs and instants on the timeline, and when they end. `ends` may
    come before the band really ends, never after it: at midnight and where any clock changes it is
    asked again.
    """
    tables = tariffs.schemes
    parts, part_ends = moments
    shifted = at + (timeline.offsets + _THURSDAY * DAY_MS).take(parts)
    in_week = shifted - shifted // _WEEK_MS * _WEEK_MS
    cell = schemes * (KINDS * tables.pieces) + tables.piece_of_minute.take(in_week // _MINUTE_MS)
    if len(tariffs.calendars.days) > 1:
        is_holiday = tariffs.calendars.are_holidays(owners, shifted // DAY_MS - _THURSDAY)
        cell += is_holiday * (KINDS // 2 * tables.pieces)
    ends = at - in_week + tables.until.take(cell)
    return Place(tables.places.take(cell), np.minimum(ends, part_ends))
