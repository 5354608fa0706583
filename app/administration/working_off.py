"""The list of what is unknown, and what the form says of the line that is worked off."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import polars as pl
import streamlit as st

from app import data
from app.administration import assign_form
from app.administration.assignments import Unknown
from app.administration.unmatched import What
from app.data import View, ask
from app.figures.kpis import currencies, in_currency, total_cost
from app.format import Style, counted, literal, money, number
from app.frame import link, take_away

CHOSEN_KEY: Final = "unknown"
"""In links too: what and name of the line that is being worked off."""
WHAT_KEY: Final = "what"

_LABELS: Final = {
    What.USER: "Unknown users",
    What.NUMBER: "Unknown numbers",
    What.EXTENSION: "Unknown extensions",
    What.GATEWAY: "Trunks without place or tariff",
    What.DESTINATION: "Numbers without a price",
}
_ONE: Final = {
    What.USER: "User",
    What.NUMBER: "Number",
    What.EXTENSION: "Extension",
    What.GATEWAY: "Trunk",
    What.DESTINATION: "Without a price",
}
SHOWN: Final = 500
"""Lines of each kind, the most legs first."""
_NEEDED: Final = 2


def show(view: View) -> None:
    """Draws counts, the list, and the form for the line that is chosen."""
    style = view.style
    assign_form.tell_outcome(view)
    found: pl.DataFrame = ask(view, "unmatched", limit=SHOWN)
    if found.is_empty():
        st.success(
            style.say("Everything in this period has an owner, a place and a price."),
            icon=":material/task_alt:",
        )
        return
    _counts(found, style)
    link.bind(WHAT_KEY, link.some_of([what.value for what in What]), [])
    there = set(found["what"])
    kinds = None
    if len(there) > 1 or st.session_state[WHAT_KEY]:
        kinds = st.pills(
            style.say("Only"),
            [what.value for what in What if what.value in {*there, *st.session_state[WHAT_KEY]}],
            selection_mode="multi",
            format_func=lambda value: style.say(_LABELS[What(value)]),
            key=WHAT_KEY,
        )
    with st.container(horizontal=True):
        options = {"rows": SHOWN}
        take_away.offer(data.document(view, "unmatched", options), view, options, "unmatched")
    if kinds:
        found = found.filter(pl.col("what").is_in(list(kinds)))
    found = found.sort("legs", "what", "name", descending=[True, False, False])
    link.bind(CHOSEN_KEY, link.TEXTS, [])
    _table(found, style)
    chosen = st.session_state[CHOSEN_KEY]
    if len(chosen) == _NEEDED and chosen[0] in list(What):
        assign_form.show(Unknown(What(chosen[0]), chosen[1]), view)
    else:
        st.caption(style.say("Select a line to say whose it is."))


def _counts(found: pl.DataFrame, style: Style) -> None:
    kinds = [what for what in What if what.value in set(found["what"])]
    with st.grid(len(kinds), min_column_width=230):
        for what in kinds:
            lines = found.filter(pl.col("what") == what.value)
            names = lines.select("name", "site").n_unique()
            st.metric(
                style.say(_LABELS[what]),
                number(names, style) + ("+" if lines.height >= SHOWN else ""),
                literal(_at_stake(lines, style)),
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )


def _at_stake(lines: pl.DataFrame, style: Style) -> str:
    """What was rated and is nobody's; of what has no price, how long was talked."""
    amounts = [
        money(total_cost(in_currency(lines, currency)), currency, style)
        for currency in currencies(lines.with_columns(pl.col("cost").fill_null(0)))
    ]
    minutes = int(sum(lines["minutes"].drop_nulls(), Decimal(0)))
    return " · ".join([*amounts, counted(minutes, "minute", style)])


def _table(found: pl.DataFrame, style: Style) -> None:
    key = f"unmatched_{st.session_state.get(assign_form.ROUND_KEY, 0)}"
    lines = [[what, name or ""] for what, name in found.select("what", "name").iter_rows()]

    def choose() -> None:
        event: Any = st.session_state[key]
        rows = event["selection"]["rows"]
        st.session_state[CHOSEN_KEY] = lines[rows[0]] if rows else []

    st.dataframe(
        _display(found, style),
        hide_index=True,
        placeholder="",
        key=key,
        on_select=choose,
        selection_mode="single-row",
        column_config={
            "calls": st.column_config.NumberColumn(style.say("Calls"), format="localized"),
            "unrated": st.column_config.NumberColumn(
                style.say("Legs without a price"), format="localized"
            ),
            "last_at": st.column_config.DatetimeColumn(
                style.say("Last call (UTC)"), format="D MMM YYYY, HH:mm"
            ),
            **{
                name: st.column_config.TextColumn(label)
                for name, label in (
                    ("what", style.say("What")),
                    ("name", style.say("Address, number or name")),
                    ("site", style.say("Site")),
                    ("tariff", style.say("Tariff")),
                )
            },
            **{
                name: st.column_config.TextColumn(label, alignment="right")
                for name, label in (
                    ("minutes", style.say("Minutes")),
                    ("cost", style.say("At stake")),
                )
            },
        },
        alt=style.say("What has no owner, no place or no price"),
    )


def _display(found: pl.DataFrame, style: Style) -> pl.DataFrame:
    return found.select(
        pl.Series("what", [style.say(_ONE[What(what)]) for what in found["what"]], pl.String),
        pl.col("name").fill_null(style.say("Neither user nor number")),
        "site",
        "tariff",
        "calls",
        pl.Series("minutes", [number(one, style, 1) for one in found["minutes"]], pl.String),
        pl.Series(
            "cost",
            [
                money(cost, currency, style) if currency else None
                for cost, currency in zip(found["cost"], found["currency"], strict=True)
            ],
            pl.String,
        ),
        "unrated",
        "last_at",
    )
