"""Figures for a screen on a wall: read from across a room."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.charts.base import INK
from app.format import Style

_ROW_PX = 64
_TEXT_PX = 22
_WIDTH = 0.34
_NEARLY_FULL = 0.9
_ALARMING = "#d0525e"
_TRACK = "rgba(128, 128, 128, 0.22)"
"""Both legible on light and on dark."""


def occupancy(
    names: Sequence[str], peaks: Sequence[int], channels: Sequence[int | None], style: Style
) -> go.Figure:
    """One bar per trunk: the most calls at once today, of the channels that it has.

    Where the channels are not known, the bar is as long as the longest peak of such trunks.
    """
    unknown = max((peak for peak, room in zip(peaks, channels, strict=True) if not room), default=1)
    shares = [
        min(peak / (room or max(unknown, 1)), 1) for peak, room in zip(peaks, channels, strict=True)
    ]
    places = list(range(len(names)))
    full = [_is_full(share, room) for share, room in zip(shares, channels, strict=True)]
    figure = go.Figure()
    # The first takes the colour of the theme; where there is hardly room left, it is red.
    for is_full, marker in ((False, None), (True, {"color": _ALARMING})):
        figure.add_bar(
            x=[share if one is is_full else 0 for share, one in zip(shares, full, strict=True)],
            y=places,
            orientation="h",
            width=_WIDTH,
            hoverinfo="skip",
            marker=marker,
        )
    for place in places:
        figure.add_shape(
            type="rect",
            layer="below",
            line_width=0,
            fillcolor=_TRACK,
            x0=0,
            x1=1,
            y0=place - _WIDTH / 2,
            y1=place + _WIDTH / 2,
        )
    for place, name, peak, room in zip(places, short_names(names), peaks, channels, strict=True):
        above = {"y": place - 0.38, "xref": "paper", "yanchor": "middle", "showarrow": False}
        above["font"] = {"size": _TEXT_PX, "color": INK}
        told = style.say("{peak} of {channels}", peak=peak, channels=room) if room else str(peak)
        figure.add_annotation(x=0, xanchor="left", xshift=-2, text=_plain(name), **above)
        figure.add_annotation(x=1, xanchor="right", xshift=2, text=f"<b>{told}</b>", **above)
    figure.update_layout(
        height=_ROW_PX * max(len(names), 1) + 16,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        showlegend=False,
        barmode="overlay",
    )
    figure.update_xaxes(visible=False, fixedrange=True, range=[0, 1])
    figure.update_yaxes(visible=False, fixedrange=True, range=[len(names) - 0.6, -0.7])
    return figure


def short_names(names: Sequence[str]) -> list[str]:
    """Names of machines without their domain, where that leaves them apart."""
    hosts = [name.partition(".")[0] for name in names]
    return [
        host if hosts.count(host) == 1 and not host.isdigit() else name
        for name, host in zip(names, hosts, strict=True)
    ]


def _is_full(share: float, room: int | None) -> bool:
    return bool(room) and share >= _NEARLY_FULL


def _plain(name: str) -> str:
    """Plotly reads a few HTML tags in texts; names have none."""
    return name.replace("&", "&amp;").replace("<", "&lt;")
