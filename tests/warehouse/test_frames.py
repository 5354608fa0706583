"""Results come to their end, however the database would hand them out."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from warehouse.frames import pieces, sorted_pieces
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

UNION = """
import duckdb
from warehouse.frames import fetch, pieces, whole
with duckdb.connect(config={"threads": 1}) as connection:
    for name in "ab":
        connection.execute(
            f"create table {name} as select i, 'text number ' || i as t from range(2000000) as _(i)"
        )
        connection.execute(f"create table few_{name} as select i from range(1000000) as _(i)")
    query = (
        "from a semi join few_a using (i) union all from b semi join few_b using (i)"
        " -- whatever comes last"
    )
    print(READ)
"""


@pytest.mark.parametrize(
    "read",
    [
        "fetch(whole(connection), query).height",
        "sum(piece.height for piece in pieces(connection.cursor(), query, None, 50_000))",
    ],
)
def test_a_union_of_two_joins_ends(read: str) -> None:
    """Read as it is made, it never would: neither part ends, nor is the result begun."""
    ended = subprocess.run(
        [sys.executable, "-c", UNION.replace("READ", read)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout == "2000000\n"


def test_whoever_fetches_has_the_whole_result(
    tmp_path: Path, frame: Any, leg: Any, now: datetime
) -> None:
    size = "select current_setting('streaming_buffer_size')"
    with Master.open(tmp_path) as master:
        publish(master, now)
        snapshots = Snapshots(tmp_path)
        (theirs,) = snapshots.current().query(size).row(0)
        snapshots.close()
        for connection in (master.connection, master.cursor()):
            assert connection.execute(size).fetchall() == [(theirs,)]
    assert theirs.endswith("GiB")


def test_pieces_are_all_of_it() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table numbers as select i from range(300000) as _(i)")
        sizes, rows = [], []
        for piece in sorted_pieces(
            connection.cursor(), "from numbers where i >= $n order by -i", {"n": 1}, 50_000
        ):
            sizes.append(piece.height)
            rows.append(piece)
        assert pl.concat(rows)["i"].to_list() == [*range(299_999, 0, -1)]
        assert max(sizes) < 60_000
        found = pieces(connection.cursor(), "from numbers where i >= $n", {"n": 1}, 50_000)
        assert {*pl.concat(found)["i"]} == {*range(1, 300_000)}
