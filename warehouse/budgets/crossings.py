"""Percentages that were reached, until somebody has been told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from warehouse.budgets.budget import UNIT
from warehouse.state.state import State


@dataclass(frozen=True, slots=True)
class Crossing:
    """A percentage of a budget that a period has reached. It is noted once, and stays."""

    id: int
    budget: str
    """Name."""
    subject: str
    first: date
    """First day of the period."""
    percent: int
    available: Decimal
    """What could be spent, as it was then."""
    spent: Decimal
    currency: str
    crossed_at: str
    """UTC."""
    tell: tuple[str, ...]
    """E-mail addresses."""
    not_found: tuple[str, ...]
    """Words of the budget's `tell` for which there was no address then."""
    told_at: str | None


def crossings(state: State, *, untold: bool = False) -> list[Crossing]:
    """All crossings, or those that nobody has been told of, in the order in which they came."""
    condition = "where told_at is null" if untold else ""
    rows = state.connection.execute(
        "select crossing.*, budgets.name, budgets.currency from budget_crossings as crossing "
        f"join budgets on budgets.id = crossing.budget {condition} order by crossing.id"
    )
    return [_read(row) for row in rows]


def note_told(state: State, found: Iterable[Crossing], at: datetime) -> None:
    """Notes that those who are to know of some crossings have been told; the first time counts."""
    instant = at.astimezone(UTC).isoformat(timespec="seconds")
    with state.transaction() as connection:
        connection.executemany(
            "update budget_crossings set told_at = coalesce(told_at, ?) where id = ?",
            [(instant, one.id) for one in found],
        )


def _read(row: sqlite3.Row) -> Crossing:
    return Crossing(
        id=row["id"],
        budget=row["name"],
        subject=row["subject"],
        first=date.fromisoformat(row["first_day"]),
        percent=row["percent"],
        available=Decimal(row["available"]) / UNIT,
        spent=Decimal(row["spent"]) / UNIT,
        currency=row["currency"],
        crossed_at=row["crossed_at"],
        tell=tuple(json.loads(row["tell"])),
        not_found=tuple(json.loads(row["not_found"])),
        told_at=row["told_at"],
    )
