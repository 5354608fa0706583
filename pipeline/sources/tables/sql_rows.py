"""The rows of a table of calls, found by the time at which the calls began."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.callfile.format import EARLIEST, LATEST
from pipeline.sources.source import BATCH_COLUMNS, Rejected
from pipeline.sources.tables.cells import coarse, text_of
from pipeline.sources.tables.database import Database, dialect_of
from pipeline.sources.tables.facts import DIGEST, ROW
from pipeline.sources.tables.legs import legs_of, problems_of
from pipeline.sources.tables.mapping import EPOCH, EPOCH_MS
from pipeline.sources.tables.place import digest
from pipeline.sources.tables.select import Queries
from pipeline.sources.tables.settings import SqlSettings
from pipeline.sources.tables.values import instants
from pipeline.sources.windows import RESOLUTION
from warehouse.errors import Unavailable

PAGE_ROWS = 20_000
GIVE_UP = timedelta(hours=24)
"""A leg without an end this long after its start never gets one."""

_SECOND = timedelta(seconds=1)
_CLOCK_CHANGE = timedelta(hours=3)
"""Clocks are put forward and back by less."""
_OTHER_CLOCK = timedelta(hours=27)
"""Clocks anywhere on earth differ by less."""

_CHANGING = (
    *("answered_at", "ended_at", "duration_s", "talk_s", "ring_s", "outcome", "answered_by"),
    *("response_code", "diagnostic", "to_user", "charged_user"),
)
"""Facts that a row may get later: no part of the digest by which it is known."""

_OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


class CallRows:
    """`windows.Rows` of one open database.

    Raises:
        Unavailable: the database cannot be read, or its times are of another kind than the settings
            say.
    """

    def __init__(
        self, database: Database, settings: SqlSettings, page_rows: int = PAGE_ROWS
    ) -> None:
        self._database = database
        self._settings = settings
        self._queries = Queries(settings, dialect_of(database.product))
        self._page_rows = page_rows
        self._zone = ZoneInfo(settings.time_zone)
        changing = {
            pick.column
            for name, picks in settings.columns.picks().items()
            if name in _CHANGING
            for pick in picks
        }
        self._lasting = [
            at for at, name in enumerate(self._queries.columns) if name not in changing
        ]
        self.rejected: dict[str, Rejected] = {}
        """The rows that were read and are no legs, by their text."""
        self._sample = self._usable_time()

    @property
    def newest(self) -> datetime | None:
        """Start of the newest row, as far as that can be read."""
        return self._instant(self._sample)

    def nth(self, since: datetime, number: int) -> datetime | None:
        """Start of the row that comes `number` rows after the first one of `since` or later."""
        if self._sample is None:
            return None
        low = self._bound(max(since, EARLIEST), timedelta())
        found = self._instant(self._told(self._queries.nth(number), (low,)))
        # A clock that was put back shows times again that lie before.
        return found if found is None or found >= since else since + _CLOCK_CHANGE

    def read(self, since: datetime, until: datetime | None) -> pl.DataFrame:
        """The legs of [since, until): columns of a batch, and `open`; of equal keys the last."""
        return self.read_all(since, until).unique("leg_id", keep="last", maintain_order=True)

    def read_all(self, since: datetime, until: datetime | None) -> pl.DataFrame:
        """As `read`, with every leg of an equal key."""
        margin = _OTHER_CLOCK if self._has_offset else _CLOCK_CHANGE
        return self._between(since, until or LATEST, -margin, margin)

    def at(self, keys: Sequence[datetime]) -> pl.DataFrame:
        """The legs that began at exactly these instants."""
        return pl.concat([self._at(key) for key in keys])

    def _at(self, key: datetime) -> pl.DataFrame:
        found = self._between(key, key + RESOLUTION, timedelta(), _SECOND)
        # Where a clock changes, the table may write the instant otherwise.
        return found if found.height else self.read(key, key + RESOLUTION)

    def _between(
        self, since: datetime, until: datetime, before: timedelta, after: timedelta
    ) -> pl.DataFrame:
        """The legs of [since, until), looked for in a range of the table that is wider."""
        whole = [pl.DataFrame(schema=BATCH_COLUMNS | {"open": pl.Boolean()})]
        if self._sample is not None:
            low = self._bound(max(since, EARLIEST), before)
            high = self._bound(min(until, LATEST), after)
            inside = pl.col("key_time").is_between(since, until, closed="left")
            whole += [self._legs(page).filter(inside) for page in self._pages(low, high)]
        return pl.concat(whole)

    def modified(
        self,
        after: datetime,  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        until: datetime,  # noqa: ARG002
    ) -> list[datetime]:
        """Tables of calls do not note when a row was changed."""
        return []

    def legs(self, rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
        """The same legs; those that have been open for too long are given up."""
        awaited = pl.col("key_time") > now - GIVE_UP
        return rows.with_columns(pl.col("open") & awaited)

    def _pages(self, low: object, high: object) -> Iterator[list[Sequence[object]]]:
        """The rows of a range, those of the same time always together."""
        size = self._page_rows
        while True:
            page = self._database.rows(self._queries.page(size), (low, high))
            if len(page) < size:
                yield page
                return
            last = coarse(page[-1][0])
            whole = [row for row in page if coarse(row[0]) != last]
            if whole:
                yield whole
                low, size = last, self._page_rows
            else:
                size *= 2

    def _legs(self, page: list[Sequence[object]]) -> pl.DataFrame:
        form = self._settings.time_format
        texts = [[text_of(value, form) for value in row] for row in page]
        names = self._queries.columns
        rows = pl.DataFrame(
            {
                ROW: pl.Series(range(len(texts)), dtype=pl.Int64),
                DIGEST: pl.Series(self._keys(texts), dtype=pl.String),
                **{
                    name: pl.Series([row[at] for row in texts], dtype=pl.String)
                    for at, name in enumerate(names)
                },
            }
        )
        read = legs_of(rows, self._settings)
        place = self._settings.table or "query"
        for row, *_ in read.faults.select(ROW).unique(maintain_order=True).iter_rows():
            text = json.dumps(dict(zip(names, texts[row], strict=True)), ensure_ascii=False)
            problems = problems_of(read.faults.filter(pl.col(ROW) == row), place)
            self.rejected[text] = Rejected(text.encode(), tuple(problems))
        return read.legs.select(*BATCH_COLUMNS, "open")

    def _keys(self, texts: list[list[str | None]]) -> Iterator[str]:
        """Keys of rows by what never changes in them; equal ones are numbered in a fixed order."""
        keys = [
            digest("\x1f".join(row[at] or "" for at in self._lasting).encode()) for row in texts
        ]
        numbers: Counter[str] = Counter()
        numbered = dict.fromkeys(range(len(texts)), "")
        for at in sorted(numbered, key=lambda at: [cell or "" for cell in texts[at]]):
            numbers[keys[at]] += 1
            number = numbers[keys[at]]
            numbered[at] = keys[at] if number == 1 else f"{keys[at]}-{number}"
        yield from numbered.values()

    def _told(self, query: str, parameters: Sequence[object]) -> object:
        found = self._database.rows(query, parameters)
        return found[0][0] if found else None

    def _usable_time(self) -> object:
        """The newest time that can be read, or the oldest; None while there is none at all."""
        ((oldest, newest),) = self._database.rows(self._queries.span(), ())
        if newest is None:
            return None
        for time in (newest, oldest):
            if self._instant(time) is not None:
                return time
        form = self._settings.time_format or "2026-01-31 23:59:59"
        raise Unavailable(
            f"{self._queries.columns[0]} holds {newest!r}, which is no time between "
            f"{EARLIEST:%Y} and {LATEST:%Y} in the form {form}. "
            "Correct the source's columns or time_format."
        )

    @property
    def _has_offset(self) -> bool:
        return isinstance(self._sample, str) and _OFFSET.search(self._sample) is not None

    def _bound(self, instant: datetime, margin: timedelta) -> datetime | int | str:
        """An instant as the table writes it, moved by a margin to be on the safe side."""
        moved = instant + margin
        if self._settings.time_format in {EPOCH, EPOCH_MS}:
            seconds = int(moved.replace(tzinfo=UTC).timestamp())
            return seconds if self._settings.time_format == EPOCH else seconds * 1000
        local = moved.replace(tzinfo=UTC).astimezone(self._zone).replace(tzinfo=None)
        if not isinstance(self._sample, str):
            return local
        form = self._settings.time_format
        if form is None:
            return local.isoformat(sep="T" if "T" in self._sample else " ", timespec="seconds")
        return local.strftime(form.replace("%.f", ""))

    def _instant(self, value: object) -> datetime | None:
        text = pl.lit(text_of(value, self._settings.time_format), pl.String)
        first, _ = instants(text, self._settings.time_format, self._settings.time_zone)
        found: datetime | None = pl.select(first).item()
        return found
