"""Which reports are mailed when and to whom, and what became of each mail."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

import polars as pl
import streamlit as st

from app import data, ways
from app.data import View, current_view
from app.desks import desk_of, schedule_drawers
from app.desks.desk_parts import actions, follow, head, told_at
from app.desks.schedule_fields import FORMATS, drawer
from app.format import counted, days, literal, number, table_day, words
from app.frame.rights import changed, may_edit
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
    changed("schedule paused" if paused else "schedule resumed", number=number)


def send_again(numbers: list[int]) -> None:
    with desk_of.opened_book() as book:
        for number in numbers:
            book.outbox.send_again(number, data.now())


def card(identity: int, schedule: Schedule, standing: Standing, view: View) -> None:
    style = view.style
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{literal(schedule.name)}**", width="content")
            if schedule.is_paused:
                st.badge(style.say("Paused"), icon=":material/pause:", color="gray")
            if standing.failed:
                failed = style.say("{count} failed", count=number(standing.failed, style))
                st.badge(failed, icon=":material/error:", color="red")
            if standing.perhaps:
                perhaps = style.say("{count} perhaps sent", count=number(standing.perhaps, style))
                st.badge(perhaps, icon=":material/help:", color="orange")
            if standing.waiting:
                waiting = style.say("{count} waiting", count=number(standing.waiting, style))
                st.badge(waiting, icon=":material/outbox:", color="blue")
        title = style.say(REPORTS[schedule.report].title)
        st.markdown(literal(f"{title}, {when_in_words(schedule.cadence, style)}"))
        about = style.say(
            "To {readers} · {form} · about {days}",
            readers=readers(schedule, view),
            form=style.say(FORMATS[schedule.format]),
            days=about_in_words(schedule, style),
        )
        st.caption(literal(about))
        last = style.say("Last sent {time}", time=told_at(standing.last_sent, view))
        due = style.say("Next due {time}", time=told_at(standing.next_due, view))
        st.caption(f":material/done_all: {last}  \n:material/event_upcoming: {due}")
        actions(
            identity,
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
            style,
        )


def readers(schedule: Schedule, view: View) -> str:
    style = view.style
    if schedule.audience is not Audience.ADDRESSES:
        return whom_in_words(schedule, style)
    more = len(schedule.addresses) - NAMED_READERS
    named = ", ".join(schedule.addresses[:NAMED_READERS])
    if more <= 0:
        return named
    return style.say("{some} and {more}", some=named, more=counted(more, "other", style))


def history(view: View) -> None:
    style = view.style
    st.subheader(style.say("Mails"), anchor=False)
    wanted = st.segmented_control(
        style.say("State"),
        ["", Stage.WAITING.value, Stage.SENT.value, Stage.FAILED.value, Stage.PERHAPS.value],
        default="",
        required=True,
        format_func=lambda stage: words(stage, style) if stage else style.say("All"),
        label_visibility="collapsed",
        key="mails",
    )
    with desk_of.opened_book() as book:
        rows = book.history(SHOWN_MAILS, Stage(wanted) if wanted else None)
    if not rows:
        st.caption(style.say("No mail has this state." if wanted else "No mail was sent yet."))
        return
    found = pl.DataFrame(
        [
            (
                datetime.fromisoformat(row["changed_at"])
                .astimezone(view.zone)
                .replace(tzinfo=None),
                row["name"],
                days(
                    date.fromisoformat(row["first_day"]),
                    date.fromisoformat(row["last_day"]),
                    style,
                ),
                row["recipient"],
                words(row["state"], style),
                row["reason"],
            )
            for row in rows
        ],
        schema={
            style.say("When"): pl.Datetime("ms"),
            style.say("Schedule"): pl.String,
            style.say("Period"): pl.String,
            style.say("To"): pl.String,
            style.say("State"): pl.String,
            style.say("Reason"): pl.String,
        },
        orient="row",
    )
    chosen = st.dataframe(
        found,
        hide_index=True,
        key="mail_rows",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            style.say("When"): st.column_config.DatetimeColumn(format=f"{table_day(style)}, HH:mm")
        },
        alt=style.say("What became of each mail, the newest first"),
    )
    numbers = [rows[place]["id"] for place in chosen["selection"]["rows"] if place < len(rows)
               and rows[place]["state"] in AGAIN]  # fmt: skip
    if may_edit() and numbers:
        st.button(
            style.say("Send {mails} again", mails=counted(len(numbers), "mail", style)),
            icon=":material/refresh:",
            on_click=send_again,
            args=(numbers,),
            key="send_again",
            help=style.say("One that perhaps arrived may then arrive twice."),
        )


view = current_view()
style = view.style
head(style.say("Schedules"), style.say("Reports by mail, each once to each reader"), view)
with desk_of.opened_state() as state:
    schedules = Book(state).schedules()
    stands = standings(state, schedules, data.now())
    late = overdue(state, data.now())
follow(drawer)

if may_edit():
    st.button(
        style.say("New schedule"),
        icon=":material/add:",
        type="primary",
        on_click=schedule_drawers.open_new,
        args=(view,),
        key="new_schedule",
    )
if late:
    st.warning(
        style.say(
            "{mails} should have gone out by now. `tollbook schedule` sends them: `tollbook "
            "status` says whether it runs.",
            mails=counted(late, "mail", style),
        ),
        icon=":material/outbox:",
    )
if ways.sender() is None:
    st.info(
        style.say(
            "tollbook.toml has no `[mail]` table yet: what falls due waits until there is one."
        ),
        icon=":material/mail_off:",
    )
if schedules:
    with st.grid(2, min_column_width=380):
        for identity, schedule in schedules.items():
            card(identity, schedule, stands[identity], view)
    history(view)
else:
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{style.say('No report is mailed yet')}**", text_alignment="center")
        st.caption(
            style.say(
                "A schedule mails one of the reports each day, week or month: to addresses, to "
                "each head of department about their own, or to everybody about their own calls."
            ),
            text_alignment="center",
        )
schedule_drawers.show(view)
