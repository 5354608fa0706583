"""What people edit in a home, schedules, alarms and budgets, as the pages open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app import data, ways
from app.alarms.desk import Desk
from app.schedules.book import Book
from warehouse.state.state import State


@contextmanager
def opened_state() -> Iterator[State]:
    """The state of the home, for one run of a page: its threads cannot share one."""
    with data.state() as state:
        yield state


@contextmanager
def opened_book() -> Iterator[Book]:
    """The schedules of the home, and what became of their mails."""
    with opened_state() as state:
        yield Book(state)


@contextmanager
def opened_desk() -> Iterator[Desk]:
    """The alarms of the home, and what they found."""
    with opened_state() as state:
        yield Desk(state, ways.webhooks())


def mark(state: State) -> tuple[object, ...]:
    """Differs when a mail has moved on, an alarm has found something, or somebody changed one."""
    (found,) = state.rows(
        "select (select count(*) from schedules), "
        "(select coalesce(max(changed_at), '') || count(*) from deliveries), "
        "(select count(*) from alarms), "
        "(select count(*) || max(acknowledged_at) || max(ended_at) from alarm_events), "
        "(select edits from budget_edits), (select serial from budget_progress)"
    )
    return tuple(found)
