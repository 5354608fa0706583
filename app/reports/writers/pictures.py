"""Charts as pictures, made without a browser."""

from __future__ import annotations

import vl_convert

from app.format import Style
from app.reports.document import Chart
from app.reports.picture import specification

_SHARP = 2
"""Pixels of the picture for one of the page: sharp on small screens too."""


def png(chart: Chart, style: Style) -> bytes:
    """A picture for mail programs, which show no SVG."""
    return bytes(vl_convert.vegalite_to_png(specification(chart, style), scale=_SHARP))


def svg(chart: Chart, style: Style) -> str:
    """A picture for print."""
    return str(vl_convert.vegalite_to_svg(specification(chart, style)))
