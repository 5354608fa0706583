"""What was found and who sees to it, and what is watched for."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from sqlite3 import Row

import polars as pl
import streamlit as st

from app import data, ways
from app.alarms.desk import Desk, calls_of
from app.alarms.rule import Rule
from app.alarms.trial import ORIGIN as TRIAL
from app.alarms.words import in_words
from app.calls.details import show_call
from app.data import View, current_view
from app.desks import alarm_drawers, desk_of
from app.desks.alarm_drawers import drawer
from app.desks.alarm_form import KINDS
from app.desks.desk_parts import actions, follow, head, sentence, told_at
from app.format import counted, literal, number, table_day, words
from app.frame.columns import fitting
from app.frame.rights import changed, may_edit

MOST_OPEN = 12
SHOWN_EVENTS = 200


def when(text: str, view: View) -> str:
    return told_at(datetime.fromisoformat(text), view)


def pause(number: int, *, paused: bool) -> None:
    with desk_of.opened_desk() as desk:
        desk.pause(number, data.now(), paused=paused)
    changed("alarm paused" if paused else "alarm resumed", number=number)


def open_events(found: list[Row], view: View) -> None:
    """What nobody has seen to yet, what lasts first."""
    style = view.style
    st.subheader(style.say("To see to"), anchor=False)
    if not found:
        with st.container(border=True, horizontal_alignment="center"):
            st.markdown(f"**{style.say('Nothing to see to')}**", text_alignment="center")
            st.caption(
                style.say("Everything that was found is acknowledged."), text_alignment="center"
            )
        return
    with st.grid(2, min_column_width=340):
        for row in found[:MOST_OPEN]:
            event_card(row, view)
    if len(found) > MOST_OPEN:
        more = number(len(found) - MOST_OPEN, style)
        st.caption(style.say("And {count} more in the list below.", count=more))


def event_card(row: Row, view: View) -> None:
    style = view.style
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{literal(row['title'])}**", width="content")
            if not row["ended_at"]:
                st.badge(style.say("Lasts"), icon=":material/warning:", color="red")
            if row["is_quiet"]:
                quiet = style.say("In quiet time")
                st.badge(quiet, icon=":material/notifications_paused:", color="gray")
        st.markdown(literal(row["words"]))
        st.caption(f"{when(row['happened_at'], view)} · {literal(name(row, view))}")
        actions(
            row["id"],
            {
                "See calls" if calls_of(row) else "Who was told": (
                    "call" if calls_of(row) else "contact_mail",
                    partial(drawer.open, "calls"),
                    False,
                ),
                "Acknowledge": ("task_alt", partial(drawer.open, "acknowledge"), True),
            },
            style,
        )


def name(row: Row, view: View) -> str:
    """Of the alarm that found it, or what else tells people."""
    return str(row["name"] or words(row["origin"], view.style))


def card(identity: int, rule: Rule, many_open: int, view: View) -> None:
    style = view.style
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{literal(rule.name)}**", width="content")
            st.badge(style.say(KINDS[rule.watched.kind]), color="gray")
            if rule.is_paused:
                st.badge(style.say("Paused"), icon=":material/pause:", color="gray")
            elif many_open:
                still = style.say("{count} open", count=number(many_open, style))
                st.badge(still, icon=":material/notifications:", color="orange")
        st.markdown(literal(sentence(in_words(rule.watched, style))))
        told = ", ".join((*rule.told.addresses, *rule.told.webhooks))
        quiet = rule.told.quiet_minutes
        lines = [style.say("Tells {whom}", whom=told)]
        if quiet:
            lines.append(style.say("quiet for {time}", time=counted(quiet, "minute", style)))
        st.caption(literal(" · ".join(lines)))
        actions(
            identity,
            {
                "Look back": ("history", partial(drawer.open, "preview"), False),
                "Edit": ("edit", lambda one: alarm_drawers.open_edit(one, rule), True),
                "Resume" if rule.is_paused else "Pause": (
                    "play_arrow" if rule.is_paused else "pause",
                    partial(pause, paused=not rule.is_paused),
                    True,
                ),
                "Send a test": ("send", partial(alarm_drawers.send_test, view), True),
                "Remove": ("delete", partial(drawer.open, "remove"), True),
            },
            style,
        )


def history(rows: list[Row], view: View) -> None:
    style = view.style
    st.subheader(style.say("History"), anchor=False)
    found = pl.DataFrame(
        [
            (
                datetime.fromisoformat(row["happened_at"])
                .astimezone(view.zone)
                .replace(tzinfo=None),
                name(row, view),
                row["title"],
                state(row, view),
                row["words"],
            )
            for row in rows
        ],
        schema={
            style.say("When"): pl.Datetime("ms"),
            style.say("Alarm"): pl.String,
            style.say("What"): pl.String,
            style.say("State"): pl.String,
            style.say("Why"): pl.String,
        },
        orient="row",
    )
    chosen = st.dataframe(
        found,
        hide_index=True,
        key="event_rows",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            **fitting(found),
            style.say("When"): st.column_config.DatetimeColumn(format=f"{table_day(style)}, HH:mm"),
        },
        alt=style.say("What was found, the newest first"),
    )
    places = [place for place in chosen["selection"]["rows"] if place < len(rows)]
    if places:
        st.button(
            style.say("See its calls"),
            icon=":material/call:",
            on_click=drawer.open,
            args=("calls", rows[places[0]]["id"]),
            key="calls_of_row",
        )


def state(row: Row, view: View) -> str:
    style = view.style
    if row["acknowledged_by"]:
        return style.say("Seen to by {who}", who=row["acknowledged_by"])
    return style.say("Open" if row["ended_at"] else "Lasts")


view = current_view()
style = view.style
head(style.say("Alarms"), style.say("What is watched for, what was found, who is told"), view)
with desk_of.opened_state() as opened:
    desk = Desk(opened, ways.webhooks())
    rules = desk.rules()
    waiting = [
        row
        for row in desk.history(SHOWN_EVENTS, is_open=True)
        if not row["origin"].startswith(TRIAL)
    ]
    events = desk.history(SHOWN_EVENTS)
follow(drawer)

if may_edit():
    st.button(
        style.say("New alarm"),
        icon=":material/add_alert:",
        type="primary",
        on_click=alarm_drawers.open_new,
        args=(view,),
        key="new_alarm",
    )
if rules or events:
    open_events(sorted(waiting, key=lambda row: bool(row["ended_at"])), view)
if rules:
    st.subheader(style.say("Watched for"), anchor=False)
    with st.grid(2, min_column_width=380):
        for identity, rule in rules.items():
            many = sum(row["alarm"] == identity for row in waiting)
            card(identity, rule, many, view)
else:
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{style.say('Nothing is watched for yet')}**", text_alignment="center")
        st.caption(
            style.say(
                "An alarm tells people by mail, and programs by webhook, of single calls, of "
                "figures that cross a line, of calls unlike the usual, and of trouble with the "
                "operation."
            ),
            text_alignment="center",
        )
if events:
    history(events, view)
alarm_drawers.show(view)
if drawer.opened is None:
    show_call(view)
