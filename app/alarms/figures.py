"""Figures of windows: what the calls of an hour, a day, a week or a month come to.

Values are whole millionths of their unit, cut off below: money stays exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import polars as pl

from app.alarms.watched import SHARES, Counter, Measure, Per, Window
from warehouse.queries import costs, service
from warehouse.queries.keys import Key
from warehouse.scope import LISTS, Filters, Scope
from warehouse.snapshot import Snapshot
from warehouse.words import Outcome

KEYS: Final[dict[Per, Key]] = {
    Per.PERSON: "user",
    Per.DEPARTMENT: "department",
    Per.SITE: "site",
    Per.TRUNK: "gateway",
}
"""The column of each subject."""
LOST: Final = (
    Outcome.NO_ANSWER.value,
    Outcome.BUSY.value,
    Outcome.CANCELLED.value,
    Outcome.REJECTED.value,
    Outcome.FAILED.value,
)
_VOICEMAIL: Final = "voicemail"
_MINUTE: Final = 60
MILLION: Final = 1_000_000
_THOUSAND: Final = 1000
_PERCENT: Final = 100

FIGURES: Final = pl.Schema(
    {
        "subject": pl.String(),
        "name": pl.String(),
        "currency": pl.String(),
        "calls": pl.Int64(),
        "value": pl.Int64(),
    }
)
"""One row per subject, and for cost per currency: the calls, and the measure of them."""

Figures = pl.DataFrame


def start_of(window: Window, day: date, hour: int = 0) -> datetime:
    """The beginning of the window that an hour of a day is in, by local clocks."""
    if window is Window.WEEK:
        day -= timedelta(days=day.weekday())
    elif window is Window.MONTH:
        day = day.replace(day=1)
    return datetime.combine(day, time(hour if window is Window.HOUR else 0))


def end_of(window: Window, start: datetime) -> datetime:
    """The beginning of the next one."""
    if window is Window.MONTH:
        return (start + timedelta(days=31)).replace(day=1)
    lengths = {
        Window.HOUR: timedelta(hours=1),
        Window.DAY: timedelta(days=1),
        Window.WEEK: timedelta(weeks=1),
    }
    return start + lengths[window]


def before(watched: Counter, start: datetime) -> datetime:
    """The beginning of the window that one is compared with."""
    if watched.against == "weekday":
        return start - timedelta(weeks=1)
    day_before = start - timedelta(hours=1)
    return start_of(watched.window, day_before.date(), day_before.hour)


def of_window(
    snapshot: Snapshot,
    scope: Scope,
    watched: Counter,
    start: datetime,
    calls_of_day: Callable[[date], pl.DataFrame],
) -> Figures:
    """The figures of the window that begins then, with `FIGURES`.

    Days and longer are read from rollups where there are any; an hour from single calls.
    """
    if watched.window is Window.HOUR:
        listed = chosen(calls_of_day(start.date()), watched)
        return of_calls(listed.filter(pl.col("hour") == start.hour), watched)
    last = (end_of(watched.window, start) - timedelta(days=1)).date()
    lists: dict[str, Any] = dict(watched.filters)
    filters = replace(Filters(start.date(), last), **lists)
    keys = () if watched.per is Per.ALL else (KEYS[watched.per],)
    if watched.measure in SHARES:
        found = service.answering(snapshot, scope, filters, keys)
        return _shaped(found.with_columns(answered_s=pl.col("talk_s")), watched)
    found = costs.by(snapshot, scope, filters, keys)
    if watched.measure is Measure.COST:
        return _shaped(found.drop_nulls("currency"), watched)
    names = [*keys, *(["person"] if "user" in keys else [])]
    sums = pl.col("calls", "talk_s").sum()
    return _shaped(found.group_by(names).agg(sums) if names else found.select(sums), watched)


def chosen(listed: pl.DataFrame, watched: Counter) -> pl.DataFrame:
    """Those of single calls that the filters of an alarm let by."""
    for name, values in watched.filters.items():
        column = LISTS[name].strip('"')
        listed = listed.filter(pl.col(column).fill_null("").is_in(list(values)))
    return listed


def of_calls(listed: pl.DataFrame, watched: Counter) -> Figures:
    """The figures of single calls."""
    keys = [] if watched.per is Per.ALL else [KEYS[watched.per]]
    names = [*keys, *(["currency"] if watched.measure is Measure.COST else [])]
    if watched.measure is Measure.COST:
        listed = listed.drop_nulls("currency")
    sums = [*sums_of_calls(), pl.col("person").drop_nulls().last()]
    summed = listed.group_by(names).agg(*sums) if names else listed.select(*sums)
    return _shaped(summed, watched)


def sums_of_calls() -> list[pl.Expr]:
    """What the figures of single calls are made of."""
    answered = (pl.col("outcome") == Outcome.ANSWERED.value) & (
        pl.col("answered_by").fill_null("") != _VOICEMAIL
    )
    return [
        pl.len().cast(pl.Int64).alias("calls"),
        answered.sum().cast(pl.Int64).alias("answered"),
        pl.col("outcome").is_in(LOST).sum().cast(pl.Int64).alias("lost"),
        pl.col("talk_s").sum(),
        pl.col("talk_s").filter(answered).sum().alias("answered_s"),
        pl.col("cost").sum(),
    ]


def value_of(measure: Measure) -> pl.Expr:
    """A measure in millionths, from sums of calls; empty where there is nothing to divide by."""
    calls = pl.col("calls").cast(pl.Int64)
    if measure is Measure.COST:
        return (pl.col("cost").fill_null(0) * MILLION).cast(pl.Int64)
    if measure is Measure.CALLS:
        return calls * MILLION
    if measure is Measure.MINUTES:
        return _milliseconds("talk_s") * _THOUSAND // _MINUTE
    if measure is Measure.ALOC:
        answered = pl.col("answered").cast(pl.Int64)
        return pl.when(answered > 0).then(_milliseconds("answered_s") * _THOUSAND // answered)
    part = pl.col("lost" if measure is Measure.LOST_SHARE else "answered").cast(pl.Int64)
    return pl.when(calls > 0).then(part * (_PERCENT * MILLION) // calls)


def amount_of(watched: Counter) -> int:
    """What figures are compared with, in millionths."""
    return int(watched.amount * MILLION)


def _milliseconds(column: str) -> pl.Expr:
    return (pl.col(column).fill_null(0) * _THOUSAND).cast(pl.Int64)


def _shaped(found: pl.DataFrame, watched: Counter) -> Figures:
    key = None if watched.per is Per.ALL else KEYS[watched.per]
    subject = pl.lit("") if key is None else pl.col(key).fill_null("")
    person = "person" in found.columns and watched.per is Per.PERSON
    name = pl.coalesce("person", key) if person and key else subject
    currency = "currency" if watched.measure is Measure.COST else pl.lit(None, pl.String)
    columns = {"subject": subject, "name": name, "currency": currency}
    shown = [
        (pl.col(one) if isinstance(one, str) else one).cast(pl.String).alias(column)
        for column, one in columns.items()
    ]
    value = value_of(watched.measure).alias("value")
    return found.select(*shown, pl.col("calls").fill_null(0).cast(pl.Int64), value)
