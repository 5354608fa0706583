"""What a kind of server has to answer for, beyond the spelling of statements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import polars as pl
import pyodbc  # type: ignore[import-not-found]  # its stubs are not where mypy looks

from warehouse.mirror.statements import Sql, spelled, staged, text_of
from warehouse.mirror.tables import Column, Table

LOCK_SECONDS: Final = 60
"""How long to wait for rows, or a table, that others hold."""

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

    def greet(self, connection: pyodbc.Connection) -> None:
        """Begins a connection, and learns what its server can do."""
        for statement in self.manners:
            connection.execute(statement)
        connection.commit()

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
