"""Rows as the driver's queries give them, from the few facts that a test is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from pipeline.sources.lync.legs import facts, legs_of
from pipeline.sources.lync.parties import understood
from pipeline.sources.lync.raw import CONFERENCE_LEGS, NAMED_SESSIONS

START = datetime.fromisoformat("2025-03-03 08:00:00")
NOW = START + timedelta(days=7)

USER, OTHER, THIRD = (f"{name}@aurora.example" for name in ("ugo", "olga", "tea"))
OUTSIDE = "+393350000201"

IDS = {USER: 1, OTHER: 2, THIRD: 3}


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def session(at: float = 0, **facts: Any) -> dict[str, Any]:
    """A row of sessions_views.sql: unless told otherwise answered after 5 s, a minute, no trunk.

    Times are seconds after `START`; ids follow from the URIs.
    """
    row: dict[str, Any] = {
        "session_id_time": after(at),
        "session_id_seq": 1,
        "invite_time": after(at),
        "response_time": after(at + 5),
        "session_end_time": after(at + 65),
        "response_code": 200,
        "media_types": 16,
        "call_flag": 0,
        "call_priority": 2,
        "has_location": 0,
        "from_trunk": 0,
        "to_trunk": 0,
    } | facts
    for party, identity in (
        ("user1", "user1_id"),
        ("user2", "user2_id"),
        ("starter", "starter_id"),
    ):
        uri = row.get(f"{party}_uri")
        row.setdefault(identity, None if uri is None else IDS.setdefault(uri, len(IDS) + 1))
    for party in ("user1", "user2", "starter", "target", "behalf", "referrer"):
        row.setdefault(f"{party}_type", None if row.get(f"{party}_uri") is None else 1)
    return {column: row.get(column) for column in NAMED_SESSIONS}


def inbound(at: float = 0, **facts: Any) -> dict[str, Any]:
    """A session from the PSTN for `USER`."""
    told = {
        "from_trunk": 1,
        "gateway_in": "gw",
        "from_number": OUTSIDE,
        "user2_uri": USER,
        "target_uri": USER,
    }
    return session(at, **told | facts)


def outbound(at: float = 0, **facts: Any) -> dict[str, Any]:
    """A session from `USER` to the PSTN."""
    told = {
        "to_trunk": 1,
        "gateway_out": "gw",
        "connected_number": OUTSIDE,
        "user1_uri": USER,
        "starter_uri": USER,
    }
    return session(at, **told | facts)


def failed(code: int, after_s: float, at: float = 0) -> dict[str, Any]:
    """What differs in a session that was refused."""
    return {"response_code": code, "response_time": after(at + after_s), "session_end_time": None}


def dial_in(at: float, **facts: Any) -> dict[str, Any]:
    """A row of conference_legs.sql: a caller from the PSTN, let in after 2 s, for ten minutes."""
    row = {
        "session_id_time": after(at),
        "session_id_seq": 1,
        "invite_time": after(at),
        "response_time": after(at + 2),
        "session_end_time": after(at + 602),
        "response_code": 200,
        "call_flag": 0,
        "dial_out": 0,
        "synthetic": 0,
        "participant_uri": f"{OUTSIDE}@aurora.example;user=phone",
        "participant_type": 0,
        "gateway": "gw",
    } | facts
    return {column: row.get(column) for column in CONFERENCE_LEGS}


def legs(
    *sessions: dict[str, Any], conferences: list[dict[str, Any]] | None = None, now: datetime = NOW
) -> pl.DataFrame:
    rows = facts(
        understood(pl.DataFrame(list(sessions), schema=NAMED_SESSIONS)),
        pl.DataFrame(conferences or [], schema=CONFERENCE_LEGS),
    )
    return legs_of(rows, now)


def leg(row: dict[str, Any], now: datetime = NOW) -> dict[str, Any]:
    """The only leg of one session."""
    return legs(row, now=now).row(0, named=True)
