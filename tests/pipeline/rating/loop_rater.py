"""Prices an answered call increment by increment, with fractions: what `rate` must agree with.

Rows are text cells that all fit the number and are all valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from pipeline.rating import TariffSettings
from tests.reference_rater import rounded as exactly

Row = Mapping[str, str]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def cost(
    rows: Sequence[Row], settings: TariffSettings, answered: datetime, talk_s: Decimal
) -> tuple[Decimal | None, int | None]:
    """Cost and billed seconds, both None where a time of the call has no band."""
    talk = int(talk_s) + (talk_s != int(talk_s))
    start = holding(rows, settings, answered, 0)
    if start is None:
        return None, None
    now, amount, met = 0, Fraction(0), set()
    steps = step_list(start, talk) if settings.increment_rule == "multiple" else None
    while now < talk or steps:
        at = answered + timedelta(seconds=now)
        split = settings.band_rule == "split"
        row = holding(rows, settings, at if split else answered, now)
        if row is None:
            return None, None
        if steps is not None:
            length = steps.pop(0)
        else:
            length = whole(row, "next" if row_tier(row) in met else "first")
            met.add(row_tier(row))
        price = Fraction(row["price_per_minute"]) * length / 60
        if settings.rounding_unit == "increment":
            price = Fraction(exactly(price, settings.rounding, settings.decimals))
        amount += price
        now += length
    total = max(amount + Fraction(start.get("connect_fee") or 0), least(start))
    if start.get("max_charge"):
        total = min(total, Fraction(start["max_charge"]))
    return exactly(total, settings.rounding, settings.decimals), now


def step_list(row: Row, talk: int) -> list[int]:
    first, step = whole(row, "first"), whole(row, "next")
    end = max(-(-talk // step) * step, first)
    whole_steps, rest = divmod(end, step)
    return [step] * whole_steps + [rest] * (rest > 0)


def least(row: Row) -> Fraction:
    return Fraction(row.get("min_charge") or 0)


def whole(row: Row, which: str) -> int:
    return int(row.get(f"{which}_increment_s") or 1)


def row_tier(row: Row) -> int:
    return int(row.get("from_second") or 0)


def holding(rows: Sequence[Row], settings: TariffSettings, at: datetime, second: int) -> Row | None:
    local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(settings.time_zone))
    open_rows = [row for row in rows if in_band(row, local, settings)]
    heaviest = max((int(row.get("weight") or 0) for row in open_rows), default=0)
    fitting = [
        row
        for row in open_rows
        if int(row.get("weight") or 0) == heaviest and row_tier(row) <= second
    ]
    return max(fitting, key=row_tier, default=None)


def in_band(row: Row, local: datetime, settings: TariffSettings) -> bool:
    minute = local.hour * 60 + local.minute
    start, end = minutes(row.get("from_time") or "00:00"), minutes(row.get("to_time") or "24:00")
    in_time = start <= minute < end if start < end else minute >= start or minute < end
    return in_time and on_day(row.get("days") or "*", local.date(), settings)


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def on_day(words: str, day: date, settings: TariffSettings) -> bool:
    for word in words.split(","):
        first, _, last = word.partition("-")
        if word == "*" or (word == "holiday" and day in settings.holidays):
            return True
        if first in WEEK:
            place = (day.weekday() - WEEK.index(first)) % 7
            if place <= (WEEK.index(last or first) - WEEK.index(first)) % 7:
                return True
    return False
