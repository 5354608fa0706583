"""What a report is made of, before anything is drawn: tables, charts and key figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import polars as pl

CURRENCY = "currency"
"""The column that says in which currency the money of a row is."""


class Kind(StrEnum):
    """What the values of a column are, which says how they are written."""

    TEXT = "text"
    WORD = "word"
    """A stored word, such as `no_answer`."""
    COUNTRY = "country"
    """By its code (ISO 3166), shown by its name."""
    COUNT = "count"
    DURATION = "duration"
    """Seconds, of talk: shown as hours, minutes and seconds."""
    WAIT = "wait"
    """Seconds, of ringing: shown to a tenth."""
    MONEY = "money"
    FINE_MONEY = "fine_money"
    """Money of single calls, to four decimals or more."""
    SHARE = "share"
    """A part of 1, shown in percent."""
    ERLANGS = "erlangs"
    DAY = "day"
    INSTANT = "instant"
    """UTC, shown in the reader's zone."""
    LOCAL_TIME = "local_time"
    """The clock of the place, shown as it is."""
    HOUR = "hour"
    """0 to 23."""
    WEEKDAY = "weekday"
    """1 is Monday."""


TIMES = frozenset({Kind.DAY, Kind.INSTANT, Kind.LOCAL_TIME})
"""Kinds that are not broken over lines."""
TEXTS = TIMES | {Kind.TEXT, Kind.WORD, Kind.COUNTRY, Kind.WEEKDAY}
"""Kinds that stand on the left of their column; all others are numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, by the name that the query gives it."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    summed: bool = False
    """Whether its sum means something."""
    hidden_if_zero: bool = False
    """Left out on paper where it says nothing: 0 everywhere. Files of data have every column."""
    hidden_if_same: bool = False
    """Left out on paper where all rows have the same."""
    hidden_if_like: str = ""
    """Left out on paper where it is everywhere the same as the column of that name."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that a query gave; money is of each row's `currency`, where there is one."""

    title: str
    columns: tuple[Column, ...]
    rows: pl.DataFrame
    note: str = ""
    """What the reader has to know, such as that more rows were left out."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of few rows; the same figures stand in a table or key figure beside it."""

    title: str
    shape: Literal["bars", "columns", "lines", "heat"]
    """Bars lie, columns stand; heat has a field for each `across` and `up`."""
    rows: pl.DataFrame
    across: Column
    up: Column
    by: Column | None = None
    """What colours tell apart; for heat, the measure."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A key figure, and the same of the period before."""

    title: str
    kind: Kind
    value: int | float | Decimal | None
    before: int | float | Decimal | None = None
    currency: str | None = None
    less_is_good: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Key figures beside each other."""

    facts: tuple[Fact, ...]


Part = Facts | Chart | Table


@dataclass(frozen=True, slots=True)
class About:
    """What every page says of itself: whose calls, which of them, as of when."""

    company: str
    first: date
    last: date
    made_at: datetime
    """UTC."""
    published_at: datetime
    """UTC: when the calls were last added to."""
    version: str
    """Of the warehouse."""
    filters: tuple[tuple[str, str], ...] = ()
    """What was asked for, by name."""
    mask_digits: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a report is written for."""

    locale: str | None = None
    zone: tzinfo | None = None
    """None is UTC."""
    logo: bytes = field(default=b"", repr=False)
    """PNG for the head of pages; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Document:
    """A report about a period, complete."""

    name: str
    title: str
    purpose: str
    parts: tuple[Part, ...]
    about: About

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(part for part in self.parts if isinstance(part, Table))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that the reader could look at."""
        return all(table.rows.is_empty() for table in self.tables)
