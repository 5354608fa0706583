from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from app.figures.kpis import Kpi, currencies, key_figures
from app.format import Style
from app.periods import custom
from warehouse.legs import MONEY, SECONDS

DAYS = custom(date(2024, 10, 1), date(2024, 10, 2))
SCHEMA = {
    "currency": pl.String,
    "calls": pl.Int64,
    "answered": pl.Int64,
    "talk_s": SECONDS,
    "cost": MONEY,
}


def sums(*rows: tuple[str | None, int, int, int, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (currency, calls, answered, Decimal(talk), Decimal(cost))
            for currency, calls, answered, talk, cost in rows
        ],
        SCHEMA,
        orient="row",
    )


def figures(now: pl.DataFrame, before: pl.DataFrame) -> dict[str, Kpi]:
    by_day = now.with_columns(day=pl.lit(DAYS.last))
    return {figure.label: figure for figure in key_figures(now, before, by_day, DAYS, Style())}


def test_calls_without_money_count_as_calls_too() -> None:
    shown = figures(sums(("EUR", 3, 3, 90, "1.5"), (None, 1, 0, 30, "0")), sums())
    assert ("4", "2", "75.0%") == tuple(
        shown[label].value for label in ("Calls", "Minutes", "Answered")
    )


def test_figures_are_compared_with_those_before() -> None:
    shown = figures(sums(("EUR", 4, 2, 60, "1.5")), sums(("EUR", 2, 2, 60, "1")))
    assert ("+50.0%", "+100.0%", 0, "-50.0 points") == tuple(
        figure.delta for figure in shown.values()
    )


def test_nothing_before_is_said_and_not_infinity() -> None:
    shown = figures(sums(("EUR", 4, 2, 60, "1.5")), sums())
    assert {None} == {figure.delta for figure in shown.values()}


def test_dearer_is_bad_news_and_answered_is_good() -> None:
    shown = figures(sums(("EUR", 4, 2, 60, "1.5")), sums())
    assert ("less", "more") == (shown["Cost"].better, shown["Answered"].better)


def test_each_currency_has_a_cost_of_its_own_the_dearest_first() -> None:
    now = sums(("USD", 1, 1, 60, "1"), ("EUR", 1, 1, 60, "2"), (None, 1, 1, 60, "0"))
    values = [
        figure.value
        for figure in key_figures(now, now, now.with_columns(day=pl.lit(DAYS.last)), DAYS, Style())
        if figure.label == "Cost"
    ]
    assert ["€2.00", "$1.00"] == values
    assert ["EUR", "USD"] == currencies(now)


def test_the_trend_has_every_day_and_that_of_shares_those_with_calls() -> None:
    shown = figures(sums(("EUR", 4, 2, 60, "1.5")), sums())
    assert [0.0, 1.5] == shown["Cost"].trend
    assert [0.5] == shown["Answered"].trend
