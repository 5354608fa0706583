"""How each schedule stands: what went out last, what comes next, what is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.schedules.cadence import dues
from app.schedules.schedule import Schedule
from app.state.outbox import Stage, stamp
from warehouse.state.state import State

_AHEAD: Final = timedelta(days=366)
"""Beyond which nobody asks what comes next; crons of 29 February wait for longer."""
_LATE: Final = timedelta(minutes=10)
"""For so long a scheduler that works may take over what it sends before."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one schedule. Instants are in UTC."""

    last_sent: datetime | None = None
    next_due: datetime | None = None
    """None while it is paused."""
    waiting: int = 0
    failed: int = 0
    """Mails that the server refused, or that were given up."""
    perhaps: int = 0
    """Mails of which nobody knows whether they arrived."""


def standings(state: State, schedules: dict[int, Schedule], now: datetime) -> dict[int, Standing]:
    """How all schedules stand at an instant."""
    found: dict[int, dict[str, tuple[int, str]]] = {}
    for row in state.rows(
        "select schedule, state, count(*), max(changed_at) from deliveries group by 1, 2"
    ):
        found.setdefault(row[0], {})[row[1]] = (row[2], row[3])
    return {
        number: _standing(found.get(number, {}), schedule, now)
        for number, schedule in schedules.items()
    }


def overdue(state: State, now: datetime) -> int:
    """How many mails should long have gone out, and were not even tried: no scheduler runs."""
    (row,) = state.rows(
        "select count(*) from deliveries where state = 'waiting' and attempts = 0 and next_at < ?",
        stamp(now - _LATE),
    )
    return int(row[0])


def _standing(stages: dict[str, tuple[int, str]], schedule: Schedule, now: datetime) -> Standing:
    def many(*wanted: Stage) -> int:
        return sum(stages[one][0] for one in wanted if one in stages)

    sent = stages.get(Stage.SENT)
    upcoming = () if schedule.is_paused else dues(schedule.cadence, now, now + _AHEAD)
    return Standing(
        last_sent=None if sent is None else datetime.fromisoformat(sent[1]),
        next_due=next(iter(upcoming), None),
        waiting=many(Stage.WAITING, Stage.MAKING, Stage.SENDING),
        failed=many(Stage.FAILED),
        perhaps=many(Stage.PERHAPS),
    )
