"""Databases on servers: PostgreSQL for real, SQL Server by what is said to it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import polars as pl
import pytest

from pipeline.sources.lync import queries
from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.driver import LyncSource
from tests.pipeline.lync import servers
from tests.pipeline.lync.calls import CallDatabase, legs_in
from warehouse.errors import Unavailable

pyodbc = pytest.importorskip(
    "pyodbc",
    reason="The ODBC driver manager is missing: apt-get install unixodbc",
    exc_type=ImportError,
)
connection = importlib.import_module("pipeline.sources.odbc.connection")

SQL_SERVER = (
    "DRIVER={ODBC Driver 18 for SQL Server};SERVER=sql.aurora.example,1433;DATABASE=LcsCDR;"
    "UID=reader;PWD={pa;ss}}word}"
)
DAY = datetime.fromisoformat("2025-03-03")


class FakeSqlServer:
    """Hears what is said to a SQL Server that has nothing to tell but its columns."""

    def __init__(self, columns: Iterable[tuple[str, str]], driver: str) -> None:
        self.columns = [(table, column, 1) for table, column in columns]
        self.driver = driver
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self.heard_by_arrow: list[tuple[str, tuple[Any, ...]]] = []
        self.timeout = 0
        self.answer: list[tuple[str, str, int]] = []

    def getinfo(self, what: int) -> str:
        return {
            pyodbc.SQL_DBMS_NAME: "Microsoft SQL Server",
            pyodbc.SQL_DRIVER_NAME: self.driver,
        }[what]

    def execute(self, text: str, *parameters: Any) -> FakeSqlServer:
        self.heard.append((text, parameters))
        self.answer = self.columns if text == sql("columns") else []
        return self

    def fetchall(self) -> list[tuple[str, str, int]]:
        return self.answer

    def close(self) -> None: ...


def listening(
    monkeypatch: pytest.MonkeyPatch,
    columns: Iterable[tuple[str, str]],
    driver: str = "libmsodbcsql-18.6.so.2.1",
) -> FakeSqlServer:
    server = FakeSqlServer(columns, driver)

    class FakeArrow:
        def __init__(self, _connection: str, _login: int, seconds: int, manners: list[str]) -> None:
            assert connection.QUERY_SECONDS == seconds
            server.heard_by_arrow += [(statement, ()) for statement in manners]

        def frame(self, text: str, parameters: list[str], schema: pl.Schema) -> pl.DataFrame:
            server.heard_by_arrow.append((text, tuple(parameters)))
            return schema.to_frame()

    monkeypatch.setattr(pyodbc, "connect", lambda *_args, **_settings: server)
    monkeypatch.setattr(connection, "ArrowReader", FakeArrow)
    return server


def test_sql_server_is_read_politely_and_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    server = listening(monkeypatch, servers.columns())
    since = datetime.fromisoformat("2025-03-03 08:00:00.003999")

    legs_in(SQL_SERVER, since, None, DAY)

    manners = [
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET LOCK_TIMEOUT 5000",
        "SET DEADLOCK_PRIORITY LOW",
    ]
    questions = [queries.window_query(servers.SKYPE_2015, kind) for kind in queries.Kind]
    assert [*manners, sql("columns")] == [text for text, _ in server.heard]
    assert [*manners, *questions] == [text for text, _ in server.heard_by_arrow]
    assert connection.QUERY_SECONDS == server.timeout
    key = "2025-03-03T08:00:00.003"
    assert (key, key, "-1", "9999-12-31T00:00:00.000", "20000") == server.heard_by_arrow[-1][1]


def test_freetds_reads_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    server = listening(monkeypatch, servers.columns(), driver="libtdsodbc.so")
    since = datetime.fromisoformat("2025-03-03 08:00:00.003999")

    legs_in(SQL_SERVER, since, None, DAY)

    key = datetime.fromisoformat("2025-03-03 08:00:00.003")
    assert (key, key, -1, datetime.fromisoformat("9999-12-31"), 20_000) == server.heard[-1][1]
    assert [] == server.heard_by_arrow


def test_a_server_of_2013_is_read_by_its_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    server = listening(monkeypatch, servers.LYNC_2013.columns)

    legs_in(SQL_SERVER, DAY, None, DAY)

    said = "".join(text for text, _ in server.heard_by_arrow)
    assert "s.ReplaceDialogIdTime" in said
    assert "ReplacesDialogId" not in said


def test_a_database_without_sessions_says_which_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listening(monkeypatch, [("Invoices", "Id")])

    with pytest.raises(Unavailable, match=r"LcsCDR\).* shows no .*dbo\.SessionDetails.*DATABASE"):
        LyncSource(SQL_SERVER).probe()


def test_a_refusal_names_server_driver_and_mend_but_never_the_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_args: Any, **_settings: Any) -> None:
        raise pyodbc.InterfaceError("28000", "Login failed for 'reader' with pa;ss}word")

    monkeypatch.setattr(pyodbc, "connect", refuse)

    with pytest.raises(Unavailable) as refused:
        LyncSource(SQL_SERVER).probe()

    told = str(refused.value)
    assert "ODBC Driver 18 for SQL Server" in told
    assert "sql.aurora.example,1433" in told
    assert "Check UID and PWD" in told
    assert "ss}word" not in told


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(Unavailable, match=r"No Such Driver.*Install that ODBC driver"):
        LyncSource("DRIVER={No Such Driver};SERVER=127.0.0.1").probe()


@pytest.mark.postgres
def test_a_server_that_is_down_is_unavailable(postgres: str) -> None:
    nobody_listens = postgres.replace("SERVER=127.0.0.1", "SERVER=127.0.0.2")

    with pytest.raises(Unavailable, match=r"server 127\.0\.0\.2.*cannot be reached"):
        LyncSource(nobody_listens).probe()


@pytest.mark.postgres
def test_both_spellings_are_read_from_a_real_server(postgres_calls: CallDatabase) -> None:
    postgres_calls.session(at="08:00:00.000", user1="a@aurora.example", end="08:01:00.000")
    postgres_calls.session(
        at="08:00:50.003", replaces="08:00:00.000", user1="b@aurora.example", end="08:02:00.000"
    )
    for column in ("Time", "Seq"):
        postgres_calls.database.execute(
            "ALTER TABLE dbo.SessionDetails "
            f"RENAME COLUMN ReplacesDialogId{column} TO ReplaceDialogId{column}"
        )

    legs = legs_in(postgres_calls.connection, DAY, None, DAY)

    assert ["S20250303T080000.000-1"] * 2 == legs["call_id"].to_list()


@pytest.mark.postgres
def test_a_column_that_is_missing_is_reported(postgres_calls: CallDatabase) -> None:
    postgres_calls.database.execute("ALTER TABLE dbo.VoipDetails DROP COLUMN ToGatewayId")

    with pytest.raises(Unavailable, match=r"(?i)togatewayid.*Check that DATABASE"):
        LyncSource(postgres_calls.connection).probe()
