"""The driver's T-SQL in the dialects of other servers.

The SQL is written once, for SQL Server, which gets it unchanged. The embedded file (SQLite) and
copies of the database in PostgreSQL get a translation that keeps what a plain one loses:
milliseconds, `?` as the mark of a parameter, and an order that the index of the key can give.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp


class Dialect(StrEnum):
    """The SQL that a server understands, by sqlglot's names."""

    TSQL = "tsql"
    SQLITE = "sqlite"
    POSTGRES = "postgres"


_TYPES: dict[Dialect, dict[exp.DType, str]] = {
    Dialect.SQLITE: {
        exp.DType.DATETIME: "TEXT",
        exp.DType.UUID: "TEXT",
        exp.DType.NVARCHAR: "TEXT",
        exp.DType.VARBINARY: "BLOB",
        exp.DType.BIT: "SMALLINT",
        exp.DType.UTINYINT: "SMALLINT",
    },
    Dialect.POSTGRES: {
        exp.DType.DATETIME: "TIMESTAMP(3)",
        exp.DType.NVARCHAR: "TEXT",
        exp.DType.VARBINARY: "BYTEA",
        exp.DType.BIT: "SMALLINT",
        exp.DType.UTINYINT: "SMALLINT",
    },
}

_NULLS_SORT_LAST = {Dialect.SQLITE: False, Dialect.POSTGRES: True}


@cache
def sql(name: str) -> str:
    """The T-SQL of `name`.sql, in this folder or one below it."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


def translated(tsql: str, dialect: Dialect) -> str:
    """One T-SQL query in a server's dialect; for SQL Server the very text."""
    if dialect is Dialect.TSQL:
        return tsql
    (statement,) = statements(tsql, dialect)
    return statement


@cache
def statements(tsql: str, dialect: Dialect) -> tuple[str, ...]:
    """The statements of a T-SQL script, each in another server's dialect."""
    return tuple(
        _adapted(statement, dialect).sql(dialect, comments=False)
        for statement in sqlglot.parse(tsql, read=Dialect.TSQL)
        # A comment behind a semicolon is a statement of its own to sqlglot.
        if statement is not None and not isinstance(statement, exp.Semicolon)
    )


def _adapted(statement: exp.Expr, dialect: Dialect) -> exp.Expr:
    types = _TYPES[dialect]

    def adapt(node: exp.Expr) -> exp.Expr:
        match node:
            case exp.Placeholder():
                return exp.Var(this="?")
            case exp.Cast(this=exp.Placeholder() as parameter) if dialect is Dialect.SQLITE:
                return parameter
            case exp.DataType() if node.this in types:
                return exp.DataType.build(types[node.this], dialect=dialect)
            case exp.Ordered():
                # Keys are never NULL; without this the index of the key could not serve the order.
                node.set("nulls_first", not _NULLS_SORT_LAST[dialect])
        return node

    return statement.transform(adapt)
