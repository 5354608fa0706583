"""What the numbers in sessions stand for."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from pipeline.sources.lync import queries
from pipeline.sources.lync.connect import Connection, Parameter, Row, connected
from pipeline.sources.lync.names import Names
from pipeline.sources.lync.queries import Name, named
from pipeline.sources.lync.raw import SESSIONS
from tests.pipeline.lync.calls import CallDatabase


class Counting:
    """A connection that counts the rows and statements of what is asked through it."""

    def __init__(self, database: Connection) -> None:
        self._database = database
        self.catalog, self.product = database.catalog, database.product
        self.heights: list[int] = []

    def rows(self, tsql: str, parameters: Sequence[Parameter] = ()) -> list[Row]:
        return self._database.rows(tsql, parameters)

    def frame(self, tsql: str, parameters: Sequence[Parameter], schema: pl.Schema) -> pl.DataFrame:
        found = self._database.frame(tsql, parameters, schema)
        self.heights.append(found.height)
        return found


def store(calls: CallDatabase, numbers: Sequence[int]) -> None:
    for number in numbers:
        calls.database.execute(
            f"INSERT INTO dbo.Phones (PhoneId, PhoneUri) VALUES ({number}, '+39{number}')"
        )
    calls.database.commit()


def sessions(*rows: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(SESSIONS) | row for row in rows], schema=SESSIONS)


FAR_APART = [100, 10_000, 1_000_000, 2**31 - 1]


@pytest.mark.parametrize(
    ("wanted", "statements"),
    [
        (FAR_APART[:1], 1),
        (FAR_APART, 2),
        ([*range(200, 240), *FAR_APART[1:]], 6),
        (list(range(200, 240)), 1),
        (list(range(200, 240, 2)), 1),
        ([999], 1),
    ],
)
def test_numbers_near_and_far_are_found_and_no_others(
    monkeypatch: pytest.MonkeyPatch, calls: CallDatabase, wanted: list[int], statements: int
) -> None:
    monkeypatch.setattr(queries, "NUMBERS_AT_ONCE", 2)
    stored = [*FAR_APART, *range(200, 240)]
    store(calls, stored)

    with connected(calls.connection) as database:
        counting = Counting(database)
        found = named(counting, Name.PHONES, wanted)

    expected = [(one, f"+39{one}") for one in wanted if one in stored]
    assert expected == sorted(found.rows())
    assert sum(counting.heights) <= queries.SPREAD * len(wanted)
    assert statements == len(counting.heights)


def test_a_number_is_asked_for_once(calls: CallDatabase) -> None:
    store(calls, [7, 8])
    with connected(calls.connection) as database:
        counting = Counting(database)
        names = Names(counting)
        first = names.understood(sessions({"from_number_id": 7}, {"from_number_id": 8}))
        again = names.understood(sessions({"from_number_id": 8}, {"connected_number_id": 7}))

    assert ["+397", "+398"] == first["from_number"].to_list()
    assert [("+398", None), (None, "+397")] == again.select(
        "from_number", "connected_number"
    ).rows()
    assert [2] == counting.heights


def test_what_stands_for_nothing_keeps_its_session(calls: CallDatabase) -> None:
    row = dict.fromkeys(("user1_id", "from_number_id", "client1_id", "from_gateway_id"), 4711)
    with connected(calls.connection) as database:
        (told,) = Names(database).understood(sessions(row)).rows(named=True)

    assert 4711 == told["user1_id"]
    assert told["from_trunk"] is True
    assert told["to_trunk"] is False
    assert {None} == {
        told[column] for column in ("user1_user", "user1_phone", "from_number", "client1_type")
    } | {told["gateway_in"]}
