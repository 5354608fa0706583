"""PostgreSQL, where it differs from other kinds of servers."""

from __future__ import annotations

from typing import Final

import polars as pl
import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks
from sqlglot import exp

from warehouse.mirror.bulk import arrays
from warehouse.mirror.dialect import LOCK_SECONDS, Dialect, Packed
from warehouse.mirror.statements import Sql
from warehouse.mirror.tables import Column, Table

_TYPES: Final[dict[exp.DType, str]] = {
    exp.DType.DATE: "date",
    exp.DType.DATETIME2: "timestamp",
    exp.DType.UTINYINT: "smallint",
    exp.DType.INT: "int",
    exp.DType.BIGINT: "bigint",
    exp.DType.BIT: "boolean",
    exp.DType.DECIMAL: "numeric",
    exp.DType.NVARCHAR: "text",
}


class Postgres(Dialect):
    """PostgreSQL 12 and later."""

    sql = Sql.POSTGRES
    has_time_limits = False
    manners = (
        f"set lock_timeout = '{LOCK_SECONDS}s'",
        "set session characteristics as transaction isolation level read committed",
        # The server gives up a client that is gone, with what it holds.
        "set tcp_keepalives_idle = 30",
        "set tcp_keepalives_interval = 10",
        "set tcp_keepalives_count = 3",
        "set idle_in_transaction_session_timeout = '15min'",
        "set datestyle = 'ISO'",
    )

    def reading(self, column: Column) -> str:
        # Its driver gives truth values as characters.
        return f"cast({column.name} as int)" if column.kind is exp.DType.BIT else column.name

    def lock(self, cursor: pyodbc.Cursor) -> None:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtext(?))", f"tollbook mirror {self.schema}"
        )
        cursor.fetchall()

    def packed(self, rows: pl.DataFrame) -> Packed:
        return arrays(rows)

    def write(self, cursor: pyodbc.Cursor, into: str, table: Table, rows: Packed) -> None:
        cursor.execute(self.inserting(into, table), *rows)

    def inserting(self, into: str, table: Table) -> str:
        """Takes one array for each column.

        One parameter to a column: as many as rows have cells would be ten times slower. They are
        unnested side by side, row for row, as they come: `from unnest(…)` would first store each of
        them, and then all rows, and take half as long again. The types have no sizes: a cast would
        cut what does not fit, an assignment refuses it.
        """
        taken = ", ".join(map(_array_of, table.columns))
        return f"insert into {self.spell(into)} ({table.listed}) select {taken}"

    def describe(self, cursor: pyodbc.Cursor, table: str, column: str, meaning: str) -> None:
        # It takes no parameters; the words are those of our own files.
        words = meaning.replace("'", "''")
        cursor.execute(f"comment on column \"{self.schema}\".{table}.{column} is '{words}'")

    def add_columnstore(self, cursor: pyodbc.Cursor, table: Table) -> bool:  # noqa: ARG002
        return False


def _array_of(column: Column) -> str:
    return f"unnest(cast(? as {_TYPES[column.kind]}[]))"
