"""Alarms on figures: which of them cross the line of an alarm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from app import format as fmt
from app.alarms.event import Event
from app.alarms.figures import KEYS, MILLION, Figures, amount_of, chosen, sums_of_calls, value_of
from app.alarms.watched import (
    ADDED_UP,
    FIXED,
    RISING,
    SHARES,
    Compare,
    Counter,
    Measure,
    Per,
    Window,
)
from app.alarms.words import MEASURES, window_in_words

SETTLED: Final = timedelta(minutes=30)
"""After its end, by when the calls of a window are mostly loaded."""
_SIDE_BY_SIDE: Final = ("subject", "currency")
_UNITS: Final = {
    Measure.LOST_SHARE: " %",
    Measure.ASR: " %",
    Measure.ALOC: " s",
    Measure.MINUTES: " min",
}


def may_be_told(watched: Counter, *, is_over: bool) -> bool:
    """Whether the figures of a window count before it is over: what only rises does."""
    return is_over or (watched.measure in ADDED_UP and watched.compare in RISING)


def crossing(now: Figures, then: Figures | None, watched: Counter) -> pl.DataFrame:
    """The rows of a window that cross the line, with the `value` `before` where it is asked for.

    Of shares and averages, fewer calls than `least_calls` say nothing; of changes, fewer before.
    Subjects without calls count as 0 where too little is what is asked.
    """
    amount = amount_of(watched)
    value, earlier = pl.col("value"), pl.col("before")
    if watched.compare in FIXED:
        if watched.measure in SHARES:
            now = now.filter(pl.col("calls") >= watched.least_calls)
        test = value > amount if watched.compare is Compare.ABOVE else value < amount
        return now.filter(test).with_columns(pl.lit(None, pl.Int64).alias("before"))
    if then is None:
        return now.clear().with_columns(pl.lit(None, pl.Int64).alias("before"))
    reliable = then.filter(pl.col("calls") >= watched.least_calls).select(
        *_SIDE_BY_SIDE, pl.col("value").alias("before"), pl.col("name").alias("known_as")
    )
    both = reliable.join(now, on=_SIDE_BY_SIDE, how="left", nulls_equal=True).with_columns(
        pl.coalesce("name", "known_as").alias("name"), pl.col("calls").fill_null(0)
    )
    if watched.measure in SHARES:
        both = both.filter(pl.col("calls") >= watched.least_calls)
    else:
        both = both.with_columns(value.fill_null(0))
    whole = 100 * MILLION
    tests = {
        Compare.RISE: value - earlier > amount,
        Compare.FALL: earlier - value > amount,
        Compare.RISE_PERCENT: _wide(value) * whole > _wide(earlier) * (whole + amount),
        Compare.FALL_PERCENT: _wide(value) * whole < _wide(earlier) * (whole - amount),
    }
    return both.filter(tests[watched.compare]).select(*now.columns, "before")


def events(found: pl.DataFrame, watched: Counter, start: datetime, zone: ZoneInfo) -> list[Event]:
    """What is told of the rows of a window that cross the line."""
    at = start.replace(tzinfo=zone).astimezone(UTC)
    when = fmt.instant(start) if watched.window is Window.HOUR else fmt.day(start.date())
    return [
        _event(row, watched, at, f"the {watched.window.value} from {when}", start.isoformat())
        for row in found.iter_rows(named=True)
    ]


def sliding(listed: pl.DataFrame, watched: Counter, since: datetime) -> list[Event]:
    """What is told of the minutes up to each of single calls that began since an instant.

    A line is crossed where it was not yet crossed at the call before, or that is longer ago.
    """
    length = timedelta(minutes=watched.minutes or 0)
    keys = [] if watched.per is Per.ALL else [KEYS[watched.per]]
    names = [*keys, *(["currency"] if watched.measure is Measure.COST else [])]
    calls = chosen(listed, watched).sort("started_at")
    if names:
        calls = calls.drop_nulls(names[-1:])
    sums = [*sums_of_calls(), pl.col("person").drop_nulls().last()]
    windows = calls.rolling("started_at", period=length, group_by=names or None).agg(*sums)
    amount = amount_of(watched)
    value = value_of(watched.measure)
    over = value > amount if watched.compare is Compare.ABOVE else value < amount
    if watched.measure in SHARES:
        over &= pl.col("calls") >= watched.least_calls
    judged = windows.with_columns(value=value, over=over.fill_null(value=False))
    last = pl.col("over").shift(1), pl.col("started_at").shift(1)
    was, at = (one.over(names) for one in last) if names else last
    lasts = was.fill_null(value=False) & (pl.col("started_at") - at <= length)
    crossed = judged.filter("over", ~lasts).filter(
        pl.col("started_at") >= pl.lit(since.replace(tzinfo=None))
    )
    found = []
    for row in crossed.iter_rows(named=True):
        subject = row[keys[0]] or "" if keys else ""
        name = (row["person"] if watched.per is Per.PERSON else None) or subject
        facts = row | {"subject": subject, "name": name, "before": None}
        facts.setdefault("currency", None)
        at = row["started_at"].replace(tzinfo=UTC)
        words = f"the {watched.minutes} minutes up to {fmt.instant(at)} UTC"
        found.append(_event(facts, watched, at, words, at.isoformat()))
    return found


def at_once(peaks: pl.DataFrame, watched: Counter, zone: ZoneInfo) -> list[Event]:
    """What is told of the most calls at once of trunks, hour by hour.

    `peaks` has `gateway`, `day`, `hour` and `peak`. Hours in a row are one crossing.
    """
    hour = pl.col("day").cast(pl.Datetime("ms")) + pl.duration(hours=pl.col("hour"))
    over = peaks.with_columns(hour.alias("start")).filter(
        pl.col("peak") * MILLION > amount_of(watched)
    )
    apart = pl.col("start").diff().over("gateway") != pl.duration(hours=1)
    first = over.sort("gateway", "start").filter(apart.fill_null(value=True))
    found = []
    for row in first.iter_rows(named=True):
        start = row["start"]
        facts = {
            "subject": row["gateway"],
            "name": row["gateway"],
            "currency": None,
            "calls": None,
            "value": row["peak"] * MILLION,
            "before": None,
        }
        at = start.replace(tzinfo=zone).astimezone(UTC)
        words = f"the hour from {fmt.instant(start)}"
        found.append(_event(facts, watched, at, words, start.isoformat()))
    return found


def _event(row: dict[str, Any], watched: Counter, at: datetime, when: str, key: str) -> Event:
    currency = row["currency"]
    what = MEASURES[watched.measure]
    whose = f" of {row['name'] or '(none)'}" if watched.per is not Per.ALL else ""
    value = _shown(row["value"], watched.measure, currency)
    amount = _shown(amount_of(watched), watched.measure, currency)
    if watched.compare in FIXED:
        line = f"{watched.compare.value} {amount}"
    else:
        changed = f"{watched.amount} %" if watched.compare.value.endswith("percent") else amount
        way = "up" if watched.compare in RISING else "down"
        earlier = _shown(row["before"], watched.measure, currency)
        line = f"{way} by more than {changed} from {earlier}"
    calls = "" if row["calls"] is None else f", of {fmt.counted(row['calls'], 'call')}"
    title = f"{what[0].upper()}{what[1:]}{whose}: {value}, {line}"
    return Event(
        key=f"{key} {row['subject']} {currency or ''}".strip(),
        subject=row["subject"],
        at=at,
        title=title,
        words=f"In {when}: {value}{calls}. It watches for {line}, per {window_in_words(watched)}.",
    )


def _wide(millionths: pl.Expr) -> pl.Expr:
    """For products with percentages, which are millionths too."""
    return millionths.cast(pl.Int128)


def _shown(value: int, measure: Measure, currency: str | None) -> str:
    exact = Decimal(value) / MILLION
    if measure is Measure.COST:
        return fmt.money(exact, currency)
    unit = _UNITS.get(measure, "")
    return f"{fmt.number(exact, places=0 if exact == exact.to_integral_value() else 1)}{unit}"
