"""Reads calls from Lync Server 2013 and Skype for Business Server 2015 and 2019."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import cast

import polars as pl

from pipeline.sources.lync.connect import Connection, Parameter, connected
from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.legs import facts, legs_of
from pipeline.sources.lync.raw import CONFERENCE_LEGS, KEY, SESSIONS, frame
from pipeline.sources.source import Batch, Description, Finding
from pipeline.sources.windows import RESOLUTION, Pace, Windows
from warehouse.errors import Unavailable

PAGE_ROWS = 20_000

_BEFORE_ALL_SEQUENCES = -1
_END_OF_TIME = datetime.fromisoformat("9999-12-31")

AT_ANY_PACE = Pace(overlap=timedelta(hours=48), settle=timedelta(minutes=10))


class LyncSource:
    """One call detail database: an ODBC connection string, or `file:PATH` for the embedded kind.

    It holds no connection between calls: servers move and restart.
    """

    def __init__(
        self, connection: str, pace: Pace = AT_ANY_PACE, page_rows: int = PAGE_ROWS
    ) -> None:
        self._connection = connection
        self._page_rows = page_rows
        self._windows = Windows(pace)
        self._notes_changes = True

    def probe(self) -> None:
        """Raises `Unavailable`, saying what to do, unless both queries run."""
        with connected(self._connection) as database:
            for query in ("sessions", "conference_legs"):
                parameters = (_END_OF_TIME, _END_OF_TIME, _BEFORE_ALL_SEQUENCES, _END_OF_TIME, 1)
                database.rows(sql(query), parameters)

    def describe(self) -> Description:
        """What the source is; cheap."""
        return Description("Lync / Skype for Business call detail database", None)

    def discover(self, now: datetime) -> list[Finding]:  # noqa: ARG002
        """What an administrator should know before relying on it."""
        return []

    def poll(self, cursor: str | None, now: datetime) -> Batch:
        """What is new or changed since the batch that gave `cursor`. Raises `Unavailable`."""
        with self._opened() as rows:
            return self._windows.poll(rows, cursor, now)

    def recount(self, since: datetime, until: datetime, now: datetime) -> pl.DataFrame:
        """All legs whose key time is in [since, until) as they would be written now.

        All of them are in memory at once. Raises `Unavailable`.
        """
        with self._opened() as rows:
            return self._windows.recount(rows, since, until, now)

    @contextmanager
    def _opened(self) -> Iterator[SessionRows]:
        with connected(self._connection) as database:
            rows = SessionRows(database, self._page_rows, notes_changes=self._notes_changes)
            yield rows
            self._notes_changes = rows.notes_changes


class SessionRows:
    """The sessions of an open database, as `windows.Rows`: facts that `legs_of` understands."""

    def __init__(
        self, database: Connection, page_rows: int = PAGE_ROWS, *, notes_changes: bool = True
    ) -> None:
        self._database = database
        self._page_rows = page_rows
        self.notes_changes = notes_changes
        """Whether the server may note when it changed a row: the 2013 version does not."""

    def nth(self, since: datetime, number: int) -> datetime | None:
        """Key time of the row that comes `number` rows after the first one since then."""
        found = frame(self._database.rows(sql("nth"), (since, number, since, number)), KEY)
        return cast("datetime | None", found["session_id_time"].min())

    def read(self, since: datetime, until: datetime | None) -> pl.DataFrame:
        """The facts of the sessions of [since, until)."""
        return self._facts([(since, until or _END_OF_TIME)])

    def at(self, keys: Sequence[datetime]) -> pl.DataFrame:
        """The facts of the sessions of these instants: one seek of the index each."""
        return self._facts([(key, key + RESOLUTION) for key in keys])

    def modified(self, after: datetime, since: datetime, until: datetime) -> list[datetime]:
        """Key times in [since, until) of sessions that the server says it changed after `after`."""
        if not self.notes_changes:
            return []
        window: tuple[Parameter, ...] = (since, until, after)
        try:
            found = self._database.rows(sql("modified"), window * 3)
        except Unavailable:
            # Only a hint: whatever it would have told, the next reading of the overlap finds.
            self.notes_changes = False
            return []
        return frame(found, KEY)["session_id_time"].unique().sort().to_list()

    def legs(self, rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
        """The legs that the facts mean together."""
        return legs_of(rows, now)

    def _facts(self, spans: Sequence[tuple[datetime, datetime]]) -> pl.DataFrame:
        sessions = [self._pages("sessions", SESSIONS, *span) for span in spans]
        conferences = [self._pages("conference_legs", CONFERENCE_LEGS, *span) for span in spans]
        return facts(pl.concat(sessions), pl.concat(conferences))

    def _pages(self, query: str, schema: pl.Schema, since: datetime, end: datetime) -> pl.DataFrame:
        text = sql(query)
        pages = [frame([], schema)]
        time, sequence = since, _BEFORE_ALL_SEQUENCES
        while True:
            parameters = (time, time, sequence, end, self._page_rows)
            page = frame(self._database.rows(text, parameters), schema)
            pages.append(page)
            if page.height < self._page_rows:
                return pl.concat(pages)
            time, sequence = cast("tuple[datetime, int]", page.row(-1)[:2])
