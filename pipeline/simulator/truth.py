"""The file of truth: every call that has begun, as it really is or will be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, Self

from pipeline.simulator.instants import DAY, millis, stamp
from pipeline.simulator.model import CallTruth, LegTruth, SimulatedCall, Value
from warehouse.errors import Damaged, Unavailable
from warehouse.words import AnsweredBy, ChargeReason, Direction, Outcome

GIVEN_UP_AFTER = DAY
"""A call without an end is final this long after its start (milliseconds)."""
_BUSY_SECONDS = 10.0


class State(NamedTuple):
    """How far the simulation has come, and of which company."""

    seed: int
    company_seed: int
    reference: date
    first_day: date
    applied_until: datetime


class TruthFile:
    """The open file; leaving the `with` block commits, unless by an error."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        if not new and not path.is_file():
            raise Unavailable(f"There is no simulated history {path}: make one first")
        self._path = path
        self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
        if new:
            script = Path(__file__).with_name("truth.sql").read_text(encoding="utf-8")
            self._connection.executescript(script)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.commit()
        self._connection.close()

    def add(self, calls: Iterable[SimulatedCall]) -> None:
        """Notes calls; one that is there already stays as it is."""
        call_rows: list[tuple[Value, ...]] = []
        leg_rows: list[tuple[Value, ...]] = []
        for call in calls:
            if call.truth is not None:
                call_rows.append(_call_row(call, call.truth))
                leg_rows.extend(_leg_row(call.truth.call_id, leg) for leg in call.truth.legs)
        self._connection.executemany(
            f"INSERT OR IGNORE INTO calls VALUES ({', '.join('?' * 10)})", call_rows
        )
        self._connection.executemany(
            f"INSERT OR IGNORE INTO legs VALUES ({', '.join('?' * 11)})", leg_rows
        )

    @property
    def state(self) -> State:
        values = dict(self._connection.execute("SELECT name, value FROM state"))
        try:
            return State(
                int(values["seed"]),
                int(values["company_seed"]),
                date.fromisoformat(values["reference"]),
                date.fromisoformat(values["first_day"]),
                datetime.fromisoformat(values["applied_until"]),
            )
        except (KeyError, ValueError) as error:
            raise Damaged(f"The state in {self._path} cannot be read: {error}") from error

    @state.setter
    def state(self, state: State) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO state VALUES (?, ?)",
            [
                (name, value.isoformat() if isinstance(value, date) else str(value))
                for name, value in state._asdict().items()
            ],
        )

    def calls(self, final_by: datetime) -> list[CallTruth]:
        """Calls about which everything can be known at an instant, in the order of their ids."""
        until = stamp(millis(final_by))
        legs: dict[str, list[LegTruth]] = {}
        for call_id, *rest in self._connection.execute(
            "SELECT legs.call_id, legs.leg_id, legs.direction, legs.outcome, legs.answered_by,"
            " charged_user, charge_reason, number, gateway, answered_at, legs.talk_ms"
            " FROM legs JOIN calls USING (call_id) WHERE final_at <= ?",
            (until,),
        ):
            legs.setdefault(call_id, []).append(_leg(*rest))
        return [
            _call(row, tuple(legs[row[0]]))
            for row in self._connection.execute(
                "SELECT call_id, started_at, direction, outcome, answered_by, user, talk_ms"
                " FROM calls WHERE final_at <= ? ORDER BY call_id",
                (until,),
            )
        ]


def _call_row(call: SimulatedCall, truth: CallTruth) -> tuple[Value, ...]:
    ended = call.ended
    final = call.started + GIVEN_UP_AFTER if ended is None else ended
    return (
        *(truth.call_id, call.scenario, stamp(call.started)),
        None if ended is None else stamp(ended),
        *(stamp(final), truth.direction.value, truth.outcome.value),
        *(_word(truth.answered_by), truth.user, _milliseconds(truth.talk_s)),
    )


def _leg_row(call_id: str, leg: LegTruth) -> tuple[Value, ...]:
    return (
        *(leg.leg_id, call_id, leg.direction.value, leg.outcome.value, _word(leg.answered_by)),
        *(leg.charged_user, _word(leg.charge_reason), leg.number, leg.gateway),
        None if leg.answered_at is None else stamp(millis(leg.answered_at)),
        _milliseconds(leg.talk_s),
    )


def _word(word: AnsweredBy | ChargeReason | None) -> str | None:
    return None if word is None else word.value


def _milliseconds(seconds: Decimal | None) -> int | None:
    return None if seconds is None else int(seconds * 1000)


def _seconds(milliseconds: int) -> Decimal:
    return (Decimal(milliseconds) / 1000).quantize(Decimal("0.01"))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _call(
    row: tuple[str, str, str, str, str | None, str, int], legs: tuple[LegTruth, ...]
) -> CallTruth:
    call_id, started_at, direction, outcome, answered_by, user, talk_ms = row
    return CallTruth(
        call_id,
        _instant(started_at),
        Direction(direction),
        Outcome(outcome),
        None if answered_by is None else AnsweredBy(answered_by),
        user,
        _seconds(talk_ms),
        legs,
    )


def _leg(
    leg_id: str,
    direction: str,
    outcome: str,
    answered_by: str | None,
    charged_user: str,
    charge_reason: str | None,
    number: str | None,
    gateway: str | None,
    answered_at: str | None,
    talk_ms: int | None,
) -> LegTruth:
    return LegTruth(
        leg_id,
        Direction(direction),
        Outcome(outcome),
        None if answered_by is None else AnsweredBy(answered_by),
        charged_user,
        None if charge_reason is None else ChargeReason(charge_reason),
        number,
        gateway,
        None if answered_at is None else _instant(answered_at),
        None if talk_ms is None else _seconds(talk_ms),
    )
