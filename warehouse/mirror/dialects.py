"""Where SQL Server and PostgreSQL differ, beyond the spelling of statements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import polars as pl
import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks
from sqlglot import exp

from warehouse.errors import Unavailable
from warehouse.mirror.bulk import arrays
from warehouse.mirror.statements import Sql, spelled, staged, text_of
from warehouse.mirror.tables import Column, Table

LOCK_SECONDS: Final = 60
"""How long to wait for rows, or a table, that others hold."""

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


Packed = Sequence[Any]
"""Rows as a server takes them."""


class Dialect(ABC):
    """One kind of server, for one schema on it."""

    sql: ClassVar[Sql]
    manners: ClassVar[Sequence[str]]
    """Statements with which a connection begins."""
    has_time_limits: ClassVar[bool]
    """Whether its driver gives up a statement that takes too long."""

    def __init__(self, schema: str) -> None:
        self.schema = schema

    def spell(self, tsql: str) -> str:
        """A statement of ours as this server gets it."""
        return spelled(tsql, self.schema, self.sql)

    def statement(self, name: str, **names: str) -> str:
        """The statement of `sql/<name>.sql`, with these names in it."""
        text = text_of(name)
        for key, value in names.items():
            text = text.replace(f"{{{key}}}", value)
        return self.spell(text)

    def staging(self, table: Table) -> str:
        """Makes the table of this session that takes rows of `table`."""
        return self.spell(f"select top 0 * into {staged(table.name)} from {{schema}}.{table.name}")

    def emptying(self, table: Table) -> str:
        """Empties the table of this session."""
        return self.spell(f"truncate table {staged(table.name)}")

    @property
    def create_schema(self) -> str:
        return self.spell("create schema {schema}")

    def reading(self, column: Column) -> str:
        """What to select for a column."""
        return column.name

    @abstractmethod
    def lock(self, cursor: pyodbc.Cursor) -> None:
        """Holds the schema for this transaction; raises `Unavailable` while another one does."""

    def insert(self, cursor: pyodbc.Cursor, into: str, table: Table, rows: pl.DataFrame) -> None:
        """Writes rows of a table into that table, or one like it."""
        self.write(cursor, into, table, self.packed(rows))

    @abstractmethod
    def packed(self, rows: pl.DataFrame) -> Packed:
        """Rows in the form in which `write` takes them: may be made in another thread."""

    @abstractmethod
    def write(self, cursor: pyodbc.Cursor, into: str, table: Table, rows: Packed) -> None:
        """Writes rows that were packed."""

    @abstractmethod
    def describe(self, cursor: pyodbc.Cursor, table: str, column: str, meaning: str) -> None:
        """Notes on the server what a column means."""

    @abstractmethod
    def add_columnstore(self, cursor: pyodbc.Cursor, table: Table) -> bool:
        """Adds an index by columns where the server has such; says whether it is there now."""


class SqlServer(Dialect):
    """SQL Server 2012 and later, Azure SQL, and what speaks like them."""

    sql = Sql.TSQL
    has_time_limits = True
    manners = (
        "set xact_abort on",
        "set nocount on",
        f"set lock_timeout {LOCK_SECONDS * 1000}",
        "set deadlock_priority low",
        "set transaction isolation level read committed",
    )

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
        return rows.rows()

    def write(self, cursor: pyodbc.Cursor, into: str, table: Table, rows: Packed) -> None:
        cursor.fast_executemany = True
        # Said here, because the driver can ask no server about a table of the session.
        cursor.setinputsizes([_parameter(column) for column in table.columns])
        try:
            cursor.executemany(_insert(self, into, table), rows)
        finally:
            cursor.fast_executemany = False
            cursor.setinputsizes(None)

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

        One parameter to a column: as many as rows have cells would be ten times slower. The types
        have no sizes: a cast would cut what does not fit, an assignment refuses it.
        """
        taken = ", ".join(map(_array_of, table.columns))
        return f"insert into {self.spell(into)} ({table.listed}) select * from unnest({taken})"

    def describe(self, cursor: pyodbc.Cursor, table: str, column: str, meaning: str) -> None:
        # It takes no parameters; the words are those of our own files.
        words = meaning.replace("'", "''")
        cursor.execute(f"comment on column \"{self.schema}\".{table}.{column} is '{words}'")

    def add_columnstore(self, cursor: pyodbc.Cursor, table: Table) -> bool:  # noqa: ARG002
        return False


_HELD = (
    "Another mirror writes this schema at the moment: end it, or give this one another "
    "`schema_name`. It is tried again by itself"
)
_POSTGRES_TYPES: Final[dict[exp.DType, str]] = {
    exp.DType.DATE: "date",
    exp.DType.DATETIME2: "timestamp",
    exp.DType.UTINYINT: "smallint",
    exp.DType.INT: "int",
    exp.DType.BIGINT: "bigint",
    exp.DType.BIT: "boolean",
    exp.DType.DECIMAL: "numeric",
    exp.DType.NVARCHAR: "text",
}


def dialect_of(product: str, schema: str) -> Dialect:
    """For a server, by its own name; raises `Unavailable` for what cannot be a mirror."""
    name = product.lower()
    if "sql server" in name:
        return SqlServer(schema)
    if "postgres" in name:
        return Postgres(schema)
    raise Unavailable(
        f"A mirror needs Microsoft SQL Server or PostgreSQL; the connection leads to {product}"
    )


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


def _array_of(column: Column) -> str:
    return f"cast(? as {_POSTGRES_TYPES[column.kind]}[])"
