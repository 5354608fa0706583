"""Columns that several reports have, and how rows of several currencies are brought together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from app.reports.document import CURRENCY, Column, Kind
from warehouse.queries.bills import FIXED, TOTAL
from warehouse.queries.costs import MEASURES

KEYS: Final = {
    "department": Column("department", "Department"),
    "cost_centre": Column("cost_centre", "Cost centre"),
    "user": Column("person", "Person"),
    "site": Column("site", "Site"),
    "tariff": Column("tariff", "Carrier"),
    "gateway": Column("gateway", "Trunk"),
    "destination": Column("destination", "Destination"),
    "call_type": Column("call_type", "Call type", Kind.WORD),
    "direction": Column("direction", "Direction", Kind.WORD),
    "kind": Column("kind", "Kind of owner", Kind.WORD),
    "account_code": Column("account_code", "Account code"),
    "purpose": Column("purpose", "Purpose", Kind.WORD),
    "country": Column("country", "Country", Kind.COUNTRY),
    "period": Column("period", "From", Kind.DAY),
    "hour": Column("hour", "Hour", Kind.HOUR),
    "weekday": Column("weekday", "Weekday", Kind.WEEKDAY),
}

CALLS: Final = Column("calls", "Calls", Kind.COUNT, summed=True)
ANSWERED: Final = Column("answered", "Answered", Kind.COUNT, summed=True)
TALK: Final = Column("talk_s", "Talk time", Kind.DURATION, summed=True)
COST: Final = Column("cost", "Cost", Kind.MONEY, summed=True)
CHARGE: Final = Column("charge", "Charge", Kind.MONEY, summed=True, hidden_if_like="cost")
TAX: Final = Column("tax", "Tax", Kind.MONEY, summed=True, hidden_if_zero=True)
UNRATED: Final = Column("unrated", "Unrated", Kind.COUNT, summed=True, hidden_if_zero=True)

TRAFFIC: Final = (CALLS, ANSWERED, TALK)
COSTS: Final = (*TRAFFIC, COST, CHARGE, TAX, UNRATED)

CALL_LIST: Final = (
    Column("started_local", "Began", Kind.LOCAL_TIME),
    Column("person", "Person"),
    Column("department", "Department"),
    Column("from_number", "From"),
    Column("to_number", "To"),
    Column("destination", "Destination"),
    Column("direction", "Direction", Kind.WORD),
    Column("outcome", "Outcome", Kind.WORD),
    Column("talk_s", "Talk time", Kind.DURATION, summed=True),
    Column("cost", "Cost", Kind.FINE_MONEY, summed=True),
    Column("charge", "Charge", Kind.FINE_MONEY, summed=True, hidden_if_like="cost"),
    Column("tax", "Tax", Kind.FINE_MONEY, summed=True, hidden_if_zero=True),
)

_DEAREST: Final = "_dearest"

SEEN: Final = (
    Column("first_at", "First", Kind.INSTANT),
    Column("last_at", "Last", Kind.INSTANT),
)


def together(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """One row per keys and currency, where calls without money stand with those that have some.

    Queries keep calls that cost nothing apart, as they have no currency. Readers want to see all
    calls of a department in one row: they join its dearest currency, or the only one there is.
    """
    known = rows.drop_nulls(CURRENCY)
    only = known[CURRENCY].unique()
    fallback = pl.lit(only[0] if len(only) == 1 else None, dtype=pl.String)
    if keys:
        dearest = (
            known.sort("cost", descending=True)
            .group_by(keys, maintain_order=True)
            .agg(pl.col(CURRENCY).first().alias(_DEAREST))
        )
        placed = rows.join(
            dearest, on=list(keys), how="left", nulls_equal=True, maintain_order="left"
        )
    else:
        placed = rows.with_columns(fallback.alias(_DEAREST))
    placed = placed.with_columns(pl.coalesce(CURRENCY, _DEAREST, fallback).alias(CURRENCY))
    measures = [name for name in (*MEASURES, FIXED, TOTAL) if name in rows.columns]
    others = [name for name in rows.columns if name not in {*keys, CURRENCY, *measures}]
    return (
        placed.group_by([*keys, CURRENCY], maintain_order=True)
        .agg(pl.col(others).last(), pl.col(measures).sum())
        .cast({name: rows.schema[name] for name in measures})
        .select(rows.columns)
    )


def dearest_first(rows: pl.DataFrame, *then: str) -> pl.DataFrame:
    """By cost, then by calls; equal rows by name."""
    return rows.sort(
        "cost", "calls", *then, descending=[True, True, *(False for _ in then)], nulls_last=True
    )
