"""Reads calls from Lync Server 2013 and Skype for Business Server 2015 and 2019."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import polars as pl

from pipeline.sources.ahead import ReadAhead
from pipeline.sources.lync.connect import Connection, connected
from pipeline.sources.lync.discover import describe, discover
from pipeline.sources.lync.legs import facts, legs_of
from pipeline.sources.lync.names import Names
from pipeline.sources.lync.parties import understood
from pipeline.sources.lync.queries import (
    END_OF_TIME,
    Key,
    Kind,
    modified,
    notes_changes,
    nth,
    of_times,
    page,
    probe,
)
from pipeline.sources.source import Batch, Description, Finding
from pipeline.sources.windows import Pace, Windows

PAGE_ROWS = 20_000

AT_ANY_PACE = Pace(overlap=timedelta(hours=48), settle=timedelta(minutes=10))


class LyncSource:
    """One call detail database: an ODBC connection string, or `file:PATH` for the embedded kind.

    It holds no connection between calls, servers move and restart; but while there is more to read,
    a second thread may still be reading ahead, over a connection of its own. With `dialogs` its
    legs have a `dialog_id`, which takes reading one more table: for where another source may have
    the same.
    """

    def __init__(
        self,
        connection: str,
        pace: Pace = AT_ANY_PACE,
        page_rows: int = PAGE_ROWS,
        *,
        dialogs: bool = False,
    ) -> None:
        self._connection = connection
        self.dialogs = dialogs
        """Whether its legs have a `dialog_id`."""
        self._page_rows = page_rows
        self._windows = Windows(pace, ReadAhead(self._opened))

    def probe(self) -> None:
        """Raises `Unavailable`, saying what to do, unless calls can be read."""
        with connected(self._connection) as database:
            probe(database)

    def describe(self) -> Description:
        """What the database is, and how long it keeps calls. Raises `Unavailable`."""
        with connected(self._connection) as database:
            return describe(database)

    def discover(self, now: datetime) -> list[Finding]:
        """What an administrator should know before relying on it; `now` is naive UTC.

        Raises `Unavailable`.
        """
        with connected(self._connection) as database:
            return discover(database, now, dialogs=self.dialogs)

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
            yield SessionRows(database, self._page_rows, dialogs=self.dialogs)


class SessionRows:
    """The sessions of an open database, as `windows.Rows`: facts that `legs_of` understands."""

    def __init__(
        self, database: Connection, page_rows: int = PAGE_ROWS, *, dialogs: bool = False
    ) -> None:
        self._database = database
        self._names = Names(database)
        self._dialogs = dialogs
        self._page_rows = page_rows

    def nth(self, since: datetime, number: int) -> datetime | None:
        """Key time of the row that comes `number` rows after the first one since then."""
        return nth(self._database, since, number)

    def read(self, since: datetime, until: datetime | None) -> pl.DataFrame:
        """The facts of the sessions of [since, until)."""
        end = until or END_OF_TIME
        return self._facts(*(self._pages(kind, since, end) for kind in Kind))

    def at(self, keys: Sequence[datetime]) -> pl.DataFrame:
        """The facts of the sessions of these instants: one seek of the index each."""
        return self._facts(
            *(of_times(self._database, kind, keys, dialogs=self._dialogs) for kind in Kind)
        )

    def modified(self, after: datetime, since: datetime, until: datetime) -> list[datetime]:
        """Key times in [since, until) of sessions that the server says it changed after `after`."""
        begin = Key.before(since)
        found = [
            modified(self._database, kind, after, begin, until, self._page_rows)["session_id_time"]
            for kind in Kind
            if notes_changes(self._database, kind)
        ]
        return pl.concat(found).unique().sort().to_list() if found else []

    def legs(self, rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
        """The legs that the facts mean together."""
        return legs_of(rows, now)

    def _facts(self, sessions: pl.DataFrame, conferences: pl.DataFrame) -> pl.DataFrame:
        by_views = self._database.catalog.by_views
        return facts(
            understood(sessions) if by_views else self._names.understood(sessions), conferences
        )

    def _pages(self, kind: Kind, since: datetime, end: datetime) -> pl.DataFrame:
        pages = [kind.schema(self._database.catalog).to_frame()]
        after = Key.before(since)
        while True:
            found = page(self._database, kind, after, end, self._page_rows, dialogs=self._dialogs)
            pages.append(found)
            if found.height < self._page_rows:
                return pl.concat(pages)
            after = Key(*found.row(-1)[:2])
