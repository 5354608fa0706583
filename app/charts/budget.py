"""How far budgets are spent, as bars: frames in, `go.Figure` out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from app.charts.base import INK
from app.format import NOTHING, Style, money, percent

WARNED: Final = "#c9812f"
OVER: Final = "#c9504f"
"""Both are told from the page, light or dark, and from each other by lightness too."""
_TRACK: Final = "rgba(128, 134, 134, 0.22)"
_CARRIED: Final = "rgba(128, 134, 134, 0.42)"
_MARK: Final = "rgba(128, 134, 134, 0.95)"
_ROW_PX: Final = 46
_LABEL_PX: Final = 13
_LONGEST_NAME: Final = 24
_HALF_BAR: Final = 0.13
_MOST_SHOWN: Final = 160
"""Percent: bars beyond end here, and what stands above them says how far they go."""


def spent_bars(rows: pl.DataFrame, warn_at: tuple[int, ...], style: Style) -> go.Figure:
    """A bar for each row, in percent of what may be spent; above it whose it is, and how much.

    `rows` are those of one budget, as `budget_status` has them, in order. Grey is what may be
    spent, darker what was carried over; strokes are the warning marks, a ring is where the period
    leads.
    """
    places = list(range(rows.height))
    found = [_shares(row) for row in rows.iter_rows(named=True)]
    first = min(warn_at, default=100)
    figure = go.Figure()
    # The first trace alone gets the first colour of the theme.
    for label, colour, least, most in (
        ("Spent", None, 0, first),
        ("Beyond the first mark", WARNED, first, max(first, 100)),
        ("Overspent", OVER, max(first, 100), None),
    ):
        # By their places: two people may have spent the same.
        chosen = [place for place in places if _lies(found[place]["spent"], least, most)]
        figure.add_bar(
            y=chosen,
            x=[min(found[place]["spent"], _MOST_SHOWN) for place in chosen],
            orientation="h",
            width=2 * _HALF_BAR,
            name=label,
            marker={"color": colour} if colour else None,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[min(one["forecast"], _MOST_SHOWN) for one in found],
        y=places,
        mode="markers",
        marker={"symbol": "circle-open", "size": 9, "color": INK, "line": {"width": 2}},
        customdata=[_hover(row, style) for row in rows.iter_rows(named=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for place, row, one in zip(places, rows.iter_rows(named=True), found, strict=True):
        _track(figure, place, one["own"], warn_at)
        _label(figure, place, row, style)
    longest = max([100, *(max(one["spent"], one["forecast"]) for one in found)])
    figure.update_layout(
        height=_ROW_PX * max(rows.height, 1) + 6,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        barmode="overlay",
        hovermode="closest",
    )
    figure.update_xaxes(
        visible=False, fixedrange=True, range=[-0.8, min(longest, _MOST_SHOWN) * 1.02]
    )
    figure.update_yaxes(visible=False, fixedrange=True, range=[max(rows.height, 1) - 0.6, -0.75])
    return figure


def _shares(row: dict[str, Any]) -> dict[str, float]:
    """Percent of what may be spent."""
    whole = row["amount"] + row["carried"]

    def share(amount: Decimal) -> float:
        return float(amount * 100 / whole)

    return {
        "spent": share(row["spent"]),
        "forecast": share(row["forecast"]),
        "own": share(row["amount"]),
    }


def _lies(spent: float, least: int, most: int | None) -> bool:
    return spent >= least and (most is None or spent < most)


def _track(figure: go.Figure, place: int, own: float, warn_at: tuple[int, ...]) -> None:
    beside = {"y0": place - _HALF_BAR, "y1": place + _HALF_BAR, "layer": "below"}
    line = {"width": 0}
    figure.add_shape(type="rect", x0=0, x1=own, fillcolor=_TRACK, line=line, **beside)
    figure.add_shape(type="rect", x0=own, x1=100, fillcolor=_CARRIED, line=line, **beside)
    for mark in warn_at:
        if mark <= _MOST_SHOWN:
            reach = {"y0": place - 1.7 * _HALF_BAR, "y1": place + 1.7 * _HALF_BAR}
            figure.add_shape(
                type="line", x0=mark, x1=mark, line={"color": _MARK, "width": 2}, **reach
            )


def _label(figure: go.Figure, place: int, row: dict[str, Any], style: Style) -> None:
    above: dict[str, Any] = {
        "y": place - 0.42,
        "xref": "paper",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": _LABEL_PX, "color": INK},
    }
    whole = row["amount"] + row["carried"]
    part = style.say(
        "{part} of {whole}",
        part=money(row["spent"], row["currency"], style),
        whole=money(whole, row["currency"], style),
    )
    told = f"{part} · {percent(row['spent'], whole, style)}"
    figure.add_annotation(x=0, xanchor="left", xshift=-2, text=_short(whose(row)), **above)
    figure.add_annotation(x=1, xanchor="right", xshift=2, text=told, **above)


def whose(row: dict[str, Any]) -> str:
    """Of whom a row is: a person's name, else their address; else the department."""
    return str(row["name"] or row["user"] or row["department"] or NOTHING)


def _hover(row: dict[str, Any], style: Style) -> str:
    currency = row["currency"]
    lines = [
        f"<b>{_escaped(whose(row))}</b>",
        style.say("{amount} left", amount=money(row["left"], currency, style)),
        style.say("leads to {amount}", amount=money(row["forecast"], currency, style)),
    ]
    if row["carried"]:
        carried = money(row["carried"], currency, style)
        lines.append(style.say("{amount} carried over", amount=carried))
    return "<br>".join(lines)


def _short(name: str) -> str:
    cut = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return _escaped(cut)


def _escaped(name: str) -> str:
    """Plotly reads a few HTML tags in texts; names have none."""
    return name.replace("&", "&amp;").replace("<", "&lt;")
