"""Figures: frames in, `go.Figure` out. Colours and fonts come from the page's theme.

Money becomes floating-point here, for the height of a bar; what is written beside it is exact.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import plotly.graph_objects as go
import polars as pl

from app.format import (
    ENGLISH,
    Style,
    counted,
    currency_marks,
    day,
    money,
    percent,
    short_day,
    words,
)
from app.periods import Period

_ROW_PX = 46
"""Height of one horizontal bar with the line above it."""
_FEWEST_ROWS = 3
_BARE_AXIS: Final = {"visible": False, "fixedrange": True}
_DAY_MS = 86_400_000
_BAR_SHARE = 0.75
INK = "#000037"
"""Streamlit's page puts its own text colour, light or dark, where it finds this one."""
_LABEL_PX = 13
_LONGEST_LABEL = 28
_SUMS = ("calls", "answered", "talk_s", "cost")
_MOST_TICKS = 6
_WEEK = 7
_FEWEST_BARS = 7
_WEEKLY_FROM = 130
"""From so many days on bars stand for weeks: daily ones would be thinner than their gaps."""


def daily(rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Every day of the period with its sums; days without calls have 0.

    `rows` has `day, calls, answered, talk_s, cost` and is of one currency where `cost` is to mean
    anything.
    """
    length = period.days
    calendar = pl.DataFrame(
        {"day": [period.first + timedelta(days=step) for step in range(length)]},
        schema={"day": pl.Date},
    )
    sums = rows.group_by("day").agg(pl.col(_SUMS).sum())
    return (
        calendar.join(sums, on="day", how="left")
        .with_columns(pl.col(_SUMS).fill_null(0))
        .sort("day")
    )


def steps(rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """What `daily` gives, or in long periods the same by week, under the week's Monday."""
    days = daily(rows, period)
    if not weekly(period):
        return days
    return days.group_by(pl.col("day").dt.truncate("1w")).agg(pl.col(_SUMS).sum()).sort("day")


def cost_over_time(costs: pl.DataFrame, period: Period, currency: str, style: Style) -> go.Figure:
    """Bars of the cost per day, or per week in long periods.

    `costs` has what `daily` needs.
    """
    bars = steps(costs, period)
    starts: list[date] = bars["day"].to_list()
    step_days = 7 if weekly(period) else 1
    heads = [style.say("Week of {day}", day=day(start, style))
             if weekly(period) else day(start, style, weekday=True)
             for start in starts]  # fmt: skip
    return go.Figure(
        go.Bar(
            x=starts,
            y=floats(bars["cost"]),
            width=_BAR_SHARE * step_days * _DAY_MS,
            customdata=list(
                zip(
                    heads,
                    [money(cost, currency, style) for cost in bars["cost"]],
                    [counted(calls, "call", style) for calls in bars["calls"]],
                    strict=True,
                )
            ),
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
            "<extra></extra>",
        ),
        # Whole at once: what is added to a figure later is looked up in it again and again.
        {
            "height": 280,
            "margin": {"l": 0, "r": 24, "t": 8, "b": 0},
            "separators": style.point + style.group,
            "showlegend": False,
            "yaxis": {
                "title": None,
                "automargin": True,
                "nticks": 5,
                "rangemode": "tozero",
                "tickfont": {"color": INK},
                "fixedrange": True,
                **money_ticks(currency, style),
            },
            "xaxis": {
                "title": None,
                "fixedrange": True,
                "showgrid": False,
                "tickfont": {"color": INK},
                **day_ticks(starts, step_days, style),
            },
        },
    )


def ranking(
    names: list[str], rows: pl.DataFrame, total: Decimal, currency: str, style: Style
) -> go.Figure:
    """Horizontal bars, the dearest on top: above each its name, amount and share of `total`.

    `rows` has `cost` and `calls`, in the order of `names`.
    """
    amounts = [money(cost, currency, style) for cost in rows["cost"]]
    shares = [percent(cost, total, style) for cost in rows["cost"]]
    heights = floats(rows["cost"])
    # Two people may bear one name: positions tell them apart.
    places = list(range(len(names)))
    labels = [
        label
        for place, name, amount, share in zip(places, names, amounts, shares, strict=True)
        for label in _above(place, _short(name), f"{amount} · {share}")
    ]
    lines = max(len(names), _FEWEST_ROWS)
    return go.Figure(
        go.Bar(
            x=heights,
            y=places,
            orientation="h",
            width=0.24,
            customdata=list(
                zip(
                    [escaped(name) for name in names],
                    amounts,
                    shares,
                    [counted(calls, "priced call", style) for calls in rows["calls"]],
                    strict=True,
                )
            ),
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} · %{customdata[2]} "
            f"{style.say('of the cost')}<br>%{{customdata[3]}}<extra></extra>",
        ),
        {
            "height": _ROW_PX * lines,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "showlegend": False,
            "hovermode": "y",
            "xaxis": {**_BARE_AXIS, "range": [0, max(heights, default=0) or 1]},
            "yaxis": {**_BARE_AXIS, "range": [lines - 0.6, -0.75]},
            "annotations": labels,
        },
    )


def weekly(period: Period) -> bool:
    """Whether the bars of a period stand for weeks."""
    return period.days >= _WEEKLY_FROM


def call_types_of(rows: pl.DataFrame, style: Style = ENGLISH) -> list[str]:
    """The names of rows by call type, as people read them."""
    return [words(name, style) if name else style.say("No type") for name in rows["call_type"]]


def departments_of(rows: pl.DataFrame, style: Style = ENGLISH) -> list[str]:
    """The names of rows by department."""
    return [name or style.say("No department") for name in rows["department"]]


def people_of(rows: pl.DataFrame, style: Style = ENGLISH) -> list[str]:
    """The names of rows by person; the address of who is in no directory."""
    return [
        person or user or style.say("Nobody known")
        for person, user in zip(rows["person"], rows["user"], strict=True)
    ]


def floats(amounts: pl.Series) -> list[float]:
    """Amounts as the lengths of bars."""
    return [float(amount) for amount in amounts]


def _above(place: int, name: str, told: str) -> list[dict[str, object]]:
    """What stands above a horizontal bar: its name at the left, and at the right what it says."""
    both = {
        "y": place - 0.42,
        "xref": "paper",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": _LABEL_PX, "color": INK},
    }
    return [
        {"x": 0, "xanchor": "left", "xshift": -2, "text": escaped(name), **both},
        {"x": 1, "xanchor": "right", "xshift": 2, "text": told, **both},
    ]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…"


def escaped(name: str) -> str:
    """Plotly reads a few HTML tags in texts; names have none."""
    return name.replace("&", "&amp;").replace("<", "&lt;")


COUNT_TICKS: Final = {"tickformat": ",~f"}
"""An axis of whole numbers, with the separators of the figure's language."""


def money_ticks(currency: str, style: Style) -> dict[str, str]:
    """An axis of whole amounts of a currency."""
    prefix, suffix = currency_marks(currency, style)
    return {"tickformat": ",~f", "tickprefix": prefix, "ticksuffix": suffix}


def day_ticks(starts: list[date], step_days: int, style: Style) -> dict[str, object]:
    """A few labelled bars, the last one among them, and room around a lonely bar."""
    if step_days in (1, _WEEK):
        # Days without a bar count too: between labels lies the same time everywhere.
        steps_between = (starts[-1] - starts[0]).days // step_days
        starts = [starts[0] + timedelta(days=step_days * step) for step in range(steps_between + 1)]
    every = -(-len(starts) // _MOST_TICKS)
    ticked = starts[::-1][::every]
    half = timedelta(hours=12 * step_days)
    room = timedelta(days=max(0, _FEWEST_BARS - len(starts)) * step_days / 2)
    return {
        "tickvals": ticked,
        "ticktext": [short_day(one, style) for one in ticked],
        "tickangle": 0,
        "range": [
            datetime.combine(starts[0], time.min) - half - room,
            datetime.combine(starts[-1], time.min) + half + room,
        ],
    }
