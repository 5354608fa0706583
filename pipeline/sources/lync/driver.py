"""Reads calls from Lync Server 2013 and Skype for Business Server 2015 and 2019."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from pipeline.sources.lync.connect import Connection, connected
from pipeline.sources.lync.discover import describe, discover
from pipeline.sources.lync.legs import interpret
from pipeline.sources.lync.queries import Key, Kind, oldest, page
from pipeline.sources.source import Description, Finding

PAGE_ROWS = 20_000

_BEGINNING_OF_TIME = datetime.fromisoformat("1753-01-01")
"""Of the type `datetime` of SQL Server."""
_END_OF_TIME = datetime.fromisoformat("9999-12-31")


class LyncSource:
    """One call detail database: an ODBC connection string, or `file:PATH` for the embedded kind.

    It holds no connection between calls: servers move and restart.
    """

    def __init__(self, connection: str, page_rows: int = PAGE_ROWS) -> None:
        self._connection = connection
        self._page_rows = page_rows

    def describe(self) -> Description:
        """What the database is, and how long it keeps calls."""
        with connected(self._connection) as database:
            return describe(database)

    def discover(self, now: datetime) -> list[Finding]:
        """What an administrator should know before relying on it; `now` is naive UTC."""
        with connected(self._connection) as database:
            return discover(database, now)

    def probe(self) -> None:
        """Raises `Unavailable`, saying what to do, unless both queries run."""
        with connected(self._connection) as database:
            for kind in Kind:
                page(database, kind, Key.before(_END_OF_TIME), _END_OF_TIME, 1)

    def oldest(self, since: datetime | None = None) -> datetime | None:
        """UTC time (naive) of the oldest session that the database holds, from `since` on."""
        begin = since or _BEGINNING_OF_TIME
        with connected(self._connection) as database:
            return oldest(database, begin)

    def read(self, since: datetime, until: datetime | None, now: datetime) -> pl.DataFrame:
        """The legs whose sessions are of [since, until), all times naive UTC; see `interpret`.

        All of the window is in memory at once. Raises `Unavailable`.
        """
        end = until or _END_OF_TIME
        with connected(self._connection) as database:
            sessions = self._pages(database, Kind.SESSIONS, since, end)
            conferences = self._pages(database, Kind.CONFERENCE_LEGS, since, end)
        return interpret(sessions, conferences, now)

    def _pages(
        self, database: Connection, kind: Kind, since: datetime, end: datetime
    ) -> pl.DataFrame:
        pages = [kind.schema.to_frame()]
        after = Key.before(since)
        while True:
            found = page(database, kind, after, end, self._page_rows)
            pages.append(found)
            if found.height < self._page_rows:
                return pl.concat(pages)
            after = Key(*found.row(-1)[:2])
