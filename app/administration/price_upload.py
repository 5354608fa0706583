"""A new price list on its way in: checked, compared, its effect on past months, activated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
import streamlit as st

from app import data
from app.administration import price_list, problems
from app.administration.commands import Commands
from app.administration.price_tables import current_prices, differences_table
from app.data import View
from app.format import Style, counted, days, literal, money, number, percent
from app.frame.rights import changed
from warehouse.errors import InvalidInput, Problem, TollbookError

EFFECT_LIMIT_S: Final = 1800.0
"""Months of a large company are priced again in this time."""
_CHECKED: Final = "tariffs_checked"
_EFFECT: Final = "tariffs_effect"
_ACTIVATED: Final = "tariffs_activated"
_ROUND: Final = "tariffs_round"
_SPANS: Final = {"30": "Last 30 days", "91": "Last 3 months", "182": "Last 6 months"}
_GROUPS: Final = {
    "department": "By department",
    "tariff": "By carrier",
    "destination": "By destination",
}
_MOST: Final = 2_000
_KINDS: Final = {
    price_list.ADDED: "Added",
    price_list.REMOVED: "Removed",
    price_list.DEARER: "Dearer",
    price_list.CHEAPER: "Cheaper",
    price_list.CHANGED: "Changed otherwise",
}


def show(view: View) -> None:
    """Draws the way of a price list from its upload to its activation."""
    style = view.style
    if kept := st.session_state.pop(_ACTIVATED, None):
        st.success(
            literal(
                style.say(
                    "The new prices are active; the former ones are kept as {file}. New calls are "
                    "priced by them; stored ones keep their prices until they are priced again.",
                    file=kept,
                )
            ),
            icon=":material/task_alt:",
        )
    file = st.file_uploader(
        style.say("A whole price list, in the form of tariffs.csv"),
        type="csv",
        key=f"tariffs_file_{st.session_state.get(_ROUND, 0)}",
    )
    if file is None:
        with st.container(horizontal=True):
            st.download_button(
                style.say("Download the present one"),
                data=data.home().tariffs.read_bytes,
                file_name="tariffs.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key="tariffs_csv",
            )
        return
    content = file.getvalue()
    mark = sha256(content).hexdigest()
    checked = _checked(content, mark, style)
    if isinstance(checked, TollbookError):
        _tell_faults(checked, style)
        return
    _tell_warnings(checked["warnings"], style)
    if not checked["changed"]:
        st.info(style.say("This is the present price list."), icon=":material/drag_handle:")
        return
    _differences(content, view)
    _effect(content, mark, view)
    _offer_activation(content, view)


def _checked(content: bytes, mark: str, style: Style) -> Any:
    """The answer of the command, or what it raised; asked once for each file."""
    known = st.session_state.get(_CHECKED)
    if known is not None and known[0] == mark:
        return known[1]
    found: Any
    try:
        with st.spinner(style.say("Checking…")), _on_disk(content) as path:
            found = _commands().run("replace-tariffs", "--dry-run", operands=[str(path)])
    except TollbookError as error:
        found = error
    st.session_state[_CHECKED] = (mark, found)
    st.session_state.pop(_EFFECT, None)
    return found


def _tell_faults(error: TollbookError, style: Style) -> None:
    if not isinstance(error, InvalidInput):
        problems.tell(error, style)
        return
    many = counted(len(error.problems), "problem", style)
    told = style.say("It cannot be used as it is: {problems}.", problems=many)
    st.error(literal(told), icon=":material/error:")
    problems.table(error.problems, style)


def _tell_warnings(found: list[dict[str, Any]], style: Style) -> None:
    if not found:
        st.success(style.say("Nothing is wrong with it."), icon=":material/check_circle:")
        return
    told = style.say(
        "It can be used. Look at {warnings} first.", warnings=counted(len(found), "warning", style)
    )
    with st.expander(literal(told), icon=":material/warning:"):
        problems.table([Problem(**one) for one in found], style)


def _differences(content: bytes, view: View) -> None:
    style = view.style
    st.subheader(style.say("Difference to the present one"), anchor=False)
    new, old = price_list.read(content), current_prices()
    today = data.now().astimezone(view.zone).date()
    on = st.date_input(
        style.say("Prices as they hold on"),
        value=price_list.newest_beginning(new, today),
        format="DD/MM/YYYY",
        key="tariffs_on",
        width=220,
    )
    found = price_list.changes(price_list.in_force(old, on), price_list.in_force(new, on))
    with st.grid(len(_KINDS), min_column_width=130):
        for kind, label in _KINDS.items():
            many = found.filter(pl.col("kind") == kind).height
            st.metric(style.say(label), number(many, style), border=True, height="stretch")
    if found.is_empty():
        st.caption(style.say("On that day all prices are the same."))
        return
    kinds = st.pills(
        style.say("Only"),
        [kind for kind in _KINDS if kind in set(found["kind"])],
        selection_mode="multi",
        format_func=lambda kind: style.say(_KINDS[kind]),
        key="tariffs_kinds",
    )
    if kinds:
        found = found.filter(pl.col("kind").is_in(list(kinds)))
    differences_table(found, {kind: style.say(label) for kind, label in _KINDS.items()}, style)


def _effect(content: bytes, mark: str, view: View) -> None:
    style = view.style
    st.subheader(style.say("What it would have changed"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = st.selectbox(
            style.say("Calls of"),
            list(_SPANS),
            format_func=lambda key: style.say(_SPANS[key]),
            key="tariffs_span",
            width=220,
        )
        asked = st.button(
            style.say("Price them by the new list"), icon=":material/calculate:", key="effect"
        )
    last = data.now().astimezone(view.zone).date()
    first = last - timedelta(days=int(span) - 1)
    if asked:
        try:
            with st.spinner(style.say("Pricing calls…")), _on_disk(content) as path:
                rows = _commands(EFFECT_LIMIT_S).run(
                    *("rerate", f"--from={first}", f"--to={last}", f"--tariffs={path}"), "--dry-run"
                )
        except TollbookError as error:
            problems.tell(error, style)
            return
        st.session_state[_EFFECT] = (mark, first, last, rows)
    known = st.session_state.get(_EFFECT)
    if known is None or known[0] != mark:
        st.caption(style.say("Nothing is changed by that: it is only calculated."))
        return
    _tell_effect(known[1], known[2], known[3], style)


def _tell_effect(first: date, last: date, rows: list[dict[str, Any]], style: Style) -> None:
    st.markdown(f"**{literal(days(first, last, style))}**")
    found = effect(rows)
    if found.is_empty():
        st.caption(style.say("No call of these days would cost anything else."))
        return
    sums = found.group_by("currency").agg(
        pl.col("before", "after", "changed", "newly_rated", "newly_unrated").sum()
    )
    with st.grid(3, min_column_width=170):
        for row in sums.sort("currency").iter_rows(named=True):
            moved = row["after"] - row["before"]
            st.metric(
                style.say("Cost of the calls that change"),
                literal(money(row["after"], row["currency"], style)),
                _moved(moved, row["before"], row["currency"], style),
                delta_color="inverse",
                border=True,
                height="stretch",
            )
        st.metric(
            style.say("Legs with another price"),
            number(int(sums["changed"].sum()), style),
            border=True,
        )
        st.metric(
            style.say("Legs that lose their price"),
            number(int(sums["newly_unrated"].sum()), style),
            border=True,
            height="stretch",
        )
    by = st.segmented_control(
        style.say("Grouped"),
        list(_GROUPS),
        format_func=lambda key: style.say(_GROUPS[key]),
        default="department",
        required=True,
        label_visibility="collapsed",
        key="tariffs_group",
    )
    grouped = (
        found.group_by(by, "currency")
        .agg(pl.col("changed", "newly_unrated", "before", "after").sum())
        .sort((pl.col("after") - pl.col("before")).abs(), by, descending=[True, False])
        .head(_MOST)
    )
    st.dataframe(
        pl.DataFrame(
            {
                style.say(_GROUPS[by]): grouped[by],
                style.say("Legs"): grouped["changed"],
                style.say("Before"): _amounts(grouped, "before", style),
                style.say("After"): _amounts(grouped, "after", style),
                style.say("Difference"): [
                    _moved(after - before, before, currency, style)
                    for before, after, currency in grouped.select(
                        "before", "after", "currency"
                    ).iter_rows()
                ],
                style.say("Lose their price"): grouped["newly_unrated"],
            }
        ),
        hide_index=True,
        placeholder="",
        column_config={
            style.say(name): st.column_config.TextColumn(alignment="right")
            for name in ("Before", "After", "Difference")
        },
        alt=style.say("What the new prices would have changed"),
    )


def effect(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The answer of `rerate --dry-run` with amounts as money."""
    texts = ("department", "tariff", "destination", "currency")
    counts = ("changed", "newly_rated", "newly_unrated")
    amounts = ("before", "after")
    schema = dict.fromkeys(texts, pl.String()) | dict.fromkeys(counts, pl.Int64())
    schema |= dict.fromkeys(amounts, pl.String())
    return pl.DataFrame(rows, schema=schema).with_columns(pl.col(amounts).cast(pl.Decimal(38, 6)))


def _offer_activation(content: bytes, view: View) -> None:
    style = view.style
    st.subheader(style.say("Activate"), anchor=False)
    st.caption(
        style.say(
            "It takes the place of the present one at once. New calls are priced by it; the former "
            "list is kept beside it, and every call names the version that priced it."
        )
    )
    if st.button(
        style.say("Activate the new prices"),
        type="primary",
        icon=":material/publish:",
        key="activate",
    ):
        _activate(content, style)


def _activate(content: bytes, style: Style) -> None:
    """The one place from which prices are replaced."""
    try:
        with st.spinner(style.say("Replacing…")), _on_disk(content) as path:
            answer = _commands().run("replace-tariffs", operands=[str(path)])
    except TollbookError as error:
        problems.tell(error, style)
        return
    st.session_state[_ACTIVATED] = Path(answer["backup"]).name
    changed("prices replaced", kept=Path(answer["backup"]).name)
    st.session_state.pop(_CHECKED, None)
    st.session_state.pop(_EFFECT, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _amounts(rows: pl.DataFrame, name: str, style: Style) -> list[str]:
    return [
        money(amount, currency, style)
        for amount, currency in rows.select(name, "currency").iter_rows()
    ]


def _moved(moved: Decimal, before: Decimal, currency: str | None, style: Style) -> str:
    """An amount with its sign, and what part of the former one it is."""
    # st.metric tells a fall by a hyphen at the front.
    sign = "-" if moved < 0 else "+"
    told = f"{sign}{money(abs(moved), currency, style)}"
    return f"{told} ({percent(abs(moved), before, style)})" if before else told


def _commands(limit_s: float | None = None) -> Commands:
    home = data.home().path
    return Commands(home) if limit_s is None else Commands(home, limit_s)


@contextmanager
def _on_disk(content: bytes) -> Iterator[Path]:
    """An uploaded price list as a file, for as long as a command reads it."""
    with TemporaryDirectory(prefix="tollbook-") as folder:
        path = Path(folder) / "tariffs.csv"
        path.write_bytes(content)
        yield path
