"""Reads calls from Lync Server 2013 and Skype for Business Server 2015 and 2019."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import polars as pl

from pipeline.sources.lync.connect import Connection, connected
from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.discover import describe, discover
from pipeline.sources.lync.legs import interpret
from pipeline.sources.lync.raw import CONFERENCE_LEGS, OLDEST, SESSIONS, frame
from pipeline.sources.source import Description, Finding

PAGE_ROWS = 20_000

_BEFORE_ALL_SEQUENCES = -1
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
            for query in ("sessions", "conference_legs"):
                parameters = (_END_OF_TIME, _END_OF_TIME, _BEFORE_ALL_SEQUENCES, _END_OF_TIME, 1)
                database.rows(sql(query), parameters)

    def oldest(self, since: datetime | None = None) -> datetime | None:
        """UTC time (naive) of the oldest session that the database holds, from `since` on."""
        begin = since or _BEGINNING_OF_TIME
        with connected(self._connection) as database:
            found = frame(database.rows(sql("oldest"), (begin, begin)), OLDEST)
        return cast("datetime | None", found.item())

    def read(self, since: datetime, until: datetime | None, now: datetime) -> pl.DataFrame:
        """The legs whose sessions are of [since, until), all times naive UTC; see `interpret`.

        All of the window is in memory at once. Raises `Unavailable`.
        """
        end = until or _END_OF_TIME
        with connected(self._connection) as database:
            sessions = self._pages(database, "sessions", SESSIONS, since, end)
            conferences = self._pages(database, "conference_legs", CONFERENCE_LEGS, since, end)
        return interpret(sessions, conferences, now)

    def _pages(
        self, database: Connection, query: str, schema: pl.Schema, since: datetime, end: datetime
    ) -> pl.DataFrame:
        text = sql(query)
        pages = [frame([], schema)]
        time, sequence = since, _BEFORE_ALL_SEQUENCES
        while True:
            page = frame(database.rows(text, (time, time, sequence, end, self._page_rows)), schema)
            pages.append(page)
            if page.height < self._page_rows:
                return pl.concat(pages)
            time, sequence = cast("tuple[datetime, int]", page.row(-1)[:2])
