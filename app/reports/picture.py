"""Charts of reports as Vega-Lite: rows in, specification out.

Money becomes floating-point here, for the height of a bar; the tables beside it are exact.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from app.format import ENGLISH, Style, days
from app.reports.cells import writer
from app.reports.document import CURRENCY, TEXTS, Chart, Column, Kind

WIDTH: Final = 640
"""Pixels, as of a page in a mail."""
_HEIGHT: Final = 150
_ROW_PX: Final = 26
_HEAT_PX: Final = 24
_COLOURS: Final = ("#0d6b6b", "#eba860", "#40307a", "#85761c", "#4fb0e0", "#7a2e1d", "#c26a86")
_HEAT: Final = ("#eef6f4", "#99cac6", "#0d6b6b", "#073a3c")
_LONGEST_LABEL_PX: Final = 190
_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
_FONT: Final = "Source Sans Pro, Segoe UI, Helvetica, Arial, sans-serif"
_INK, _RULE = "#1d2a2e", "#dedacd"


def specification(chart: Chart, style: Style) -> dict[str, Any]:
    """A Vega-Lite specification, complete with its values, in the colours of print."""
    return {
        "$schema": _SCHEMA,
        "title": {"text": chart.title, "anchor": "start", "fontSize": 15},
        "background": "white",
        "width": WIDTH,
        "config": {
            "font": _FONT,
            "title": {"color": _INK, "font": _FONT},
            "axis": {
                "labelColor": _INK,
                "titleColor": _INK,
                "gridColor": _RULE,
                "domainColor": _RULE,
                "tickColor": _RULE,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
            },
            "legend": {
                "labelFontSize": 12,
                "titleFontSize": 12,
                "orient": "bottom",
                "columns": 3,
                "labelLimit": _LONGEST_LABEL_PX,
            },
            "view": {"stroke": None},
            "mark": {"color": _COLOURS[0]},
            "text": {"color": _INK},
            "range": {"category": list(_COLOURS), "heatmap": list(_HEAT), "ramp": list(_HEAT)},
        },
        **undressed(chart, style),
    }


def undressed(chart: Chart, style: Style) -> dict[str, Any]:
    """The same without colours, fonts and width: a page gives them its own."""
    draw = {"bars": _bars, "columns": _columns, "lines": _lines, "heat": _heat}[chart.shape]
    return {"data": {"values": _values(chart, style)}, **draw(chart, style)}


def description(chart: Chart, style: Style) -> str:
    """What the picture shows, for those who do not see it."""
    span = ""
    if chart.across.kind is Kind.DAY and not chart.rows.is_empty():
        dates = chart.rows[chart.across.name]
        span = f", {days(dates.min(), dates.max(), style)}"  # type: ignore[arg-type]
    told = style.say("{measure} by {key}", measure=chart.up.title, key=chart.across.title.lower())
    return f"{chart.title}: {told}{span}"


def _values(chart: Chart, style: Style) -> list[dict[str, Any]]:
    columns = [column for column in (chart.across, chart.up, chart.by) if column is not None]
    written = {}
    for column in columns:
        values = chart.rows[column.name]
        if column.kind in (Kind.WORD, Kind.WEEKDAY, Kind.HOUR) or values.dtype == pl.String:
            write = writer(column.kind, style)
            told = [write(value, None) for value in values]
            written[column.name] = pl.Series(told, dtype=pl.String)
        elif values.dtype == pl.Date:
            written[column.name] = values.cast(pl.String)
        else:
            written[column.name] = values.cast(pl.Float64)
    return pl.DataFrame(written).to_dicts()


def _bars(chart: Chart, style: Style) -> dict[str, Any]:
    """Lying bars with their value beside them."""
    write = writer(chart.across.kind, style)
    currencies = chart.rows[CURRENCY] if CURRENCY in chart.rows.columns else None
    told = [
        write(value, currencies[place] if currencies is not None else None)
        for place, value in enumerate(chart.rows[chart.across.name])
    ]
    values = [{**row, "told": text} for row, text in zip(_values(chart, style), told, strict=True)]
    y = {
        "field": chart.up.name,
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": _LONGEST_LABEL_PX, "ticks": False, "domain": False},
    }
    x = {"field": chart.across.name, "type": "quantitative", "axis": None}
    return {
        "data": {"values": values},
        "height": {"step": _ROW_PX},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.7}}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 12},
                "encoding": {"text": {"field": "told"}},
            },
        ],
    }


def _columns(chart: Chart, style: Style) -> dict[str, Any]:
    return {
        "height": _HEIGHT,
        "mark": {"type": "bar"},
        "encoding": {"x": _across(chart, style), "y": _up(chart.up, style), **_by(chart.by)},
    }


def _lines(chart: Chart, style: Style) -> dict[str, Any]:
    return {
        "height": _HEIGHT,
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": {
                **_across(chart, style),
                "type": "temporal",
                "timeUnit": "utcyearmonthdate",
            },
            "y": _up(chart.up, style),
            **_by(chart.by),
        },
    }


def _heat(chart: Chart, style: Style) -> dict[str, Any]:
    assert chart.by is not None  # noqa: S101  (a heat map has a measure)
    return {
        "height": {"step": _HEAT_PX},
        "mark": {"type": "rect"},
        "encoding": {
            "x": {
                "field": chart.across.name,
                "type": "ordinal",
                "title": None,
                "axis": {"labelAngle": 0, "labelOverlap": True},
            },
            "y": {"field": chart.up.name, "type": "ordinal", "sort": None, "title": None},
            "color": {
                "field": chart.by.name,
                "type": "quantitative",
                "title": chart.by.title,
                "legend": {"format": _numbers(style)},
            },
        },
    }


def _across(chart: Chart, style: Style) -> dict[str, Any]:
    column = chart.across
    if column.kind is Kind.DAY:
        # Pictures know no names of months but English ones.
        is_english = style.language == ENGLISH.language
        if _is_of_months(chart.rows[column.name]):
            form = "%b %Y" if is_english else "%-m/%Y"
        else:
            form = "%-d %b" if is_english else "%-d/%-m"
        return {
            "field": column.name,
            "type": "ordinal",
            "timeUnit": "utcyearmonthdate",
            "title": None,
            "axis": {"format": form, "labelAngle": 0, "labelOverlap": True},
        }
    kind = "ordinal" if column.kind in TEXTS or column.kind is Kind.HOUR else "quantitative"
    return {
        "field": column.name,
        "type": kind,
        "sort": None,
        "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": True},
    }


def _is_of_months(dates: pl.Series) -> bool:
    """Whether they are the first days of several months, which stand for the whole of each."""
    return dates.n_unique() > 1 and bool((dates.dt.day() == 1).all())


def _up(column: Column, style: Style) -> dict[str, Any]:
    return {
        "field": column.name,
        "type": "quantitative",
        "title": column.title,
        "axis": {"format": _numbers(style)},
    }


def _numbers(style: Style) -> str:
    # Pictures know the separators of English only: others go without.
    return ",~f" if style.group == ENGLISH.group else "~f"


def _by(column: Column | None) -> dict[str, Any]:
    if column is None:
        return {}
    return {"color": {"field": column.name, "type": "nominal", "title": None}}
