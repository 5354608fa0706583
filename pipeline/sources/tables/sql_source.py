"""Reads calls from a table, a view or a query of a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from pipeline.sources.source import BATCH_COLUMNS, Batch, Description, Finding, Tone
from pipeline.sources.tables.advice import advice
from pipeline.sources.tables.database import opened
from pipeline.sources.tables.settings import SqlSettings
from pipeline.sources.tables.sql_rows import PAGE_ROWS, CallRows
from pipeline.sources.windows import Windows

SAMPLE = timedelta(days=1)
TOLD_AT_MOST = 100_000


class SqlSource:
    """One table. It holds no connection between calls: servers move and restart."""

    def __init__(self, settings: SqlSettings, connection: str, page_rows: int = PAGE_ROWS) -> None:
        self._settings = settings
        self._connection = connection
        self._page_rows = page_rows
        self._windows = Windows(settings.pace())
        self._told: set[str] = set()
        """The bad rows that were given by this process: they are read again and again."""

    def describe(self) -> Description:
        """The product's name; the table's owner decides how long it keeps calls."""
        with opened(self._connection) as database:
            return Description(f"{self._settings.table or 'query'} on {database.product}", None)

    def discover(self, now: datetime) -> list[Finding]:  # noqa: ARG002
        """Looks at the newest day of calls."""
        place = self._settings.table or "query"
        with self._rows() as rows:
            newest = rows.newest
            if newest is None:
                return [Finding(Tone.ADVICE, f"{place} holds no calls yet.", "Look at it.")]
            legs = rows.read_all(newest - SAMPLE, None)
            return advice(place, legs.select(BATCH_COLUMNS.names()), list(rows.rejected.values()))

    def poll(self, cursor: str | None, now: datetime) -> Batch:
        """What is new or changed since the batch that gave `cursor`."""
        with self._rows() as rows:
            batch = self._windows.poll(rows, cursor, now)
        fresh = {text: one for text, one in rows.rejected.items() if text not in self._told}
        if len(self._told) > TOLD_AT_MOST:
            self._told.clear()
        self._told |= fresh.keys()
        return replace(batch, rejected=tuple(fresh.values()))

    def recount(self, since: datetime, until: datetime, now: datetime) -> pl.DataFrame:
        """All legs that began in [since, until), as they would be written now."""
        with self._rows() as rows:
            return self._windows.recount(rows, since, until, now)

    @contextmanager
    def _rows(self) -> Iterator[CallRows]:
        with opened(self._connection) as database:
            yield CallRows(database, self._settings, self._page_rows)
