"""Tells of percentages of budgets that were reached."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app import format as fmt
from app.alarms.desk import Desk
from app.alarms.event import Event, Told
from warehouse.budgets.crossings import Crossing, crossings, note_told
from warehouse.state.state import State

ORIGIN: Final = "budgets"


def tell_of_budgets(state: State, desk: Desk, now: datetime) -> int:
    """Tells those who are to know of what nobody was told yet; gives the number of new events.

    A death in between tells nobody twice: the key of an event counts once.
    """
    found = crossings(state, untold=True)
    told = 0
    for crossing in found:
        told += desk.tell(ORIGIN, Told(crossing.tell), [event_of(crossing)], now)
        note_told(state, [crossing], now)
    return told


def event_of(crossing: Crossing) -> Event:
    """A percentage as an event, in words."""
    spent, available = (
        fmt.money(amount, crossing.currency) for amount in (crossing.spent, crossing.available)
    )
    whose = f" of {crossing.subject}" if crossing.subject != crossing.budget else ""
    return Event(
        key=f"{crossing.budget}/{crossing.subject}/{crossing.first}/{crossing.percent}",
        subject=f"{crossing.budget}/{crossing.subject}",
        at=datetime.fromisoformat(crossing.crossed_at),
        title=f"{crossing.percent}% of the budget {crossing.budget}{whose} is spent",
        words=(
            f"{spent} of {available} is spent in the period from {fmt.day(crossing.first)}. "
            "Calls count when they have ended; what is spent beyond a budget is not stopped."
        ),
    )
