"""What opens beside the page of alarms: form, preview, calls, acknowledging, removing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl
import streamlit as st

from app import data, ways
from app.alarms.desk import calls_of
from app.alarms.event import Event
from app.alarms.preview import can_look_back, would_have_found
from app.alarms.rule import Rule
from app.alarms.trial import tell_trial
from app.alarms.words import in_words
from app.calls import call_list
from app.data import View
from app.desks import desk_of
from app.desks.alarm_fields import Fields
from app.desks.alarm_form import draft_of, rule_of
from app.desks.desk_parts import Drawer, faults, zone_of_reader
from app.format import Style, counted, literal, number, table_day
from app.format import words as stored
from app.frame.parts import OPENED_KEY
from app.frame.rights import changed, editor, may_edit
from warehouse.queries import calls

_MOST_SHOWN: Final = 200
_LOOKED_BACK: Final = (7, 30)

drawer = Drawer("alarm")


def open_new(view: View) -> None:
    """Opens an empty form; for use as a callback."""
    drawer.open("edit", None, draft_of(None, zone_of_reader(view)))


def open_edit(identity: int, rule: Rule) -> None:
    """Opens the form of an alarm; for use as a callback."""
    drawer.open("edit", identity, draft_of(rule, rule.zone))


def show(view: View) -> None:
    """Draws what is open."""
    if drawer.opened is None:
        return
    style = view.style
    act, identity = drawer.opened
    if act == "calls" and identity is not None:
        drawer.beside(style.say("Calls"), "call", "large")(_calls)(view, identity)
    elif act == "acknowledge" and identity is not None and may_edit():
        drawer.before(style.say("Acknowledge"), "task_alt")(_acknowledge)(view, identity)
    else:
        _show_of_rule(act, identity, view)


def _show_of_rule(act: str, identity: int | None, view: View) -> None:
    style = view.style
    rule = None
    if identity is not None:
        with desk_of.opened_desk() as desk:
            rule = desk.rules().get(identity)
        if rule is None:
            drawer.close()
            return
    if act == "edit" and may_edit():
        title = style.say("Alarm")
        drawer.beside(title, "notifications_active", "medium")(_edit)(view, identity, rule)
    elif act == "preview" and rule is not None:
        title = style.say("What it would have found")
        drawer.beside(title, "history", "large")(_preview)(view, rule)
    elif act == "remove" and identity is not None and rule is not None and may_edit():
        drawer.before(style.say("Remove an alarm"), "delete")(_remove)(view, identity, rule)


def _edit(view: View, identity: int | None, before: Rule | None) -> None:
    style = view.style
    Fields(drawer, view).draw()
    st.caption(style.say("It is about what begins from now on."))
    if st.button(
        style.say("Save"), type="primary", icon=":material/check:", key=drawer.key("save")
    ):
        fields = draft_of(before, zone_of_reader(view))
        title = style.say("This cannot be an alarm yet")
        with faults(title), desk_of.opened_desk() as desk:
            made = rule_of(drawer.filled(fields), before, ways.webhooks(), editor())
            if identity is None:
                desk.add(made, data.now())
            else:
                desk.change(identity, made, data.now())
            changed("alarm saved", name=made.name)
            drawer.end()


def _preview(view: View, rule: Rule) -> None:
    style = view.style
    st.markdown(f"**{literal(rule.name)}**: {literal(in_words(rule.watched, style))}")
    if not can_look_back(rule):
        st.info(
            style.say(
                "What went on in the operation is known of now alone: this alarm has no past to "
                "look at. `{button}` shows that its messages arrive.",
                button=style.say("Send a test"),
            ),
            icon=":material/history_toggle_off:",
        )
        return
    days = st.segmented_control(
        style.say("In the last"),
        _LOOKED_BACK,
        default=_LOOKED_BACK[0],
        required=True,
        format_func=lambda many: counted(many, "day", style),
        key=drawer.key("days"),
    )
    with faults(style.say("It cannot look back")):
        with st.spinner(style.say("Judging the calls of these days…")):
            found = would_have_found(view.snapshot, rule, data.now(), int(days or 0))
        _list(found, rule, view)


def _list(found: list[Event], rule: Rule, view: View) -> None:
    style = view.style
    if not found:
        st.success(style.say("Nothing would have been told."), icon=":material/notifications_off:")
        return
    subjects = len({event.subject for event in found})
    quiet = rule.told.quiet_minutes
    st.markdown(
        style.say(
            "**{events}**, about {subjects}",
            events=counted(len(found), "event", style),
            subjects=counted(subjects, "subject", style),
        )
    )
    if quiet:
        st.caption(
            style.say(
                "What lies within {time} of an event of the same subject is told together with "
                "the next one.",
                time=counted(quiet, "minute", style),
            )
        )
    newest = found[-_MOST_SHOWN:][::-1]
    st.dataframe(
        pl.DataFrame(
            [
                (event.at.astimezone(view.zone).replace(tzinfo=None), event.title, event.words)
                for event in newest
            ],
            schema={
                style.say("When"): pl.Datetime("ms"),
                style.say("What"): pl.String,
                style.say("Why"): pl.String,
            },
            orient="row",
        ),
        hide_index=True,
        column_config={
            style.say("When"): st.column_config.DatetimeColumn(format=f"{table_day(style)}, HH:mm")
        },
        key=drawer.key("found"),
        alt=style.say("What it would have found, the newest first"),
    )
    if len(found) > len(newest):
        st.caption(style.say("These are the newest {count}.", count=number(len(newest), style)))


def _calls(view: View, identity: int) -> None:
    style = view.style
    with desk_of.opened_desk() as desk:
        event = desk.event(identity)
        together = desk.told_with(identity)
    if event is None:
        st.info(style.say("This event is not known any more."))
        return
    st.markdown(f"**{literal(event['title'])}**")
    st.markdown(literal(event["words"]))
    keys = {(one.source, one.call_id, one.day) for row in together for one in calls_of(row)}
    found = calls.by_keys(view.snapshot, view.scope, keys)
    if found.is_empty():
        st.caption(style.say("It is about no single calls, or about none that you may see."))
    else:
        key = drawer.key(f"calls {identity}")
        shown = call_list.display(found, style)
        chosen = st.dataframe(
            shown,
            hide_index=True,
            key=key,
            on_select="rerun",
            selection_mode="single-row",
            column_config={
                "Start": st.column_config.DatetimeColumn(
                    style.say("Start"), format=f"{table_day(style)}, HH:mm"
                ),
                **{
                    name: st.column_config.TextColumn(style.say(name))
                    for name in shown.columns
                    if name != "Start"
                },
            },
            alt=style.say("The calls of this event"),
        )
        st.caption(style.say("Select one to see its legs and its price."))
        if rows := chosen["selection"]["rows"]:
            st.session_state[OPENED_KEY] = found.row(rows[0])[:2]
            drawer.end()
        days = sorted({day for _, _, day in keys})
        st.page_link(
            "views/calls.py",
            label=style.say("All calls of these days"),
            icon=":material/open_in_new:",
            query_params=[("period", "custom"), ("days", str(days[0])), ("days", str(days[-1]))],
        )
    _told(identity, style)


def _told(identity: int, style: Style) -> None:
    with desk_of.opened_desk() as desk:
        notices = desk.notices(identity)
    if not notices:
        st.caption(style.say("Nobody was told of it."))
        return
    st.markdown(style.say("Told"))
    st.table(
        {
            literal(row["recipient"]): literal(
                ": ".join(filter(None, (stored(row["state"], style).lower(), row["reason"])))
            )
            for row in notices
        },
        border="horizontal",
    )


def _acknowledge(view: View, identity: int) -> None:
    style = view.style
    with desk_of.opened_desk() as desk:
        event = desk.event(identity)
    if event is None:
        st.info(style.say("This event is not known any more."))
        return
    st.markdown(f"**{literal(event['title'])}**")
    st.caption(style.say("You see to it. Whoever was not told yet is not told any more."))
    hours = st.number_input(
        style.say("Leave its subject in peace for (hours)"),
        min_value=0,
        max_value=24 * 90,
        value=0,
        help=style.say("0: the next event is told as usual."),
        key=drawer.key("silence"),
    )
    if st.button(
        style.say("Acknowledge"),
        type="primary",
        icon=":material/task_alt:",
        key=drawer.key("seen to"),
    ):
        with desk_of.opened_desk() as desk:
            silence = timedelta(hours=int(hours))
            desk.acknowledge(identity, editor(), data.now(), silence)
        drawer.end()


def _remove(view: View, identity: int, rule: Rule) -> None:
    style = view.style
    st.markdown(
        style.say(
            "**{name}** and all that it found are forgotten. To keep them, pause it instead.",
            name=literal(rule.name),
        )
    )
    if drawer.asked_to_remove(style):
        with desk_of.opened_desk() as desk:
            desk.remove(identity)
        changed("alarm removed", name=rule.name)
        drawer.end()


def send_test(view: View, identity: int) -> None:
    """Has the scheduler tell all whom an alarm tells that somebody tries it; a callback."""
    with desk_of.opened_desk() as desk:
        rule = desk.rules()[identity]
        tell_trial(desk, identity, rule, data.now())
    many = len(rule.told.addresses) + len(rule.told.webhooks)
    style = view.style
    told = style.say("{messages} will be sent", messages=counted(many, "message", style))
    st.toast(told, icon=":material/send:")
