"""What people edit in a home, schedules, alarms and budgets, as the pages open it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app import data
from app.alarms.desk import Desk
from app.environment import WAYS_VARIABLE
from app.mail.letterhead import Letterhead
from app.mail.logo import read_logo
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
        yield Desk(state, webhooks())


def webhooks() -> tuple[str, ...]:
    """The names of those that the settings have."""
    return tuple(_ways().get("webhooks", ()))


def sender() -> str | None:
    """The address that mails come from; None where the settings have no mail server."""
    found = _ways().get("sender")
    return None if found is None else str(found)


def letterhead() -> Letterhead:
    """What stands at the head of mails; raises `InvalidInput` where its logo is no picture."""
    ways = _ways()
    name = ways.get("logo")
    logo = b"" if name is None else read_logo(data.home().path / name)
    return Letterhead(data.company(), ways.get("pages") or "", logo)


def _ways() -> dict[str, Any]:
    """What the settings say of the ways on which people are told of something."""
    found: dict[str, Any] = json.loads(os.environ.get(WAYS_VARIABLE) or "{}")
    return found


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
