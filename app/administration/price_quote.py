"""What a call would cost: asked with a few fields, answered line by line."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import streamlit as st

from app import data
from app.administration import problems
from app.administration.commands import Commands
from app.data import View
from app.format import Style, literal, money
from app.frame import link
from warehouse.errors import TollbookError
from warehouse.home import Home

NUMBER_KEY: Final = "number"
SECONDS_KEY: Final = "seconds"
TARIFF_KEY: Final = "tariff"
_LONGEST_S: Final = 86_400
_USUAL_S: Final = 180


def show(view: View, tariffs: list[str]) -> None:
    """Draws the fields and, once there is a number, the price with all that leads to it."""
    style = view.style
    link.bind(NUMBER_KEY, link.TEXT, "")
    link.bind(SECONDS_KEY, link.within(0, _LONGEST_S), _USUAL_S)
    if tariffs:
        link.bind(TARIFF_KEY, link.one_of(tariffs), tariffs[0])
    with st.grid(4, min_column_width=230, vertical_alignment="bottom"):
        number = st.text_input(
            style.say("Number to call"),
            placeholder="+39 06 12345678",
            icon=":material/dialpad:",
            key=NUMBER_KEY,
        )
        seconds = st.number_input(
            style.say("Seconds talked"), min_value=0, max_value=_LONGEST_S, key=SECONDS_KEY
        )
        tariff = st.selectbox(style.say("Tariff"), tariffs, key=TARIFF_KEY) if tariffs else None
        at = st.datetime_input(
            style.say("When it is answered"),
            value=None,
            format="DD/MM/YYYY",
            key="answered",
            help=style.say("By your clock. Empty: now."),
        )
    if not number.strip():
        st.caption(style.say("Say a number to see what a call to it would cost, and why."))
        return
    words = [f"--to={number.strip()}", f"--seconds={int(seconds)}"]
    if view.locale:
        words.append(f"--locale={view.locale}")
    if tariff:
        words.append(f"--tariff={tariff}")
    # By the minute, so that one answer lasts for all who look meanwhile.
    instant = at.replace(tzinfo=view.zone) if at else data.now().replace(second=0, microsecond=0)
    words.append(f"--at={instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    home = data.home()
    try:
        told = _explained(str(home.path), tuple(words), _mark(home))
    except TollbookError as error:
        problems.tell(error, style)
        return
    _answer(told, style)


def _answer(told: dict[str, Any], style: Style) -> None:
    found = told["explanation"]
    if found["cost"] is not None and found["currency"]:
        st.metric(
            literal(found["destination"] or found["number"] or ""),
            literal(money(Decimal(found["cost"]), found["currency"], style, fine=True)),
            border=True,
            width="content",
        )
    st.table(
        [{"what": literal(what), "words": literal(words)} for what, words in told["story"]],
        border="horizontal",
        hide_index=True,
        hide_header=True,
        alt=style.say("How the price comes about"),
    )


def _mark(home: Home) -> tuple[int, ...]:
    """Changes with prices and settings."""
    found = []
    for path in (home.tariffs, home.settings, home.exchange_rates):
        try:
            stat = path.stat()
        except OSError:
            continue
        found += [stat.st_mtime_ns, stat.st_size]
    return tuple(found)


@st.cache_data(max_entries=200, ttl=600, show_spinner="Looking up the price…")
def _explained(home: str, words: tuple[str, ...], mark: tuple[int, ...]) -> Any:  # noqa: ARG001
    return Commands(Path(home)).run("explain", *words)
