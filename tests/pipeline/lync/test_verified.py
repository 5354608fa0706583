"""A call detail database of either kind against the warehouse that was mined from it."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from pipeline.sources.lync.driver import LyncSource
from tests.pipeline.lync.calls import CallDatabase
from tests.pipeline.verifier.bench import Bench

DAY = date(2025, 3, 3)
NOW = datetime.fromisoformat("2025-03-10 12:00:00")


@pytest.fixture
def bench(verified: Bench, calls: CallDatabase) -> Bench:
    """Two calls, recorded and mined."""
    for second in ("03", "07"):
        store(calls, f"10:00:00.0{second}")
    source = LyncSource(calls.connection)
    rows = source.recount(
        datetime.fromisoformat("2025-03-03"), datetime.fromisoformat("2025-03-04"), NOW
    )
    verified.write(*rows.iter_rows(named=True))
    verified.miner.cycle()
    return verified


def store(calls: CallDatabase, at: str) -> None:
    calls.session(
        at=at,
        invite=at,
        response="10:00:05.003",
        end="10:01:05.007",
        code=200,
        user1="anna@x.org",
        starter="anna@x.org",
        voip={"to_gateway": "gw-1", "connected_number": "+390612345678"},
    )


def verdicts(bench: Bench, calls: CallDatabase) -> set[tuple[str, str, str]]:
    (found,) = bench.verify(DAY, DAY, NOW, source=LyncSource(calls.connection))
    rows = found.differences.with_columns(pl.col("leg_id").str.slice(10))
    return set(rows.select("leg_id", "verdict", "field").rows())


def test_what_was_mined_is_what_the_database_has(bench: Bench, calls: CallDatabase) -> None:
    assert set() == verdicts(bench, calls)


def test_missing_changed_and_deleted_legs_are_found(bench: Bench, calls: CallDatabase) -> None:
    store(calls, "11:00:00.010")
    calls.database.execute(
        "DELETE FROM dbo.SessionDetails WHERE SessionIdTime < '2025-03-03 10:00:00.005'"
    )
    calls.database.execute(
        "UPDATE dbo.SessionDetails SET ResponseCode = 486 "
        "WHERE SessionIdTime < '2025-03-03 10:30:00'"
    )
    calls.database.commit()

    assert {
        ("100000.003-1", "deleted", "started_at"),
        ("100000.007-1", "different", "answered_at"),
        ("100000.007-1", "different", "answered_by"),
        ("100000.007-1", "different", "outcome"),
        ("100000.007-1", "different", "talk_s"),
        ("110000.010-1", "missing", "started_at"),
    } <= verdicts(bench, calls)
