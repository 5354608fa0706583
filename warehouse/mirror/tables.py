"""What is mirrored: the tables there, their columns, and what they are read from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import polars as pl
import sqlglot
from sqlglot import exp

from warehouse.mirror.statements import Sql, migrations

_BYTES: Final = 32
"""Of a number, date or instant on its way."""
_TEXT: Final = frozenset({exp.DType.NVARCHAR})
_DTYPES: Final[dict[exp.DType, pl.DataType]] = {
    exp.DType.DATE: pl.Date(),
    exp.DType.DATETIME2: pl.Datetime("ms"),
    exp.DType.UTINYINT: pl.Int64(),
    exp.DType.INT: pl.Int64(),
    exp.DType.BIGINT: pl.Int64(),
    exp.DType.BIT: pl.Boolean(),
    exp.DType.NVARCHAR: pl.String(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the mirror."""

    name: str
    kind: exp.DType
    sizes: tuple[int, ...]
    """Of a text its longest, in UTF-16 units; of a decimal its precision and scale."""
    is_key: bool
    """Whether rows are told apart by it: never cut to a text that another one may be cut to."""

    @property
    def dtype(self) -> pl.DataType:
        """In frames."""
        if self.kind is exp.DType.DECIMAL:
            return pl.Decimal(*self.sizes)
        return _DTYPES[self.kind]

    @property
    def is_text(self) -> bool:
        return self.kind in _TEXT

    @property
    def bytes(self) -> int:
        """What a value may need on its way, at most."""
        return 2 * self.sizes[0] if self.is_text else _BYTES


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the mirror, in the order of its columns."""

    name: str
    columns: tuple[Column, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Columns that are read from something else than a column of their name."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def listed(self) -> str:
        """Its columns in SQL."""
        return ", ".join(self.names)

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that tell rows of a day apart; none where only all of them do."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def money(self) -> tuple[str, ...]:
        """Exact quantities, which are summed up to compare both sides."""
        return tuple(column.name for column in self.columns if column.kind is exp.DType.DECIMAL)

    @property
    def schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def selected(self) -> str:
        """What a query of the warehouse selects for it."""
        return ", ".join(f'{self.renamed.get(name, name)} as "{name}"' for name in self.names)

    @property
    def row_bytes(self) -> int:
        return sum(column.bytes for column in self.columns)


BY_DAY: Final = (
    "calls",
    "call_shares",
    "day_totals",
    "day_people",
    "day_outcomes",
    "day_hours",
    "day_destinations",
    "gateway_hours",
)
"""Tables of which whole days are replaced, each by its name in the warehouse as well."""

DIRECTORY: Final = ("people", "sites", "gateways", "fixed_charges", "exchange_rates")
"""Tables that are replaced as a whole when the directory changes."""

PRICES: Final = "tariff_prices"
"""Replaced as a whole when a price list changes."""

_RENAMED: Final = {
    "calls": {"owner": '"user"'},
    "call_shares": {"payer": '"user"'},
    "day_people": {"owner": '"user"'},
    "fixed_charges": {"owner": '"user"'},
    "people": {
        "address": '"user"',
        "aliases": "array_to_string(aliases, ';')",
        "numbers": "array_to_string(numbers, ';')",
    },
}


@cache
def table(name: str) -> Table:
    """The table of this name, as the newest schema has it."""
    return _tables()[name]


@cache
def _tables() -> dict[str, Table]:
    found: dict[str, list[Column]] = {}
    for migration in migrations():
        for text in migration.statements:
            statement = sqlglot.parse_one(text.replace("{schema}", "x"), read=Sql.TSQL)
            if isinstance(statement, exp.Create | exp.Alter) and statement.args["kind"] == "TABLE":
                of = statement.find(exp.Table)
                if of is not None:
                    found.setdefault(of.name, []).extend(_columns(statement))
    return {
        name: Table(name, tuple(columns), _RENAMED.get(name, {})) for name, columns in found.items()
    }


def _columns(statement: exp.Expr) -> Iterator[Column]:
    for column in statement.find_all(exp.ColumnDef):
        kind = column.args["kind"]
        yield Column(
            column.name,
            kind.this,
            tuple(int(size.name) for size in kind.expressions),
            column.find(exp.CollateColumnConstraint) is not None,
        )
