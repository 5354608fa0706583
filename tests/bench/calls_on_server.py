"""An embedded call detail database, copied to a server of its own."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pyodbc

from pipeline.sources.lync import embedded
from pipeline.sources.lync.dialects import Dialect, sql, statements
from pipeline.sources.settings import FILE
from warehouse.odbc.settings import settings_of


def copy_to(connection: str, path: Path) -> None:
    """Lays the tables of the embedded database at `path` down in an empty PostgreSQL database."""
    with (
        closing(pyodbc.connect(connection, autocommit=True)) as server,
        closing(embedded.connect(path)) as calls,
    ):
        server.execute("CREATE SCHEMA dbo")
        for statement in statements(sql("schema"), Dialect.POSTGRES):
            server.execute(statement)
        for (table,) in calls.execute(
            "SELECT name FROM dbo.sqlite_master WHERE type = 'table'"
        ).fetchall():
            _copy(connection, calls, table)
        server.execute("VACUUM ANALYZE")


def server_s(connection: str) -> float:
    """Seconds of processor that the server on this machine has spent; 0 of an embedded database."""
    if connection.startswith(FILE):
        return 0.0
    with closing(pyodbc.connect(connection, autocommit=True)) as server:
        (folder,) = server.execute("SELECT current_setting('data_directory')").fetchone()
    postmaster = (Path(folder) / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    main = psutil.Process(int(postmaster))
    of_main = main.cpu_times()
    spent = of_main.user + of_main.system + of_main.children_user + of_main.children_system
    for one in main.children():
        with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            times = one.cpu_times()
            spent += times.user + times.system
    return float(spent)


def _copy(connection: str, calls: sqlite3.Connection, table: str) -> None:
    told = settings_of(connection)
    rows = calls.execute(f"SELECT * FROM dbo.{table}")
    columns = ", ".join(column for column, *_ in rows.description)
    copying = subprocess.Popen(
        [
            *("psql", "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1"),
            *("-h", told["SERVER"], "-p", told["PORT"], "-U", told["UID"], told["DATABASE"]),
            *("-c", f"COPY dbo.{table} ({columns}) FROM STDIN WITH (FORMAT csv)"),
        ],
        stdin=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with copying:
        assert copying.stdin is not None
        csv.writer(copying.stdin).writerows(rows)
    if copying.returncode:
        raise RuntimeError(f"{table} cannot be copied")
