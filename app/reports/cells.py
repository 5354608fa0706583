"""Values of reports as people read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

import polars as pl

from app import format as fmt
from app.countries import country_name
from app.format import Style
from app.reports.document import CURRENCY, Column, Kind, Table

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def shown_columns(table: Table) -> tuple[Column, ...]:
    """The columns that tell the reader something."""
    return tuple(column for column in table.columns if _is_telling(column, table.rows))


def texts(table: Table, column: Column, style: Style, zone: tzinfo | None) -> list[str]:
    """A column as people read it."""
    write = writer(column.kind, style, zone)
    if column.kind in (Kind.MONEY, Kind.FINE_MONEY):
        return [
            write(value, currency)
            for value, currency in zip(
                table.rows[column.name],
                _currencies(table.rows)
                if CURRENCY in table.rows.columns
                else [None] * table.rows.height,
                strict=True,
            )
        ]
    return [write(value, None) for value in table.rows[column.name]]


def writer(
    kind: Kind, style: Style, zone: tzinfo | None = None
) -> Callable[[Any, str | None], str]:
    """How to write a value of a kind, with the currency that it is in."""

    def write(value: Any, currency: str | None) -> str:
        if value is None:
            return fmt.NOTHING
        return _WRITERS[kind](value, currency, style, zone)

    return write


def totals(table: Table) -> list[dict[str, Any]]:
    """The sums of the columns that can be summed, by currency; one row where there is no money.

    Empty where there is nothing to sum, or a single row is its own sum.
    """
    summed = [column.name for column in table.columns if column.summed]
    if not summed or table.rows.height < 2:
        return []
    has_money = any(
        column.summed and column.kind in (Kind.MONEY, Kind.FINE_MONEY) for column in table.columns
    )
    if not has_money or CURRENCY not in table.rows.columns:
        return table.rows.select(pl.col(summed).sum()).to_dicts()
    rows = table.rows.with_columns(_currencies(table.rows))
    return rows.group_by(CURRENCY).agg(pl.col(summed).sum()).sort(CURRENCY).to_dicts()


def currencies_of(rows: pl.DataFrame) -> list[str]:
    """In which currencies the money of rows is, in their order; none where there is no money."""
    if CURRENCY not in rows.columns:
        return []
    return rows[CURRENCY].drop_nulls().unique().sort().to_list()


def only_currency(rows: pl.DataFrame) -> str | None:
    """The currency of all money of rows; None where there are several, or none."""
    found = currencies_of(rows)
    return found[0] if len(found) == 1 else None


def _currencies(rows: pl.DataFrame) -> pl.Series:
    """Of each row; calls without money stand with those of the only currency that there is."""
    only = only_currency(rows)
    return rows[CURRENCY] if only is None else rows[CURRENCY].fill_null(only)


def _is_telling(column: Column, rows: pl.DataFrame) -> bool:
    if column.hidden_if_zero:
        return bool((rows[column.name].fill_null(0) != 0).any())
    if column.hidden_if_same:
        return rows[column.name].n_unique() > 1
    if column.hidden_if_like:
        return bool(rows[column.name].ne_missing(rows[column.hidden_if_like]).any())
    return True


def in_zone(value: datetime, zone: tzinfo | None) -> datetime:
    """An instant by the clock of a zone, else of UTC, which it is in where it says nothing."""
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
    return aware.astimezone(zone or UTC)


def _share(value: float, style: Style) -> str:
    return fmt.percent(Decimal(str(value)), 1, style)


def _tenths(value: Decimal | float, style: Style, unit: str, places: int) -> str:
    return f"{fmt.number(Decimal(str(value)), style, places)}{unit}"


_WRITERS: dict[Kind, Callable[[Any, str | None, Style, tzinfo | None], str]] = {
    Kind.TEXT: lambda value, *_: str(value),
    Kind.WORD: lambda value, _, style, __: fmt.words(value, style),
    Kind.COUNTRY: lambda value, _, style, __: country_name(value, style),
    Kind.COUNT: lambda value, _, style, __: fmt.number(value, style),
    Kind.DURATION: lambda value, *_: fmt.duration(Decimal(str(value))),
    Kind.WAIT: lambda value, _, style, __: _tenths(value, style, " s", 1),
    Kind.MONEY: lambda value, currency, style, _: fmt.money(value, currency, style),
    Kind.FINE_MONEY: lambda value, currency, style, _: fmt.money(value, currency, style, fine=True),
    Kind.SHARE: lambda value, _, style, __: _share(value, style),
    Kind.ERLANGS: lambda value, _, style, __: _tenths(value, style, "", 2),
    Kind.DAY: lambda value, _, style, __: fmt.day(value, style, weekday=True),
    Kind.INSTANT: lambda value, _, style, zone: fmt.instant(in_zone(value, zone), style),
    Kind.LOCAL_TIME: lambda value, _, style, __: fmt.instant(value, style),
    Kind.HOUR: lambda value, *_: f"{value:02}:00",
    Kind.WEEKDAY: lambda value, _, style, __: style.say(_WEEKDAYS[value - 1]),
}
