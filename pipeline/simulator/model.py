"""A simulated call: its rows in the call detail database, and the truth about it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome

Key = tuple[int, int]
"""SessionIdTime (milliseconds since 1970) and SessionIdSeq."""
Value = str | int | bytes | None


class LegTruth(NamedTuple):
    """What really happened on one leg."""

    leg_id: str
    direction: Direction
    outcome: Outcome
    answered_by: AnsweredBy | None
    charged_user: str
    """Who pays, or whose leg it is where nobody pays; address without scheme."""
    charge_reason: ChargeReason | None
    """None for inbound and internal legs: they cost nothing by nature."""
    number: str | None
    """Outbound and transit: the number that a carrier bills."""
    gateway: str | None
    """Outbound and transit: the billed gateway, else mediation server; None = met no trunk."""
    answered_at: datetime | None
    talk_s: Decimal | None
    """Seconds; None where nobody answered or the end never became known."""


class CallTruth(NamedTuple):
    """What really happened in one call."""

    call_id: str
    started_at: datetime
    direction: Direction
    outcome: Outcome
    answered_by: AnsweredBy | None
    user: str
    """Whose call it is; address without scheme."""
    talk_s: Decimal
    """Seconds with a person, machine or conference; waiting in a queue does not count."""
    legs: tuple[LegTruth, ...]


class Row(NamedTuple):
    """A row of the database in its last state, and when it reaches its states.

    Instants are milliseconds since 1970.
    """

    table: str
    values: tuple[Value, ...]
    """In the order of `rows.TABLES`."""
    inserted: int
    answered: int | None
    ended: int | None
    """None = never."""


class SimulatedCall(NamedTuple):
    """Rows that belong together. `truth` is None where they are no phone call."""

    scenario: str
    started: int
    ended: int | None
    """When the last row reached its last state; None = never."""
    rows: tuple[Row, ...]
    truth: CallTruth | None
