"""Figures of how calls are answered: answered, on voice mail and lost, beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from app.charts.base import COUNT_TICKS, INK, day_ticks
from app.charts.costs import DAY_MS, GRAIN_DAYS, LEGEND, REST, period_name
from app.format import Style, counted
from warehouse.queries.keys import Grain

_PX: Final = 320
_BAR_SHARE: Final = 0.75
_PARTS: Final = {"answered": "Answered", "voicemail": "Voice mail", "lost": "Lost"}
_TICKED_HOURS: Final = (0, 6, 12, 18, 23)
_RED: Final = "#c0523f"
"""Legible on light and on dark."""


def over_time(rows: pl.DataFrame, grain: Grain, style: Style) -> go.Figure:
    """Per `period`: calls that were answered, left on voice mail, and lost."""
    starts = rows["period"].to_list()
    heads = [period_name(start, grain, style) for start in starts]
    figure = _stacked(rows, starts, heads, style, GRAIN_DAYS[grain] * DAY_MS)
    if starts:
        figure.update_xaxes(**day_ticks(starts, GRAIN_DAYS[grain], style))
    return figure


def by_hour(rows: pl.DataFrame, style: Style) -> go.Figure:
    """The same per `hour` of the day."""
    hours = rows["hour"].to_list()
    heads = [f"{hour:02}:00–{hour + 1:02}:00" for hour in hours]
    figure = _stacked(rows, hours, heads, style, 1.0)
    figure.update_xaxes(
        tickvals=list(_TICKED_HOURS),
        ticktext=[f"{hour:02}:00" for hour in _TICKED_HOURS],
        range=[-0.5, 23.5],
    )
    return figure


def _stacked(
    rows: pl.DataFrame, at: Sequence[Any], heads: Sequence[str], style: Style, step: float
) -> go.Figure:
    colours = {"voicemail": REST, "lost": _RED}
    figure = go.Figure(
        [
            go.Bar(
                name=style.say(label),
                x=list(at),
                y=rows[name].to_list(),
                width=_BAR_SHARE * step,
                marker={"color": colours.get(name)},
                customdata=[
                    [head, style.say(label), counted(calls, "call", style)]
                    for head, calls in zip(heads, rows[name], strict=True)
                ],
                hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
                "<extra></extra>",
            )
            for name, label in _PARTS.items()
        ]
    )
    figure.update_layout(
        barmode="stack",
        height=_PX,
        margin={"l": 0, "r": 24, "t": 8, "b": 0},
        separators=style.point + style.group,
        legend=LEGEND,
    )
    figure.update_xaxes(title=None, fixedrange=True, showgrid=False, tickfont={"color": INK})
    figure.update_yaxes(
        title=None, fixedrange=True, automargin=True, tickfont={"color": INK}, **COUNT_TICKS
    )
    return figure
