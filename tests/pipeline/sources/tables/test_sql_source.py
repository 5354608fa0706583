"""A table of calls in a database: an SQLite file, and a PostgreSQL server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.sources.source import Batch, Source, Tone
from pipeline.sources.tables.select import Queries
from pipeline.sources.tables.settings import SqlSettings
from pipeline.sources.tables.sql_source import SqlSource
from tests.pipeline.sources.conformance import Call, Conformance, World
from tests.pipeline.sources.tables.simple import COLUMNS, MAPPING
from warehouse.errors import Unavailable

NOW = datetime.fromisoformat("2025-03-10 12:00:00")


def settings(connection: str, **told: Any) -> SqlSettings:
    base = {"name": "office", "kind": "sql", "site": "Rome", "table": "calls"}
    return SqlSettings.model_validate(base | MAPPING | {"connection": connection} | told)


@dataclass
class Table:
    """The table `calls` of a database."""

    connection: str
    database: Any
    told: dict[str, Any]

    def insert(self, begun: str, called: object, **facts: object) -> None:
        row = dict.fromkeys(COLUMNS) | {
            "begun": begun,
            "length": 65,
            "talk": 60,
            "result": "OK",
            "caller": "201",
            "called": str(called),
        }
        values = list((row | facts).values())
        self.database.execute("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?)", values)

    def source(self, page_rows: int = 20_000, **told: Any) -> SqlSource:
        asked = settings(self.connection, **self.told | told)
        return SqlSource(asked, asked.connection_text(), page_rows)


_COLUMNS = (
    "length integer, talk integer, result varchar(20), caller varchar(20), called varchar(20)"
)


@pytest.fixture
def sqlite_table(tmp_path: Path) -> Iterator[Table]:
    path = tmp_path / "calls.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"CREATE TABLE calls (begun text, {_COLUMNS})")
        yield Table(f"file:{path}", database, {})


@pytest.fixture
def postgres_table(postgres: str) -> Iterator[Table]:
    import pyodbc

    with closing(pyodbc.connect(postgres, autocommit=True)) as database:
        database.execute("DROP TABLE IF EXISTS calls")
        database.execute(f"CREATE TABLE calls (begun timestamp, {_COLUMNS})")
        yield Table(postgres, database, {})


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def table(request: pytest.FixtureRequest) -> Table:
    found: Table = request.getfixturevalue(f"{request.param}_table")
    return found


class SqlWorld(World):
    def __init__(self, table: Table) -> None:
        self._table = table

    def source(self) -> Source:
        return self._table.source(page_rows=3)

    def add(self, call: Call) -> None:
        local = call.started_at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Europe/Rome"))
        self._table.insert(f"{local:%Y-%m-%d %H:%M:%S}", call.called)

    @contextmanager
    def down(self) -> Iterator[None]:
        connection, self._table.connection = self._table.connection, "file:/nowhere/calls.db"
        try:
            yield
        finally:
            self._table.connection = connection


class TestConformance(Conformance):
    @pytest.fixture
    def world(self, table: Table) -> World:
        return SqlWorld(table)


def called(batch: Batch) -> list[str]:
    return sorted(batch.legs["to_number"])


def test_many_rows_of_the_same_second_are_read_whole(table: Table) -> None:
    for number in range(9):
        table.insert("2025-03-03 09:00:00", number)
    table.insert("2025-03-03 09:00:01", 9)
    assert [str(number) for number in range(10)] == called(table.source(2).poll(None, NOW))


def test_equal_rows_are_legs_of_their_own(table: Table) -> None:
    for _ in range(3):
        table.insert("2025-03-03 09:00:00", 1)
    assert 3 == table.source().poll(None, NOW).legs["leg_id"].n_unique()


def test_a_row_without_an_end_waits_and_is_the_same_leg_once_it_has_one(table: Table) -> None:
    source = table.source()
    table.insert("2025-03-03 09:00:00", 1, length=None, talk=None, result=None)
    table.insert("2025-03-03 09:10:00", 2)
    now = datetime.fromisoformat("2025-03-03 09:00:00")
    first = source.poll(None, now)
    table.database.execute("UPDATE calls SET length = 65, talk = 60, result = 'OK'")
    second = source.poll(first.cursor, now + timedelta(minutes=1))
    given_up = table.source().poll(None, NOW)
    assert (["2"], 1, True) == (called(first), first.waiting, "1" in called(second))
    assert set(given_up.legs["leg_id"]) == {*first.legs["leg_id"], *second.legs["leg_id"]}


def test_a_row_that_never_ends_is_given_up(table: Table) -> None:
    table.insert("2025-03-03 09:00:00", 1, length=None, talk=None, result=None)
    assert ["unknown_end"] == table.source().poll(None, NOW).legs["outcome"].to_list()


def test_a_long_call_is_written_when_it_ends(table: Table) -> None:
    source = table.source()
    table.insert("2025-03-10 01:00:00", 1, length=None, talk=None, result=None)
    table.insert("2025-03-10 12:55:00", 2)
    first = source.poll(None, NOW)
    table.database.execute("UPDATE calls SET length = 39000, talk = 38995, result = 'OK'")
    second = source.poll(first.cursor, NOW + timedelta(minutes=1))
    assert [("1", 38995)] == second.legs.filter(to_number="1").select("to_number", "talk_s").rows()


def test_a_row_that_changes_is_read_again(table: Table) -> None:
    source = table.source()
    table.insert("2025-03-10 09:00:00", 1)
    first = source.poll(None, NOW)
    table.database.execute("UPDATE calls SET talk = 30")
    second = source.poll(first.cursor, NOW + timedelta(minutes=20))
    assert first.legs["leg_id"].to_list() == second.legs["leg_id"].to_list()
    assert [30] == second.legs["talk_s"].to_list()


def test_a_bad_row_is_told_once_and_the_others_go_on(table: Table) -> None:
    source = table.source()
    table.insert("2025-03-03 09:00:00", 1, result="PERHAPS")
    table.insert("2025-03-03 09:00:00", 2)
    first = source.poll(None, NOW)
    (bad,) = first.rejected
    assert (["2"], "result", "PERHAPS") == (
        called(first),
        bad.problems[0].column,
        bad.problems[0].value,
    )
    assert b'"called": "1"' in bad.text
    assert () == source.poll(first.cursor, NOW + timedelta(hours=1)).rejected


def test_a_query_may_stand_for_a_table(table: Table) -> None:
    table.insert("2025-03-03 09:00:00", 1)
    table.insert("2025-03-03 09:00:00", "x'; --")
    query = "SELECT begun, length, talk, result, caller, called FROM calls WHERE called <> '1'"
    assert ["x'; --"] == called(table.source(table="", query=query).poll(None, NOW))


def test_the_nights_in_which_clocks_change_lose_nothing(table: Table) -> None:
    times = [f"2024-10-27 {hour:02}:{minute:02}:00" for hour in range(5) for minute in (0, 30)]
    times += [f"2025-03-30 {hour:02}:30:00" for hour in range(5)]
    for number, time in enumerate(times):
        table.insert(time, number)
    since, until = (datetime.fromisoformat(day) for day in ("2024-10-26", "2025-04-01"))
    half_hours = [
        midnight + timedelta(minutes=30 * number)
        for midnight in (since + timedelta(days=1), until - timedelta(days=2))
        for number in range(6)
    ]
    edges = [since, *half_hours, until]
    source = table.source()
    counted = [source.recount(*window, until).height for window in pairwise(edges)]
    assert len(times) == source.recount(since, until, until).height == sum(counted)


def test_a_column_that_holds_no_times_is_told(table: Table) -> None:
    table.insert("2025-03-03 09:00:00", 1)
    columns = MAPPING["columns"] | {"started_at": "length"}
    with pytest.raises(Unavailable, match="length holds 65, which is no time"):
        table.source(columns=columns).poll(None, NOW)


def test_seconds_since_1970_and_texts_of_other_forms_are_found(sqlite_table: Table) -> None:
    sqlite_table.insert("1740988800", 1)
    sqlite_table.database.execute("CREATE VIEW epochs AS SELECT *, begun + 0 AS at FROM calls")
    columns = MAPPING["columns"] | {"started_at": "at"}
    epochs = sqlite_table.source(table="epochs", columns=columns, time_format="epoch")
    sqlite_table.database.execute("CREATE TABLE texts AS SELECT * FROM calls")
    sqlite_table.database.execute("UPDATE texts SET begun = '2025-03-03T09:00:00+01:00'")
    texts = sqlite_table.source(table="texts")
    started = [one.poll(None, NOW).legs["started_at"].to_list() for one in (epochs, texts)]
    assert [[datetime.fromisoformat("2025-03-03 08:00:00")]] * 2 == started


def test_it_advises_on_what_would_go_wrong(table: Table) -> None:
    (empty,) = table.source().discover(NOW)
    table.insert("2025-03-03 09:00:00", 1)
    table.insert("2025-03-03 09:00:00", 1)
    table.insert("2025-03-03 09:00:00", 3, result="PERHAPS")
    columns = MAPPING["columns"] | {"leg_id": "called"}
    fact, *faults = table.source(columns=columns).discover(NOW)
    assert (Tone.ADVICE, Tone.FACT) == (empty.tone, fact.tone)
    assert [Tone.FAULT, Tone.FAULT] == [one.tone for one in faults]


@pytest.mark.parametrize(
    ("dialect", "page"),
    [
        (
            "tsql",
            "SELECT TOP 5 [begun], [called] FROM [dbo].[calls] "
            "WHERE [begun] >= ? AND [begun] < ? ORDER BY [begun] ASC",
        ),
        (
            "mysql",
            "SELECT `begun`, `called` FROM `dbo`.`calls` "
            "WHERE `begun` >= ? AND `begun` < ? ORDER BY `begun` ASC LIMIT 5",
        ),
        (
            "postgres",
            'SELECT "begun", "called" FROM "dbo"."calls" '
            'WHERE "begun" >= ? AND "begun" < ? ORDER BY "begun" ASC LIMIT 5',
        ),
    ],
)
def test_queries_quote_names_in_the_dialect_of_the_server(dialect: str, page: str) -> None:
    columns = {"started_at": "begun", "talk_s": "called"}
    asked = settings("file:x", table="dbo.calls", columns=columns)
    assert page == Queries(asked, dialect).page(5)


@pytest.mark.parametrize(
    "query", ["DELETE FROM calls", "SELECT 1; SELECT 2", "SELECT FROM WHERE (", "DROP TABLE calls"]
)
def test_anything_but_one_select_is_refused(sqlite_table: Table, query: str) -> None:
    with pytest.raises(Unavailable, match="`query`"):
        sqlite_table.source(table="", query=query).poll(None, NOW)


def test_a_name_with_quotes_in_it_is_only_a_name(sqlite_table: Table) -> None:
    columns = MAPPING["columns"] | {"dialled": 'x"; DROP TABLE calls; --'}
    sqlite_table.insert("2025-03-03 09:00:00", 1)
    sqlite_table.source(columns=columns).poll(None, NOW)
    assert ["1"] == called(sqlite_table.source().poll(None, NOW))
