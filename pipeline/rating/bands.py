"""Which band of a price holds at which local time.

The day is cut into pieces at every time at which any band begins or ends; within a piece of one
kind of day nothing changes. A scheme is a set of bands that stand beside each other for a prefix.
It has one table for all prefixes that share it: for each kind of day and piece, the place of the
heaviest band among the bands of the scheme, and the minute of the day at which another one follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.rating.days import EVERY_DAY, KINDS, words_for
from pipeline.rating.ranges import Integers

MINUTES = 1440
NEVER = 2**40
"""Minutes, or seconds of a call, until a change that does not come."""
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """Times of local days: from `start` (minute) up to `end`, over midnight where end < start.

    A band over midnight holds, on each of its days, in the early minutes and in the late ones of
    that same day.
    """

    weight: int
    kinds: int
    start: int
    end: int

    @property
    def is_always(self) -> bool:
        return (self.kinds, self.start, self.end) == (EVERY_DAY, 0, MINUTES)

    def __str__(self) -> str:
        if self.start == 0 and self.end == MINUTES:
            return words_for(self.kinds)
        return f"{words_for(self.kinds)} {clock(self.start)}-{clock(self.end)}"


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def pieces_of(bands: Sequence[Band]) -> Integers:
    """The minutes with which the pieces of a day begin."""
    edges = {0, *(band.start for band in bands), *(band.end % MINUTES for band in bands)}
    return np.array(sorted(edges), dtype=np.int64)


def coverage(band: Band, pieces: Integers) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """For each kind of day and piece whether a band holds then."""
    on_days = np.array([bool(band.kinds >> kind & 1) for kind in range(KINDS)])
    if band.start < band.end:
        in_day = (pieces >= band.start) & (pieces < band.end)
    else:
        in_day = (pieces >= band.start) | (pieces < band.end)
    return on_days[:, None] & in_day[None, :]


@dataclass(frozen=True, slots=True)
class Schemes:
    """Tables of all schemes, one after the other; the first holds always, in place 0."""

    piece_of_minute: Integers
    """By minute of the week: weekday · `pieces` + piece of the day."""
    pieces: int
    places: Integers
    """By `(scheme · KINDS + kind) · pieces + piece`: a place in the scheme, -1 for no band."""
    until: Integers
    """By the same: the instant of the week (ms) with which this ends, far off if it never does."""
    is_divided: bool
    """Whether any scheme has more than one band for all times."""
    has_gaps: bool
    """Whether there are times at which no band of a scheme holds."""

    @classmethod
    def of(cls, schemes: Sequence[Sequence[Band]]) -> Schemes:
        """Tables of schemes whose bands stand in ascending weight."""
        pieces = pieces_of([band for scheme in schemes for band in scheme])
        places = np.full((len(schemes) + 1, KINDS, len(pieces)), -1, dtype=np.int64)
        places[0] = 0
        for table, scheme in zip(places[1:], schemes, strict=True):
            for place, band in enumerate(scheme):
                table[coverage(band, pieces)] = place
        in_day = np.searchsorted(pieces, np.arange(MINUTES), side="right") - 1
        has_gaps = bool((places < 0).any())
        uniform = bool((places == places[:, :1, :1]).all())
        return cls(
            piece_of_minute=(np.arange(7)[:, None] * len(pieces) + in_day).ravel(),
            pieces=len(pieces),
            places=places.ravel(),
            until=_until(places, pieces).ravel() * _MINUTE_MS,
            is_divided=not uniform or has_gaps,
            has_gaps=has_gaps,
        )


def _until(places: np.ndarray[tuple[int, ...], np.dtype[np.int64]], pieces: Integers) -> Integers:
    """Where the place changes within the day, else midnight, which may bring a holiday."""
    until = np.empty_like(places)
    until[..., -1] = MINUTES
    for piece in range(len(pieces) - 2, -1, -1):
        same = places[..., piece] == places[..., piece + 1]
        until[..., piece] = np.where(same, until[..., piece + 1], pieces[piece + 1])
    until += (np.arange(KINDS) % 7 * MINUTES)[:, None]
    until[(places == places[:, :1, :1]).all(axis=(1, 2))] = NEVER
    return until
