"""The key figures of a period beside those of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from app.charts.base import steps
from app.format import (
    Style,
    change,
    change_in_share,
    money,
    number,
    percent,
    round_half_up,
)
from app.periods import Period

Better = Literal["more", "less", "neither"]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure as it is shown."""

    label: str
    value: str
    delta: str | int | None
    """Change with its sign, 0 where there is none; None where nothing is there to compare."""
    better: Better
    """What is good news."""
    trend: list[float]
    """The same figure day by day, or week by week in long periods; a day without calls has no share
    and no price, rather than one of nothing."""
    meaning: str


def key_figures(
    now: pl.DataFrame, before: pl.DataFrame, by_day: pl.DataFrame, period: Period, style: Style
) -> list[Kpi]:
    """Cost (one figure per currency), calls, talk time and share of answered calls.

    `now` and `before` have a row per currency, `by_day` one per day and currency, all with
    `currency, calls, answered, talk_s, cost`.
    """
    return [
        *(_cost(currency, now, before, by_day, period, style) for currency in currencies(now)),
        *traffic_figures(now, before, by_day, period, style),
    ]


def traffic_figures(
    now: pl.DataFrame, before: pl.DataFrame, by_day: pl.DataFrame, period: Period, style: Style
) -> list[Kpi]:
    """Calls, talk time and share of answered calls; frames as in `key_figures`."""
    days = steps(by_day, period)
    calls, calls_before = _count(now, "calls"), _count(before, "calls")
    answered, answered_before = _count(now, "answered"), _count(before, "answered")
    return [
        *_amounts(now, before, by_day, period, style),
        Kpi(
            style.say("Answered"),
            percent(answered, calls, style),
            change_in_share(
                Decimal(answered) / calls, Decimal(answered_before) / calls_before, style
            )
            if calls and calls_before
            else None,
            "more",
            [one / all_ for one, all_ in zip(days["answered"], days["calls"], strict=True) if all_],
            style.say("Share of calls that somebody took; voice mail does not count as answered."),
        ),
    ]


def cost_figures(
    now: pl.DataFrame,
    before: pl.DataFrame,
    by_day: pl.DataFrame,
    currency: str | None,
    period: Period,
    style: Style,
) -> list[Kpi]:
    """Cost, charge where it is another, calls, minutes and cost per minute.

    Frames are as in `key_figures`, with `charge`, all in that currency or without money.
    """
    amounts = _amounts(now, before, by_day, period, style)
    if currency is None:
        return amounts
    figures = [_cost(currency, now, before, by_day, period, style)]
    charge, charge_before = (sum(each["charge"], Decimal(0)) for each in (now, before))
    if charge != total_cost(now):
        figures.append(
            Kpi(
                style.say("Charge"),
                money(charge, currency, style),
                change(charge, charge_before, style),
                "neither",
                [],
                style.say("What is passed on: the cost with its markup, without tax."),
            )
        )
    talk, talk_before = minutes(now), minutes(before)
    price = total_cost(now) / talk if talk else None
    price_before = total_cost(before) / talk_before if talk_before else Decimal(0)
    return [
        *figures,
        *amounts,
        Kpi(
            style.say("Cost per minute"),
            money(price and round_half_up(price, 4), currency, style, fine=True),
            None if price is None else change(price, price_before, style),
            "less",
            [
                float(cost) * 60 / float(talked)
                for cost, talked in steps(by_day, period).select("cost", "talk_s").iter_rows()
                if talked
            ],
            style.say("Cost of all calls over all minutes talked, free and internal ones too."),
        ),
    ]


def _amounts(
    now: pl.DataFrame, before: pl.DataFrame, by_day: pl.DataFrame, period: Period, style: Style
) -> list[Kpi]:
    days = steps(by_day, period)
    calls, calls_before = _count(now, "calls"), _count(before, "calls")
    talk, talk_before = minutes(now), minutes(before)
    return [
        Kpi(
            style.say("Calls"),
            number(calls, style),
            change(calls, calls_before, style),
            "neither",
            [float(count) for count in days["calls"]],
            style.say("Calls as people count them: transfers and diversions are part of one call."),
        ),
        Kpi(
            style.say("Minutes"),
            number(talk, style),
            change(talk, talk_before, style),
            "neither",
            [float(seconds) / 60 for seconds in days["talk_s"]],
            style.say("Time talked, waiting for an agent not counted."),
        ),
    ]


def currencies(rows: pl.DataFrame) -> list[str]:
    """The currencies that rows have money in, the dearest first."""
    return (
        rows.filter(pl.col("currency").is_not_null())
        .group_by("currency")
        .agg(pl.col("cost").sum())
        .sort(["cost", "currency"], descending=[True, False])["currency"]
        .to_list()
    )


def in_currency(rows: pl.DataFrame, currency: str) -> pl.DataFrame:
    """The rows that have money in a currency."""
    return rows.filter(pl.col("currency") == currency)


def total_cost(rows: pl.DataFrame) -> Decimal:
    """The sum of the rows' cost, exact; the rows are of one currency."""
    return sum(rows["cost"], Decimal(0))


def _count(rows: pl.DataFrame, column: str) -> int:
    return int(rows[column].sum())


def _cost(
    currency: str,
    now: pl.DataFrame,
    before: pl.DataFrame,
    by_day: pl.DataFrame,
    period: Period,
    style: Style,
) -> Kpi:
    cost = total_cost(in_currency(now, currency))
    return Kpi(
        style.say("Cost"),
        money(cost, currency, style),
        change(cost, total_cost(in_currency(before, currency)), style),
        "less",
        [float(amount) for amount in steps(in_currency(by_day, currency), period)["cost"]],
        style.say("What the carriers take for the calls of the period, without tax."),
    )


def minutes(rows: pl.DataFrame) -> Decimal:
    """Minutes talked, exact."""
    return sum(rows["talk_s"], Decimal(0)) / 60
