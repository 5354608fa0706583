"""The periods between the days on which prices of a tariff change.

Each tariff has its own periods, numbered on through all tariffs: a slot is one period of one
tariff. The first period of a tariff has no beginning, its last no end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from pipeline.rating.ranges import Integers

ALWAYS_MS = -(2**46)
"""An instant before the year 1, before any call."""
FOREVER_MS = 2**48
"""An instant after the year 9999."""
_SPAN_MS = 2**49
"""Room of one tariff on the line of keys."""


@dataclass(frozen=True, slots=True)
class Periods:
    """`starts[slot]`: the key of the tariff and the UTC instant (ms) with which a period begins."""

    starts: Integers

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def changes(self) -> Integers:
        """The instants with which any period begins that has a beginning."""
        instants = np.unique(self.starts % _SPAN_MS + ALWAYS_MS)
        return instants[instants > ALWAYS_MS]

    def slots_at(self, tariffs: Integers, instants: Integers) -> Integers:
        """The slot of each tariff at a UTC instant (ms)."""
        return np.searchsorted(self.starts, _key(tariffs, instants), side="right") - 1

    def spans(
        self, tariffs: Integers, since: Integers, until: Integers
    ) -> tuple[Integers, Integers]:
        """First slot of each validity and the slot after its last."""
        return (
            np.searchsorted(self.starts, _key(tariffs, since)),
            np.searchsorted(self.starts, _key(tariffs, until)),
        )


def periods_between(changes: Sequence[Sequence[int]]) -> Periods:
    """The periods of tariffs, from the UTC instants (ms) at which each one's prices change."""
    keys = [
        tariff * _SPAN_MS + instant - ALWAYS_MS
        for tariff, instants in enumerate(changes)
        for instant in (ALWAYS_MS, *sorted(set(instants)))
    ]
    return Periods(np.array(keys, dtype=np.int64))


def instant_ms(day: int, zone: str) -> int:
    """The UTC instant (ms) with which a day (since 1970) begins in a zone.

    Where the clock jumps over midnight, the day begins with the jump.
    """
    local = date.fromordinal(day + date(1970, 1, 1).toordinal())
    begin = datetime.combine(local, time(), ZoneInfo(zone)).astimezone(UTC)
    return int(begin.timestamp()) * 1000


def _key(tariffs: Integers, instants: Integers) -> Integers:
    return tariffs * _SPAN_MS + instants - ALWAYS_MS
