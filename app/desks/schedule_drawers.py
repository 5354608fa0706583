"""What opens beside the page of schedules: form, preview, sending now, removing."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from typing import Final

import streamlit as st

from app import data
from app.data import View
from app.desks import desk_of
from app.desks.desk_parts import LOCALES, WEEKDAYS, Drawer, faults, zone_of_reader, zones
from app.desks.schedule_form import OPTION, draft_of, schedule_of
from app.format import counted, days, literal, words
from app.frame.rights import may_edit
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
    act, number = drawer.opened
    schedule = None
    if number is not None:
        with desk_of.opened_book() as book:
            schedule = book.schedules().get(number)
        if schedule is None:
            drawer.close()
            return
    if act == "edit" and may_edit():
        _edit(view, number, schedule)
    elif number is not None and schedule is not None:
        if act == "preview":
            _preview(view, schedule)
        elif act == "send" and may_edit():
            _send(view, number, schedule)
        elif act == "remove" and may_edit():
            _remove(number, schedule)


@st.dialog(
    "Schedule",
    position="right",
    width="medium",
    icon=":material/schedule_send:",
    on_dismiss=drawer.close,
)
def _edit(view: View, number: int | None, before: Schedule | None) -> None:
    fields = draft_of(before, zone_of_reader(view))
    st.text_input("Name", key=drawer.key("name"), placeholder="Costs for heads of department")
    _report_fields()
    _cadence_fields()
    _reader_fields(view)
    with st.expander("Which calls, and what is missed"):
        _filter_fields(view)
        st.segmented_control(
            "What fell due while nothing ran",
            list(_MISSED),
            format_func=_MISSED.__getitem__,
            required=True,
            key=drawer.key("missed"),
        )
    if st.button("Save", type="primary", icon=":material/check:", key=drawer.key("save")):
        with faults("This cannot be a schedule yet"), desk_of.opened_book() as book:
            made = schedule_of(drawer.filled(fields), before, desk_of.EDITOR)
            if number is None:
                book.add(made, data.now())
            else:
                book.change(number, made)
            drawer.close()
            st.rerun()


def _report_fields() -> None:
    name = st.selectbox(
        "Report",
        list(REPORTS),
        format_func=lambda one: f"{REPORTS[one].group} · {REPORTS[one].title}",
        key=drawer.key("report"),
    )
    report = REPORTS[name]
    st.caption(literal(report.purpose))
    for option in report.options:
        st.number_input(
            option.meaning.capitalize(),
            min_value=option.least,
            max_value=option.most,
            key=drawer.key(f"{OPTION}{name} {option.name}"),
        )


def _cadence_fields() -> None:
    every = st.segmented_control(
        "How often",
        [one.value for one in Every],
        format_func=words,
        required=True,
        key=drawer.key("every"),
    )
    if every == Every.WEEK:
        st.selectbox(
            "Weekday", list(WEEKDAYS), format_func=WEEKDAYS.__getitem__, key=drawer.key("weekday")
        )
    elif every == Every.MONTH:
        st.number_input(
            "Day of the month",
            min_value=1,
            max_value=31,
            help="31 is the last day of shorter months.",
            key=drawer.key("month_day"),
        )
    elif every == Every.WORKDAY:
        st.text_input(
            "Holidays of",
            placeholder="IT, or DE/BW",
            help="On holidays nothing is sent. Empty: there are none.",
            key=drawer.key("holidays"),
        )
    left, right = st.columns(2)
    with left:
        if every == Every.CRON:
            st.text_input(
                "Cron",
                help="Minute, hour, day, month, weekday; weekdays by name, as in mon-fri.",
                key=drawer.key("cron"),
            )
        else:
            st.time_input("At", step=900, key=drawer.key("at"))
    with right:
        own = st.session_state.get(drawer.key("zone"), "UTC")
        st.selectbox("By the clock of", zones(own), key=drawer.key("zone"))
    st.selectbox(
        "About",
        ["", *(one.value for one in Preset if one is not Preset.CUSTOM)],
        format_func=lambda one: Preset(one).label if one else "The last finished period",
        key=drawer.key("period"),
    )


def _reader_fields(view: View) -> None:
    audience = st.segmented_control(
        "Who gets it",
        list(_AUDIENCES),
        format_func=_AUDIENCES.__getitem__,
        required=True,
        key=drawer.key("audience"),
    )
    if audience == Audience.ADDRESSES:
        st.text_area(
            "Addresses",
            placeholder="anna@example.com",
            help="One a line. Each gets a mail of their own.",
            height=90,
            key=drawer.key("addresses"),
        )
    else:
        st.caption(_WHO_GETS[str(audience)])
    st.segmented_control(
        "As",
        list(FORMATS),
        format_func=FORMATS.__getitem__,
        required=True,
        key=drawer.key("format"),
    )
    left, right = st.columns(2)
    left.number_input(
        "Hidden digits",
        min_value=0,
        max_value=20,
        help="Of outside numbers, the last ones.",
        key=drawer.key("mask"),
    )
    own = st.session_state.get(drawer.key("locale"), "en")
    right.selectbox("Figures as in", list(dict.fromkeys((*LOCALES, own))), key=drawer.key("locale"))
    with st.expander("What readers may see"):
        st.multiselect(
            "Departments",
            data.departments(view.snapshot, view.scope),
            placeholder="All departments",
            key=drawer.key("see_departments"),
            accept_new_options=True,
        )
        st.multiselect(
            "Sites",
            data.sites(view.snapshot, view.scope),
            placeholder="All sites",
            key=drawer.key("see_sites"),
            accept_new_options=True,
        )


def _filter_fields(view: View) -> None:
    st.multiselect(
        "Sites of the calls",
        data.sites(view.snapshot, view.scope),
        placeholder="All sites",
        key=drawer.key("sites"),
        accept_new_options=True,
    )
    st.multiselect(
        "Departments of the calls",
        ["", *data.departments(view.snapshot, view.scope)],
        format_func=lambda name: name or "(none)",
        placeholder="All departments",
        key=drawer.key("departments"),
        accept_new_options=True,
    )
    st.pills(
        "Direction",
        [one.value for one in Direction],
        selection_mode="multi",
        format_func=words,
        key=drawer.key("directions"),
    )
    st.pills(
        "Call type",
        [one.value for one in CallType],
        selection_mode="multi",
        format_func=words,
        key=drawer.key("call_types"),
    )


@st.dialog(
    "Preview",
    position="right",
    width="large",
    icon=":material/visibility:",
    on_dismiss=drawer.close,
)
def _preview(view: View, schedule: Schedule) -> None:
    first, last = period(schedule.cadence, data.now(), schedule.period)
    st.caption(
        f"About {days(first, last)} ({about_in_words(schedule)}), to the last letter as it would "
        "go out now. Nothing is sent."
    )
    with faults("There is no mail to show"):
        readers = {one.address: one for one in recipients(schedule, view.snapshot, first, last)}
        if not readers:
            st.info(_nobody(schedule), icon=":material/person_off:")
            return
        chosen = st.selectbox("For", list(readers), key=drawer.key("preview for"))
        mail = mail_of(
            schedule,
            view.snapshot,
            readers[chosen],
            (first, last),
            data.company(),
            data.now(),
            "tollbook.preview",
        )
        _show_mail(mail)


def _show_mail(mail: Mail) -> None:
    st.table(
        {
            "From": literal(desk_of.sender() or "no mail server is set up"),
            "To": literal(mail.to),
            "Subject": literal(mail.subject),
        },
        border="horizontal",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            "Part",
            ["HTML", "Plain text"],
            default="HTML",
            required=True,
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
    if part == "Plain text":
        st.code(mail.text, language=None, height=_PREVIEW_PX)
        return
    # From an address of its own, so that a mail can reach nothing of the page.
    page = b64encode(_with_pictures(mail).encode()).decode()
    st.iframe(f"data:text/html;base64,{page}", height=_PREVIEW_PX, alt="The mail")


def _with_pictures(mail: Mail) -> str:
    html = mail.html
    for name, content in mail.pictures:
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{b64encode(content).decode()}")
    # What a mail program adds when it stores one.
    return html if "charset" in html else f'<meta charset="utf-8">{html}'


def _nobody(schedule: Schedule) -> str:
    if schedule.audience is Audience.HEADS:
        return "Nobody would get it: users.csv has no head of a department with a row for that day."
    return "Nobody would get it: nobody in users.csv has calls in the period."


@st.dialog("Send now", icon=":material/send:", on_dismiss=drawer.close)
def _send(view: View, number: int, schedule: Schedule) -> None:
    first, last = period(schedule.cadence, data.now(), schedule.period)
    chosen = st.date_input(
        "About the days",
        value=(first, last),
        max_value=data.now().astimezone(view.zone).date(),
        format="DD/MM/YYYY",
        key=drawer.key("days"),
    )
    if not isinstance(chosen, tuple) or len(chosen) != 2:
        st.caption("Choose the last day too.")
        return
    readers = recipients(schedule, view.snapshot, *chosen)
    if not readers:
        st.info(_nobody(schedule), icon=":material/person_off:")
        return
    shown = ", ".join(one.address for one in readers[:5])
    more = f" and {counted(len(readers) - 5, 'other', view.style)}" if len(readers) > 5 else ""
    st.markdown(f"**{counted(len(readers), 'mail', view.style)}**, beside the calendar")
    st.caption(literal(f"{shown}{more}"))
    if desk_of.sender() is None:
        st.warning(
            "tollbook.toml has no `[mail]` table: they wait until there is one.",
            icon=":material/mail_off:",
        )
    if st.button("Send", type="primary", icon=":material/send:", key=drawer.key("send now")):
        _note(number, chosen, readers)
        drawer.close()
        st.rerun()


def _note(number: int, chosen: tuple[date, ...], readers: list[Recipient]) -> None:
    """Into the outbox: the scheduler sends, each once, whatever dies in between."""
    with desk_of.opened_book() as book:
        book.plan_now(number, chosen[0], chosen[1], readers, data.now())
    st.toast(
        f"{counted(len(readers), 'mail')} will be sent by the scheduler", icon=":material/send:"
    )


@st.dialog("Remove a schedule", icon=":material/delete:", on_dismiss=drawer.close)
def _remove(number: int, schedule: Schedule) -> None:
    st.markdown(
        f"**{literal(schedule.name)}** and the history of its mails are forgotten. What waits is "
        "not sent any more. To keep them, pause it instead."
    )
    if st.button("Remove", type="primary", icon=":material/delete:", key=drawer.key("removed")):
        with desk_of.opened_book() as book:
            book.remove(number)
        drawer.close()
        st.rerun()
