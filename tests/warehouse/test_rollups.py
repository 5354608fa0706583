"""Rollups must say what calls and legs say, after whatever was loaded in whatever order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.snapshot import Snapshots

NOW = datetime(2024, 10, 31, tzinfo=UTC)
OWNERS = [("anna", "Sales"), ("bruno", "Service"), ("carla", "Sales"), (None, None)]
MEASURES = ("calls", "answered", "talk_s", "cost", "unrated")
KEYS = {
    "day_totals": ("day", "site", "department", "direction", "call_type", "currency"),
    "day_people": ("day", "user", "person", "department", "site", "currency"),
    "day_destinations": (
        *("day", "site", "gateway", "tariff", "direction", "call_type", "destination", "currency"),
    ),
}
ENDING = ("outcome", "answered_by")
OUTCOMES = {
    "day_outcomes": ("day", "site", "department", "direction", *ENDING),
    "day_hours": ("day", "hour", "site", "direction", *ENDING),
}

facts = st.fixed_dictionaries(
    {
        "leg": st.integers(0, 8),
        "call": st.integers(0, 4),
        "revision": st.integers(0, 2),
        "hours": st.integers(0, 24 * 5),
        "owner": st.sampled_from(OWNERS),
        "outcome": st.sampled_from(["answered", "answered", "busy", "no_answer"]),
        "answered_by": st.sampled_from(["person", "voicemail", "response_group"]),
        "direction": st.sampled_from(["inbound", "outbound"]),
        "currency": st.sampled_from(["EUR", "USD", None]),
        "cost": st.sampled_from([Decimal("1.25"), Decimal("0.000001"), Decimal(0), None]),
    }
)
files = st.lists(st.lists(facts, max_size=5), min_size=1, max_size=5)


def _recount(
    calls: Iterable[dict[str, Any]], legs: Iterable[dict[str, Any]], keys: tuple[str, ...]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Calls by their owner; money by the owner of each leg, on the day of its call."""
    by_key: dict[tuple[Any, ...], Counter[str]] = {}
    known = {(call["source"], call["call_id"]): call for call in calls}
    for call in known.values():
        sums = by_key.setdefault(tuple(call[key] for key in keys), Counter())
        sums["calls"] += 1
        sums["answered"] += call["outcome"] == "answered" and call["answered_by"] != "voicemail"
        sums["talk_s"] += call["talk_s"]
        sums["unrated"] += call["status"] == "no_prefix"
    for leg in legs:
        call = known[leg["source"], leg["call_id"]]
        owner = {name: leg[name] for name in ("person", "department", "site", "currency")}
        payer = call | owner | {"user": leg["charged_user"]}
        sums = by_key.setdefault(tuple(payer[key] for key in keys), Counter())
        sums["cost"] += leg["cost"] or 0
    return {
        key: tuple(sums[measure] for measure in MEASURES)
        for key, sums in by_key.items()
        if any(sums.values())
    }


def _recount_outcomes(
    calls: Iterable[dict[str, Any]], keys: tuple[str, ...]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    by_key: dict[tuple[Any, ...], list[Any]] = {}
    for call in calls:
        sums = by_key.setdefault(tuple(call[key] for key in keys), [0] * 5)
        prompt = call["answered"] and call["ring_s"] <= 20
        facts = (1, call["answered"], prompt, call["talk_s"], call["ring_s"] or 0)
        sums[:] = [total + fact for total, fact in zip(sums, facts, strict=True)]
    return {key: tuple(sums) for key, sums in by_key.items()}


def _rows(connection: Any, table: str) -> list[dict[str, Any]]:
    return list(connection.execute(f"from {table}").to_arrow_table().to_pylist())


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(files=files)
def test_rollups_and_snapshots_equal_a_recount_after_any_loads(
    files: list[list[dict[str, Any]]], leg: Any, frame: Any
) -> None:
    with TemporaryDirectory() as name, Master.open(Path(name)) as master:
        snapshots = Snapshots(Path(name))
        for serial, content in enumerate(files):
            rows = [_row(leg, fact) for fact in content]
            load(master, frame(rows), file=f"{serial}", sha256="", loaded_at=NOW)
            publish(master, NOW, HotLimits(legs=6, days=3, recent_days=1))
        legs = _rows(master.connection, "legs")
        calls = _rows(master.connection, "calls")
        assert {(row["source"], row["call_id"]) for row in legs} == {
            (row["source"], row["call_id"]) for row in calls
        }
        for table, keys in KEYS.items():
            found = {
                tuple(row[key] for key in keys): tuple(row[measure] for measure in MEASURES)
                for row in _rows(master.connection, table)
            }
            nonzero = {key: sums for key, sums in found.items() if any(sums)}
            assert _recount(calls, legs, keys) == nonzero
        for table, keys in OUTCOMES.items():
            assert _recount_outcomes(calls, keys) == {
                tuple(row[key] for key in keys): tuple(
                    row[measure] for measure in ("calls", "answered", "prompt", "talk_s", "wait_s")
                )
                for row in _rows(master.connection, table)
            }
        snapshot = snapshots.current()
        snapshot.verify()
        for table in ("legs", "calls", "call_shares", *KEYS, *OUTCOMES, "gateway_hours"):
            stored = master.connection.execute(f"from {table} order by all").to_arrow_table()
            assert stored.to_pylist() == snapshot.query(f"from {table} order by all").to_dicts()
        del snapshot
        snapshots.close()


def _row(leg: Any, fact: dict[str, Any]) -> dict[str, Any]:
    user, department = fact["owner"]
    started = datetime(2024, 10, 14) + timedelta(hours=fact["hours"])
    made: dict[str, Any] = leg(
        f"leg{fact['leg']}",
        str(started),
        call_id=f"leg{fact['call']}",
        revision=fact["revision"],
        charged_user=user,
        person=user,
        department=department,
        outcome=fact["outcome"],
        answered_by=fact["answered_by"] if fact["outcome"] == "answered" else None,
        direction=fact["direction"],
        currency=fact["currency"],
        cost=fact["cost"],
        charge=fact["cost"],
        status="no_prefix" if fact["cost"] is None else "rated",
    )
    return made
