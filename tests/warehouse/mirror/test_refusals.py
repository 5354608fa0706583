"""What passes by itself is tried again; what somebody has to mend says so in one line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pyodbc
import pytest

from tests.warehouse.conftest import Put
from tests.warehouse.mirror.conftest import NOW
from warehouse.clock import fixed_clock
from warehouse.errors import Damaged, TollbookError, Unavailable
from warehouse.master import Master
from warehouse.mirror import dialects
from warehouse.mirror.mirror import Mirror
from warehouse.mirror.refusals import (
    TargetRefused,
    TargetUnavailable,
    is_passing,
    is_shut_out,
    mend_of,
)
from warehouse.mirror.server import Server
from warehouse.mirror.statements import Migration, migrations
from warehouse.mirror.upgrade import upgrade
from warehouse.odbc.errors import refusal
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

FROM = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"

PASSING = [
    ("40001", f"{FROM}Transaction was deadlocked on lock resources. (1205) (SQLExecDirectW)"),
    ("42000", f"{FROM}Lock request time out period exceeded. (1222) (SQLExecDirectW)"),
    ("42000", f"{FROM}The transaction log for database 'x' is full. (9002) (SQLExecDirectW)"),
    ("42000", f"{FROM}Database 'x' on server 'y' is not currently available. (40613) (SQLDriver)"),
    ("08S01", f"{FROM}TCP Provider: Error code 0x2746 (10054) (SQLExecDirectW)"),
    ("HYT00", f"{FROM}Query timeout expired (0) (SQLExecDirectW)"),
    ("HY000", f"{FROM}The database 'x' is the secondary copy. (954) (SQLExecDirectW)"),
    ("08S01", "server closed the connection unexpectedly (26) (SQLExecDirectW)"),
    ("HY000", "could not receive data from server: Connection timed out (26) (SQLExecDirectW)"),
    ("57P01", "FATAL: terminating connection due to administrator command (7) (SQLExecDirectW)"),
    ("53100", "ERROR: could not extend file: No space left on device (1) (SQLExecDirectW)"),
    ("25006", "ERROR: cannot execute INSERT in a read-only transaction (1) (SQLExecDirectW)"),
]
FINAL = [
    ("42000", f"{FROM}The INSERT permission was denied on 'calls'. (229) (SQLExecDirectW)"),
    ("42000", f"{FROM}CREATE TABLE permission denied in database 'x'. (262) (SQLExecDirectW)"),
    ("42S02", f"{FROM}Invalid object name 'tollbook.calls'. (208) (SQLExecDirectW)"),
    ("22001", f"{FROM}String or binary data would be truncated. (8152) (SQLExecDirectW)"),
    ("23000", f"{FROM}Violation of PRIMARY KEY constraint. (2627) (SQLExecDirectW)"),
    ("42501", "ERROR: permission denied for schema x (1) (SQLExecDirectW)"),
    ("42P01", 'ERROR: relation "x" does not exist (1) (SQLExecDirectW)'),
]


@pytest.mark.parametrize("said", PASSING, ids=lambda said: said[1][-60:])
def test_it_passes(said: tuple[str, str]) -> None:
    refused = refusal(pyodbc.Error(*said))

    assert is_passing(refused)
    assert mend_of(refused)


@pytest.mark.parametrize("said", FINAL, ids=lambda said: said[1][-60:])
def test_somebody_has_to_do_something(said: tuple[str, str]) -> None:
    assert not is_passing(refusal(pyodbc.Error(*said)))


@pytest.mark.parametrize(
    ("said", "mend"),
    [(PASSING[2], "make room"), (PASSING[10], "make room"), (PASSING[0], "tries again"),
     (FINAL[0], "docs/mirror.md"), (FINAL[5], "docs/mirror.md")],
)  # fmt: skip
def test_the_mend_is_told(said: tuple[str, str], mend: str) -> None:
    assert mend in mend_of(refusal(pyodbc.Error(*said)))


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("written", "instead", "kind"),
    [
        ("UID=postgres", "UID=nobody_here", TargetRefused),
        ("DATABASE=postgres", "DATABASE=nowhere", TargetRefused),
        ("DRIVER={PostgreSQL Unicode}", "DRIVER={No Such Driver}", TargetRefused),
        ("127.0.0.1", "127.0.0.2", TargetUnavailable),
    ],
)
def test_a_login_that_is_shut_out_is_not_tried_again_soon(
    postgres: str, written: str, instead: str, kind: type[TollbookError]
) -> None:
    wrong = postgres.replace(written, instead) + ";PWD=hush"
    with closing(Server(wrong, "x")) as server, pytest.raises(kind) as told:
        _ = server.dialect

    assert "\n" not in str(told.value)
    assert "hush" not in str(told.value)


def test_a_wrong_password_is_shut_out() -> None:
    for said in (
        ("28000", f"{FROM}Login failed for user 'x'. (18456) (SQLDriverConnect)"),
        ("08001", 'FATAL: password authentication failed for user "x" (101) (SQLDriverConnect)'),
    ):
        assert is_shut_out(refusal(pyodbc.Error(*said)))


@pytest.fixture
def mirrored(
    leg: Callable[..., dict[str, Any]], put: Put, master: Master, mirror: Mirror
) -> Callable[[str], None]:
    """One day is mirrored; then one more call of it is published at a time."""
    put(leg("a"))
    publish(master, NOW)
    mirror.cycle()

    def more(name: str) -> None:
        put(leg(name))
        publish(master, NOW)

    return more


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("state", "kind"),
    [("40P01", TargetUnavailable), ("53100", TargetUnavailable), ("57P01", TargetUnavailable),
     ("42501", TargetRefused), ("23514", TargetRefused)],
)  # fmt: skip
def test_nothing_of_a_transaction_stays_that_fails_at_its_end(
    mirrored: Callable[[str], None],
    mirror: Mirror,
    admin: Any,
    schema: str,
    there: Callable[..., list[tuple[Any, ...]]],
    state: str,
    kind: type[TollbookError],
) -> None:
    mirrored("b")
    admin.execute(
        f"create function {schema}.fail() returns trigger language plpgsql as "
        f"$$ begin raise 'refused it' using errcode = '{state}'; end $$"
    )
    admin.execute(
        f"create trigger failing before insert on {schema}.mirror_days "
        f"for each row execute function {schema}.fail()"
    )

    with pytest.raises(kind, match="refused it") as told:
        mirror.cycle()

    assert "\n" not in str(told.value)
    assert [("a",)] == there("select call_id from $calls")
    admin.execute(f"drop trigger failing on {schema}.mirror_days")
    assert 1 == mirror.cycle().days
    assert [("a",), ("b",)] == there("select call_id from $calls order by 1")


@pytest.mark.postgres
def test_a_table_that_is_locked_is_given_up_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
    mirrored: Callable[[str], None],
    mirror: Mirror,
    server: Server,
    postgres: str,
    schema: str,
) -> None:
    mirrored("b")
    server.close()
    monkeypatch.setattr(dialects.Postgres, "manners", ("set lock_timeout = '50ms'",))
    with closing(pyodbc.connect(postgres)) as other:
        other.execute(f"lock table {schema}.calls in access exclusive mode")
        with pytest.raises(TargetUnavailable, match="tries again"):
            mirror.cycle()
        other.rollback()

    assert 1 == mirror.cycle().days


@pytest.mark.postgres
def test_the_partner_is_tried_where_the_server_is_gone(
    mirrored: Callable[[str], None], postgres: str, schema: str, snapshots: Snapshots
) -> None:
    mirrored("b")
    moved = postgres.replace("127.0.0.1", "127.0.0.2") + ";Failover_Partner=127.0.0.1"
    with closing(Server(moved, schema)) as server:
        assert 1 == Mirror(server, snapshots, fixed_clock(NOW)).cycle().days


@pytest.mark.postgres
def test_a_schema_of_a_newer_program_is_left_alone(
    mirrored: Callable[[str], None], server: Server, admin: Any, schema: str
) -> None:
    admin.execute(f"insert into {schema}.migrations values (9999, 'x', 'x', now())")

    with pytest.raises(Unavailable, match="Update Tollbook"):
        upgrade(server, NOW, columnstore=True)


@pytest.mark.postgres
def test_a_change_that_was_applied_in_another_form_is_told(
    mirrored: Callable[[str], None], server: Server, admin: Any, schema: str
) -> None:
    admin.execute(f"update {schema}.migrations set sha256 = 'x' where number = 1")

    with pytest.raises(Damaged, match="0001_tables"):
        upgrade(server, NOW, columnstore=False)


@pytest.mark.postgres
def test_an_upgrade_that_was_broken_off_goes_on(
    monkeypatch: pytest.MonkeyPatch, server: Server, admin: Any, schema: str
) -> None:
    describe = dialects.Postgres.describe

    def fails(self: Any, cursor: Any, table: str, column: str, meaning: str) -> None:
        if table == "day_hours":
            cursor.execute("select 1 / 0")
        describe(self, cursor, table, column, meaning)

    monkeypatch.setattr(dialects.Postgres, "describe", fails)
    with pytest.raises(TargetRefused, match="division by zero"):
        upgrade(server, NOW, columnstore=False)
    monkeypatch.undo()

    assert len(migrations()) == upgrade(server, NOW, columnstore=False)
    assert 0 == upgrade(server, NOW, columnstore=False)
    undescribed = admin.execute(
        "select count(*) from information_schema.columns c join pg_class t on t.relname = "
        "c.table_name join pg_namespace n on n.oid = t.relnamespace and n.nspname = c.table_schema "
        "where c.table_schema = ? and t.relkind = 'r' and "
        "col_description(t.oid, c.ordinal_position) is null",
        schema,
    ).fetchval()
    assert 0 == undescribed


@pytest.mark.postgres
def test_a_newer_program_adds_columns_with_their_meaning_and_writes_all_days_again(
    monkeypatch: pytest.MonkeyPatch,
    mirrored: Callable[[str], None],
    mirror: Mirror,
    server: Server,
    admin: Any,
    schema: str,
) -> None:
    text = (
        "alter table {schema}.calls add\n"
        "    mood nvarchar(20), -- How the caller felt\n"
        "    rate decimal(16, 10) -- What it was converted by\n;\n"
        "delete from {schema}.mirror_days;\n"
    )
    newer = (*migrations(), Migration(9000, "9000_more", text))
    monkeypatch.setattr("warehouse.mirror.upgrade.migrations", lambda: newer)

    assert 1 == upgrade(server, NOW, columnstore=False)

    meaning = admin.execute(
        "select col_description(cast(? as regclass), attnum) from pg_attribute "
        "where attrelid = cast(? as regclass) and attname = 'rate'",
        *(f"{schema}.calls", f"{schema}.calls"),
    ).fetchval()
    assert "What it was converted by" == meaning
    mirrored("b")
    assert 1 == mirror.cycle().days
