"""One call as a time line: what each leg was at, who with whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import plotly.graph_objects as go

from app.charts.base import INK
from app.format import Style, duration
from warehouse.words import AnsweredBy

RINGING, TALKING, WAITING, VOICEMAIL = "ringing", "talking", "waiting", "voicemail"
_LABELS: Final = {
    RINGING: "Ringing",
    TALKING: "Talking",
    WAITING: "Waiting",
    VOICEMAIL: "Voice mail",
}
_OF_ANSWERER: Final = {
    AnsweredBy.VOICEMAIL: VOICEMAIL,
    AnsweredBy.RESPONSE_GROUP: WAITING,
    AnsweredBy.ATTENDANT: WAITING,
}
"""Who is answered by a queue or a menu waits for somebody to talk to."""
_ROW_PX: Final = 52
_LABEL_PX: Final = 13
_LONGEST_LABEL: Final = 46
_LEAST_SHARE: Final = 0.004
"""Of the whole length: what takes no time is to be seen all the same."""
MOST_LEGS: Final = 30


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a leg was at one thing. Times are local."""

    leg: int
    """Its place in the call, from 0."""
    kind: str
    begin: datetime
    end: datetime


def stretches(legs: Sequence[Mapping[str, Any]]) -> list[Stretch]:
    """What the legs were at, leg by leg, by the clock of the first one."""
    if not legs:
        return []
    ahead: timedelta = legs[0]["started_local"] - legs[0]["started_at"]
    return [one for place, leg in enumerate(legs) for one in _of(place, leg, ahead)]


def _of(place: int, leg: Mapping[str, Any], ahead: timedelta) -> Iterator[Stretch]:
    begin, answered = leg["started_at"] + ahead, leg["answered_at"]
    talked = timedelta(seconds=float(leg["talk_s"] or 0))
    rang = timedelta(seconds=float(leg["ring_s"] or 0))
    if answered is None and not talked:
        end = (leg["ended_at"] or leg["started_at"] + rang) + ahead
        yield Stretch(place, RINGING, begin, max(end, begin))
        return
    taken = begin + rang if answered is None else answered + ahead
    if taken > begin:
        yield Stretch(place, RINGING, begin, taken)
    kind = _OF_ANSWERER.get(leg["answered_by"], TALKING)
    yield Stretch(place, kind, taken, taken + talked)


def time_line(legs: Sequence[Mapping[str, Any]], names: Sequence[str], style: Style) -> go.Figure:
    """A row per leg, the first on top, under its name: who with whom.

    `legs` have `started_at`, `answered_at`, `ended_at` (UTC), `started_local`, `talk_s`, `ring_s`
    and `answered_by`.
    """
    found = stretches(legs)
    begin, end = min(one.begin for one in found), max(one.end for one in found)
    whole = max(end - begin, timedelta(seconds=1))
    figure = go.Figure()
    for kind, label in _LABELS.items():
        own = [one for one in found if one.kind == kind]
        if not own:
            continue
        figure.add_bar(
            name=style.say(label),
            base=[one.begin for one in own],
            x=[_milliseconds(max(one.end - one.begin, whole * _LEAST_SHARE)) for one in own],
            y=[one.leg for one in own],
            orientation="h",
            width=0.3,
            customdata=[
                (_plain(names[one.leg]), f"{one.begin:%H:%M:%S}", _length(one)) for one in own
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{fullData.name}: %{customdata[1]}, "
            "%{customdata[2]}<extra></extra>",
        )
    for place, name in enumerate(names):
        figure.add_annotation(
            x=0,
            y=place - 0.36,
            xref="paper",
            xanchor="left",
            xshift=-2,
            yanchor="middle",
            showarrow=False,
            font={"size": _LABEL_PX, "color": INK},
            text=_plain(name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…"),
        )
    figure.update_layout(
        height=_ROW_PX * len(names) + 76,
        margin={"l": 0, "r": 0, "t": 28, "b": 0},
        barmode="overlay",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"color": INK}},
    )
    figure.update_xaxes(
        type="date",
        range=[begin - whole * 0.01, begin + whole * 1.02],
        tickformat="%H:%M:%S",
        nticks=4,
        fixedrange=True,
        tickfont={"color": INK},
        automargin=True,
    )
    figure.update_yaxes(visible=False, fixedrange=True, range=[len(names) - 0.6, -0.75])
    return figure


def _milliseconds(length: timedelta) -> float:
    return length / timedelta(milliseconds=1)


def _length(one: Stretch) -> str:
    return duration(Decimal((one.end - one.begin) // timedelta(seconds=1)))


def _plain(name: str) -> str:
    """Plotly reads a few HTML tags in texts; names have none."""
    return name.replace("&", "&amp;").replace("<", "&lt;")
