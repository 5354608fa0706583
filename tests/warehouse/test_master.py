from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.errors import Damaged, Unavailable
from warehouse.master import Master
from warehouse.migrate import schema_version


def test_a_second_writer_in_the_same_process_is_refused(master: Master) -> None:
    with pytest.raises(Unavailable, match="Only one miner can run"):
        Master.open(master.folder)


def test_a_second_writer_in_another_process_is_refused(master: Master) -> None:
    code = (
        "import sys; from pathlib import Path; from warehouse.master import Master\n"
        "Master.open(Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(master.folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Only one miner can run" in done.stderr


def test_the_warehouse_can_be_opened_again_after_closing(folder: Path) -> None:
    for _ in range(2):
        with Master.open(folder) as master:
            applied = master.connection.execute("select max(number) from migrations").fetchone()
        assert (schema_version(),) == applied


def test_a_refused_opening_leaves_the_lock_free(folder: Path) -> None:
    folder.mkdir()
    broken = folder / "master.duckdb"
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises((Damaged, Unavailable)):
        Master.open(folder)
    broken.unlink()
    Master.open(folder).close()


def test_a_warehouse_of_a_newer_program_is_left_alone(folder: Path) -> None:
    with Master.open(folder) as master:
        master.connection.execute("insert into migrations values (9999, 'later', '')")
    with pytest.raises(Unavailable, match="Update Tollbook"):
        Master.open(folder)


def test_a_migration_applied_in_another_form_is_damage(folder: Path) -> None:
    with Master.open(folder) as master:
        master.connection.execute("update migrations set sha256 = 'other' where number = 1")
    with pytest.raises(Damaged, match="in another form"):
        Master.open(folder)


def test_every_table_and_column_says_what_it_means(master: Master) -> None:
    silent = master.connection.execute(
        "select table_name, null from duckdb_tables() "
        "where comment is null and not temporary and table_name <> 'migrations' "
        "union all select table_name, column_name from duckdb_columns() join duckdb_tables() "
        "using (database_name, schema_name, table_name) "
        "where duckdb_columns.comment is null and not temporary and table_name <> 'migrations'"
    ).fetchall()
    assert [] == silent


def test_the_file_is_written_in_the_format_that_both_engine_lines_read(master: Master) -> None:
    tags = master.connection.execute(
        "select tags['storage_version'] from duckdb_databases() where database_name = 'master'"
    ).fetchone()
    assert tags is not None
    assert tags[0].startswith("v1.5")


def test_a_failed_transaction_leaves_nothing(master: Master) -> None:
    def fail() -> None:
        with master.transaction() as connection:
            connection.execute("insert into touched_days (day) values ('2024-10-14')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [] == master.connection.execute("from touched_days").fetchall()


def test_a_frozen_file_stays_as_it_is_while_another_is_written_without_a_log(
    master: Master, folder: Path
) -> None:
    """A base is copied from it meanwhile."""
    master.freeze()
    with master.transaction() as connection:
        connection.execute("insert into touched_days (day) values ('2024-10-14')")
    frozen = _content(master)
    with master.without_log() as connection:
        connection.execute(f"attach '{folder / 'other.duckdb'}' as other")
        connection.execute("create table other.days as select day from touched_days")
        assert not (folder / "other.duckdb.wal").exists()
        connection.execute("detach other")
    with master.transaction() as connection:
        connection.execute("insert into touched_days (day) values ('2024-10-15')")
    assert frozen == _content(master)
    master.thaw()
    master.checkpoint()
    assert frozen != _content(master)


def _content(master: Master) -> bytes:
    """By the handle that is open anyway: closing another one would give up the lock."""
    assert master._handle is not None
    return os.pread(master._handle.fileno(), 1 << 30, 0)
