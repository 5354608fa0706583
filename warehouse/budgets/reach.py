"""Notes that a percentage of a budget has been reached."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import polars as pl

from warehouse.budgets.budget import Budget
from warehouse.budgets.carry import available
from warehouse.budgets.periods import first_of
from warehouse.budgets.recipients import People
from warehouse.budgets.store import budgets_of
from warehouse.budgets.sums import sums_of
from warehouse.frames import fetch
from warehouse.master import Master
from warehouse.statements import statement

LATE: Final = timedelta(days=7)
"""Nobody is told of a period that ended longer ago: it is history that came in or was mended."""


@dataclass(frozen=True, slots=True)
class _Reached:
    budget: int
    subject: str
    first: date
    percent: int
    available: int
    spent: int


def note_reached(
    master: Master, connection: sqlite3.Connection, changed: pl.DataFrame, now: datetime
) -> int:
    """Notes what subjects with changed sums have reached; gives how many notes are new.

    `changed` are keys of sums. Each percentage of a period is noted once, with the addresses of
    those who are to know as they are now.
    """
    pairs = changed.select("budget", "subject").unique().sort("budget", "subject")
    known = budgets_of(connection, pairs["budget"].unique().to_list())
    today = now.astimezone(UTC).date()
    since = _member_since(master, known.values())
    found = [
        one
        for budget, subject in pairs.iter_rows()
        for one in _reached(connection, budget, subject, known[budget], since, today)
    ]
    if not found:
        return 0
    people = People.on(master.connection, today)
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    noted = 0
    for one in found:
        tell, not_found = people.told(known[one.budget], one.subject)
        noted += connection.execute(
            "insert or ignore into budget_crossings (budget, subject, first_day, percent, "
            "available, spent, crossed_at, tell, not_found) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(one.budget, one.subject, str(one.first), one.percent),
                *(one.available, one.spent, at, json.dumps(tell), json.dumps(not_found)),
            ),
        ).rowcount
    return noted


def _reached(
    connection: sqlite3.Connection,
    number: int,
    subject: str,
    budget: Budget,
    since: dict[tuple[str, str], date],
    today: date,
) -> Iterator[_Reached]:
    recent = sums_of(connection, number, subject, first_of(budget.period, today - LATE))
    least = min(budget.warn_at, default=None)
    # What is carried over only adds to the amount: what is below it without is below it with.
    if least is None or not any(spent * 100 >= budget.units * least for spent in recent.values()):
        return
    limits: Mapping[date, int] = {}
    if budget.carry_over:
        begin = since.get((budget.subject, subject), budget.valid_from)
        limits = available(budget, sums_of(connection, number, subject), begin, max(recent))
    for first, spent in recent.items():
        limit = limits.get(first, budget.units)
        for percent in budget.warn_at:
            if spent * 100 >= limit * percent:
                yield _Reached(number, subject, first, percent, limit, spent)


def _member_since(master: Master, budgets: Iterable[Budget]) -> dict[tuple[str, str], date]:
    """By department and user: since when somebody is a member, where that has a beginning."""
    departments = sorted(
        {one.subject for one in budgets if one.kind == "member" and one.carry_over}
    )
    if not departments:
        return {}
    found = fetch(master.connection, statement("members_since"), {"departments": departments})
    return {(department, user): since for department, user, since in found.iter_rows()}
