"""Figures of costs: over time, stacked by what they belong to, and on the map of the world."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import plotly.graph_objects as go
import polars as pl

from app.charts.base import INK, day_ticks, escaped, floats, money_ticks
from app.charts.world import SMALL
from app.countries import country_name
from app.format import NOTHING, Style, counted, day, money, month, percent
from warehouse.queries.keys import Grain

REST: Final = "rgba(140, 143, 141, 0.6)"
"""What does not belong to a value that is shown, and land without calls: on light and on dark."""
MAP: Final = {"displayModeBar": False, "scrollZoom": False, "topojsonURL": "app/static/"}
"""Shapes come from this server: an office may have no way to the outside."""
LEGEND: Final = {
    "orientation": "h",
    "traceorder": "normal",
    "y": -0.1,
    "x": 0,
    "font": {"color": INK},
}
"""Below the figure, in the order of the colours."""
GRAIN_DAYS: Final[dict[Grain, int]] = {"day": 1, "week": 7, "month": 30}
DAY_MS: Final = 86_400_000
_HEIGHT_PX: Final = 460
"""As high as the ranking beside it."""
_BAR_SHARE: Final = 0.75


def over_time(
    bars: pl.DataFrame, names: Sequence[str], grain: Grain, currency: str, style: Style
) -> go.Figure:
    """Bars per period, stacked: one colour for each name, the last of which is the rest.

    `bars` is what `cost_figures.stacked` gives.
    """
    figure = go.Figure()
    for place, name in enumerate(names):
        rows = bars.filter(pl.col("place") == place)
        if rows.is_empty():
            continue
        starts = rows["period"].to_list()
        figure.add_bar(
            name=escaped(name),
            x=starts,
            y=floats(rows["cost"]),
            width=_BAR_SHARE * GRAIN_DAYS[grain] * DAY_MS,
            marker={"color": REST} if place == len(names) - 1 and place else None,
            customdata=[
                [period_name(start, grain, style), money(cost, currency, style), escaped(name)]
                for start, cost in zip(starts, rows["cost"], strict=True)
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[2]}<br>%{customdata[1]}"
            "<extra></extra>",
        )
    figure.update_layout(
        barmode="stack",
        height=_HEIGHT_PX,
        margin={"l": 0, "r": 24, "t": 8, "b": 0},
        separators=style.point + style.group,
        showlegend=len(figure.data) > 1,
        legend=LEGEND,
    )
    figure.update_yaxes(
        title=None,
        automargin=True,
        nticks=5,
        tickfont={"color": INK},
        fixedrange=True,
        **money_ticks(currency, style),
    )
    ticked = bars["period"].unique().sort().to_list()
    figure.update_xaxes(
        title=None,
        fixedrange=True,
        showgrid=False,
        tickfont={"color": INK},
        **(day_ticks(ticked, GRAIN_DAYS[grain], style) if ticked else {}),
    )
    return figure


def period_name(start: date, grain: Grain, style: Style) -> str:
    """What a period of a grain is called that begins on a day."""
    if grain == "month":
        return month(start, style)
    if grain == "week":
        return style.say("Week of {day}", day=day(start, style))
    return day(start, style, weekday=True)


def countries(rows: pl.DataFrame, currency: str, style: Style) -> go.Figure:
    """The world, darker where more was spent.

    `rows` has `country`, `cost`, `calls` and `share`, no row twice. The first trace has the
    countries with a shape, the second the others, as dots, each in the order of the rows.
    """
    with_shape, without = on_map(rows)
    figure = go.Figure(
        go.Choropleth(
            locations=with_shape["country"].to_list(),
            z=_shades(with_shape),
            customdata=_told(with_shape, currency, style),
            coloraxis="coloraxis",
            marker={"line": {"width": 0.4, "color": REST}},
            hovertemplate=_HOVER,
        )
    )
    places = [SMALL[country] for country in without["country"]]
    figure.add_scattergeo(
        lon=[east for east, _ in places],
        lat=[north for _, north in places],
        customdata=_told(without, currency, style),
        marker={
            "size": 9,
            "color": _shades(without),
            "coloraxis": "coloraxis",
            "line": {"width": 0.8, "color": INK},
        },
        hovertemplate=_HOVER,
    )
    figure.update_layout(
        height=360,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        coloraxis={"showscale": False},
        dragmode=False,
        geo={
            "projection": {"type": "natural earth"},
            "showframe": False,
            "showcoastlines": False,
            "showcountries": False,
            "showland": True,
            "landcolor": "rgba(128, 128, 128, 0.22)",
            "bgcolor": "rgba(0, 0, 0, 0)",
            "lataxis": {"range": [-56, 78]},
        },
    )
    return figure


def on_map(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of countries with a shape, and those of countries that are drawn as dots."""
    known = rows.filter(pl.col("country").is_not_null())
    is_small = pl.col("country").is_in(list(SMALL))
    return known.filter(~is_small), known.filter(is_small)


_HOVER: Final = (
    "<b>%{customdata[0]}</b><br>%{customdata[1]} · %{customdata[2]}<br>%{customdata[3]}"
    "<extra></extra>"
)


def _told(rows: pl.DataFrame, currency: str, style: Style) -> list[list[str]]:
    return [
        [
            escaped(country_name(country, style)),
            money(cost, currency, style),
            NOTHING if share is None else percent(Decimal(str(share)), 1, style),
            counted(calls, "call", style),
        ]
        for country, cost, calls, share in rows.select(
            "country", "cost", "calls", "share"
        ).iter_rows()
    ]


def _shades(rows: pl.DataFrame) -> list[float]:
    """By magnitude: one country mostly has more than all others together."""
    return [math.log10(max(float(cost), 0.01)) for cost in rows["cost"]]
