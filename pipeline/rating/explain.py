"""Why one call costs what it costs, told in full by the same steps that price it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from pipeline.rating.bands import Band
from pipeline.rating.charges import ChargeRule
from pipeline.rating.columns import MONEY_UNIT
from pipeline.rating.compile import Tariffs
from pipeline.rating.judge import CODES
from pipeline.rating.ranges import Integers
from pipeline.rating.rate import priced
from pipeline.rating.result import result
from pipeline.rating.rounding import PER_MINUTE
from pipeline.rating.settings import TariffSettings
from pipeline.rating.walk import segments_of
from pipeline.rating.work import Work
from warehouse.words import Status


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prefix that fits the number, and what became of it."""

    tariff: str
    prefix: str
    since: datetime | None
    """Local time of the tariff; None is open."""
    until: datetime | None
    fate: str
    """`matched`, `shorter`, `expired`, `not_valid_yet`, or `later_fallback`: not asked any more."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the call that one row of the price list prices."""

    from_second: int
    begins: datetime | None
    """Local time of the tariff; None beyond the calendar."""
    band: str
    is_band_cut: bool
    """Whether the call came into another band here."""
    tier: int
    """The second from which the row's price holds in a call."""
    line: int
    """The row, by its line in the price list."""
    billed_seconds: int
    first_increment_s: int
    next_increment_s: int
    price_per_minute: Decimal
    amount: Decimal
    """Exact, before fee, minimum, cap and rounding; cut after twelve decimals."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about the price of one call. Money is of `currency`."""

    status: str
    number: str | None
    tariff: str | None
    tariff_version: str | None
    prefix: str | None
    destination: str | None
    call_type: str | None
    candidates: tuple[Candidate, ...]
    valid_from: date | None
    """Of the row that prices the beginning of the call."""
    valid_to: date | None
    answered: datetime | None
    """Local time of the tariff."""
    talk_s: Decimal | None
    billed_seconds: int | None
    segments: tuple[Segment, ...]
    connect_fee: Decimal | None
    minimum: Decimal | None
    """Where it lifted the cost."""
    cap: Decimal | None
    """Where it lowered the cost."""
    free_below_s: int | None
    """Where the call was too short to pay for."""
    settings: TariffSettings | None
    """Of the tariff that prices: rounding, markup, surcharge, tax, rules, zone."""
    rule: ChargeRule | None
    """What the payer is charged beside that; None where nothing."""
    cost: Decimal | None
    charge: Decimal | None
    tax: Decimal | None
    currency: str | None


def explain(leg: pl.DataFrame, tariffs: Tariffs) -> Explanation:
    """Explains the price of one leg.

    Args:
        leg: A frame of one row, as `rate` takes it.
        tariffs: From `compile_tariffs`.

    Raises:
        ValueError: When the frame has not exactly one row.
    """
    if leg.height != 1:
        raise ValueError(f"one leg can be explained at a time, not {leg.height}")
    work = priced(leg, tariffs)
    rated = result(work, tariffs, None, coded=False).row(0, named=True)
    found = int(work.found[0])
    settings = tariffs.settings[found - 1] if found else None
    zone = ZoneInfo(settings.time_zone if settings else "UTC")
    source = tariffs.prices.sources.row(int(work.row[0]), named=True)
    terms, place = tariffs.prices.terms, work.terms[0]
    status = int(work.status[0])
    is_short = status == CODES[Status.FREE] and bool(_flag(work.is_short_talk))
    is_told = status in {CODES[Status.RATED], CODES[Status.FREE]} and not is_short
    return Explanation(
        **{name: rated[name] for name in _FROM_RESULT},
        number=leg["number"][0],
        candidates=_candidates(leg["number"][0], work, tariffs),
        valid_from=source["valid_from"],
        valid_to=source["valid_to"],
        answered=None if work.is_timeless[0] else _local(int(work.at[0]), zone),
        talk_s=leg["talk_s"][0],
        segments=_segments(work, tariffs, zone) if is_told else (),
        minimum=_term(terms.min_charge, place) * MONEY_UNIT
        if is_told and _only_lifted(work)
        else None,
        cap=_term(terms.max_charge, place) * MONEY_UNIT
        if is_told and _flag(work.is_capped)
        else None,
        free_below_s=_term(terms.free_below_s, place) if is_short else None,
        settings=settings,
        rule=_rule(work, tariffs) if status == CODES[Status.RATED] else None,
    )


_FROM_RESULT = (
    *("status", "tariff", "tariff_version", "prefix", "destination", "call_type"),
    *("billed_seconds", "connect_fee", "cost", "charge", "tax", "currency"),
)


def _candidates(number: str | None, work: Work, tariffs: Tariffs) -> tuple[Candidate, ...]:
    """Every prefix of the call's tariff and its fallbacks that fits, the longest first."""
    found: list[Candidate] = []
    owner, is_settled = int(work.own[0]), False
    while owner:
        name = tariffs.names[owner - 1]
        zone = ZoneInfo(tariffs.settings[owner - 1].time_zone)
        fitting = tariffs.listed.filter(
            (pl.col("tariff") == owner) & pl.col("prefix").is_in(_fitting(number, work))
        ).sort(pl.col("prefix").str.len_bytes(), "since", descending=True)
        for card, prefix, since, until in fitting.select(
            "card", "prefix", "since", "until"
        ).iter_rows():
            if is_settled:
                fate = "later_fallback"
            elif card == int(work.card[0]):
                fate = "matched"
            elif until <= int(work.at[0]):
                fate = "expired"
            elif since > int(work.at[0]):
                fate = "not_valid_yet"
            else:
                fate = "shorter"
            edges = (_local(since, zone), _local(until, zone))
            found.append(Candidate(name, prefix, *edges, fate))
        is_settled = is_settled or (owner == int(work.found[0]) and bool(work.card[0]))
        owner = int(tariffs.fallbacks[owner])
    return tuple(found)


def _fitting(number: str | None, work: Work) -> list[str]:
    if number is None or bool(work.is_unreadable[0]):
        return ["*"]
    if bool(work.is_short[0]):
        return ["*", f"={number}"]
    return ["*", *(number[1:end] for end in range(2, len(number) + 1))]


def _segments(work: Work, tariffs: Tariffs, zone: ZoneInfo) -> tuple[Segment, ...]:
    found = segments_of(work, np.array([0]), tariffs)
    told: list[Segment] = []
    for start, seconds, row, amount in zip(
        found.start, found.seconds, found.row, found.amount, strict=True
    ):
        source = tariffs.prices.sources.row(int(row), named=True)
        terms, place = tariffs.prices.terms, tariffs.prices.terms_of_row[row]
        band = str(Band(source["weight"], source["days"], source["from_time"], source["to_time"]))
        told.append(
            Segment(
                from_second=int(start),
                begins=_local(int(work.at[0]) + int(start) * 1000, zone),
                band=band,
                is_band_cut=bool(told) and told[-1].band != band,
                tier=source["from_second"],
                line=source["line"],
                billed_seconds=int(seconds),
                first_increment_s=_term(terms.first_increment_s, place),
                next_increment_s=_term(terms.next_increment_s, place),
                price_per_minute=_term(terms.price_per_minute, place) * MONEY_UNIT,
                amount=(Decimal(int(amount)) / PER_MINUTE).quantize(Decimal("1e-12")),
            )
        )
    return tuple(told)


def _rule(work: Work, tariffs: Tariffs) -> ChargeRule | None:
    place = 0 if work.rule is None else int(work.rule[0])
    return tariffs.charges.rules[place - 1] if place else None


def _only_lifted(work: Work) -> bool:
    return _flag(work.is_lifted) and not _flag(work.is_capped)


def _flag(flags: Any) -> bool:
    return bool(flags[0])


def _term(values: Integers, place: int) -> int:
    return int(values[0] if len(values) == 1 else values[place])


def _local(at: int, zone: ZoneInfo) -> datetime | None:
    """An instant (ms) in a zone; None where it lies beyond the calendar."""
    try:
        moment = datetime.fromisoformat("1970-01-01T00:00:00+00:00") + timedelta(milliseconds=at)
        return moment.astimezone(zone)
    except OverflowError:
        return None
