"""What opens beside the page of schedules: form, preview, sending now, removing."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app import data, ways
from app.data import View
from app.desks import desk_of
from app.desks.desk_parts import faults, zone_of_reader
from app.desks.schedule_fields import drawer, show_fields
from app.desks.schedule_form import draft_of, schedule_of
from app.desks.schedule_preview import nobody, show_preview
from app.format import Style, counted, literal
from app.frame.rights import changed, editor, may_edit
from app.schedules.audience import Recipient, recipients
from app.schedules.cadence import period
from app.schedules.schedule import Schedule


def open_new(view: View) -> None:
    """Opens an empty form; for use as a callback."""
    drawer.open("edit", None, draft_of(None, zone_of_reader(view)))


def open_edit(number: int, schedule: Schedule) -> None:
    """Opens the form of a schedule; for use as a callback."""
    drawer.open("edit", number, draft_of(schedule, schedule.cadence.zone))


def show(view: View) -> None:
    """Draws what is open."""
    if drawer.opened is None:
        return
    style = view.style
    act, number = drawer.opened
    schedule = None
    if number is not None:
        with desk_of.opened_book() as book:
            schedule = book.schedules().get(number)
        if schedule is None:
            drawer.close()
            return
    if act == "edit" and may_edit():
        title = style.say("Schedule")
        drawer.beside(title, "schedule_send", "medium")(_edit)(view, number, schedule)
    elif number is not None and schedule is not None:
        if act == "preview":
            drawer.beside(style.say("Preview"), "visibility", "large")(show_preview)(view, schedule)
        elif act == "send" and may_edit():
            drawer.before(style.say("Send now"), "send")(_send)(view, number, schedule)
        elif act == "remove" and may_edit():
            title = style.say("Remove a schedule")
            drawer.before(title, "delete")(_remove)(view, number, schedule)


def _edit(view: View, number: int | None, before: Schedule | None) -> None:
    style = view.style
    fields = draft_of(before, zone_of_reader(view))
    show_fields(view)
    if st.button(
        style.say("Save"), type="primary", icon=":material/check:", key=drawer.key("save")
    ):
        with faults(style.say("This cannot be a schedule yet")), desk_of.opened_book() as book:
            made = schedule_of(drawer.filled(fields), before, editor())
            if number is None:
                book.add(made, data.now())
            else:
                book.change(number, made)
            changed("schedule saved", name=made.name)
            drawer.end()


def _send(view: View, number: int, schedule: Schedule) -> None:
    first, last = period(schedule.cadence, data.now(), schedule.period)
    style = view.style
    chosen = st.date_input(
        style.say("About the days"),
        value=(first, last),
        max_value=data.now().astimezone(view.zone).date(),
        format="DD/MM/YYYY",
        key=drawer.key("days"),
    )
    if not isinstance(chosen, tuple) or len(chosen) != 2:
        st.caption(style.say("Choose the last day too."))
        return
    readers = recipients(schedule, view.snapshot, *chosen)
    if not readers:
        st.info(nobody(schedule, style), icon=":material/person_off:")
        return
    shown = ", ".join(one.address for one in readers[:5])
    if len(readers) > 5:
        more = counted(len(readers) - 5, "other", style)
        shown = style.say("{some} and {more}", some=shown, more=more)
    st.markdown(
        style.say("**{mails}**, beside the calendar", mails=counted(len(readers), "mail", style))
    )
    st.caption(literal(shown))
    if ways.sender() is None:
        st.warning(
            style.say("tollbook.toml has no `[mail]` table: they wait until there is one."),
            icon=":material/mail_off:",
        )
    if st.button(
        style.say("Send"), type="primary", icon=":material/send:", key=drawer.key("send now")
    ):
        _note(number, chosen, readers, style)
        changed("schedule sent", name=schedule.name, days=[str(day) for day in chosen])
        drawer.end()


def _note(number: int, chosen: tuple[date, ...], readers: list[Recipient], style: Style) -> None:
    """Into the outbox: the scheduler sends, each once, whatever dies in between."""
    with desk_of.opened_book() as book:
        book.plan_now(number, chosen[0], chosen[1], readers, data.now())
    mails = counted(len(readers), "mail", style)
    told = style.say("{mails} will be sent by the scheduler", mails=mails)
    st.toast(told, icon=":material/send:")


def _remove(view: View, number: int, schedule: Schedule) -> None:
    style = view.style
    st.markdown(
        style.say(
            "**{name}** and the history of its mails are forgotten. What waits is not sent any "
            "more. To keep them, pause it instead.",
            name=literal(schedule.name),
        )
    )
    if drawer.asked_to_remove(style):
        with desk_of.opened_book() as book:
            book.remove(number)
        changed("schedule removed", name=schedule.name)
        drawer.end()
