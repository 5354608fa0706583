"""Reading from a real server, and what its refusals say."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import polars as pl
import pyodbc
import pytest

from pipeline.sources.odbc import arrow, connection
from pipeline.sources.odbc.connection import OdbcServer
from warehouse.errors import Unavailable
from warehouse.legs import INSTANT

pytestmark = pytest.mark.postgres

ROWS = pl.Schema({"at": INSTANT, "number": pl.Int64(), "text": pl.String(), "nothing": pl.Int64()})
QUERY = """
SELECT CAST(? AS timestamp(3)) + n * interval '1 second', CAST(n AS smallint), ?, CAST(NULL AS int)
FROM generate_series(1, CAST(? AS int)) AS n ORDER BY n
"""
AT = datetime.fromisoformat("2025-03-03 08:00:00.003")


@pytest.fixture
def admin(postgres: str) -> Iterator[pyodbc.Connection]:
    with closing(pyodbc.connect(postgres, autocommit=True)) as database:
        database.execute("DROP SCHEMA IF EXISTS dbo CASCADE")
        database.execute("CREATE SCHEMA dbo")
        database.execute("CREATE TABLE dbo.Calls (Id int)")
        yield database


@pytest.fixture
def reader(postgres: str, admin: pyodbc.Connection) -> Iterator[str]:
    """The connection of a login that may read nothing yet."""
    admin.execute("CREATE ROLE reader LOGIN PASSWORD 'hush' CONNECTION LIMIT 10")
    yield postgres.replace("UID=postgres", "UID=reader;PWD=hush")
    admin.execute("DROP OWNED BY reader")
    admin.execute("DROP ROLE reader")


def refused(connection_string: str, query: str = "SELECT 1", *, frame: bool = False) -> str:
    with pytest.raises(Unavailable) as told:
        ask(connection_string, query, frame=frame)
    assert "\n" not in str(told.value)
    assert "hush" not in str(told.value)
    return str(told.value)


def ask(connection_string: str, query: str, *, frame: bool) -> None:
    with closing(OdbcServer(connection_string)) as server:
        if frame:
            server.frame(query, (), pl.Schema({"one": pl.Int64()}))
        else:
            server.rows(query)


@pytest.mark.parametrize("rows", [0, 1, 5_001])
def test_both_ways_of_reading_give_the_same_frame(
    monkeypatch: pytest.MonkeyPatch, postgres: str, rows: int
) -> None:
    with closing(OdbcServer(postgres)) as server:
        whole_columns = server.frame(QUERY, (AT, "Zürich 東京 😀", rows), ROWS)
        row_by_row = connection.frame(server.rows(QUERY, (AT, "Zürich 東京 😀", rows)), ROWS)

    assert ROWS == whole_columns.schema
    assert rows == whole_columns.height
    assert row_by_row.equals(whole_columns)


@pytest.mark.parametrize("letters", [arrow.TEXT_CHARACTERS, 8_000])
def test_a_long_text_is_never_cut(postgres: str, letters: int) -> None:
    text = "ü" * letters
    with closing(OdbcServer(postgres)) as server:
        found = server.frame(
            "SELECT repeat('ü', CAST(? AS int))", (letters,), pl.Schema({"t": pl.String()})
        )

    assert [text] == found["t"].to_list()


def test_the_second_server_is_tried_where_the_first_is_down(postgres: str) -> None:
    moved = postgres.replace("127.0.0.1", "127.0.0.2") + ";Failover_Partner=127.0.0.1"

    with closing(OdbcServer(moved)) as server:
        assert [(1,)] == [tuple(row) for row in server.rows("SELECT 1")]
        assert "server 127.0.0.1" in server.name


def test_where_both_servers_are_down_both_are_named(postgres: str) -> None:
    told = refused(postgres.replace("127.0.0.1", "127.0.0.2") + ";Failover_Partner=127.0.0.3")

    assert "127.0.0.2" in told
    assert "127.0.0.3" in told


def test_a_server_that_is_down_says_to_check_the_address() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        told = refused(f"DRIVER={{PostgreSQL Unicode}};SERVER=127.0.0.1;PORT={port};UID=x")

    assert "Check SERVER" in told


def test_an_unknown_host_says_to_check_the_address() -> None:
    told = refused("DRIVER={PostgreSQL Unicode};SERVER=nowhere.invalid;UID=reader;PWD=hush")

    assert "nowhere.invalid" in told
    assert "Check SERVER" in told


def test_a_driver_that_is_not_installed_is_named() -> None:
    told = refused("DRIVER={No Such Driver};SERVER=127.0.0.1;PWD=hush")

    assert "No Such Driver" in told
    assert "Install that ODBC driver" in told


def test_a_wrong_password_says_so(admin: pyodbc.Connection, reader: str) -> None:
    file = admin.execute("SHOW hba_file").fetchval()
    text = admin.execute("SELECT pg_read_file(?)", file).fetchval()
    rules = [" ".join(line.split()) for line in text.splitlines() if not line.startswith("#")]
    asked = "host all reader 127.0.0.1/32 scram-sha-256"
    write_rules(admin, file, asked, *rules)
    try:
        told = refused(reader.replace("PWD=hush", "PWD=guess"))
        assert "guess" not in told
        assert "Check UID and PWD" in told
    finally:
        write_rules(admin, file, *rules)


def write_rules(admin: pyodbc.Connection, file: str, *rules: str) -> None:
    admin.execute("CREATE TEMP TABLE rules (line text)")
    for rule in rules:
        admin.execute("INSERT INTO rules VALUES (?)", rule)
    admin.execute(f"COPY rules TO '{file}'")
    admin.execute("DROP TABLE rules")
    admin.execute("SELECT pg_reload_conf()").fetchall()


@pytest.mark.parametrize("frame", [False, True])
def test_a_missing_permission_says_what_to_grant(
    admin: pyodbc.Connection, reader: str, frame: bool
) -> None:
    admin.execute("GRANT USAGE ON SCHEMA dbo TO reader")

    assert "GRANT SELECT" in refused(reader, "SELECT Id FROM dbo.Calls", frame=frame)


@pytest.mark.parametrize("frame", [False, True])
def test_a_missing_table_says_to_check_the_database(
    admin: pyodbc.Connection, postgres: str, frame: bool
) -> None:
    told = refused(postgres, "SELECT Id FROM dbo.Sales", frame=frame)

    assert "dbo.sales" in told
    assert "Check that DATABASE names" in told


def test_an_unknown_database_is_named(postgres: str) -> None:
    told = refused(postgres.replace("DATABASE=postgres", "DATABASE=nowhere"))

    assert "nowhere" in told
    assert "Check DATABASE" in told


@pytest.mark.parametrize("frame", [False, True])
def test_a_locked_table_is_given_up_soon(
    monkeypatch: pytest.MonkeyPatch, admin: pyodbc.Connection, postgres: str, frame: bool
) -> None:
    monkeypatch.setattr(connection, "LOCK_MILLISECONDS", 20)
    with closing(pyodbc.connect(postgres)) as writer:
        writer.execute("LOCK TABLE dbo.Calls IN ACCESS EXCLUSIVE MODE")
        told = refused(postgres, "SELECT Id FROM dbo.Calls", frame=frame)

    assert "locked for too long. It passes" in told


@pytest.mark.parametrize("frame", [False, True])
def test_a_lost_deadlock_passes(admin: pyodbc.Connection, postgres: str, frame: bool) -> None:
    admin.execute(
        "CREATE FUNCTION dbo.lose() RETURNS int LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'deadlock detected' USING ERRCODE = '40P01'; END $$"
    )

    assert "preferred another user. It passes" in refused(
        postgres, "SELECT dbo.lose()", frame=frame
    )


def test_the_connection_only_reads(admin: pyodbc.Connection, postgres: str) -> None:
    assert "read-only" in refused(postgres, "DROP TABLE dbo.Calls")
    assert [] == admin.execute("SELECT Id FROM dbo.Calls").fetchall()
