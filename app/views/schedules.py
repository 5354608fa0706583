"""Which reports are mailed when and to whom, and what became of each mail."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

import polars as pl
import streamlit as st

from app import data
from app.data import View, current_view
from app.desks import desk_of, schedule_drawers
from app.desks.desk_parts import actions, follow, head, told_at
from app.desks.schedule_drawers import FORMATS, drawer
from app.format import counted, days, literal, words
from app.frame.rights import may_edit
from app.reports.catalogue import REPORTS
from app.schedules.book import Book
from app.schedules.schedule import Audience, Schedule
from app.schedules.standing import Standing, overdue, standings
from app.schedules.words import about_in_words, when_in_words, whom_in_words
from app.state.outbox import Stage

SHOWN_MAILS = 200
NAMED_READERS = 3
AGAIN = {Stage.FAILED, Stage.PERHAPS, Stage.SKIPPED}


def pause(number: int, *, paused: bool) -> None:
    with desk_of.opened_book() as book:
        book.pause(number, data.now(), paused=paused)


def send_again(numbers: list[int]) -> None:
    with desk_of.opened_book() as book:
        for number in numbers:
            book.outbox.send_again(number, data.now())


def card(number: int, schedule: Schedule, standing: Standing, view: View) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{literal(schedule.name)}**", width="content")
            if schedule.is_paused:
                st.badge("Paused", icon=":material/pause:", color="gray")
            if standing.failed:
                st.badge(f"{standing.failed} failed", icon=":material/error:", color="red")
            if standing.perhaps:
                st.badge(f"{standing.perhaps} perhaps sent", icon=":material/help:", color="orange")
            if standing.waiting:
                st.badge(f"{standing.waiting} waiting", icon=":material/outbox:", color="blue")
        st.markdown(
            f"{literal(REPORTS[schedule.report].title)}, {literal(when_in_words(schedule.cadence))}"
        )
        st.caption(
            literal(
                f"To {readers(schedule)} · {FORMATS[schedule.format]} · "
                f"about {about_in_words(schedule)}"
            )
        )
        st.caption(
            f":material/done_all: Last sent {told_at(standing.last_sent, view)}  \n"
            f":material/event_upcoming: Next due {told_at(standing.next_due, view)}"
        )
        actions(
            number,
            {
                "Preview": ("visibility", partial(drawer.open, "preview"), False),
                "Send now": ("send", partial(drawer.open, "send"), True),
                "Edit": ("edit", lambda one: schedule_drawers.open_edit(one, schedule), True),
                "Resume" if schedule.is_paused else "Pause": (
                    "play_arrow" if schedule.is_paused else "pause",
                    partial(pause, paused=not schedule.is_paused),
                    True,
                ),
                "Remove": ("delete", partial(drawer.open, "remove"), True),
            },
        )


def readers(schedule: Schedule) -> str:
    if schedule.audience is not Audience.ADDRESSES:
        return whom_in_words(schedule)
    more = len(schedule.addresses) - NAMED_READERS
    named = ", ".join(schedule.addresses[:NAMED_READERS])
    return f"{named} and {counted(more, 'other')}" if more > 0 else named


def history(view: View) -> None:
    st.subheader("Mails", anchor=False)
    wanted = st.segmented_control(
        "State",
        ["", Stage.WAITING.value, Stage.SENT.value, Stage.FAILED.value, Stage.PERHAPS.value],
        default="",
        required=True,
        format_func=lambda stage: words(stage) if stage else "All",
        label_visibility="collapsed",
        key="mails",
    )
    with desk_of.opened_book() as book:
        rows = book.history(SHOWN_MAILS, Stage(wanted) if wanted else None)
    if not rows:
        st.caption("No mail has this state." if wanted else "No mail was sent yet.")
        return
    found = pl.DataFrame(
        [
            (
                datetime.fromisoformat(row["changed_at"])
                .astimezone(view.zone)
                .replace(tzinfo=None),
                row["name"],
                days(date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])),
                row["recipient"],
                words(row["state"]),
                row["reason"],
            )
            for row in rows
        ],
        schema={
            "When": pl.Datetime("ms"),
            **dict.fromkeys(("Schedule", "About", "To", "State", "Reason"), pl.String),
        },
        orient="row",
    )
    chosen = st.dataframe(
        found,
        hide_index=True,
        key="mail_rows",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={"When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
        alt="What became of each mail, the newest first",
    )
    numbers = [rows[place]["id"] for place in chosen["selection"]["rows"] if place < len(rows)
               and rows[place]["state"] in AGAIN]  # fmt: skip
    if may_edit() and numbers:
        st.button(
            f"Send {counted(len(numbers), 'mail')} again",
            icon=":material/refresh:",
            on_click=send_again,
            args=(numbers,),
            key="send_again",
            help="One that perhaps arrived may then arrive twice.",
        )


view = current_view()
head("Schedules", "Reports by mail, each once to each reader", view)
with desk_of.opened_state() as state:
    schedules = Book(state).schedules()
    stands = standings(state, schedules, data.now())
    late = overdue(state, data.now())
follow(drawer)

if may_edit():
    st.button(
        "New schedule",
        icon=":material/add:",
        type="primary",
        on_click=schedule_drawers.open_new,
        args=(view,),
        key="new_schedule",
    )
if late:
    st.warning(
        f"{counted(late, 'mail', view.style)} should have gone out by now. `tollbook schedule` "
        "sends them: `tollbook status` says whether it runs.",
        icon=":material/outbox:",
    )
if desk_of.sender() is None:
    st.info(
        "tollbook.toml has no `[mail]` table yet: what falls due waits until there is one.",
        icon=":material/mail_off:",
    )
if schedules:
    with st.grid(2, min_column_width=380):
        for number, schedule in schedules.items():
            card(number, schedule, stands[number], view)
    history(view)
else:
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown("**No report is mailed yet**", text_alignment="center")
        st.caption(
            "A schedule mails one of the reports each day, week or month: to addresses, to each "
            "head of department about their own, or to everybody about their own calls.",
            text_alignment="center",
        )
schedule_drawers.show(view)
