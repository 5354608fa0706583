"""What opens beside the page of alarms: form, preview, calls, acknowledging, removing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl
import streamlit as st

from app import data
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
from app.format import counted, literal
from app.frame.parts import OPENED_KEY
from app.frame.rights import may_edit
from warehouse.queries import calls

_MOST_SHOWN: Final = 200
_LOOKED_BACK: Final = (7, 30)

drawer = Drawer("alarm")


def open_new(view: View) -> None:
    """Opens an empty form; for use as a callback."""
    drawer.open("edit", None, draft_of(None, zone_of_reader(view)))


def open_edit(number: int, rule: Rule) -> None:
    """Opens the form of an alarm; for use as a callback."""
    drawer.open("edit", number, draft_of(rule, rule.zone))


def show(view: View) -> None:
    """Draws what is open."""
    if drawer.opened is None:
        return
    act, number = drawer.opened
    if act == "calls" and number is not None:
        _calls(view, number)
    elif act == "acknowledge" and number is not None and may_edit():
        _acknowledge(number)
    else:
        _show_of_rule(act, number, view)


def _show_of_rule(act: str, number: int | None, view: View) -> None:
    rule = None
    if number is not None:
        with desk_of.opened_desk() as desk:
            rule = desk.rules().get(number)
        if rule is None:
            drawer.close()
            return
    if act == "edit" and may_edit():
        _edit(view, number, rule)
    elif act == "preview" and rule is not None:
        _preview(view, rule)
    elif act == "remove" and number is not None and rule is not None and may_edit():
        _remove(number, rule)


@st.dialog(
    "Alarm",
    position="right",
    width="medium",
    icon=":material/notifications_active:",
    on_dismiss=drawer.close,
)
def _edit(view: View, number: int | None, before: Rule | None) -> None:
    Fields(drawer, view).draw()
    st.caption("It is about what begins from now on.")
    if st.button("Save", type="primary", icon=":material/check:", key=drawer.key("save")):
        fields = draft_of(before, zone_of_reader(view))
        with faults("This cannot be an alarm yet"), desk_of.opened_desk() as desk:
            made = rule_of(drawer.filled(fields), before, desk_of.webhooks(), desk_of.EDITOR)
            if number is None:
                desk.add(made, data.now())
            else:
                desk.change(number, made, data.now())
            drawer.close()
            st.rerun()


@st.dialog(
    "What it would have found",
    position="right",
    width="large",
    icon=":material/history:",
    on_dismiss=drawer.close,
)
def _preview(view: View, rule: Rule) -> None:
    st.markdown(f"**{literal(rule.name)}**: {literal(in_words(rule.watched))}")
    if not can_look_back(rule):
        st.info(
            "What went on in the operation is known of now alone: this alarm has no past to look "
            "at. `Send a test` shows that its messages arrive.",
            icon=":material/history_toggle_off:",
        )
        return
    days = st.segmented_control(
        "In the last",
        _LOOKED_BACK,
        default=_LOOKED_BACK[0],
        required=True,
        format_func=lambda many: f"{many} days",
        key=drawer.key("days"),
    )
    with faults("It cannot look back"):
        with st.spinner("Judging the calls of these days…"):
            found = would_have_found(view.snapshot, rule, data.now(), int(days or 0))
        _list(found, rule, view)


def _list(found: list[Event], rule: Rule, view: View) -> None:
    if not found:
        st.success("Nothing would have been told.", icon=":material/notifications_off:")
        return
    subjects = len({event.subject for event in found})
    quiet = rule.told.quiet_minutes
    st.markdown(
        f"**{counted(len(found), 'event', view.style)}**, about "
        f"{counted(subjects, 'subject', view.style)}"
    )
    if quiet:
        st.caption(
            f"What lies within {counted(quiet, 'minute')} of an event of the same subject is told "
            "together with the next one."
        )
    newest = found[-_MOST_SHOWN:][::-1]
    st.dataframe(
        pl.DataFrame(
            [
                (event.at.astimezone(view.zone).replace(tzinfo=None), event.title, event.words)
                for event in newest
            ],
            schema={"When": pl.Datetime("ms"), "What": pl.String, "Why": pl.String},
            orient="row",
        ),
        hide_index=True,
        column_config={"When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
        key=drawer.key("found"),
        alt="What it would have found, the newest first",
    )
    if len(found) > len(newest):
        st.caption(f"These are the newest {len(newest)}.")


@st.dialog(
    "Calls", position="right", width="large", icon=":material/call:", on_dismiss=drawer.close
)
def _calls(view: View, number: int) -> None:
    with desk_of.opened_desk() as desk:
        event = desk.event(number)
        together = desk.told_with(number)
    if event is None:
        st.info("This event is not known any more.")
        return
    st.markdown(f"**{literal(event['title'])}**")
    st.markdown(literal(event["words"]))
    keys = {(one.source, one.call_id, one.day) for row in together for one in calls_of(row)}
    found = calls.by_keys(view.snapshot, view.scope, keys)
    if found.is_empty():
        st.caption("It is about no single calls, or about none that you may see.")
    else:
        key = drawer.key(f"calls {number}")
        chosen = st.dataframe(
            call_list.display(found, view.style),
            hide_index=True,
            key=key,
            on_select="rerun",
            selection_mode="single-row",
            column_config={"Start": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
            alt="The calls of this event",
        )
        st.caption("Select one to see its legs and its price.")
        if rows := chosen["selection"]["rows"]:
            st.session_state[OPENED_KEY] = found.row(rows[0])[:2]
            drawer.close()
            st.rerun()
        days = sorted({day for _, _, day in keys})
        st.page_link(
            "views/calls.py",
            label="All calls of these days",
            icon=":material/open_in_new:",
            query_params=[("period", "custom"), ("days", str(days[0])), ("days", str(days[-1]))],
        )
    _told(number)


def _told(number: int) -> None:
    with desk_of.opened_desk() as desk:
        notices = desk.notices(number)
    if not notices:
        st.caption("Nobody was told of it.")
        return
    st.markdown("Told")
    st.table(
        {
            literal(row["recipient"]): literal(
                f"{row['state']}{': ' if row['reason'] else ''}{row['reason']}"
            )
            for row in notices
        },
        border="horizontal",
    )


@st.dialog("Acknowledge", icon=":material/task_alt:", on_dismiss=drawer.close)
def _acknowledge(number: int) -> None:
    with desk_of.opened_desk() as desk:
        event = desk.event(number)
    if event is None:
        st.info("This event is not known any more.")
        return
    st.markdown(f"**{literal(event['title'])}**")
    st.caption("You see to it. Whoever was not told yet is not told any more.")
    hours = st.number_input(
        "Leave its subject in peace for (hours)",
        min_value=0,
        max_value=24 * 90,
        value=0,
        help="0: the next event is told as usual.",
        key=drawer.key("silence"),
    )
    if st.button(
        "Acknowledge", type="primary", icon=":material/task_alt:", key=drawer.key("seen to")
    ):
        with desk_of.opened_desk() as desk:
            silence = timedelta(hours=int(hours))
            desk.acknowledge(number, desk_of.EDITOR, data.now(), silence)
        drawer.close()
        st.rerun()


@st.dialog("Remove an alarm", icon=":material/delete:", on_dismiss=drawer.close)
def _remove(number: int, rule: Rule) -> None:
    st.markdown(
        f"**{literal(rule.name)}** and all that it found are forgotten. To keep them, pause it "
        "instead."
    )
    if st.button("Remove", type="primary", icon=":material/delete:", key=drawer.key("removed")):
        with desk_of.opened_desk() as desk:
            desk.remove(number)
        drawer.close()
        st.rerun()


def send_test(number: int) -> None:
    """Has the scheduler tell all whom an alarm tells that somebody tries it; a callback."""
    with desk_of.opened_desk() as desk:
        rule = desk.rules()[number]
        tell_trial(desk, number, rule, data.now())
    many = len(rule.told.addresses) + len(rule.told.webhooks)
    st.toast(f"{counted(many, 'message')} will be sent", icon=":material/send:")
