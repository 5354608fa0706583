"""state.db: one schema for all who open it, whatever happens meanwhile."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from warehouse.errors import Damaged, InUse, Unavailable
from warehouse.state import state as module
from warehouse.state.state import State


def tables(state: State) -> set[str]:
    rows = state.connection.execute("select name from sqlite_master where type = 'table'")
    return {name for (name,) in rows}


def test_a_new_file_gets_the_schema_and_an_old_one_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.db"
    with State.open(path) as state:
        assert {"budgets", "budget_sums", "budget_crossings"} <= tables(state)
        state.connection.execute("update budget_edits set edits = 7")
    with State.open(path) as state:
        assert 7 == state.connection.execute("select edits from budget_edits").fetchone()[0]
        assert "wal" == state.connection.execute("pragma journal_mode").fetchone()[0]


def test_many_that_open_it_at_once_make_one_schema(tmp_path: Path) -> None:
    start, faults = threading.Barrier(6), []

    def open_one() -> None:
        start.wait()
        try:
            State.open(tmp_path / "state.db").close()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == faults
    with State.open(tmp_path / "state.db") as state:
        numbers = [
            number for (number,) in state.connection.execute("select number from migrations")
        ]
    assert len(numbers) == len(set(numbers)) == len(module._migrations())


def test_a_migration_that_breaks_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ((1, "0001_x", "create table one (a);\ncreate table one (b);\n"),)
    with monkeypatch.context() as breaking:
        breaking.setattr(module, "_migrations", lambda: broken)
        with pytest.raises(Unavailable):
            State.open(tmp_path / "state.db")
    with State.open(tmp_path / "state.db") as state:
        assert "one" not in tables(state)


def test_a_migration_in_another_form_and_a_newer_schema_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with State.open(path) as state:
        state.connection.execute("insert into migrations values (9999, 'later', '')")
    with pytest.raises(Unavailable, match="Update Tollbook"):
        State.open(path)
    with sqlite3.connect(path) as connection:
        connection.execute("delete from migrations where number = 9999")
        connection.execute("update migrations set sha256 = 'x' where number = 1")
        connection.execute("delete from migrations where number > 1")
    connection.close()
    with pytest.raises((Damaged, Unavailable)):
        State.open(path)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_text("not a database, and long enough to be seen as none" * 40, encoding="utf-8")
    with pytest.raises(Damaged, match=r"state\.db"):
        State.open(path)


def test_who_waits_too_long_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with State.open(path) as one, State.open(path, patience_s=0.05) as other:
        with one.transaction(), pytest.raises(InUse), other.transaction():
            pass
        with other.transaction():
            pass
