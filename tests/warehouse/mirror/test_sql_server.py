"""SQL Server takes JSON only where it has shown that it makes of it what was put in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pyodbc
import pytest

from warehouse.mirror.sql_server import SqlServer
from warehouse.mirror.tables import Table, table

GATEWAYS = table("gateways")
CALLS = table("calls")


def rows_of(text: str, of: Table) -> list[tuple[Any, ...]]:
    """What a server should make of it, by another reader of JSON."""

    def value(name: str, told: Any) -> Any:
        dtype = of.schema[name]
        if told is None or not isinstance(told, str) or dtype == pl.String:
            return told
        return Decimal(told) if dtype.is_decimal() else datetime.fromisoformat(told)

    dates = {name for name, dtype in of.schema.items() if dtype == pl.Date}
    return [
        tuple(
            found.date() if name in dates and found is not None else found
            for name, found in ((name, value(name, row[name])) for name in of.names)
        )
        for row in json.loads(text)
    ]


class Connection:
    """Answers the question of the proof as a server would that does `change` to its rows."""

    def __init__(self, change: Callable[[list[tuple[Any, ...]]], list[tuple[Any, ...]]]) -> None:
        self.change = change
        self.asked = ""
        self.rolled_back = False

    def execute(self, sql: str, text: str = "") -> Connection:
        if "openjson" in sql:
            self.asked = text
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.change(rows_of(self.asked, CALLS))

    def cursor(self) -> Connection:
        return self

    def setinputsizes(self, sizes: Any) -> None:
        pass

    def close(self) -> None:
        pass

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        self.rolled_back = True


def is_json(packed: Any) -> bool:
    return len(packed) == 1 and isinstance(packed[0], str)


def greeted(change: Callable[[list[tuple[Any, ...]]], list[tuple[Any, ...]]]) -> SqlServer:
    dialect, connection = SqlServer("tollbook"), Connection(change)
    dialect.greet(connection)
    assert connection.rolled_back
    return dialect


TWO = pl.DataFrame(
    [("a", "Rome", None, 3, None, None), ("b", "Rome", "", 4, None, None)],
    GATEWAYS.schema,
    orient="row",
)


def test_a_server_that_gives_rows_back_takes_them_as_json_in_any_order() -> None:
    packed = greeted(lambda rows: rows[::-1]).packed(TWO)

    assert is_json(packed)
    assert TWO.rows() == rows_of(packed[0], GATEWAYS)


def escaped(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [
        tuple(json.dumps(x, ensure_ascii=False)[1:-1] if isinstance(x, str) else x for x in row)
        for row in rows
    ]


def rounded(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(Decimal(float(x)) if isinstance(x, Decimal) else x for x in row) for row in rows]


def without_null(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple("" if x is None else x for x in row) for row in rows]


def refused(_: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    raise pyodbc.ProgrammingError("42S02", "Invalid object name 'openjson'. (208)")


@pytest.mark.parametrize("change", [escaped, rounded, without_null, refused, lambda rows: rows[1:]])
def test_any_other_gets_values(
    change: Callable[[list[tuple[Any, ...]]], list[tuple[Any, ...]]],
) -> None:
    assert TWO.rows() == greeted(change).packed(TWO)


def test_a_connection_that_is_lost_meanwhile_is_not_taken_for_an_answer() -> None:
    def lost(_: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        raise pyodbc.OperationalError("08S01", "Communication link failure")

    with pytest.raises(pyodbc.OperationalError):
        greeted(lost)
