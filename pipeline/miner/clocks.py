"""What the clocks of places show."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.directory.keys import Places
from pipeline.rating.clocks import clock_changes
from warehouse.legs import INSTANT

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


def local_time(instants: Places, zone: Places, zones: list[str]) -> list[pl.Series]:
    """`started_local`, `day` and `hour` of instants (UTC, ms), each in one of the zones."""
    local = instants + _offsets(instants, zone, zones)
    return [
        pl.Series("started_local", local).cast(INSTANT),
        pl.Series("day", (local // _DAY_MS).astype(np.int32)).cast(pl.Date),
        pl.Series("hour", (local % _DAY_MS // _HOUR_MS).astype(np.int8)),
    ]


def _offsets(instants: Places, zone: Places, zones: list[str]) -> Places:
    offsets = np.zeros(len(instants), dtype=np.int64)
    for code in np.flatnonzero(np.bincount(zone, minlength=len(zones))):
        is_here = zone == code
        here = instants[is_here]
        changes, after = clock_changes(zones[code])
        first, last = np.searchsorted(changes, [here.min(), here.max()], side="right")
        # Seldom does any clock change within the legs of a batch.
        offsets[is_here] = (
            after[first]
            if first == last
            else after[first + np.searchsorted(changes[first:last], here, side="right")]
        )
    return offsets
