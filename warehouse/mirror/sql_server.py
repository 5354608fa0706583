"""SQL Server, where it differs from other kinds of servers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

import polars as pl
import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks
from sqlglot import exp

from warehouse.errors import Unavailable
from warehouse.mirror.dialect import LOCK_SECONDS, Dialect, Packed
from warehouse.mirror.statements import Sql
from warehouse.mirror.tables import Column, Table, table

_COLUMNSTORE_SINCE: Final = 13
"""SQL Server 2016: here a columnstore index may stand beside others and rows still change."""
_AZURE: Final = frozenset({5, 8})
"""Editions whose version says nothing of what they can."""
_COLUMNSTORE: Final = "calls_columnstore"
_NOT_IN_COLUMNSTORE: Final = frozenset(
    {"from_number", "from_user", "to_number", "to_user", "dialled"}
)

_PARAMETERS: Final[dict[exp.DType, tuple[int, int, int]]] = {
    exp.DType.DATE: (pyodbc.SQL_TYPE_DATE, 10, 0),
    exp.DType.DATETIME2: (pyodbc.SQL_TYPE_TIMESTAMP, 23, 3),
    exp.DType.UTINYINT: (pyodbc.SQL_SMALLINT, 5, 0),
    exp.DType.INT: (pyodbc.SQL_INTEGER, 10, 0),
    exp.DType.BIGINT: (pyodbc.SQL_BIGINT, 19, 0),
    exp.DType.BIT: (pyodbc.SQL_BIT, 1, 0),
}
_EXTREMES: Final[dict[exp.DType, list[object]]] = {
    exp.DType.DATE: [date(1, 1, 1), date(2024, 2, 29), date(9999, 12, 31)],
    exp.DType.DATETIME2: [
        datetime(1753, 1, 1, 0, 0, 0, 1000),  # noqa: DTZ001 - as servers hold instants
        datetime(2024, 3, 31, 2, 59, 59, 999000),  # noqa: DTZ001
        datetime(9999, 12, 31, 23, 59, 59, 998000),  # noqa: DTZ001
    ],
    exp.DType.UTINYINT: [0, 1, 255],
    exp.DType.INT: [-(2**31), 0, 2**31 - 1],
    exp.DType.BIGINT: [-(2**63), 2**53 + 1, 2**63 - 1],
    exp.DType.BIT: [True, False, True],
    exp.DType.NVARCHAR: ["", '"\\\n\x01\u2028😀', "/'ß東ש"],
}
_ANY_LENGTH: Final = (pyodbc.SQL_WVARCHAR, 0, 0)

_HELD = (
    "Another mirror writes this schema at the moment: end it, or give this one another "
    "`schema_name`. It is tried again by itself"
)


class SqlServer(Dialect):
    """SQL Server 2012 and later, Azure SQL, and what speaks like them.

    One that reads JSON (2016 and later, in a database of compatibility level 130 or more) takes all
    rows of a chunk as one text, for a fifth of the work here. That it gives back what it got is not
    believed but seen, when a connection begins; else it gets values, and makes an insert of a row.
    """

    sql = Sql.TSQL
    has_time_limits = True
    manners = (
        "set xact_abort on",
        "set nocount on",
        f"set lock_timeout {LOCK_SECONDS * 1000}",
        "set deadlock_priority low",
        "set transaction isolation level read committed",
    )

    def __init__(self, schema: str, *, reads_json: bool = False) -> None:
        super().__init__(schema)
        self._reads_json = reads_json

    def greet(self, connection: pyodbc.Connection) -> None:
        super().greet(connection)
        self._reads_json = _gives_back(self, connection)

    def lock(self, cursor: pyodbc.Cursor) -> None:
        cursor.execute(
            "declare @got int; exec @got = sp_getapplock @Resource = ?, @LockMode = 'Exclusive', "
            f"@LockOwner = 'Transaction', @LockTimeout = {LOCK_SECONDS * 1000}; select @got",
            f"tollbook mirror {self.schema}",
        )
        # A time-out sends words first, and the answer behind them.
        while cursor.description is None and cursor.nextset():
            pass
        if cursor.fetchval() < 0:
            raise Unavailable(_HELD)

    def packed(self, rows: pl.DataFrame) -> Packed:
        # Decimals are texts in it: no number of another kind lies between.
        return (rows.write_json(),) if self._reads_json else rows.rows()

    def write(self, cursor: pyodbc.Cursor, into: str, table: Table, rows: Packed) -> None:
        if self._reads_json:
            cursor.setinputsizes([_ANY_LENGTH])
            try:
                reading = self.reading_json(table)
                cursor.execute(f"insert into {self.spell(into)} ({table.listed})\n{reading}", *rows)
            finally:
                cursor.setinputsizes(None)
            return
        cursor.fast_executemany = True
        # Said here, because the driver can ask no server about a table of the session.
        cursor.setinputsizes([_parameter(column) for column in table.columns])
        try:
            cursor.executemany(_insert(self, into, table), rows)
        finally:
            cursor.fast_executemany = False
            cursor.setinputsizes(None)

    def reading_json(self, table: Table) -> str:
        """Makes rows of a table of one text."""
        declared = ", ".join(f"{column.name} {_declared(column)}" for column in table.columns)
        return self.statement("read_json", columns=table.listed, declared=declared)

    def describe(self, cursor: pyodbc.Cursor, table: str, column: str, meaning: str) -> None:
        cursor.execute(
            "exec sys.sp_addextendedproperty @name = N'MS_Description', @value = ?, "
            "@level0type = N'SCHEMA', @level0name = ?, @level1type = N'TABLE', @level1name = ?, "
            "@level2type = N'COLUMN', @level2name = ?",
            *(meaning, self.schema, table, column),
        )

    def add_columnstore(self, cursor: pyodbc.Cursor, table: Table) -> bool:
        version, edition = cursor.execute(
            "select cast(serverproperty('ProductMajorVersion') as int), "
            "cast(serverproperty('EngineEdition') as int)"
        ).fetchone()
        if (version or 0) < _COLUMNSTORE_SINCE and edition not in _AZURE:
            return False
        there = cursor.execute(
            "select count(*) from sys.indexes where name = ? and object_id = object_id(?)",
            *(_COLUMNSTORE, f"[{self.schema}].{table.name}"),
        ).fetchval()
        if not there:
            columns = ", ".join(name for name in table.names if name not in _NOT_IN_COLUMNSTORE)
            cursor.execute(
                self.spell(
                    f"create nonclustered columnstore index {_COLUMNSTORE} "
                    f"on {{schema}}.{table.name} ({columns})"
                )
            )
        return True


def _gives_back(dialect: SqlServer, connection: pyodbc.Connection) -> bool:
    """Whether a server makes of JSON what was put in, to the last digit and sign."""
    calls = table("calls")
    proof = pl.DataFrame([_proof(column) for column in calls.columns])
    cursor = connection.cursor()
    try:
        cursor.setinputsizes([_ANY_LENGTH])
        found = cursor.execute(dialect.reading_json(calls), proof.write_json()).fetchall()
    except (pyodbc.ProgrammingError, pyodbc.DataError):
        return False
    finally:
        cursor.close()
        connection.rollback()
    return set(map(tuple, found)) == set(proof.rows())


def _proof(column: Column) -> pl.Series:
    """Values that are easily lost on the way."""
    if column.kind is exp.DType.DECIMAL:
        digits, after_point = column.sizes
        values: list[object] = [Decimal(1 - 10**digits).scaleb(-after_point), Decimal(0)]
        values.append(Decimal(1).scaleb(-after_point))
    else:
        values = _EXTREMES[column.kind]
    return pl.Series(column.name, [*values, None], column.dtype)


def _insert(dialect: Dialect, into: str, table: Table) -> str:
    marks = ", ".join("?" for _ in table.columns)
    return dialect.statement("insert_rows", into=into, columns=table.listed, marks=marks)


def _parameter(column: Column) -> tuple[int, int, int]:
    if column.is_text:
        return (pyodbc.SQL_WVARCHAR, column.sizes[0], 0)
    if column.kind is exp.DType.DECIMAL:
        digits, after_point = column.sizes
        return (pyodbc.SQL_DECIMAL, digits, after_point)
    return _PARAMETERS[column.kind]


def _declared(column: Column) -> str:
    name = "tinyint" if column.kind is exp.DType.UTINYINT else column.kind.value.lower()
    return f"{name}({', '.join(map(str, column.sizes))})" if column.sizes else name
