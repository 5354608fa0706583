"""Mails and messages that did not go out, or of which nobody knows whether they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.state.outbox import Stage, stamp
from warehouse.state.state import State


@dataclass(frozen=True, slots=True)
class Failure:
    """One that failed."""

    at: datetime
    what: str
    """Name of the schedule, or title of the alarm."""
    recipient: str
    stage: Stage
    reason: str


def failures(state: State, since: datetime, limit: int) -> list[Failure]:
    """Those since an instant, the newest first."""
    found = state.rows(
        "select changed_at, name, recipient, state, reason from ("
        "select deliveries.changed_at, schedules.name, recipient, deliveries.state, reason "
        "from deliveries join schedules on schedules.id = schedule "
        "union all "
        "select changed_at, title, recipient, state, reason "
        "from alarm_notices join alarm_events on alarm_events.id = event"
        ") where state in ('failed', 'perhaps') and changed_at >= ? "
        "order by changed_at desc limit ?",
        stamp(since),
        limit,
    )
    return [
        Failure(
            datetime.fromisoformat(row["changed_at"]),
            row["name"],
            row["recipient"],
            Stage(row["state"]),
            row["reason"],
        )
        for row in found
    ]
