"""Databases on servers: PostgreSQL for real, SQL Server by what is said to it."""

from __future__ import annotations

import importlib
from datetime import datetime
from typing import Any

import pytest

from pipeline.sources.lync.dialects import sql
from pipeline.sources.lync.driver import LyncSource
from tests.pipeline.lync.calls import CallDatabase, legs_in
from warehouse.errors import Unavailable

pyodbc = pytest.importorskip(
    "pyodbc",
    reason="The ODBC driver manager is missing: apt-get install unixodbc",
    exc_type=ImportError,
)
odbc = importlib.import_module("pipeline.sources.lync.odbc")

SQL_SERVER = (
    "DRIVER={ODBC Driver 18 for SQL Server};SERVER=sql.aurora.example,1433;DATABASE=LcsCDR;"
    "UID=reader;PWD={pa;ss}}word}"
)
DAY = datetime.fromisoformat("2025-03-03")


class FakeSqlServer:
    """Hears what the driver says to a SQL Server that has nothing to tell but its columns."""

    def __init__(self, columns: list[tuple[str, str]]) -> None:
        self.columns = columns
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self.timeout = 0
        self.answer: list[tuple[str, str]] = []

    def getinfo(self, what: int) -> str:
        assert what == pyodbc.SQL_DBMS_NAME
        return "Microsoft SQL Server"

    def execute(self, text: str, *parameters: Any) -> FakeSqlServer:
        self.heard.append((text, parameters))
        self.answer = self.columns if text == sql("columns") else []
        return self

    def fetchall(self) -> list[tuple[str, str]]:
        return self.answer

    def close(self) -> None: ...


def listening(monkeypatch: pytest.MonkeyPatch, columns: list[tuple[str, str]]) -> FakeSqlServer:
    server = FakeSqlServer(columns)
    monkeypatch.setattr(pyodbc, "connect", lambda *_args, **_settings: server)
    return server


def test_sql_server_is_read_politely_and_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    server = listening(monkeypatch, [("SessionDetails", "ReplacesDialogIdTime")])
    since = datetime.fromisoformat("2025-03-03 08:00:00.003999")

    legs_in(SQL_SERVER, since, None, DAY)

    said = [text for text, _ in server.heard]
    assert [
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET LOCK_TIMEOUT 5000",
        "SET DEADLOCK_PRIORITY LOW",
    ] == said[:3]
    assert [sql("columns"), sql("sessions"), sql("conference_legs")] == said[3:]
    key = datetime.fromisoformat("2025-03-03 08:00:00.003")
    assert (key, key, -1, datetime.fromisoformat("9999-12-31"), 20_000) == server.heard[-1][1]


def test_the_other_spelling_of_the_replaced_dialog_is_used_where_the_table_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = listening(
        monkeypatch,
        [
            ("SessionDetails", "ReplacesDialogIdTime"),
            ("ConferenceSessionDetails", "ReplaceDialogIdTime"),
        ],
    )

    legs_in(SQL_SERVER, DAY, None, DAY)

    sessions, conferences = (text for text, _ in server.heard[-2:])
    assert "s.ReplacesDialogIdTime" in sessions
    assert "d.ReplaceDialogIdSeq" in conferences
    assert "ReplacesDialogId" not in conferences


def test_a_database_without_sessions_says_which_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listening(monkeypatch, [("Invoices", "Id")])

    with pytest.raises(Unavailable, match=r"LcsCDR\) shows no table dbo\.SessionDetails.*DATABASE"):
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


@pytest.mark.postgres
def test_the_connection_refuses_what_it_was_not_made_for(postgres_calls: CallDatabase) -> None:
    server = odbc.OdbcConnection(postgres_calls.connection)
    with pytest.raises(Unavailable, match="cannot be read"):
        server.rows("DROP TABLE dbo.SessionDetails")
    server.close()
