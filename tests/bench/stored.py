"""A warehouse in which many calls are stored, filled within the database.

A few days are loaded as call files; then they are laid down again on the days that follow, with all
that was derived from them. `check` compares that with loading the same legs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from tests.bench.legs import LAST, legs_of, spread
from warehouse.frames import fetch
from warehouse.legs import LEG_SCHEMA
from warehouse.load import RatedFile, load_files
from warehouse.master import Master
from warehouse.rollups import EVERY_ROLLUP, sum_up
from warehouse.statements import statement

DAYS = 730
PATTERN_DAYS = 10
FILE_CALLS = 500
NOW = datetime.combine(LAST, datetime.min.time(), UTC) + timedelta(hours=18)

Legs = Callable[[datetime, datetime, int, int], pl.DataFrame]
"""What `legs_of` is."""

_FILES_AT_ONCE = 200
_LAID = ("legs", "group_calls", "call_shares", *EVERY_ROLLUP, "files")
_FOLLOWING = ("day_sums", "sources", "touched_days", "key_ranges")
_MOVED = {
    **dict.fromkeys(("day", "first_day", "last_day"), "{0} + $days"),
    **dict.fromkeys(
        ("started_at", "answered_at", "ended_at", "started_local"),
        "({0} + to_days($days))::timestamp_ms",
    ),
    # Keys begin with the time, and with its date.
    **dict.fromkeys(
        ("leg_id", "call_id"),
        "left({0}, 1) || strftime(strptime({0}[2:9], '%Y%m%d') + to_days($days), '%Y%m%d') "
        "|| {0}[10:]",
    ),
    **dict.fromkeys(("file", "name"), "'bench_' || $days || {0}[8:]"),
}


def fill(
    master: Master, calls: int, days: int = DAYS, legs: Legs = legs_of, patterns: int = 1
) -> None:
    """Stores about so many calls, evenly on the days before `LAST`, in files of `FILE_CALLS`.

    Each of so many `patterns` lies on equally many days, one after the other. `legs` makes a
    pattern's: they must not hang on the day within it.
    """
    times = days // PATTERN_DAYS // patterns
    begins = [LAST - timedelta(days=PATTERN_DAYS * times * part) for part in range(patterns, 0, -1)]
    first = begins[0] + timedelta(days=PATTERN_DAYS)
    stretches = [
        stretch
        for begin in begins
        for stretch in spread(
            calls // times // patterns, PATTERN_DAYS, FILE_CALLS, begin + timedelta(PATTERN_DAYS)
        )
    ]
    for begin in range(0, len(stretches), _FILES_AT_ONCE):
        part = enumerate(stretches[begin : begin + _FILES_AT_ONCE], start=begin)
        files = [
            RatedFile(f"bench_0_{serial}", "", legs(*stretch, serial)) for serial, stretch in part
        ]
        load_files(master, files, NOW)
    with master.transaction() as connection:
        for table in _LAID:
            _lay(connection, table, times, begins)
        # Calls at the end of a pattern reach into the next one.
        connection.execute(
            "create or replace temp table changed_days as select distinct day from legs "
            f"where (day - $first) % {PATTERN_DAYS} in (0, {PATTERN_DAYS - 1})",
            {"first": first},
        )
        sum_up(connection)
        connection.execute(
            "create or replace temp table changed_days as select distinct day from legs"
        )
        connection.execute("delete from key_ranges")
        connection.execute(
            "insert into key_ranges select source, left(leg_id, 1), day, min(leg_id), max(leg_id) "
            "from legs group by all"
        )
        connection.execute("delete from day_sums")
        connection.execute(statement("insert_day_sums"))
        connection.execute("delete from day_marks")
        connection.execute(
            "insert into day_marks select day, uuid()::varchar "
            "from (select day from day_sums union select day from gateway_hours)"
        )
        connection.execute(
            "update sources set newest_started_at = (select max(started_at) from legs)"
        )
        connection.execute(
            "insert or replace into touched_days "
            "select distinct legs.day, publication.serial from legs cross join publication"
        )
        connection.execute("update publication set change = uuid(), serial = serial + 1")
    master.checkpoint()


def _lay(connection: duckdb.DuckDBPyConnection, table: str, times: int, begins: list[date]) -> None:
    connection.execute(f"create or replace temp table patterns as from {table}")
    columns = fetch(connection, f"describe {table}")["column_name"]
    moved = ", ".join(_MOVED.get(name, '"{0}"').format(name) for name in columns)
    # The second leg of a call may begin after the midnight that ends a pattern.
    day = "first_day" if table == "files" else "day"
    for begin in begins:
        pattern = {"begin": begin, "end": begin + timedelta(days=PATTERN_DAYS)}
        for serial in range(1, times):
            connection.execute(
                f"insert into {table} select {moved} from patterns "
                f"where {day} between $begin and $end",
                {"days": serial * PATTERN_DAYS, **pattern},
            )
    connection.execute("drop table patterns")


def check(calls: int = 3_000, days: int = 30) -> None:
    """Raises `AssertionError` unless loading the legs of a small one gives the same tables."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Master.open(Path(folder) / "filled") as filled,
        Master.open(Path(folder) / "loaded") as loaded,
    ):
        fill(filled, calls, days)
        legs = fetch(filled.connection, "select * from legs")
        files = [
            RatedFile(str(name), "", part.select(LEG_SCHEMA.names()))
            for (name,), part in legs.group_by("file", maintain_order=True)
        ]
        load_files(loaded, files, NOW)
        for table in (*_LAID, *_FOLLOWING):
            columns = "day" if table == "touched_days" else "*"
            one, other = (
                pl.DataFrame(fetch(master.connection, f"select {columns} from {table}"))
                for master in (filled, loaded)
            )
            names = sorted(one.columns)
            if not one.select(names).sort(names).equals(other.select(names).sort(names)):
                raise AssertionError(f"{table} is not as it would have been loaded")
