"""Prices as tables: those of the home, and what differs between two lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import streamlit as st

from app import data
from app.administration import price_list
from app.data import View
from app.format import NOTHING, Style, counted, literal, money, number, percent, table_day, words
from app.frame import link

FIND_KEY: Final = "price"
DAY_KEY: Final = "price_day"
OF_KEY: Final = "of"
_MOST: Final = 1_000


def current_prices() -> pl.DataFrame:
    """The price list of the home, read again when its file has changed."""
    path = data.home().tariffs
    found = path.stat()
    return _read(str(path), found.st_mtime_ns, found.st_size)


def browse(view: View) -> None:
    """Draws the prices that hold on a day, narrowed by number, destination, tariff."""
    style = view.style
    rows = current_prices()
    tariffs = rows["tariff"].drop_nulls().unique().sort().to_list()
    today = data.now().astimezone(view.zone).date()
    link.bind(FIND_KEY, link.TEXT, "")
    link.bind(OF_KEY, link.some_of(tariffs), [])
    link.bind(DAY_KEY, link.DAY, today)
    with st.grid(3, min_column_width=200, vertical_alignment="bottom"):
        text = st.text_input(
            style.say("Find"),
            placeholder=style.say("Number, prefix or destination"),
            icon=":material/search:",
            type="search",
            key=FIND_KEY,
        )
        of = st.multiselect(
            style.say("Tariff"), tariffs, placeholder=style.say("All tariffs"), key=OF_KEY
        )
        on = st.date_input(
            style.say("As of"), min_value=date(2000, 1, 1), format="DD/MM/YYYY", key=DAY_KEY
        )
    found = price_list.matching(price_list.in_force(rows, on), text)
    if of:
        found = found.filter(pl.col("tariff").is_in(of))
    st.caption(
        literal(
            counted(found.height, "price", style)
            + (f" · {style.say('the first {most} are shown', most=number(_MOST, style))}"
               if found.height > _MOST else "")
        )
    )  # fmt: skip
    st.dataframe(
        _shown(found.head(_MOST), style),
        hide_index=True,
        placeholder="",
        column_config={
            **_right(("A minute", "Connect fee", "Increments"), style),
            **{
                style.say(name): st.column_config.DateColumn(format=table_day(style))
                for name in ("From", "Until, exclusive")
            },
        },
        alt=style.say("Prices of the tariffs"),
    )


def differences_table(found: pl.DataFrame, kinds: Mapping[str, str], style: Style) -> None:
    """Draws prices that differ, the largest rise and fall of a minute first."""
    minute = ("price_per_minute_before", "price_per_minute_after")
    moved = pl.col(minute[1]) / pl.col(minute[0]) - 1
    listed = (
        found.with_columns(moved.cast(pl.Float64).abs().fill_nan(None).alias("moved"))
        .sort("moved", descending=True, nulls_last=True, maintain_order=True)
        .head(_MOST)
    )
    rows: list[dict[str, Any]] = listed.to_dicts()
    st.dataframe(
        pl.DataFrame(
            {
                style.say("What"): [kinds[row["kind"]] for row in rows],
                style.say("Tariff"): [row["tariff"] for row in rows],
                style.say("Prefix"): [row["prefix"] for row in rows],
                style.say("Destination"): [
                    row["destination_after"] or row["destination_before"] for row in rows
                ],
                style.say("When"): [_band(row, style) for row in rows],
                style.say("A minute before"): [_money(row, minute[0], style) for row in rows],
                style.say("A minute now"): [_money(row, minute[1], style) for row in rows],
                style.say("By"): [_by(row[minute[0]], row[minute[1]], style) for row in rows],
                style.say("Connect fee"): [_pair(row, "connect_fee", style) for row in rows],
                style.say("Increments"): [_increments(row) for row in rows],
            }
        ),
        hide_index=True,
        placeholder="",
        column_config=_right(("A minute before", "A minute now", "By"), style),
        alt=style.say("Prices that differ"),
    )
    if found.height > _MOST:
        st.caption(style.say("Only the first {most} are shown.", most=number(_MOST, style)))


def _shown(rows: pl.DataFrame, style: Style) -> pl.DataFrame:
    def amounts(name: str) -> list[str | None]:
        return [
            None if text is None else money(Decimal(text), currency or "EUR", style, fine=True)
            for text, currency in rows.select(name, "currency").iter_rows()
        ]

    return pl.DataFrame(
        {
            style.say("Tariff"): rows["tariff"],
            style.say("Prefix"): rows["prefix"],
            style.say("Destination"): rows["destination"],
            style.say("Call type"): [
                words(one, style) if one else None for one in rows["call_type"]
            ],
            style.say("When"): [_band(row, style) for row in rows.to_dicts()],
            style.say("A minute"): amounts("price_per_minute"),
            style.say("Connect fee"): amounts("connect_fee"),
            style.say("Increments"): [
                f"{first or 1}/{following or 1} s"
                for first, following in rows.select(
                    "first_increment_s", "next_increment_s"
                ).iter_rows()
            ],
            style.say("From"): rows["valid_from"].str.to_date(strict=False),
            style.say("Until, exclusive"): rows["valid_to"].str.to_date(strict=False),
        }
    )


def _right(titles: tuple[str, ...], style: Style) -> dict[str, Any]:
    """Amounts are written as texts, which keeps their places, and stand below each other."""
    return {style.say(title): st.column_config.TextColumn(alignment="right") for title in titles}


def _band(row: Mapping[str, Any], style: Style) -> str | None:
    begin, end = (row["from_time"] or "00:00", row["to_time"] or "24:00")
    parts = [
        "" if row["days"] in (None, "*") else row["days"],
        "" if (begin, end) == ("00:00", "24:00") else f"{begin}–{end}",
        style.say("from second {second}", second=row["from_second"])
        if row["from_second"] not in (None, "0")
        else "",
    ]
    return " ".join(part for part in parts if part) or None


def _money(row: Mapping[str, Any], name: str, style: Style) -> str | None:
    currency = row[f"currency_{name.rpartition('_')[2]}"]
    return None if row[name] is None else money(row[name], currency, style, fine=True)


def _pair(row: Mapping[str, Any], name: str, style: Style) -> str | None:
    was, now = (_money(row, f"{name}_{side}", style) for side in ("before", "after"))
    if was == now or was is None or now is None:
        return now or was
    return f"{was} → {now}"


def _increments(row: Mapping[str, Any]) -> str:
    def of(side: str) -> str:
        found = [row[f"{name}_increment_s_{side}"] for name in ("first", "next")]
        return "" if None in found else "/".join(f"{one:.0f}" for one in found)

    was, now = of("before"), of("after")
    return (now or was) if was == now or not was or not now else f"{was} → {now}"


def _by(was: Decimal | None, now: Decimal | None, style: Style) -> str | None:
    if was is None or now is None:
        return None
    if not was:
        return NOTHING
    sign = "+" if now >= was else "−"
    return f"{sign}{percent(abs(now - was), was, style)}"


@st.cache_data(max_entries=2, show_spinner=False)
def _read(path: str, modified_ns: int, size: int) -> pl.DataFrame:  # noqa: ARG001  (the key)
    return price_list.read(Path(path).read_bytes())
