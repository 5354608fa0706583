"""The rows of recent time, as last read: what fresh rows are compared and grouped with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

_HASH = "_hash"


@dataclass(frozen=True, slots=True)
class Span:
    """Key times from the first to the last, both inclusive (naive UTC)."""

    first: datetime
    last: datetime

    def with_(self, other: Span | None) -> Span:
        """The least span that holds both."""
        if other is None:
            return self
        return Span(min(self.first, other.first), max(self.last, other.last))


class Known:
    """All rows whose key time is `since` or later; rows that the source loses stay.

    Rows are frames with `leg_id`, unique, and `key_time`, which never changes.
    """

    def __init__(self, since: datetime, rows: pl.DataFrame) -> None:
        """Takes the rows of a first reading from `since` on, `rows` may be empty."""
        self.since = since
        self._rows = _hashed(rows)

    def merge(self, fresh: pl.DataFrame) -> Span | None:
        """Takes freshly read rows in; tells where they are new or differ from what was known.

        Rows from before `since` are left out.
        """
        incoming = _hashed(fresh.filter(pl.col("key_time") >= self.since))
        span = _span(incoming)
        if span is None:
            return None
        near = self._rows.filter(pl.col("key_time").is_between(span.first, span.last))
        changed = incoming.join(near.select("leg_id", _HASH), on=["leg_id", _HASH], how="anti")
        if not changed.is_empty():
            kept = self._rows.filter(~pl.col("leg_id").is_in(changed["leg_id"].implode()))
            self._rows = pl.concat([kept, changed], rechunk=True)
        return _span(changed)

    def between(self, first: datetime, last: datetime) -> pl.DataFrame:
        """The rows of a span, both ends inclusive, in no order."""
        return self._rows.filter(pl.col("key_time").is_between(first, last)).drop(_HASH)

    def newest(self, until: datetime) -> datetime | None:
        """The newest key time that is not after `until`."""
        found = self._rows.filter(pl.col("key_time") <= until)["key_time"].max()
        return found if isinstance(found, datetime) else None

    def span(self) -> Span | None:
        return _span(self._rows)

    def forget_before(self, since: datetime) -> None:
        if since > self.since:
            self.since = since
            self._rows = self._rows.filter(pl.col("key_time") >= since)


def _hashed(rows: pl.DataFrame) -> pl.DataFrame:
    # Only compared within this process: Polars hashes otherwise in another version.
    return rows.with_columns(rows.hash_rows().alias(_HASH))


def _span(rows: pl.DataFrame) -> Span | None:
    first, last = rows["key_time"].min(), rows["key_time"].max()
    if isinstance(first, datetime) and isinstance(last, datetime):
        return Span(first, last)
    return None
