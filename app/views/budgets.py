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
from app.desks.budget_form import READERS, draft_of
from app.desks.desk_parts import actions, follow, head, told_at
from app.figures.kpis import currencies
from app.format import NOTHING, counted, day, days, literal, money, number, round_half_up, table_day
from app.frame.columns import fitting
from app.frame.rights import may_edit
from warehouse.budgets.budget import Budget
from warehouse.budgets.crossings import crossings
from warehouse.budgets.store import Stored
from warehouse.budgets.store import budgets as stored_budgets
from warehouse.queries.budgets import budget_status

SHOWN_BARS = 6
SHOWN_MARKS = 200
SHARE_PLACES = 3
STILL = {"displayModeBar": False}
WHOSE = {
    "person": "For {subject}",
    "member": "For each member of {subject}",
    "department": "For the sum of {subject}",
}
EACH = {"day": "{amount} a day", "week": "{amount} a week", "month": "{amount} a month"}


def tells(told: tuple[str, ...], view: View) -> str:
    """Who is told: addresses, and those who stand for whoever they are."""
    return ", ".join(view.style.say(one) if one in READERS else one for one in told)


def percents(found: tuple[int, ...]) -> str:
    return ", ".join(f"{one}%" for one in found)


def card(stored: Stored, rows: pl.DataFrame, view: View) -> None:
    budget = stored.budget
    style = view.style
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{literal(budget.name)}**", width="content")
            over = rows.filter(pl.col("left") < 0).height
            warned = rows.filter(pl.col("left") >= 0, pl.col("reached").is_not_null()).height
            if over:
                told = style.say("{count} over", count=number(over, style))
                st.badge(told, icon=":material/error:", color="red")
            if warned:
                told = style.say("{count} warned", count=number(warned, style))
                st.badge(told, icon=":material/warning:", color="orange")
        st.caption(literal(terms(budget, view)))
        if rows.is_empty():
            st.caption(
                style.say(
                    "Counts from {first}, until {last}: nobody has it in this period."
                    if budget.valid_to
                    else "Counts from {first}: nobody has it in this period.",
                    first=day(budget.valid_from, style),
                    last=day(budget.valid_to, style) if budget.valid_to else "",
                )
            )
        else:
            bars(budget.warn_at, rows, stored, view)
        if not stored.is_summed:
            summed = style.say("It is summed up with the next calls.")
            st.caption(f":material/hourglass: {summed}")
        uncounted = int(rows["uncounted"].sum())
        if uncounted:
            left_out = style.say(
                "{calls} could not be counted: without a price, or in another currency.",
                calls=counted(uncounted, "call", style),
            )
            st.caption(f":material/sell: {left_out}")
        actions(
            stored.id,
            {
                "Edit": ("edit", lambda one: budget_drawers.open_edit(one, stored), True),
                "Remove": ("delete", partial(drawer.open, "remove"), True),
            },
            style,
        )


def terms(budget: Budget, view: View) -> str:
    """Of whom it is, how much, and who hears of which marks."""
    style = view.style
    amount = money(budget.amount, budget.currency, style)
    much = style.say(EACH[budget.period], amount=amount)
    if budget.carry_over:
        much = style.say("{amount}, and what was left before", amount=much)
    warns = style.say("warns at no mark")
    if budget.warn_at:
        warns = style.say("warns at {marks}", marks=percents(budget.warn_at))
    if budget.tell:
        told = style.say("tells {whom}", whom=tells(budget.tell, view))
        warns = f"{warns}, {told}"
    return f"{style.say(WHOSE[budget.kind], subject=budget.subject)}: {much} · {warns}"


def bars(warn_at: tuple[int, ...], rows: pl.DataFrame, stored: Stored, view: View) -> None:
    style = view.style
    shown = rows.head(SHOWN_BARS)
    period = rows.row(0, named=True)
    st.plotly_chart(
        spent_bars(shown, warn_at, style),
        config=STILL,
        key=f"budget_{stored.id}",
        alt=style.say("How far {name} is spent, the most spent first", name=stored.budget.name),
    )
    more = rows.height - shown.height
    told = [days(period["first"], period["last"], style)]
    if more:
        told.append(style.say("{others} in the list below", others=counted(more, "other", style)))
    st.caption(" · ".join(told))


def figures(rows: pl.DataFrame, view: View) -> None:
    """What needs attention, at a glance."""
    whole = pl.col("amount") + pl.col("carried")
    over = rows.filter(pl.col("left") < 0).height
    leads_over = rows.filter(pl.col("left") >= 0, pl.col("forecast") > whole).height
    reached = rows.filter(pl.col("reached").is_not_null()).height
    style = view.style
    told = {
        style.say("Budgets"): (
            rows.height,
            style.say("One for each person or department that has it."),
        ),
        style.say("Overspent"): (over, style.say("More is spent than may be.")),
        style.say("Lead beyond"): (
            leads_over,
            style.say("Not overspent yet; they will be if it goes on so."),
        ),
        style.say("Reached a mark"): (reached, style.say("Of their warning marks.")),
    }
    with st.grid(4, min_column_width=150):
        for label, (many, meaning) in told.items():
            st.metric(label, number(many, style), help=meaning, border=True)


def everybody(rows: pl.DataFrame, view: View) -> None:
    style = view.style
    st.subheader(style.say("All of them"), anchor=False)

    def paid(name: str) -> pl.Series:
        amounts = zip(rows[name], rows["currency"], strict=True)
        return pl.Series([money(amount, currency, style) for amount, currency in amounts])

    shares = [
        float(round_half_up(row["spent"] / (row["amount"] + row["carried"]), SHARE_PLACES))
        for row in rows.iter_rows(named=True)
    ]
    share = style.say("Spent of it")
    amounts = {
        style.say("Spent"): paid("spent"),
        style.say("Left"): paid("left"),
        style.say("Leads to"): paid("forecast"),
        style.say("Amount"): paid("amount"),
        style.say("Carried over"): paid("carried"),
    }
    st.dataframe(
        pl.DataFrame(
            {
                style.say("Budget"): rows["budget"],
                style.say("Of"): [whose(row) for row in rows.iter_rows(named=True)],
                share: shares,
                **amounts,
                style.say("Highest mark"): [
                    NOTHING if mark is None else f"{mark}%" for mark in rows["reached"]
                ],
            }
        ),
        hide_index=True,
        key="budget_rows",
        column_config={
            share: st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            **{name: st.column_config.TextColumn(alignment="right") for name in amounts},
        },
        alt=style.say("All budgets of the period, the most spent first"),
    )


def marks(view: View) -> None:
    """The history of warning marks."""
    with desk_of.opened_state() as state:
        found = crossings(state)[-SHOWN_MARKS:][::-1]
    if not found:
        return
    style = view.style
    st.subheader(style.say("Marks reached"), anchor=False)
    shown = pl.DataFrame(
        [
            (
                datetime.fromisoformat(one.crossed_at).astimezone(view.zone).replace(tzinfo=None),
                one.budget,
                one.subject,
                f"{one.percent}%",
                style.say(
                    "{part} of {whole}",
                    part=money(one.spent, one.currency, style),
                    whole=money(one.available, one.currency, style),
                ),
                tells(one.tell, view) if one.tell else style.say("nobody"),
                told_at(datetime.fromisoformat(one.told_at), view)
                if one.told_at
                else style.say("not yet"),
            )
            for one in found
        ],
        schema={
            style.say("When"): pl.Datetime("ms"),
            style.say("Budget"): pl.String,
            style.say("Of"): pl.String,
            style.say("Mark"): pl.String,
            style.say("Spent"): pl.String,
            style.say("Tells"): pl.String,
            style.say("Told"): pl.String,
        },
        orient="row",
    )
    st.dataframe(
        shown,
        hide_index=True,
        key="mark_rows",
        column_config={
            **fitting(shown),
            style.say("When"): st.column_config.DatetimeColumn(format=f"{table_day(style)}, HH:mm"),
        },
        alt=style.say("Warning marks that were reached, the newest first"),
    )


view = current_view()
style = view.style
today = data.now().astimezone(view.zone).date()
on = min(view.period.last, today)
head(style.say("Budgets"), style.say("As of {day}", day=day(on, style)), view)
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
        style.say("New budget"),
        icon=":material/add_card:",
        type="primary",
        on_click=budget_drawers.open_new,
        args=(draft_of(None, currency, today),),
        key="new_budget",
    )
if known:
    figures(status, view)
    st.caption(
        style.say(
            "On the bars, strokes are warning marks; a ring is where the period leads if it goes "
            "on so."
        )
    )
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
        st.markdown(f"**{style.say('Nobody has a budget yet')}**", text_alignment="center")
        st.caption(
            style.say(
                "A budget says what a person, each member of a department, or a department "
                "together may spend in a day, a week or a month, and who is told when part of it "
                "is gone."
            ),
            text_alignment="center",
        )
budget_drawers.show(view, currency)
