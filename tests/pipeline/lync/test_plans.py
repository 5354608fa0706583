"""How a server answers the questions of a poll: by the index of the key, and no more than asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import polars as pl
import pytest

from pipeline.sources.lync.connect import Connection, Parameter, Row, connected
from pipeline.sources.lync.dialects import Dialect, translated
from pipeline.sources.lync.driver import SessionRows
from tests.pipeline.lync.calls import CallDatabase

pytestmark = pytest.mark.postgres

FIRST = datetime.fromisoformat("2025-03-03")
DAYS, PER_DAY = 60, 3000
BIG = ("sessiondetails", "voipdetails", "conferencesessiondetails")


@pytest.fixture
def busy(postgres_calls: CallDatabase) -> CallDatabase:
    """Two months of sessions with telephony."""
    step = f"{86_400_000 // PER_DAY} milliseconds"
    times = (
        f"SELECT timestamp '{FIRST}' + n * interval '{step}' AS at, n "
        f"FROM generate_series(0, {DAYS * PER_DAY - 1}) AS n"
    )
    execute = postgres_calls.database.execute
    execute(
        "INSERT INTO dbo.SessionDetails (SessionIdTime, SessionIdSeq, MediaTypes, LastModifiedTime)"
        f" SELECT at, 1, 16, at FROM ({times}) AS t"
    )
    execute(
        "INSERT INTO dbo.VoipDetails (SessionIdTime, SessionIdSeq, LastModifiedTime)"
        f" SELECT at, 1, at FROM ({times}) AS t"
    )
    execute(
        "INSERT INTO dbo.ConferenceSessionDetails (SessionIdTime, SessionIdSeq, GatewayId)"
        f" SELECT at, 1, 1 FROM ({times}) AS t WHERE n % 2 = 0"
    )
    execute("ANALYZE")
    return postgres_calls


WINDOW = (FIRST + timedelta(days=30), FIRST + timedelta(days=30, hours=2))
LATER = FIRST + timedelta(days=40)


class Explaining:
    """A connection that has every query explained, beside answering it."""

    def __init__(self, calls: CallDatabase, database: Connection) -> None:
        self._calls, self._database = calls, database
        self.catalog, self.product = database.catalog, database.product
        self.plans: list[list[str]] = []

    def rows(self, tsql: str, parameters: Sequence[Parameter] = ()) -> list[Row]:
        return self._database.rows(tsql, parameters)

    def frame(self, tsql: str, parameters: Sequence[Parameter], schema: pl.Schema) -> pl.DataFrame:
        text = translated(self.catalog.spelled(tsql), Dialect.POSTGRES)
        plan = self._calls.database.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {text}", *parameters)
        self.plans.append([str(line[0]).lower() for line in plan.fetchall()])
        return self._database.frame(tsql, parameters, schema)


ASKED: dict[str, Callable[[SessionRows], object]] = {
    "a window": lambda rows: rows.read(*WINDOW),
    "some keys": lambda rows: rows.at([WINDOW[0], WINDOW[1]]),
    "where a piece ends": lambda rows: rows.nth(WINDOW[0], 50),
    "what was changed": lambda rows: rows.modified(LATER, *WINDOW),
}


@pytest.mark.parametrize("asked", ASKED)
def test_every_query_goes_by_the_index_of_the_key(busy: CallDatabase, asked: str) -> None:
    with connected(busy.connection) as database:
        explaining = Explaining(busy, database)
        ASKED[asked](SessionRows(explaining))
    assert explaining.plans
    for plan in explaining.plans:
        read = [line for line in plan if any(f" on {table} " in line for table in BIG)]
        assert read
        assert [] == [line for line in read if "seq scan" in line]
        assert any("index cond: (" in line and "sessionidtime" in line for line in plan)


def test_the_rows_that_are_read_grow_with_the_window_and_not_with_the_table(
    busy: CallDatabase,
) -> None:
    begin = FIRST + timedelta(days=30)
    with connected(busy.connection) as database:
        rows = SessionRows(database)
        heights = [rows.read(begin, begin + timedelta(hours=hours)).height for hours in (2, 4, 8)]
    a_day = PER_DAY * 1.5
    assert all(
        abs(height - a_day * hours / 24) < 5
        for height, hours in zip(heights, (2, 4, 8), strict=True)
    )
