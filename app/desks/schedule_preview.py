"""A mail of a schedule, shown before anybody gets it."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

import streamlit as st

from app import data, ways
from app.data import View
from app.desks import desk_of
from app.desks.desk_parts import faults
from app.desks.schedule_fields import drawer
from app.format import Style, days, literal
from app.mail.message import Mail
from app.schedules.audience import recipients
from app.schedules.cadence import period
from app.schedules.compose import mail_of
from app.schedules.schedule import Audience, Schedule
from app.schedules.words import about_in_words

_PLAIN: Final = "Plain text"
_PREVIEW_PX: Final = 640


def show_preview(view: View, schedule: Schedule) -> None:
    """Draws the very mail, part by part, for the reader that is chosen."""
    first, last = period(schedule.cadence, data.now(), schedule.period)
    style = view.style
    st.caption(
        style.say(
            "About {days} ({period}), to the last letter as it would go out now. Nothing is sent.",
            days=days(first, last, style),
            period=about_in_words(schedule, style),
        )
    )
    with faults(style.say("There is no mail to show")), desk_of.opened_state() as state:
        readers = {one.address: one for one in recipients(schedule, view.snapshot, first, last)}
        if not readers:
            st.info(nobody(schedule, style), icon=":material/person_off:")
            return
        chosen = st.selectbox(style.say("For"), list(readers), key=drawer.key("preview for"))
        mail = mail_of(
            schedule,
            view.snapshot,
            readers[chosen],
            (first, last),
            ways.letterhead(),
            data.now(),
            "tollbook.preview",
            state,
        )
        _show_mail(mail, style)


def _show_mail(mail: Mail, style: Style) -> None:
    st.table(
        {
            style.say("From"): literal(ways.sender() or style.say("no mail server is set up")),
            style.say("To"): literal(mail.to),
            style.say("Subject"): literal(mail.subject),
        },
        border="horizontal",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            style.say("Part"),
            ["HTML", _PLAIN],
            default="HTML",
            required=True,
            format_func=lambda one: style.say("Plain text") if one == _PLAIN else one,
            label_visibility="collapsed",
            key=drawer.key("part"),
        )
        for attachment in mail.attachments:
            st.download_button(
                literal(attachment.name),
                attachment.content,
                file_name=attachment.name,
                icon=":material/attach_file:",
                type="tertiary",
                on_click="ignore",
                key=drawer.key(attachment.name),
            )
    if part == _PLAIN:
        st.code(mail.text, language=None, height=_PREVIEW_PX)
        return
    # From an address of its own, so that a mail can reach nothing of the page.
    page = b64encode(_with_pictures(mail).encode()).decode()
    st.iframe(f"data:text/html;base64,{page}", height=_PREVIEW_PX, alt=style.say("The mail"))


def _with_pictures(mail: Mail) -> str:
    html = mail.html
    for name, content in mail.pictures:
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{b64encode(content).decode()}")
    # What a mail program adds when it stores one.
    return html if "charset" in html else f'<meta charset="utf-8">{html}'


def nobody(schedule: Schedule, style: Style) -> str:
    """Why a schedule has no reader."""
    return style.say(
        "Nobody would get it: users.csv has no head of a department with a row for that day."
        if schedule.audience is Audience.HEADS
        else "Nobody would get it: nobody in users.csv has calls in the period."
    )
