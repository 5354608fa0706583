"""How a server answers the questions of a poll: by the index of the key, and no more than asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from pipeline.sources.lync.connect import connected
from pipeline.sources.lync.dialects import Dialect, sql, translated
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
        f" SELECT at, 1, 1 FROM ({times}) AS t WHERE n % 20 = 0"
    )
    execute("ANALYZE")
    return postgres_calls


def explained(calls: CallDatabase, query: str, parameters: tuple[Any, ...]) -> list[str]:
    text = translated(sql(query), Dialect.POSTGRES)
    found = calls.database.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {text}", *parameters)
    return [str(line[0]).lower() for line in found.fetchall()]


WINDOW = (FIRST + timedelta(days=30), FIRST + timedelta(days=30, hours=2))
LATER = FIRST + timedelta(days=40)


QUERIES: dict[str, tuple[Any, ...]] = {
    "sessions": (WINDOW[0], WINDOW[0], -1, WINDOW[1], 20_000),
    "conference_legs": (WINDOW[0], WINDOW[0], -1, WINDOW[1], 20_000),
    "nth": (WINDOW[0], 50, WINDOW[0], 50),
    "modified": (*WINDOW, LATER) * 3,
}


def test_every_query_goes_by_the_index_of_the_key(busy: CallDatabase) -> None:
    for query, parameters in QUERIES.items():
        plan = explained(busy, query, parameters)
        read = [line for line in plan if any(f" on {table} " in line for table in BIG)]
        assert read, query
        assert [] == [line for line in read if "seq scan" in line], query
        assert any("index cond: (" in line and "sessionidtime >=" in line for line in plan), query


def test_the_rows_that_are_read_grow_with_the_window_and_not_with_the_table(
    busy: CallDatabase,
) -> None:
    begin = FIRST + timedelta(days=30)
    with connected(busy.connection) as database:
        rows = SessionRows(database)
        heights = [rows.read(begin, begin + timedelta(hours=hours)).height for hours in (2, 4, 8)]
    a_day = PER_DAY * 1.05
    assert all(
        abs(height - a_day * hours / 24) < 5
        for height, hours in zip(heights, (2, 4, 8), strict=True)
    )
