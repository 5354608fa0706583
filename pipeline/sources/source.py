"""What a recorder asks of a source of calls."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import polars as pl


class Source(Protocol):
    """A driver for one kind of telephony database."""

    def probe(self) -> None:
        """Raises `Unavailable`, saying what to do, where the source cannot be read."""

    def oldest(self, since: datetime | None = None) -> datetime | None:
        """UTC time (naive) of the first call that the source holds, from `since` on."""

    def read(self, since: datetime, until: datetime | None, now: datetime) -> pl.DataFrame:
        """The legs whose key time lies in [since, until), all times naive UTC.

        The frame has the columns of a call file but `source`, and `key_time` (when the source
        began the leg) and `open` (whether it may still change for that it has not ended).
        """
