"""How a source is read whose rows are keyed by time, and may be late, change or never close.

Every poll reads a short look-back, and by their keys the older rows that are still open. Every
quarter of an hour it reads the whole overlap again, every night the last week, once a week all that
there is; of these, a poll takes a stride at a time, so that none is long and no new call waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import polars as pl

from pipeline.sources.ahead import ReadAhead
from pipeline.sources.cursor import Cursor, Sweep, begun, parse
from pipeline.sources.known import Known, Span
from pipeline.sources.settling import KINSHIP, WAITING, settle
from pipeline.sources.source import BATCH_COLUMNS, Batch

RESOLUTION = timedelta(milliseconds=1)
"""Between two key times that differ."""

BEGINNING = datetime.fromisoformat("1753-01-01")
"""Before all keys; the oldest time that every database can hold."""

LONGEST_KNOWN = timedelta(hours=48)
"""An overlap that reaches further back is read with its surroundings instead of from memory."""

KEYS_PER_POLL = 200
HINT_EVERY = timedelta(minutes=1)
HINT_SLACK = timedelta(hours=2)
"""How late a note of modification may itself be, or how wrong its clock."""


class Rows(Protocol):
    """An open connection to a source, for one poll. Times are naive UTC."""

    def nth(self, since: datetime, number: int) -> datetime | None:
        """Key time of the row that comes `number` rows after the first one of `since` or later.

        It may be another row nearby: this only cuts the work into pieces. None: there is no such.
        """

    def read(self, since: datetime, until: datetime | None) -> pl.DataFrame:
        """The rows whose key time is in [since, until): `leg_id`, `key_time` and what `legs` needs.

        They must not depend on the time at which they are read.
        """

    def at(self, keys: Sequence[datetime]) -> pl.DataFrame:
        """The rows of exactly these key times; at most `KEYS_PER_POLL` of them, two times over."""

    def modified(self, after: datetime, since: datetime, until: datetime) -> list[datetime]:
        """Key times in [since, until) of rows noted as modified since `after`; may be empty."""

    def legs(self, rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
        """What these rows mean together: columns of `BATCH_COLUMNS`, and `open` (Boolean).

        A leg that has been open for too long is given up and no longer `open`.
        """


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how far back a source is read."""

    overlap: timedelta
    settle: timedelta
    start: datetime | None = None
    """Legs that began before are left out."""
    look_back: timedelta = timedelta(hours=2)
    overlap_every: timedelta = timedelta(minutes=15)
    sweep_hour: int = 1
    """Of the day in UTC, from which on the night's sweep may begin."""
    strides: int = 1
    """Strides of a nightly or weekly sweep per poll."""
    stride_rows: int = 50_000


class Stride(NamedTuple):
    """A stretch of history, and its rows with those of the look-back before it."""

    until: datetime
    rows: pl.DataFrame


class Windows:
    """The memory of one source between the polls of one process; without it nothing is lost.

    With `ahead`, the next stride of a long import is read while the last one is worked on. The poll
    that takes it has the same `now`: to it, the stride was read at its beginning.
    """

    def __init__(self, pace: Pace, ahead: ReadAhead[Rows, Stride | None] | None = None) -> None:
        self._pace = pace
        self._ahead = ahead
        self._known: Known | None = None
        self._given: str | None = None
        self._waiting = pl.DataFrame(schema=WAITING)
        self._asked = 0
        self._hinted: datetime | None = None
        self._doubted: datetime | None = None
        """When the open legs were last looked through for any to give up."""

    def poll(self, rows: Rows, cursor: str | None, now: datetime) -> Batch:
        """One poll of a `Source`; `rows` is open for it alone."""
        known = self._known if cursor and cursor == self._given else None
        # Until this batch is handed over whole, what is known is more than what was given.
        self._given = None
        before = parse(cursor).wanting(self._pace.start) if cursor else self._first(rows, now)
        if before is None:
            return Batch(
                pl.DataFrame(schema=BATCH_COLUMNS), "", more=False, waiting=0, read_to=None
            )
        known, touched, until = self._read_on(rows, known, before, now)
        self._known = known
        after = before
        swept: list[pl.DataFrame] = []
        if until is None:
            touched = _hull(touched, self._read_by_key(rows, known, before, now))
            after = before.with_overlap_due(now, self._pace.overlap, self._pace.overlap_every)
            after, swept, found = self._sweep(rows, known, after, now)
            touched = _hull(touched, found)
        ready = self._ready(rows, known, touched, now)
        read_to = until or max(before.read_to, known.newest(now) or before.read_to)
        oldest = self._waiting["key_time"].min()
        waiting_since = oldest if isinstance(oldest, datetime) else None
        known.forget_before(
            min(read_to - min(self._pace.overlap, LONGEST_KNOWN), waiting_since or read_to)
            - 2 * KINSHIP
        )
        legs = pl.concat([*swept, ready]).unique("leg_id", keep="last", maintain_order=True)
        given = after.model_copy(
            update={
                "read_to": read_to,
                "waiting_since": waiting_since,
                "batch": before.batch + (not legs.is_empty()),
            }
        )
        self._given = given.text()
        return Batch(
            legs=legs,
            cursor=self._given,
            more=until is not None,
            waiting=self._waiting.height,
            read_to=read_to,
        )

    def recount(self, rows: Rows, since: datetime, until: datetime, now: datetime) -> pl.DataFrame:
        """All legs of [since, until) that are complete; see `Source.recount`."""
        return self._reread(rows, rows.read(since - KINSHIP, until + KINSHIP), since, until, now)

    def _first(self, rows: Rows, now: datetime) -> Cursor | None:
        oldest = rows.nth(BEGINNING, 0)
        if oldest is None:
            return None
        return begun(max(oldest, self._pace.start or oldest), oldest, now, self._pace.start)

    def _read_on(
        self, rows: Rows, known: Known | None, cursor: Cursor, now: datetime
    ) -> tuple[Known, Span | None, datetime | None]:
        """Reads a stride from the look-back on; tells where something is new, and its end.

        The end is None where nothing comes after it.
        """
        since = cursor.read_to - self._pace.look_back
        if known is None:
            # Whatever the last poll of another process may have found, and not handed over.
            since = min(since - KINSHIP, cursor.waiting_since or cursor.read_to) - KINSHIP
        stride = None if self._ahead is None else self._ahead.take((since, cursor.read_to, now))
        if stride is not None:
            until: datetime | None = stride.until
            fresh = stride.rows
        else:
            until = self._end(rows, cursor.read_to, now)
            fresh = rows.read(since, until)
        if until is not None:
            self._begin_after(until, now)
        if known is not None:
            return known, known.merge(fresh), until
        known = Known(since, fresh)
        self._waiting = pl.DataFrame(schema=WAITING)
        span, first = known.span(), since + KINSHIP
        return known, None if span is None else Span(first, max(first, span.last)), until

    def _end(self, rows: Rows, read_to: datetime, now: datetime) -> datetime | None:
        """Where the next stride ends; None where nothing comes after it."""
        end = rows.nth(read_to + RESOLUTION, self._pace.stride_rows)
        return end if end is not None and end < now else None

    def _begin_after(self, read_to: datetime, now: datetime) -> None:
        """Begins to read the stride after that, unless it is the last: that is read when asked."""
        since = read_to - self._pace.look_back

        def read(rows: Rows) -> Stride | None:
            until = self._end(rows, read_to, now)
            return None if until is None else Stride(until, rows.read(since, until))

        if self._ahead is not None:
            self._ahead.begin((since, read_to, now), read)

    def _read_by_key(self, rows: Rows, known: Known, cursor: Cursor, now: datetime) -> Span | None:
        """Reads older rows again that are open, or that the source says have changed."""
        look_back = cursor.read_to - self._pace.look_back
        is_open = self._waiting.filter(pl.col("open") & (pl.col("key_time") < look_back))
        keys: list[datetime] = is_open["key_time"].unique().sort().to_list()
        if len(keys) > KEYS_PER_POLL:
            first = self._asked % len(keys)
            self._asked = first + KEYS_PER_POLL
            keys = (keys[first:] + keys[:first])[:KEYS_PER_POLL]
        if self._hinted is None or not self._hinted <= now < self._hinted + HINT_EVERY:
            after = (self._hinted or now) - HINT_SLACK
            since = max(known.since, look_back - self._pace.overlap)
            self._hinted = now
            keys += rows.modified(after, since, look_back)[:KEYS_PER_POLL]
        if not keys:
            return None
        return known.merge(rows.at(sorted({*keys})))

    def _sweep(
        self, rows: Rows, known: Known, cursor: Cursor, now: datetime
    ) -> tuple[Cursor, list[pl.DataFrame], Span | None]:
        """The next stride of the overlap, and the next ones of a nightly or weekly sweep."""
        swept: list[pl.DataFrame] = []
        touched: Span | None = None
        if cursor.overlap is not None:
            rest, swept, touched = self._stride(rows, known, cursor, cursor.overlap, now)
            cursor = cursor.model_copy(update={"overlap": rest})
        reach = cursor.sweep_due(now, self._pace.sweep_hour)
        if reach is not None:
            oldest = rows.nth(BEGINNING, 0) or cursor.read_to
            weekly = reach == timedelta.max
            since = oldest if weekly else max(oldest, now - reach)
            since = max(since, self._pace.start or since)
            cursor = cursor.with_sweep(now, min(since, cursor.read_to), weekly=weekly)
            known_origin = min(cursor.origin or oldest, oldest)
            cursor = cursor.model_copy(update={"origin": known_origin})
        for _ in range(self._pace.strides):
            if cursor.deep is None:
                break
            rest, legs, span = self._stride(rows, known, cursor, cursor.deep, now)
            swept += legs
            touched = _hull(touched, span)
            cursor = cursor.model_copy(update={"deep": rest})
        return cursor, swept, touched

    def _stride(
        self, rows: Rows, known: Known, cursor: Cursor, sweep: Sweep, now: datetime
    ) -> tuple[Sweep | None, list[pl.DataFrame], Span | None]:
        end = sweep.until + RESOLUTION
        end = min(rows.nth(sweep.at + RESOLUTION, self._pace.stride_rows) or end, end)
        rest = Sweep(at=end, until=sweep.until) if end <= sweep.until else None
        if sweep.at - KINSHIP >= known.since:
            return rest, [], known.merge(rows.read(sweep.at, end))
        view = rows.read(sweep.at - KINSHIP, end + KINSHIP)
        since, oldest = sweep.at, rows.nth(BEGINNING, 0)
        if cursor.origin is not None and oldest is not None and oldest > cursor.origin:
            # Calls at the edge of the purge are losing their first legs: not so in our books.
            since = max(since, oldest + KINSHIP)
        return rest, [self._reread(rows, view, since, end, now)], known.merge(view)

    def _reread(
        self, rows: Rows, view: pl.DataFrame, since: datetime, until: datetime, now: datetime
    ) -> pl.DataFrame:
        ready, _ = settle(rows.legs(view, now), now, self._pace.settle)
        inside = (pl.col("key_time") >= since) & (pl.col("key_time") < until)
        return ready.filter(inside & self._counts()).select(BATCH_COLUMNS.names())

    def _ready(self, rows: Rows, known: Known, touched: Span | None, now: datetime) -> pl.DataFrame:
        """The complete legs near what was touched, and of the waiting ones whose time has come."""
        if touched is not None:
            touched = Span(
                max(touched.first - KINSHIP, known.since + KINSHIP), touched.last + KINSHIP
            )
        doubted = self._doubted
        doubt = doubted is None or not doubted <= now < doubted + self._pace.overlap_every
        if doubt:
            self._doubted = now
        pending = self._waiting.filter((pl.col("due") <= now) | doubt)
        first, last = pending["key_time"].min(), pending["key_time"].max()
        if isinstance(first, datetime) and isinstance(last, datetime):
            touched = Span(first, last).with_(touched)
        if touched is None:
            return pl.DataFrame(schema=BATCH_COLUMNS)
        legs = rows.legs(known.between(touched.first - KINSHIP, touched.last + KINSHIP), now)
        ready, waiting = settle(legs, now, self._pace.settle)
        here = pl.col("key_time").is_between(touched.first, touched.last)
        self._waiting = pl.concat(
            [self._waiting.filter(~here), waiting.filter(here & self._counts())]
        )
        return ready.filter(here & self._counts()).select(BATCH_COLUMNS.names())

    def _counts(self) -> pl.Expr:
        return pl.col("key_time") >= (self._pace.start or BEGINNING)


def _hull(one: Span | None, other: Span | None) -> Span | None:
    return one.with_(other) if one is not None else other
