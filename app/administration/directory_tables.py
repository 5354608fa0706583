"""People, sites and trunks as the directory has them on a day, and one person through time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qs

import polars as pl
import streamlit as st

from app.data import View, ask
from app.format import Style, counted, day, literal, words
from app.frame import link
from app.frame.columns import fitting
from app.frame.pages import script_of

WHO_KEY: Final = "who"
"""In links too: the address of the person whose rows are shown."""
_ROUND: Final = "people_round"

_LABELS: Final = {
    "user": "Address",
    "name": "Name",
    "kind": "Kind",
    "aliases": "Further addresses",
    "email": "Mail",
    "numbers": "Numbers",
    "department": "Department",
    "cost_centre": "Cost centre",
    "site": "Site",
    "manager": "Manager",
    "role": "Role",
    "valid_from": "From",
    "valid_to": "Until, exclusive",
    "gateway": "Trunk",
    "tariff": "Tariff",
    "channels": "Channels",
    "country": "Country",
    "area_code": "Area code",
    "time_zone": "Time zone",
    "currency": "Currency",
    "language": "Language",
}
_OF_PEOPLE: Final = (
    "name",
    "user",
    "department",
    "cost_centre",
    "site",
    "numbers",
    "kind",
    "manager",
)
_OF_A_PERSON: Final = (
    *("valid_from", "valid_to", "name", "department", "cost_centre", "site", "numbers"),
    *("aliases", "kind", "manager", "role", "email"),
)


def people(view: View, on: date, text: str) -> None:
    """Draws those of a day in whose row a text occurs; a selected one with all of its rows."""
    style = view.style
    found = matching(ask(view, "people_on", on=on), text)
    st.caption(literal(counted(found.height, "row", style)))
    key = f"people_{st.session_state.get(_ROUND, 0)}"
    users = found["user"].to_list()

    def choose() -> None:
        event: Any = st.session_state[key]
        rows = event["selection"]["rows"]
        st.session_state[WHO_KEY] = users[rows[0]] if rows else ""

    link.bind(WHO_KEY, link.TEXT, "")
    if who := st.session_state[WHO_KEY]:
        _history(who, view)
    listed = shown(found, _OF_PEOPLE, style)
    st.dataframe(
        listed,
        hide_index=True,
        placeholder="",
        key=key,
        column_config=fitting(listed),
        on_select=choose,
        selection_mode="single-row",
        alt=style.say("People of the directory"),
    )


def sites(view: View, text: str) -> None:
    """Draws the sites in whose row a text occurs."""
    style = view.style
    found = matching(ask(view, "sites"), text)
    columns = ("site", "country", "area_code", "time_zone", "currency", "language")
    st.dataframe(
        shown(found, columns, style),
        hide_index=True,
        placeholder="",
        alt=style.say("Sites of the directory"),
    )


def trunks(view: View, on: date, text: str) -> None:
    """Draws the trunks of a day in whose row a text occurs."""
    style = view.style
    found = matching(ask(view, "trunks_on", on=on), text)
    columns = ("gateway", "site", "tariff", "channels")
    st.dataframe(
        shown(found, columns, style),
        hide_index=True,
        placeholder="",
        alt=style.say("Trunks of the directory"),
    )


def matching(rows: pl.DataFrame, text: str) -> pl.DataFrame:
    """The rows in any of whose cells a text occurs, whatever the case."""
    wanted = text.strip().lower()
    if not wanted:
        return rows
    cells = _joined(rows)
    texts = [name for name, kind in cells.schema.items() if kind == pl.String]
    hits = cells.select(
        pl.any_horizontal(
            pl.col(name)
            .str.to_lowercase()
            .str.contains(wanted, literal=True)
            .fill_null(value=False)
            for name in texts
        )
    ).to_series()
    return rows.filter(hits)


def shown(rows: pl.DataFrame, columns: Sequence[str], style: Style) -> pl.DataFrame:
    """Some columns, under the names that people read."""
    found = _joined(rows)
    for name in ("valid_from", "valid_to"):
        if name in columns:
            told = [day(one, style) if one else None for one in found[name]]
            found = found.with_columns(pl.Series(name, told, pl.String))
    if "kind" in columns:
        told = [words(kind, style) for kind in found["kind"]]
        found = found.with_columns(pl.Series("kind", told, pl.String))
    return found.select(pl.col(name).alias(style.say(_LABELS[name])) for name in columns)


def _joined(rows: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in rows.schema.items() if kind == pl.List(pl.String)]
    return rows.with_columns(pl.col(lists).list.join("; "))


def _history(user: str, view: View) -> None:
    style = view.style
    with st.container(border=True, key="history"):
        rows: pl.DataFrame = ask(view, "history", user=user)
        if rows.is_empty():
            st.markdown(literal(style.say("{who} is not in the directory.", who=user)))
            return
        st.subheader(literal(rows["name"][-1]), anchor=False)
        st.caption(literal(f"{user} · {_span(rows, style)}"))
        st.dataframe(
            shown(rows, _OF_A_PERSON, style),
            hide_index=True,
            placeholder="",
            height="content",
            alt=style.say("All rows of this person"),
        )
        with st.container(horizontal=True):
            if st.button(style.say("Calls"), icon=":material/call:", key="calls_of_person"):
                query = parse_qs(link.current(), keep_blank_values=True) | {"person": [user]}
                st.switch_page(script_of("calls"), query_params=query)
            st.button(
                style.say("Close"), icon=":material/close:", on_click=_close, key="close_history"
            )


def _span(rows: pl.DataFrame, style: Style) -> str:
    first, last = rows["valid_from"][0], rows["valid_to"][-1]
    begins = style.say("since {day}", day=day(first, style)) if first else style.say("ever since")
    return f"{begins}, {style.say('until {day}', day=day(last, style))}" if last else begins


def _close() -> None:
    st.session_state[WHO_KEY] = ""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
