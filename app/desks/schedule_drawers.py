"""What opens beside the page of schedules: form, preview, sending now, removing."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from functools import partial
from typing import Final

import streamlit as st

from app import data
from app.data import View
from app.desks import desk_of
from app.desks.desk_parts import (
    ADDRESS,
    LOCALES,
    WEEKDAYS,
    Drawer,
    faults,
    sentence,
    zone_of_reader,
    zones,
)
from app.desks.schedule_form import OPTION, draft_of, schedule_of
from app.format import Style, counted, days, literal, words
from app.frame.rights import changed, editor, may_edit
from app.mail.letterhead import Letterhead
from app.mail.message import Mail
from app.periods import Preset
from app.reports.catalogue import REPORTS
from app.schedules.audience import Recipient, recipients
from app.schedules.cadence import Every, period
from app.schedules.compose import mail_of
from app.schedules.schedule import Audience, Missed, Schedule
from app.schedules.words import about_in_words
from warehouse.words import CallType, Direction

FORMATS: Final = {
    "html": "In the mail",
    "pdf": "PDF attached",
    "xlsx": "Excel attached",
    "csv": "CSV attached",
}
_AUDIENCES: Final = {
    Audience.ADDRESSES.value: "Addresses",
    Audience.HEADS.value: "Heads of department",
    Audience.PEOPLE.value: "Everybody",
}
_WHO_GETS: Final = {
    Audience.HEADS.value: "Each head of department gets their own departments, and nothing else.",
    Audience.PEOPLE.value: "Everybody with calls in the period gets their own calls.",
}
_MISSED: Final = {Missed.SEND.value: "Send each", Missed.SKIP.value: "Only the last"}
_PLAIN: Final = "Plain text"
_PREVIEW_PX: Final = 640

drawer = Drawer("schedule")


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
            drawer.beside(style.say("Preview"), "visibility", "large")(_preview)(view, schedule)
        elif act == "send" and may_edit():
            drawer.before(style.say("Send now"), "send")(_send)(view, number, schedule)
        elif act == "remove" and may_edit():
            title = style.say("Remove a schedule")
            drawer.before(title, "delete")(_remove)(view, number, schedule)


def _edit(view: View, number: int | None, before: Schedule | None) -> None:
    style = view.style
    fields = draft_of(before, zone_of_reader(view))
    st.text_input(
        style.say("Name"),
        key=drawer.key("name"),
        placeholder=style.say("Costs for heads of department"),
    )
    _report_fields(style)
    _cadence_fields(style)
    _reader_fields(view)
    with st.expander(style.say("Which calls, and what is missed")):
        _filter_fields(view)
        st.segmented_control(
            style.say("What fell due while nothing ran"),
            list(_MISSED),
            format_func=lambda one: style.say(_MISSED[one]),
            required=True,
            key=drawer.key("missed"),
        )
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
            drawer.close()
            st.rerun()


def _report_fields(style: Style) -> None:
    name = st.selectbox(
        style.say("Report"),
        list(REPORTS),
        format_func=lambda one: (
            f"{style.say(REPORTS[one].group)} · {style.say(REPORTS[one].title)}"
        ),
        key=drawer.key("report"),
    )
    report = REPORTS[name]
    st.caption(literal(style.say(report.purpose)))
    for option in report.options:
        st.number_input(
            sentence(style.say(option.meaning)),
            min_value=option.least,
            max_value=option.most,
            key=drawer.key(f"{OPTION}{name} {option.name}"),
        )


def _cadence_fields(style: Style) -> None:
    every = st.segmented_control(
        style.say("How often"),
        [one.value for one in Every],
        format_func=partial(words, style=style),
        required=True,
        key=drawer.key("every"),
    )
    if every == Every.WEEK:
        st.selectbox(
            style.say("Weekday"),
            list(WEEKDAYS),
            format_func=lambda day: style.say(WEEKDAYS[day]),
            key=drawer.key("weekday"),
        )
    elif every == Every.MONTH:
        st.number_input(
            style.say("Day of the month"),
            min_value=1,
            max_value=31,
            help=style.say("31 is the last day of shorter months."),
            key=drawer.key("month_day"),
        )
    elif every == Every.WORKDAY:
        st.text_input(
            style.say("Holidays of"),
            placeholder=style.say("IT, or DE/BW"),
            help=style.say("On holidays nothing is sent. Empty: there are none."),
            key=drawer.key("holidays"),
        )
    left, right = st.columns(2)
    with left:
        if every == Every.CRON:
            st.text_input(
                style.say("Cron"),
                help=style.say(
                    "Minute, hour, day, month, weekday; weekdays by name, as in mon-fri."
                ),
                key=drawer.key("cron"),
            )
        else:
            st.time_input(style.say("At"), step=900, key=drawer.key("at"))
    with right:
        own = st.session_state.get(drawer.key("zone"), "UTC")
        st.selectbox(style.say("By the clock of"), zones(own), key=drawer.key("zone"))
    st.selectbox(
        style.say("Period"),
        ["", *(one.value for one in Preset if one is not Preset.CUSTOM)],
        format_func=lambda one: style.say(Preset(one).label if one else "The last finished period"),
        key=drawer.key("period"),
    )


def _reader_fields(view: View) -> None:
    style = view.style
    audience = st.segmented_control(
        style.say("Who gets it"),
        list(_AUDIENCES),
        format_func=lambda one: style.say(_AUDIENCES[one]),
        required=True,
        key=drawer.key("audience"),
    )
    if audience == Audience.ADDRESSES:
        st.text_area(
            style.say("Addresses"),
            placeholder=ADDRESS,
            help=style.say("One a line. Each gets a mail of their own."),
            height=90,
            key=drawer.key("addresses"),
        )
    else:
        st.caption(style.say(_WHO_GETS[str(audience)]))
    st.segmented_control(
        style.say("As"),
        list(FORMATS),
        format_func=lambda one: style.say(FORMATS[one]),
        required=True,
        key=drawer.key("format"),
    )
    left, right = st.columns(2)
    left.number_input(
        style.say("Hidden digits"),
        min_value=0,
        max_value=20,
        help=style.say("Of outside numbers, the last ones."),
        key=drawer.key("mask"),
    )
    own = st.session_state.get(drawer.key("locale"), "en")
    right.selectbox(
        style.say("Figures as in"),
        list(dict.fromkeys((*LOCALES, own))),
        key=drawer.key("locale"),
    )
    with st.expander(style.say("What readers may see")):
        st.multiselect(
            style.say("Departments"),
            data.departments(view.snapshot, view.scope),
            placeholder=style.say("All departments"),
            key=drawer.key("see_departments"),
            accept_new_options=True,
        )
        st.multiselect(
            style.say("Sites"),
            data.sites(view.snapshot, view.scope),
            placeholder=style.say("All sites"),
            key=drawer.key("see_sites"),
            accept_new_options=True,
        )


def _filter_fields(view: View) -> None:
    style = view.style
    st.multiselect(
        style.say("Sites of the calls"),
        data.sites(view.snapshot, view.scope),
        placeholder=style.say("All sites"),
        key=drawer.key("sites"),
        accept_new_options=True,
    )
    st.multiselect(
        style.say("Departments of the calls"),
        ["", *data.departments(view.snapshot, view.scope)],
        format_func=lambda name: name or style.say("(none)"),
        placeholder=style.say("All departments"),
        key=drawer.key("departments"),
        accept_new_options=True,
    )
    st.pills(
        style.say("Direction"),
        [one.value for one in Direction],
        selection_mode="multi",
        format_func=partial(words, style=style),
        key=drawer.key("directions"),
    )
    st.pills(
        style.say("Call type"),
        [one.value for one in CallType],
        selection_mode="multi",
        format_func=partial(words, style=style),
        key=drawer.key("call_types"),
    )


def _preview(view: View, schedule: Schedule) -> None:
    first, last = period(schedule.cadence, data.now(), schedule.period)
    style = view.style
    st.caption(
        style.say(
            "About {days} ({period}), to the last letter as it would go out now. Nothing is sent.",
            days=days(first, last, style),
            period=about_in_words(schedule, style),
        )
    )
    with faults(style.say("There is no mail to show")):
        readers = {one.address: one for one in recipients(schedule, view.snapshot, first, last)}
        if not readers:
            st.info(_nobody(schedule, style), icon=":material/person_off:")
            return
        chosen = st.selectbox(style.say("For"), list(readers), key=drawer.key("preview for"))
        mail = mail_of(
            schedule,
            view.snapshot,
            readers[chosen],
            (first, last),
            Letterhead(data.company()),
            data.now(),
            "tollbook.preview",
        )
        _show_mail(mail, style)


def _show_mail(mail: Mail, style: Style) -> None:
    st.table(
        {
            style.say("From"): literal(desk_of.sender() or style.say("no mail server is set up")),
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


def _nobody(schedule: Schedule, style: Style) -> str:
    return style.say(
        "Nobody would get it: users.csv has no head of a department with a row for that day."
        if schedule.audience is Audience.HEADS
        else "Nobody would get it: nobody in users.csv has calls in the period."
    )


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
        st.info(_nobody(schedule, style), icon=":material/person_off:")
        return
    shown = ", ".join(one.address for one in readers[:5])
    if len(readers) > 5:
        more = counted(len(readers) - 5, "other", style)
        shown = style.say("{some} and {more}", some=shown, more=more)
    st.markdown(
        style.say("**{mails}**, beside the calendar", mails=counted(len(readers), "mail", style))
    )
    st.caption(literal(shown))
    if desk_of.sender() is None:
        st.warning(
            style.say("tollbook.toml has no `[mail]` table: they wait until there is one."),
            icon=":material/mail_off:",
        )
    if st.button(
        style.say("Send"), type="primary", icon=":material/send:", key=drawer.key("send now")
    ):
        _note(number, chosen, readers, style)
        changed("schedule sent", name=schedule.name, days=[str(day) for day in chosen])
        drawer.close()
        st.rerun()


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
    if st.button(
        style.say("Remove"), type="primary", icon=":material/delete:", key=drawer.key("removed")
    ):
        with desk_of.opened_book() as book:
            book.remove(number)
        changed("schedule removed", name=schedule.name)
        drawer.close()
        st.rerun()
