"""Alarms on single calls, judged many at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any, Final

import polars as pl

from app import format as fmt
from app.alarms.event import CallKey, Event
from app.alarms.watched import Hours, SingleCall
from warehouse.words import Direction

LOOKED_AT: Final = (
    "source", "call_id", "day", "hour", "started_at", "started_local", "direction", "outcome",
    "answered_by", "cost_centre", "tariff", "status",
    "from_number", "to_number", "dialled", "user", "person", "department", "site", "gateway",
    "call_type", "destination", "talk_s", "cost", "currency", "emergency",
)  # fmt: skip
"""Columns of listed calls that alarms are judged by."""

_SEPARATORS: Final = r"[\s\-/().]"


def meeting(calls: pl.DataFrame, wanted: SingleCall, since: datetime) -> pl.DataFrame:
    """Those of `calls` (with `LOOKED_AT`) that began since an instant and meet the conditions."""
    conditions = list(_conditions(wanted))
    met = reduce(or_ if wanted.any_of else and_, conditions)
    return calls.filter(pl.col("started_at") >= pl.lit(since.replace(tzinfo=None)), met)


def events(found: pl.DataFrame) -> list[Event]:
    """What is told of calls, one event for each."""
    return [_event(row) for row in found.iter_rows(named=True)]


def key() -> pl.Expr:
    """What tells the event of a call from others."""
    return pl.concat_str("source", "call_id", separator="/")


def other_side() -> pl.Expr:
    """The number outside; of internal calls the one that was called."""
    inbound = pl.col("direction") == Direction.INBOUND.value
    return pl.when(inbound).then("from_number").otherwise("to_number")


def within(hours: Hours) -> pl.Expr:
    """Whether a call began within hours, by the clock of its place."""
    at, weekday = pl.col("started_local").dt.time(), pl.col("started_local").dt.weekday()
    days = list(hours.weekdays)
    if hours.begin < hours.end:
        return weekday.is_in(days) & (at >= hours.begin) & (at < hours.end)
    yesterday = (weekday + 5) % 7 + 1
    return (weekday.is_in(days) & (at >= hours.begin)) | (yesterday.is_in(days) & (at < hours.end))


def _conditions(wanted: SingleCall) -> list[pl.Expr]:
    lists = {
        "destination": wanted.destinations,
        "call_type": [one.value for one in wanted.call_types],
        "user": [one.lower() for one in wanted.people],
        "department": wanted.departments,
        "gateway": wanted.gateways,
        "direction": [one.value for one in wanted.directions],
    }
    found = [pl.col(name).is_in(list(values)) for name, values in lists.items() if values]
    if wanted.numbers:
        found.append(_numbers(wanted.numbers))
    if wanted.emergency is not None:
        found.append(pl.col("emergency") == wanted.emergency)
    if wanted.min_cost is not None:
        found.append(pl.col("cost") >= wanted.min_cost)
    if wanted.min_talk_s is not None:
        found.append(pl.col("talk_s") >= Decimal(wanted.min_talk_s))
    if wanted.within is not None:
        found.append(within(wanted.within))
    if wanted.outside is not None:
        found.append(~within(wanted.outside))
    return [condition.fill_null(value=False) for condition in found]


def _numbers(patterns: tuple[str, ...]) -> pl.Expr:
    plain = [pattern.translate(str.maketrans("", "", " -/().")) for pattern in patterns]
    whole = [pattern for pattern in plain if not pattern.endswith("*")]
    starts = [pattern[:-1] for pattern in plain if pattern.endswith("*")]
    sides = (other_side(), pl.col("dialled").str.replace_all(_SEPARATORS, ""))
    tests = [side.is_in(whole) for side in sides if whole]
    tests += [side.str.starts_with(start) for side in sides for start in starts]
    return reduce(or_, (test.fill_null(value=False) for test in tests))


def _event(row: dict[str, Any]) -> Event:
    inbound = row["direction"] == Direction.INBOUND.value
    who = row["person"] or row["user"] or "Somebody unknown"
    number = (row["from_number"] if inbound else row["to_number"]) or "an unknown number"
    where = f" ({row['destination']})" if row["destination"] else ""
    talk = f"talked {fmt.duration(row['talk_s'])}" if row["talk_s"] else "not answered"
    cost = "" if row["cost"] is None else f", {fmt.money(row['cost'], row['currency'], fine=True)}"
    way = "was called by" if inbound else "called"
    line = f"{who} {way} {number}{where}"
    return Event(
        key=f"{row['source']}/{row['call_id']}",
        subject=row["user"] or "",
        at=row["started_at"].replace(tzinfo=UTC),
        title=line,
        words=f"{line} at {fmt.instant(row['started_local'])} by the clock of the place: "
        f"{talk}{cost}.",
        calls=(CallKey(row["source"], row["call_id"], row["day"]),),
    )
