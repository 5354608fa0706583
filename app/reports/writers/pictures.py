"""Charts as pictures, made without a browser."""

from __future__ import annotations

from base64 import b64encode

import vl_convert

from app.format import Style
from app.reports.document import Chart
from app.reports.picture import specification

_SHARP = 2
"""Pixels of the picture for one of the page: sharp on small screens too."""
_PRINTED = 3
"""The same on paper, which makes 270 to the inch."""
_SIZE_AT = (16, 20)
"""Bytes of a PNG at which its width and its height begin, of four bytes each."""


def png(chart: Chart, style: Style) -> bytes:
    """A picture for mail programs, which show no SVG."""
    return bytes(vl_convert.vegalite_to_png(specification(chart, style), scale=_SHARP))


def svg(chart: Chart, style: Style) -> str:
    """A picture for print: drawn already, as whoever sets the page may have other fonts.

    Texts were measured in one font: in a wider one their ends are cut off.
    """
    drawn = vl_convert.vegalite_to_png(specification(chart, style), scale=_PRINTED)
    return framed(bytes(drawn))


def framed(drawn: bytes) -> str:
    """A PNG as the only thing in an SVG, which can be handed on as a text."""
    width, height = (int.from_bytes(drawn[start : start + 4]) for start in _SIZE_AT)
    source = b64encode(drawn).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{source}"/></svg>'
    )
