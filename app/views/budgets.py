"""What people and departments may spend, and how far it is spent."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import polars as pl
import streamlit as st

from app import data
from app.charts.budget import spent_bars, whose
from app.data import View, current_view
from app.desks import budget_drawers, desk_of
from app.desks.budget_drawers import drawer
from app.desks.budget_form import draft_of
from app.desks.desk_parts import actions, follow, head, told_at
from app.figures.kpis import currencies
from app.format import NOTHING, counted, day, days, literal, money, number
from app.frame.rights import may_edit
from warehouse.budgets.crossings import crossings
from warehouse.budgets.store import Stored
from warehouse.budgets.store import budgets as stored_budgets
from warehouse.queries.budgets import budget_status

SHOWN_BARS = 6
SHOWN_MARKS = 200
STILL = {"displayModeBar": False}
WHOSE = {"person": "", "member": "each member of ", "department": "the sum of "}


def card(stored: Stored, rows: pl.DataFrame, view: View) -> None:
    budget = stored.budget
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{literal(budget.name)}**", width="content")
            over = rows.filter(pl.col("left") < 0).height
            warned = rows.filter(pl.col("left") >= 0, pl.col("reached").is_not_null()).height
            if over:
                st.badge(f"{over} over", icon=":material/error:", color="red")
            if warned:
                st.badge(f"{warned} warned", icon=":material/warning:", color="orange")
        left = ", and what was left before" if budget.carry_over else ""
        marks = ", ".join(f"{one}%" for one in budget.warn_at) or "no mark"
        told = f", tells {', '.join(budget.tell)}" if budget.tell else ""
        st.caption(
            literal(
                f"For {WHOSE[budget.kind]}{budget.subject}: "
                f"{money(budget.amount, budget.currency, view.style)} a {budget.period}{left} · "
                f"warns at {marks}{told}"
            )
        )
        if rows.is_empty():
            since = f"Counts from {day(budget.valid_from)}"
            ended = f", until {day(budget.valid_to)}" if budget.valid_to else ""
            st.caption(f"{since}{ended}: nobody has it in this period.")
        else:
            bars(budget.warn_at, rows, stored, view)
        if not stored.is_summed:
            st.caption(":material/hourglass: It is summed up with the next calls.")
        uncounted = int(rows["uncounted"].sum())
        if uncounted:
            st.caption(
                f":material/sell: {counted(uncounted, 'call', view.style)} could not be counted: "
                "without a price, or in another currency."
            )
        actions(
            stored.id,
            {
                "Edit": ("edit", lambda one: budget_drawers.open_edit(one, stored), True),
                "Remove": ("delete", partial(drawer.open, "remove"), True),
            },
        )


def bars(warn_at: tuple[int, ...], rows: pl.DataFrame, stored: Stored, view: View) -> None:
    shown = rows.head(SHOWN_BARS)
    period = rows.row(0, named=True)
    st.plotly_chart(
        spent_bars(shown, warn_at, view.style),
        config=STILL,
        key=f"budget_{stored.id}",
        alt=f"How far {stored.budget.name} is spent, the most spent first",
    )
    more = rows.height - shown.height
    beyond = f" · {counted(more, 'other', view.style)} in the list below" if more else ""
    st.caption(f"{days(period['first'], period['last'])}{beyond}")


def figures(rows: pl.DataFrame, view: View) -> None:
    """What needs attention, at a glance."""
    whole = pl.col("amount") + pl.col("carried")
    over = rows.filter(pl.col("left") < 0).height
    leads_over = rows.filter(pl.col("left") >= 0, pl.col("forecast") > whole).height
    reached = rows.filter(pl.col("reached").is_not_null()).height
    told = {
        "Budgets": (rows.height, "One for each person or department that has it."),
        "Overspent": (over, "More is spent than may be."),
        "Lead beyond": (leads_over, "Not overspent yet; they will be if it goes on so."),
        "Reached a mark": (reached, "Of their warning marks."),
    }
    with st.grid(4, min_column_width=150):
        for label, (many, meaning) in told.items():
            st.metric(label, number(many, view.style), help=meaning, border=True)


def everybody(rows: pl.DataFrame, view: View) -> None:
    st.subheader("All of them", anchor=False)

    def paid(name: str) -> pl.Series:
        amounts = zip(rows[name], rows["currency"], strict=True)
        return pl.Series([money(amount, currency, view.style) for amount, currency in amounts])

    shares = [
        float(row["spent"] / (row["amount"] + row["carried"])) for row in rows.iter_rows(named=True)
    ]
    amounts = ("Amount", "Carried over", "Spent", "Left", "Leads to")
    st.dataframe(
        pl.DataFrame(
            {
                "Budget": rows["budget"],
                "Of": [whose(row) for row in rows.iter_rows(named=True)],
                "Spent of it": shares,
                "Spent": paid("spent"),
                "Left": paid("left"),
                "Leads to": paid("forecast"),
                "Amount": paid("amount"),
                "Carried over": paid("carried"),
                "Highest mark": [
                    NOTHING if mark is None else f"{mark}%" for mark in rows["reached"]
                ],
            }
        ),
        hide_index=True,
        key="budget_rows",
        column_config={
            "Spent of it": st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1
            ),
            **{name: st.column_config.TextColumn(alignment="right") for name in amounts},
        },
        alt="All budgets of the period, the most spent first",
    )


def marks(view: View) -> None:
    """The history of warning marks."""
    with desk_of.opened_state() as state:
        found = crossings(state)[-SHOWN_MARKS:][::-1]
    if not found:
        return
    st.subheader("Marks reached", anchor=False)
    st.dataframe(
        pl.DataFrame(
            [
                (
                    datetime.fromisoformat(one.crossed_at)
                    .astimezone(view.zone)
                    .replace(tzinfo=None),
                    one.budget,
                    one.subject,
                    f"{one.percent}%",
                    f"{money(one.spent, one.currency, view.style)} of "
                    f"{money(one.available, one.currency, view.style)}",
                    ", ".join(one.tell) if one.tell else "nobody",
                    told_at(datetime.fromisoformat(one.told_at), view)
                    if one.told_at
                    else "not yet",
                )
                for one in found
            ],
            schema={
                "When": pl.Datetime("ms"),
                **dict.fromkeys(("Budget", "Of", "Mark", "Spent", "Tells", "Told"), pl.String),
            },
            orient="row",
        ),
        hide_index=True,
        key="mark_rows",
        column_config={"When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
        alt="Warning marks that were reached, the newest first",
    )


view = current_view()
today = data.now().astimezone(view.zone).date()
on = min(view.period.last, today)
head("Budgets", f"As of {day(on)}", view)
currency = next(iter(currencies(data.ask(view, "totals"))), "EUR")
with desk_of.opened_state() as state:
    known = stored_budgets(state)
    status = budget_status(view.snapshot, state, view.scope, on)
follow(drawer)
wanted = [name for name in view.filters.departments if name]
if wanted:
    status = status.filter(pl.col("department").is_in(wanted))
share = pl.col("spent").cast(pl.Float64) / (pl.col("amount") + pl.col("carried")).cast(pl.Float64)
status = status.sort(share, descending=True, maintain_order=True)

if may_edit():
    st.button(
        "New budget",
        icon=":material/add_card:",
        type="primary",
        on_click=budget_drawers.open_new,
        args=(draft_of(None, currency, today),),
        key="new_budget",
    )
if known:
    figures(status, view)
    with st.grid(2, min_column_width=340):
        for stored in known:
            rows = status.filter(pl.col("budget") == stored.budget.name)
            if rows.height or not wanted:
                card(stored, rows, view)
    if status.height:
        everybody(status, view)
    marks(view)
else:
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown("**Nobody has a budget yet**", text_alignment="center")
        st.caption(
            "A budget says what a person, each member of a department, or a department together "
            "may spend in a day, a week or a month, and who is told when part of it is gone.",
            text_alignment="center",
        )
budget_drawers.show(view, currency)
