"""Rated legs of a company that telephones evenly, made by chance from a fixed seed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from warehouse.legs import LEG_SCHEMA

PEOPLE = 2_000
DEPARTMENTS = 40
DESTINATIONS = 150
LAST = date(2026, 10, 30)
TRANSFERRED = 0.15
"""Share of the calls that have a second leg."""


def legs_of(
    first: datetime, last: datetime, calls: int, serial: int, people: int = PEOPLE
) -> pl.DataFrame:
    """`LEG_SCHEMA` of so many calls between two instants, in order; `serial` makes keys unique."""
    random = np.random.default_rng(serial)
    span = int((last - first).total_seconds() * 1000)
    head = np.sort(random.integers(span, size=calls))
    again = np.flatnonzero(random.random(calls) < TRANSFERRED)
    call = np.concatenate([np.arange(calls), again])
    is_head = np.arange(len(call)) < calls
    begun = head[call] + np.where(is_head, 0, 20_000)
    order = np.argsort(begun, kind="stable")
    call, is_head, begun = call[order], is_head[order], begun[order]
    size = len(call)
    person = random.integers(people, size=size)
    outbound = random.random(size) < 0.4
    answered = random.random(size) < 0.85
    talk = np.where(answered, random.exponential(150, size) * 1000, 0).astype(np.int64) // 10 * 10
    base = pl.DataFrame(
        {
            "call": call,
            "is_head": is_head,
            "started_at": pl.Series(begun).cast(pl.Duration("ms")) + first,
            "head_at": pl.Series(head[call]).cast(pl.Duration("ms")) + first,
            "talk": talk,
            "ring": random.integers(1, 3000, size) * 10,
            "person": person,
            "outbound": outbound,
            "answered": answered,
            "number": random.integers(10**9, 2 * 10**9, size),
            "destination": random.integers(DESTINATIONS, size=size),
        }
    ).with_columns(pl.col("started_at", "head_at").cast(pl.Datetime("ms")))
    named = base.with_columns(
        text="+44" + pl.col("number").cast(pl.String),
        user="user" + pl.col("person").cast(pl.String) + "@aurora.example",
        priced=pl.col("outbound") & pl.col("answered"),
        seconds=(pl.col("talk") + 999) // 1000,
    )
    return named.select(
        pl.lit(None).cast(kind).alias(name)
        if name not in _FACTS
        else _FACTS[name].cast(kind).alias(name)
        for name, kind in LEG_SCHEMA.items()
    ).with_columns(pl.col("leg_id", "call_id") + f"-{serial}")


def _thousandths(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Decimal(18, 0)) * pl.lit("0.001").cast(pl.Decimal(4, 3))


def _key(at: str, leg: str) -> pl.Expr:
    time = pl.col(at).dt.strftime("S%Y%m%dT%H%M%S%.3f")
    return pl.concat_str(time, pl.lit("-"), pl.col("call"), pl.lit(leg))


def _when(is_so: str, value: pl.Expr | str) -> pl.Expr:
    return pl.when(is_so).then(pl.lit(value) if isinstance(value, str) else value)


_STARTED = pl.col("started_at")
_DEPARTMENT = "Department " + (pl.col("person") % DEPARTMENTS).cast(pl.String)
_COST = pl.when("priced").then(pl.col("seconds") * 200).otherwise(0)
_MILLIONTHS = _COST.cast(pl.Decimal(18, 0)) * pl.lit("0.000001").cast(pl.Decimal(7, 6))
_FACTS: dict[str, pl.Expr] = {
    "source": pl.lit("bench"),
    "leg_id": pl.when("is_head").then(_key("head_at", "")).otherwise(_key("started_at", "b")),
    "call_id": _key("head_at", ""),
    "revision": pl.lit(0),
    "started_at": _STARTED,
    "answered_at": _when("answered", _STARTED + pl.duration(milliseconds="ring")),
    "ended_at": _STARTED + pl.duration(milliseconds=pl.col("ring") + pl.col("talk")),
    "day": _STARTED.dt.date(),
    "hour": _STARTED.dt.hour(),
    "started_local": _STARTED,
    "time_zone": pl.lit("UTC"),
    "talk_s": _when("answered", _thousandths("talk")),
    "ring_s": _thousandths("ring"),
    "direction": _when("outbound", "outbound").otherwise(pl.lit("inbound")),
    "outcome": _when("answered", "answered").otherwise(pl.lit("no_answer")),
    "answered_by": _when("answered", "person"),
    "from_number": pl.col("text"),
    "to_number": pl.col("text"),
    "dialled": pl.col("text"),
    "from_user": _when("outbound", pl.col("user")),
    "charged_user": pl.col("user"),
    "charge_reason": _when("outbound", "caller"),
    "person": "Person " + pl.col("person").cast(pl.String),
    "department": _DEPARTMENT,
    "cost_centre": (pl.col("person") % DEPARTMENTS).cast(pl.String),
    "site": "Site " + (pl.col("person") % 3).cast(pl.String),
    "gateway_out": _when("outbound", "gw-1.aurora.example"),
    "gateway_in": pl.when("outbound").then(None).otherwise(pl.lit("gw-2.aurora.example")),
    "response_code": pl.lit("200"),
    "media": pl.lit("audio"),
    "emergency": pl.lit(False),
    "tariff": _when("outbound", "aurelia"),
    "tariff_version": _when("outbound", "0123456789abcdef"),
    "prefix": _when("outbound", "44"),
    "destination": _when("outbound", "Place " + pl.col("destination").cast(pl.String)),
    "call_type": _when("outbound", "international"),
    "billed_seconds": _when("priced", pl.col("seconds")).otherwise(0),
    "connect_fee": pl.lit(Decimal(0)),
    "cost": _MILLIONTHS,
    "charge": _MILLIONTHS,
    "tax": pl.lit(Decimal(0)),
    "currency": _when("outbound", "EUR"),
    "status": pl.when("priced")
    .then(pl.lit("rated"))
    .when("outbound")
    .then(pl.lit("not_answered"))
    .otherwise(pl.lit("not_charged")),
    "explanation": _when(
        "priced",
        pl.concat_str(
            pl.lit('{"segments":[{"from":0,"seconds":'),
            "seconds",
            pl.lit(',"price":"0.0120","first":1,"next":1}],"fee":"0","rounding":"half_up/4"}'),
        ),
    ),
}


def spread(
    calls: int, days: int, chunk: int, last: date = LAST
) -> list[tuple[datetime, datetime, int]]:
    """Consecutive stretches of time, ending with the day before `last`, of so many calls in all."""
    begin = datetime.combine(last, datetime.min.time()) - timedelta(days=days)
    parts = max(1, -(-calls // chunk))
    step = timedelta(days=days) / parts
    return [
        (begin + step * part, begin + step * (part + 1), min(chunk, calls - part * chunk))
        for part in range(parts)
    ]
