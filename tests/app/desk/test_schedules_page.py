"""The page of schedules as Streamlit runs it: every field, every button."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import date, datetime, time

import pytest
from streamlit.testing.v1 import AppTest

from app.environment import WAYS_VARIABLE
from app.schedules.audience import Recipient
from app.schedules.book import Book
from app.schedules.cadence import Cadence, Every
from app.schedules.schedule import Audience, Missed, Schedule
from app.state.outbox import Stage
from tests.app.conftest import NOW
from tests.app.schedules.conftest import daily
from tests.app.test_pages import opened, said
from warehouse.home import Home
from warehouse.scope import Scope
from warehouse.state.state import State

MONTHLY = Schedule(
    "Costs",
    "costs-summary",
    Cadence(Every.MONTH, time(6, 30), "Europe/Rome", month_day=2),
    addresses=("anna@aurora.example", "bruno@aurora.example"),
    scope=Scope(everything=True, mask_digits=3),
)


def add(home: Home, *schedules: Schedule) -> None:
    with State.open(home.state) as state:
        for schedule in schedules:
            Book(state).add(schedule, NOW)


def kept(home: Home) -> list[Schedule]:
    with State.open(home.state) as state:
        return list(Book(state).schedules().values())


def stages(home: Home) -> dict[str, int]:
    with State.open(home.state) as state:
        return Book(state).outbox.counts()


def click(app: AppTest, key: str) -> AppTest:
    found = app.button(key=key).click().run()
    assert not found.exception, key
    return found


def test_a_page_without_schedules_says_what_one_would_do(small_home: Home) -> None:
    app = opened("schedules")
    assert not app.exception
    assert "No report is mailed yet" in said(app)
    assert "no `[mail]` table" in said(app)


def test_a_schedule_is_made_of_what_is_filled_in(small_home: Home) -> None:
    app = click(opened("schedules"), "new_schedule")
    app.text_input(key="schedule name").set_value("Dear calls")
    app.selectbox(key="schedule report").select("dearest-calls").run()
    app.number_input(key="schedule option dearest-calls rows").set_value(7)
    app.session_state["schedule every"] = "week"
    app.session_state["schedule format"] = "xlsx"
    app.session_state["schedule missed"] = "skip"
    app.session_state["schedule directions"] = ["outbound"]
    app.run()
    app.selectbox(key="schedule weekday").select(5)
    app.time_input(key="schedule at").set_value(time(7, 15))
    app.selectbox(key="schedule zone").select("Europe/Rome")
    app.selectbox(key="schedule period").select("last-30-days")
    app.text_area(key="schedule addresses").set_value("anna@aurora.example\nceo@aurora.example")
    app.number_input(key="schedule mask").set_value(4)
    app.multiselect(key="schedule sites").set_value(["Rome"])
    app.multiselect(key="schedule see_departments").set_value(["Sales"])
    app = click(app, "schedule save")
    assert kept(small_home) == [
        Schedule(
            "Dear calls",
            "dearest-calls",
            Cadence(Every.WEEK, time(7, 15), "Europe/Rome", weekday=5),
            addresses=("anna@aurora.example", "ceo@aurora.example"),
            options={"rows": 7},
            filters={"sites": ("Rome",), "directions": ("outbound",)},
            scope=Scope(departments=("Sales",), mask_digits=4),
            period="last-30-days",
            format="xlsx",
            missed=Missed.SKIP,
            made_by="the pages",
        )
    ]
    assert "every fri at 07:15" in said(app)
    assert "schedule drawer" not in app.session_state


def test_everything_wrong_is_told_at_once_and_nothing_is_lost(small_home: Home) -> None:
    app = click(opened("schedules"), "new_schedule")
    app.session_state["schedule every"] = "cron"
    app.run()
    app.text_input(key="schedule cron").set_value("0 6 * * 1")
    app.text_area(key="schedule addresses").set_value("anna")
    app = click(app, "schedule save")
    (told,) = app.error
    assert "write weekdays by name" in told.value
    assert "has no name. Give it one" in told.value
    assert "**anna**: no mail address" in told.value
    assert app.text_area(key="schedule addresses").value == "anna"
    assert kept(small_home) == []


def test_a_schedule_is_changed_and_what_the_form_does_not_ask_stays(small_home: Home) -> None:
    before = daily("daily", filters={"people": ("anna@aurora.example",)}, made_by="root")
    add(small_home, before)
    app = click(opened("schedules"), "Edit 1")
    assert app.text_input(key="schedule name").value == "daily"
    assert app.time_input(key="schedule at").value == time(6)
    app.session_state["schedule audience"] = "heads"
    app = click(app, "schedule save")
    (found,) = kept(small_home)
    assert (found.audience, found.addresses) == (Audience.HEADS, ())
    assert found.filters == before.filters
    assert found.made_by == "root"


def test_the_card_says_what_went_out_and_what_comes_next(small_home: Home) -> None:
    add(small_home, MONTHLY)
    with State.open(small_home.state) as state:
        book = Book(state)
        readers = [Recipient(one, MONTHLY.scope) for one in ("a@x.example", "b@x.example")]
        book.plan_now(1, date(2024, 9, 1), date(2024, 9, 30), readers, NOW)
        book.outbox.note(1, Stage.SENT, datetime(2024, 10, 2, 4, 31, tzinfo=NOW.tzinfo))
        book.outbox.note(2, Stage.FAILED, NOW, "550 no such user")
    app = opened("schedules")
    assert "Cost summary, on day 2 of the month at 06:30 (Europe/Rome)" in said(app)
    assert "Last sent 2 Oct 2024, 04:31" in said(app)
    assert "Next due 2 Nov 2024, 05:30" in said(app)
    assert "1 failed" in said(app)
    (rows,) = app.dataframe
    assert set(rows.value["To"]) == {"a@x.example", "b@x.example"}
    assert "550 no such user" in set(rows.value["Reason"])


def test_what_failed_is_sent_again_when_it_is_chosen(small_home: Home) -> None:
    add(small_home, MONTHLY)
    with State.open(small_home.state) as state:
        book = Book(state)
        readers = [Recipient("a@x.example", MONTHLY.scope)]
        book.plan_now(1, date(2024, 9, 1), date(2024, 9, 30), readers, NOW)
        book.outbox.note(1, Stage.FAILED, NOW, "550 no such user")
    app = opened("schedules")
    assert not [one for one in app.button if one.key == "send_again"]
    app.session_state["mail_rows"] = {"selection": {"rows": [0], "columns": []}}
    click(app.run(), "send_again")
    assert stages(small_home) == {"waiting": 1}


def test_mails_that_nobody_sends_are_pointed_out(small_home: Home) -> None:
    add(small_home, MONTHLY)
    with State.open(small_home.state) as state:
        late = NOW.replace(hour=11)
        readers = [Recipient("a@x.example", MONTHLY.scope)]
        Book(state).plan_now(1, date(2024, 9, 1), date(2024, 9, 30), readers, late)
    assert "1 mail should have gone out by now" in said(opened("schedules"))


def test_it_is_paused_and_resumed(small_home: Home) -> None:
    add(small_home, MONTHLY)
    app = click(opened("schedules"), "Pause 1")
    assert kept(small_home)[0].is_paused
    assert "Paused" in said(app)
    assert "Next due –" in said(app)
    click(app, "Resume 1")
    assert not kept(small_home)[0].is_paused


def test_it_is_removed_only_when_that_is_confirmed(small_home: Home) -> None:
    add(small_home, MONTHLY)
    app = click(opened("schedules"), "Remove 1")
    assert len(kept(small_home)) == 1
    click(app, "schedule removed")
    assert kept(small_home) == []


def test_the_preview_is_the_mail_of_the_last_finished_period(small_home: Home) -> None:
    add(small_home, MONTHLY)
    app = click(opened("schedules"), "Preview 1")
    assert "About 1 – 30 Sep 2024" in said(app)
    assert app.selectbox(key="schedule preview for").options == list(MONTHLY.addresses)
    shown = app.table[0].value.to_numpy().ravel().tolist()
    assert "Cost summary, 1 – 30 Sep 2024" in shown
    app.session_state["schedule part"] = "Plain text"
    (text,) = app.run().code
    assert "€0.50" in text.value
    assert stages(small_home) == {}


def previewed(monkeypatch: pytest.MonkeyPatch, home: Home, **ways: object) -> AppTest:
    add(home, MONTHLY)
    monkeypatch.setenv(WAYS_VARIABLE, json.dumps(ways))
    return click(opened("schedules"), "Preview 1")


def test_the_preview_bears_the_logo_and_leads_to_the_pages(
    small_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    logo = b"\x89PNG\r\n\x1a\n small"
    (small_home.path / "logo.png").write_bytes(logo)
    app = previewed(monkeypatch, small_home, logo="logo.png", pages="https://calls.aurora.example")
    (frame,) = app.get("iframe")
    page = b64decode(frame.proto.src.partition("base64,")[2]).decode()
    assert f"data:image/png;base64,{b64encode(logo).decode()}" in page
    assert "https://calls.aurora.example/reports?" in page


def test_a_logo_that_is_no_picture_is_said_where_the_mail_would_be(
    small_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = previewed(monkeypatch, small_home, logo="gone.png")
    assert ["There is no mail to show"] == [one.proto.title for one in app.error]
    assert "logo, or leave it out" in app.error[0].value


def test_sending_now_goes_into_the_outbox_once_for_each_reader(small_home: Home) -> None:
    add(small_home, MONTHLY)
    app = click(opened("schedules"), "Send now 1")
    assert "**2 mails**, beside the calendar" in said(app)
    app = click(app, "schedule send now")
    assert stages(small_home) == {"waiting": 2}
    assert not [one for one in app.button if one.key == "schedule send now"]


def test_where_nobody_would_get_it_that_is_said(small_home: Home) -> None:
    add(small_home, daily("heads", audience=Audience.HEADS, addresses=()))
    app = click(opened("schedules"), "Send now 1")
    assert "no head of a department" in said(app)


def test_who_may_not_edit_sees_and_previews_alone(
    small_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(small_home, MONTHLY)
    for name in ("app.desks.desk_parts", "app.desks.schedule_drawers", "app.frame.rights"):
        monkeypatch.setattr(f"{name}.may_edit", lambda: False)
    app = opened("schedules")
    labels = {one.label for one in app.button}
    assert "Preview" in labels
    assert not labels & {"New schedule", "Send now", "Edit", "Pause", "Remove"}
    app.session_state["schedule drawer"] = ("remove", 1)
    assert not [one for one in app.run().button if one.key == "schedule removed"]
