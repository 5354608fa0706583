"""The fields of a schedule, as its form shows them."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from app import data
from app.data import View
from app.desks.desk_parts import ADDRESS, LOCALES, WEEKDAYS, Drawer, locale_name, sentence, zones
from app.desks.schedule_form import OPTION
from app.format import Style, literal, words
from app.periods import Preset
from app.reports.catalogue import REPORTS
from app.schedules.cadence import Every
from app.schedules.schedule import Audience, Missed
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
drawer = Drawer("schedule")


def show_fields(view: View) -> None:
    """Draws them all, each bound to the draft of the drawer."""
    style = view.style
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
        format_func=lambda one: locale_name(one, style),
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
