"""Figures of a pivot: bars, lines or heat of its first rows and columns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, Literal

import plotly.graph_objects as go

from app.charts.base import COUNT_TICKS, INK, escaped, money_ticks
from app.charts.costs import LEGEND
from app.figures.pivot import TOTAL, Pivot
from app.format import Style
from app.reports.cells import writer
from app.reports.document import Kind

Shape = Literal["bars", "lines", "heat"]

_COLOURS: Final = 8
"""So many columns can be told apart by their colours."""
_ACROSS: Final = {"bars": 20, "lines": 400, "heat": 60}
_DOWN: Final = 40
_PX: Final = 380
_ROW_PX: Final = 24
_BAR_PX: Final = 30
_FEW_TICKS: Final = 5
_SECONDS: Final = 60
_MOST_TICKS: Final = 12
_LONGEST: Final = 24


def figure(pivot: Pivot, shape: Shape, currency: str | None, style: Style) -> go.Figure:
    """The first rows along the axis, the first columns as colours; as heat, a field for each."""
    rows = pivot.frame.head(_ACROSS[shape] if shape != "heat" else _DOWN)
    names = [escaped(" · ".join(row)) for row in rows.select(_labels(pivot)).iter_rows()]
    places = list(range(len(names)))
    write = writer(pivot.measure.kind, style)
    # What has no order of its own lies, with room for its names; time runs from left to right.
    lies = shape == "bars" and not any(axis.in_order for axis in pivot.rows)
    columns = [(TOTAL, style.say(pivot.measure.label))]
    if pivot.heads:
        many = _ACROSS["heat"] if shape == "heat" else _COLOURS
        columns = [(f"c{place}", head) for place, head in enumerate(pivot.heads[:many])]
    drawn = go.Figure()
    if shape == "heat":
        _heat(drawn, [(escaped(head), rows[name].to_list()) for name, head in columns], names,
              pivot.measure.kind, lambda value: write(value, currency))  # fmt: skip
    else:
        for column, head in columns:
            values = rows[column].to_list()
            # Two people may bear one name: positions tell them apart.
            heights = [_height(value, pivot.measure.kind) for value in values]
            told = {
                "name": escaped(head),
                **({"x": heights, "y": places} if lies else {"x": places, "y": heights}),
                "customdata": [
                    [name, escaped(head), write(value, currency)]
                    for name, value in zip(names, values, strict=True)
                ],
                "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
                "<extra></extra>",
            }
            if shape == "bars":
                drawn.add_bar(orientation="h" if lies else "v", **told)
            else:
                drawn.add_scatter(mode="lines+markers", **told)
        drawn.update_layout(
            height=90 + _BAR_PX * max(len(names), _COLOURS) if lies else _PX,
            barmode="stack" if pivot.measure.is_summed else "group",
        )
    drawn.update_layout(
        margin={"l": 0, "r": 24, "t": 8, "b": 0},
        separators=style.point + style.group,
        showlegend=len(drawn.data) > 1,
        legend=LEGEND | {"y": 1.02, "yanchor": "bottom"},
    )
    plain: dict[str, Any] = {
        "title": None, "fixedrange": True, "automargin": True, "tickfont": {"color": INK}
    }  # fmt: skip
    if shape == "heat":
        plain |= {"zeroline": False, "ticks": ""}
    drawn.update_xaxes(showgrid=lies, **plain)
    drawn.update_yaxes(showgrid=not lies and shape != "heat", **plain)
    measured = {"rangemode": "tozero", **_measure_ticks(pivot.measure.kind, currency, style)}
    if shape == "heat":
        drawn.update_xaxes(**_ticks([head for _, head in columns], _MOST_TICKS))
    elif lies:
        drawn.update_xaxes(nticks=_FEW_TICKS, **measured)
        drawn.update_yaxes(autorange="reversed", **_ticks(names, len(names)))
    else:
        drawn.update_xaxes(**_ticks(names, _MOST_TICKS))
        drawn.update_yaxes(**measured)
    return drawn


def _measure_ticks(kind: Kind, currency: str | None, style: Style) -> dict[str, str]:
    if kind in (Kind.MONEY, Kind.FINE_MONEY) and currency:
        return money_ticks(currency, style)
    return {"tickformat": ".0%"} if kind is Kind.SHARE else COUNT_TICKS


def _heat(
    drawn: go.Figure,
    columns: list[tuple[str, list[Any]]],
    names: list[str],
    kind: Kind,
    write: Any,
) -> None:
    drawn.add_heatmap(
        x=list(range(len(columns))),
        y=list(range(len(names))),
        z=[[_height(values[row], kind) for _, values in columns] for row in range(len(names))],
        customdata=[
            [[name, head, write(values[row])] for head, values in columns]
            for row, name in enumerate(names)
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"
        "<extra></extra>",
        xgap=2,
        ygap=2,
        coloraxis="coloraxis",
    )
    drawn.update_layout(
        coloraxis={"showscale": False}, height=90 + _ROW_PX * max(len(names), _COLOURS)
    )
    drawn.update_yaxes(autorange="reversed", **_ticks(names, len(names)))


def _ticks(names: list[str], most: int) -> dict[str, Any]:
    """Names at their places, so many that they can be read."""
    every = max(1, -(-len(names) // most))
    places = list(range(0, len(names), every))
    return {"tickvals": places, "ticktext": [_short(names[place]) for place in places]}


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _labels(pivot: Pivot) -> list[str]:
    return [f"r{place}" for place in range(len(pivot.rows))]


def _height(value: Decimal | float | None, kind: Kind) -> float | None:
    """For the height of a bar only; what is written beside it is exact."""
    if value is None:
        return None
    return float(value) / _SECONDS if kind is Kind.DURATION else float(value)
