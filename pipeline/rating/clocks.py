"""How far the local time of a zone is from UTC, and when that changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from pipeline.rating.ranges import Integers

_BEGIN, _END = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=7)
"""No zone has changed its clock twice in a week."""


@cache
def clock_changes(zone: str) -> tuple[Integers, Integers]:
    """The UTC instants (ms) at which the clock of a zone changes, and the offsets (ms).

    There is one offset more than there are instants: the first holds before them all. Changes are
    known from 1970 to 2100.
    """
    local = ZoneInfo(zone)
    instants: list[int] = []
    offsets = [_offset(local, _BEGIN)]
    at = _BEGIN
    while at < _END:
        following = at + _STEP
        after = _offset(local, following)
        if after != offsets[-1]:
            instants.append(_change_between(local, at, following))
            offsets.append(after)
        at = following
    return np.array(instants, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offset(zone: ZoneInfo, at: datetime) -> int:
    local = at.astimezone(zone)
    ahead = local.replace(tzinfo=UTC) - at
    return ahead // timedelta(milliseconds=1)


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> int:
    old = _offset(zone, before)
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        is_old = _offset(zone, datetime.fromtimestamp(middle, UTC)) == old
        low, high = (middle, high) if is_old else (low, middle)
    return high * 1000
