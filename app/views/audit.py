"""What people did on the pages: signed in, took files, changed what others depend on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import streamlit as st

from app import data
from app.access import gate
from app.access.audit import Action, Asked, Deed, deeds, doers
from app.access.roles import Viewer
from app.administration import audited, problems
from app.format import literal, number, table_day
from app.frame import link
from app.frame.columns import fitting
from app.frame.pages import script_of
from app.language import style_of
from warehouse.errors import TollbookError

FIND_KEY: Final = "audit_find"
WHO_KEY: Final = "audit_who"
WHAT_KEY: Final = "audit_what"
DAYS_KEY: Final = "audit_days"
MOST: Final = 1000
USUAL_DAYS: Final = 30

style = style_of(st.context.locale)
zone = data.reader_zone()


def head() -> None:
    """Title, and what stands here."""
    st.title(style.say("Audit"), anchor=False)
    with st.container(gap="xxsmall"):
        st.markdown(
            f"**{literal(data.company())}** · "
            + style.say("Who signed in, took files and changed what others depend on")
        )
        st.caption(style.say("Entries are only ever added."))


def choose(known: list[str]) -> Asked:
    """Draws the fields, of whom `known` are the people, and gives what they ask for."""
    today = data.now().astimezone(zone).date()
    usual = (today - timedelta(days=USUAL_DAYS - 1), today)
    link.bind(FIND_KEY, link.TEXT, "")
    link.bind(WHO_KEY, link.TEXTS, [])
    link.bind(WHAT_KEY, link.some_of(list(Action)), [])
    link.bind(DAYS_KEY, link.DAYS, usual)
    with st.grid(3, min_column_width=220, vertical_alignment="bottom"):
        chosen = st.date_input(
            style.say("First and last day"),
            min_value=date(2000, 1, 1),
            format="DD/MM/YYYY",
            key=DAYS_KEY,
        )
        who = st.multiselect(
            style.say("Who"),
            list(dict.fromkeys((*known, *st.session_state[WHO_KEY]))),
            format_func=lambda one: audited.whom(one, style),
            placeholder=style.say("Everybody"),
            key=WHO_KEY,
        )
        text = st.text_input(
            style.say("Find"),
            placeholder=style.say("Part of what it was done to"),
            icon=":material/search:",
            type="search",
            key=FIND_KEY,
        )
    what = st.pills(
        style.say("What"),
        [one.value for one in Action],
        selection_mode="multi",
        format_func=lambda one: audited.act(one, style),
        key=WHAT_KEY,
    )
    # While the second day is still to be chosen, the first stands alone.
    picked = chosen if isinstance(chosen, tuple) else (chosen,)
    first, last = (picked[0], picked[-1]) if picked else usual
    return audited.asked_of(first, last, zone, tuple(who), tuple(what), text or "", MOST)


def show(found: list[Deed]) -> None:
    """Draws the entries."""
    if not found:
        with st.container(border=True, horizontal_alignment="center"):
            st.markdown(f"**{style.say('Nothing was noted')}**", text_alignment="center")
            st.caption(
                style.say("In these days, by these people, nothing of this was done."),
                text_alignment="center",
            )
        return
    st.page_link(
        script_of("reports"),
        label=style.say("As a report, with its files"),
        icon=":material/description:",
        query_params={"report": "audit"},
    )
    shown = audited.table(found, zone, style)
    when = style.say("When")
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="",
        key="deeds",
        column_config={
            **fitting(shown),
            when: st.column_config.DatetimeColumn(when, format=f"{table_day(style)}, HH:mm:ss"),
        },
        alt=style.say("What people did, the newest first"),
    )
    if len(found) == MOST:
        st.caption(
            style.say(
                "The newest {most}; `tollbook audit` shows as many as it is asked for.",
                most=number(MOST, style),
            )
        )


def draw(viewer: Viewer) -> None:
    """Draws the page, whether calls can be read or not."""
    try:
        with data.state() as state:
            found = deeds(state, viewer, choose(doers(state, viewer)))
    except TollbookError as error:
        problems.tell(error, style)
    else:
        show(found)


head()
draw(gate.current_viewer())
