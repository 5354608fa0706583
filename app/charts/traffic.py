"""Figures of traffic: how much, when in the week, and how full the trunks are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl
from babel.dates import get_day_names

from app.charts.base import COUNT_TICKS, INK, day_ticks, escaped
from app.charts.costs import DAY_MS, GRAIN_DAYS, LEGEND, REST, period_name
from app.format import Style, counted, day, number, words
from warehouse.queries.keys import Grain

_BAR_SHARE: Final = 0.75
_CELL: Final = 0.94
"""Of its place, so that cells stand apart."""
_WEEK: Final = 7
_WEEK_PX: Final = 300
HEIGHT_PX: Final = 320
_TICKED_HOURS: Final = (0, 6, 12, 18, 23)


def volume(rows: pl.DataFrame, grain: Grain, style: Style) -> go.Figure:
    """Calls per period, stacked by direction; `rows` is `traffic.by_period` with that key."""
    figure = go.Figure()
    for direction in rows["direction"].unique().sort():
        found = rows.filter(pl.col("direction").eq_missing(pl.lit(direction, pl.String)))
        name = words(direction, style) if direction else style.say("No direction")
        figure.add_bar(
            name=escaped(name),
            x=found["period"].to_list(),
            y=found["calls"].to_list(),
            width=_BAR_SHARE * GRAIN_DAYS[grain] * DAY_MS,
            customdata=[
                [period_name(start, grain, style), escaped(name), counted(calls, "call", style)]
                for start, calls in found.select("period", "calls").iter_rows()
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
            "<extra></extra>",
        )
    _dressed(figure, style)
    figure.update_layout(barmode="stack", showlegend=True, legend=LEGEND)
    starts = rows["period"].unique().sort().to_list()
    figure.update_xaxes(**day_ticks(starts, GRAIN_DAYS[grain], style))
    return figure


def heat(rows: pl.DataFrame, style: Style) -> go.Figure:
    """Calls in each hour of each weekday, on average; darker where there are more.

    `rows` is what `traffic.heat_map` gives; the n-th cell is its n-th row.
    """
    averages = averaged(rows)["average"].fill_null(0).to_list()
    names = get_day_names("abbreviated", locale=style.language)
    whole = get_day_names("wide", locale=style.language)
    figure = go.Figure(
        # Of a heat map Plotly does not tell which cell is clicked; of bars it does.
        go.Bar(
            x=rows["hour"].to_list(),
            y=[_CELL] * rows.height,
            base=[weekday - _CELL / 2 for weekday in rows["weekday"]],
            width=_CELL,
            marker={"color": averages, "coloraxis": "coloraxis", "line": {"width": 0}},
            customdata=[
                [
                    f"{str(whole[weekday - 1]).capitalize()}, {hour:02}:00–{hour + 1:02}:00",
                    style.say("{calls} on average", calls=_calls(average, style)),
                    style.say("{calls} in all", calls=counted(calls, "call", style)),
                ]
                for (weekday, hour, calls), average in zip(
                    rows.select("weekday", "hour", "calls").iter_rows(), averages, strict=True
                )
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
            "<extra></extra>",
        )
    )
    _dressed(figure, style)
    figure.update_layout(
        barmode="overlay", height=_WEEK_PX, coloraxis={"showscale": False}, bargap=0
    )
    figure.update_xaxes(
        tickvals=list(_TICKED_HOURS),
        ticktext=[f"{hour:02}:00" for hour in _TICKED_HOURS],
        range=[-0.5, 23.5],
    )
    figure.update_yaxes(
        tickvals=list(range(1, _WEEK + 1)),
        ticktext=[str(names[weekday]).capitalize() for weekday in range(_WEEK)],
        range=[_WEEK + 0.5, 0.5],
        showgrid=False,
    )
    return figure


def averaged(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the heat map with the `average` of calls on such a day."""
    per_day = pl.col("calls").cast(pl.Float64) / pl.col("days")
    return rows.with_columns(pl.when(pl.col("days") > 0).then(per_day).alias("average"))


def trunk_days(
    rows: pl.DataFrame, channels: int | None, days: list[date], style: Style
) -> go.Figure:
    """The most channels at once on each day, the erlangs of its busiest hour, and what there is.

    `rows` is what `trunks.by_day` gives, of one trunk; `days` are those of the period.
    """
    found = {row["day"]: row for row in rows.iter_rows(named=True)}
    told = [_told(found.get(one), one, style) for one in days]
    figure = go.Figure(
        go.Bar(
            name=style.say("Channels at once"),
            x=days,
            y=[found[one]["peak"] if one in found else 0 for one in days],
            width=_BAR_SHARE * DAY_MS,
            customdata=told,
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
            "<extra></extra>",
        )
    )
    figure.add_scatter(
        name=style.say("Erlangs in the busiest hour"),
        x=days,
        y=[found[one]["busy_erlangs"] if one in found else 0 for one in days],
        mode="lines",
        hoverinfo="skip",
    )
    if channels:
        figure.add_scatter(
            name=style.say("Channels there are"),
            x=[days[0], days[-1]],
            y=[channels, channels],
            mode="lines",
            line={"dash": "dot", "color": INK, "width": 1.5},
            hoverinfo="skip",
        )
    _dressed(figure, style)
    figure.update_layout(showlegend=True, legend=LEGEND, title=None)
    figure.update_xaxes(**day_ticks(days, 1, style))
    return figure


def full(rows: pl.DataFrame, style: Style) -> go.Figure:
    """How much of each trunk's channels was in use at most, against all of them.

    `rows` has `gateway`, `peak` and `channels`; trunks of unknown size stand alone.
    """
    names = [escaped(name) for name in rows["gateway"]]
    peaks, there = rows["peak"].to_list(), rows["channels"].to_list()
    figure = go.Figure(
        [
            go.Bar(
                name=style.say("Channels at once"),
                y=names,
                x=peaks,
                orientation="h",
                width=0.26,
                zorder=1,
                customdata=[
                    [name, style.say("{peak} at once", peak=number(peak, style)), _of(many, style)]
                    for name, peak, many in zip(names, peaks, there, strict=True)
                ],
                hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
                "<extra></extra>",
            ),
            go.Bar(
                name=style.say("Channels there are"),
                y=names,
                x=[many or 0 for many in there],
                orientation="h",
                width=0.5,
                marker={"color": REST},
                hoverinfo="skip",
            ),
        ]
    )
    _dressed(figure, style)
    figure.update_layout(
        barmode="overlay", height=90 + 42 * max(len(names), 2), showlegend=True, legend=LEGEND
    )
    figure.update_xaxes(**COUNT_TICKS)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def _told(row: dict[str, Any] | None, one: date, style: Style) -> list[str]:
    head = day(one, style, weekday=True)
    if row is None:
        return [head, style.say("not used"), ""]
    return [
        head,
        style.say("{peak} at once", peak=number(row["peak"], style)),
        style.say("busiest hour {hour}:00", hour=f"{row['busy_hour']:02}"),
    ]


def _of(many: int | None, style: Style) -> str:
    if not many:
        return style.say("how many there are is not known")
    return style.say("of {channels}", channels=number(many, style))


def _calls(average: float | None, style: Style) -> str:
    return style.say("{number} calls", number=number(Decimal(str(average or 0)), style, 1))


def _dressed(figure: go.Figure, style: Style) -> None:
    figure.update_layout(
        height=HEIGHT_PX,
        margin={"l": 0, "r": 24, "t": 8, "b": 0},
        separators=style.point + style.group,
        showlegend=False,
    )
    figure.update_xaxes(title=None, fixedrange=True, showgrid=False, tickfont={"color": INK})
    figure.update_yaxes(
        title=None, fixedrange=True, automargin=True, tickfont={"color": INK}, **COUNT_TICKS
    )
