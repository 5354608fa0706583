"""What was spent of budgets, kept in `state.db` and brought up to the warehouse."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from warehouse.budgets.periods import Period, days_of, first_of, firsts_between
from warehouse.frames import fetch, fetch_one, shown
from warehouse.master import Master
from warehouse.retention import marks
from warehouse.statements import statement

KEY: Final = ("budget", "subject", "first_day")
SUMS: Final = pl.Schema(
    {
        "budget": pl.Int64(),
        "subject": pl.String(),
        "first_day": pl.String(),
        "spent": pl.Int64(),
        "uncounted": pl.Int64(),
    }
)
"""`spent` in millionths; `uncounted` calls are not in it."""

_ASKED: Final = pl.Schema(
    {
        "budget": pl.Int64(),
        **dict.fromkeys(("kind", "subject", "period", "currency"), pl.String()),
        **dict.fromkeys(("since", "until"), pl.Date()),
        "is_summed": pl.Boolean(),
    }
)
_DAYS: Final = pl.Schema({"period": pl.String(), "first_day": pl.Date(), "day": pl.Date()})
_OPEN: Final = "9999-12-31"


def update_sums(master: Master, connection: sqlite3.Connection, since: int) -> pl.DataFrame:
    """Writes the sums that differ from those kept, and gives the `KEY` of each of them.

    Summed again are periods of days that changed after the serial `since`, of budgets that are new
    all periods; with a serial below 0, all of all. Periods that begin before what has been
    forgotten for its age keep their sums.
    """
    budgets = _budgets(connection)
    days = fetch(
        master.connection, "select day from day_changes where serial > $since", {"since": since}
    )["day"].to_list()
    newest = fetch_one(master.connection, "select max(day) from day_sums")[0]
    forgotten = max((mark.before for mark in marks(master)), default=date.min)
    is_known = pl.col("is_summed") & (since >= 0)
    old, new = budgets.filter(is_known), budgets.filter(~is_known)
    changed = [SUMS.to_frame().select(KEY)]
    for some, periods in ((old, _touched(old, days)), (new, _all(new, newest))):
        asked = pl.DataFrame(list(periods), schema=_DAYS, orient="row")
        asked = asked.filter(pl.col("first_day") >= forgotten)
        if not some.is_empty() and not asked.is_empty():
            changed.append(_write(connection, some, asked, _summed(master, some, asked)))
    return pl.concat(changed)


def sums_of(
    connection: sqlite3.Connection, budget: int, subject: str, since: date = date.min
) -> dict[date, int]:
    """Millionths that a subject has spent, by the first day of each period not before `since`."""
    rows = connection.execute(
        "select first_day, spent from budget_sums "
        "where budget = ? and subject = ? and first_day >= ?",
        (budget, subject, str(since)),
    )
    return {date.fromisoformat(first): spent for first, spent in rows}


def _budgets(connection: sqlite3.Connection) -> pl.DataFrame:
    rows = (
        _plain(connection)
        .execute(
            "select id, kind, subject, period, currency, valid_from, coalesce(valid_to, ?), "
            "is_summed from budgets",
            (_OPEN,),
        )
        .fetchall()
    )
    written = {**_ASKED, **dict.fromkeys(("since", "until"), pl.String())}
    return pl.DataFrame(
        rows, schema={**written, "is_summed": pl.Int64()}, orient="row"
    ).with_columns(pl.col("since", "until").str.to_date(), pl.col("is_summed") == 1)


_Day = tuple[Period, date, date]


def _touched(budgets: pl.DataFrame, days: Iterable[date]) -> Iterator[_Day]:
    """All days of the periods in which some days lie."""
    for period in budgets["period"].unique():
        yield from days_of(period, {first_of(period, day) for day in days})


def _all(budgets: pl.DataFrame, newest: date | None) -> Iterator[_Day]:
    """All days of all periods since budgets begin."""
    begins = budgets.group_by("period").agg(pl.col("since").min())
    for period, begin in begins.iter_rows():
        if newest is not None:
            yield from days_of(period, firsts_between(period, begin, newest))


def _summed(master: Master, budgets: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """`SUMS` as the warehouse says; periods in which nothing was spent are left out."""
    connection = master.connection
    period = {"first": days["day"].min(), "last": days["day"].max()}
    with shown(connection, asked_days=days, asked_budgets=budgets):
        found = fetch(connection, statement("sum_budgets"), period)
    return found.select(
        "budget",
        "subject",
        pl.col("first_day").cast(pl.String),
        pl.col("spent").to_physical().cast(pl.Int64),
        "uncounted",
    )


def _write(
    connection: sqlite3.Connection, budgets: pl.DataFrame, days: pl.DataFrame, found: pl.DataFrame
) -> pl.DataFrame:
    """Keeps the sums of some periods, and gives the keys of those that were others before."""
    periods = days.select("period", pl.col("first_day").cast(pl.String)).unique()
    asked = budgets.select("budget", "period").join(periods, on="period")
    known = _kept(connection, periods["first_day"].unique().to_list()).join(
        asked, on=["budget", "first_day"], how="semi"
    )
    changed = found.join(known, on=SUMS.names(), how="anti")
    gone = known.join(found, on=KEY, how="anti").select(KEY)
    connection.executemany(
        "delete from budget_sums where budget = ? and subject = ? and first_day = ?", gone.rows()
    )
    connection.executemany(
        "insert or replace into budget_sums values (?, ?, ?, ?, ?)", changed.rows()
    )
    return pl.concat([changed.select(KEY), gone])


def _kept(connection: sqlite3.Connection, firsts: Sequence[str]) -> pl.DataFrame:
    rows: list[Any] = (
        _plain(connection)
        .execute(
            "select budget, subject, first_day, spent, uncounted from budget_sums "
            "where first_day in (select value from json_each(?))",
            (json.dumps(firsts),),
        )
        .fetchall()
    )
    return pl.DataFrame(rows, schema=SUMS, orient="row")


def _plain(connection: sqlite3.Connection) -> sqlite3.Cursor:
    """A cursor whose rows are tuples, which many rows are read faster as."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor
