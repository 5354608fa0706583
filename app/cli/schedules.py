"""`schedules`: which reports are mailed when and to whom, and what became of each mail."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time
from typing import Annotated, Final

import typer

from app import format as fmt
from app.cli.common import (
    HomeOption,
    JsonOption,
    NowOption,
    clock_of,
    home_of,
    say,
    show,
    who,
)
from app.cli.filtering import (
    CallTypeOption,
    DepartmentOption,
    DirectionOption,
    FirstOption,
    LastOption,
    MaskOption,
    SiteOption,
    UserOption,
    filters_of,
)
from app.cli.kept import Kept
from app.cli.report import numbers_of
from app.cli.schedule import opened
from app.cli.settings import load_settings
from app.schedules.book import Book
from app.schedules.cadence import Cadence, Every, period
from app.schedules.schedule import Audience, Missed, Schedule, checked
from app.schedules.words import WEEKDAYS, in_words
from app.state.outbox import Stage
from warehouse.errors import InvalidInput, Problem
from warehouse.home import Home
from warehouse.scope import LISTS, Scope
from warehouse.state.state import State

schedules = typer.Typer(
    help="Reports by mail: list, add, change, pause, remove; see what became of each mail.",
    no_args_is_help=True,
)

NameArgument = Annotated[str, typer.Argument(help="The schedule's name.")]


@contextmanager
def book_of(place: Home) -> Iterator[Book]:
    """Opens the schedules of a home."""
    load_settings(place.settings)
    state = State.open(place.state)
    try:
        yield Book(state)
    finally:
        state.close()


KEPT: Final = Kept("schedule", "schedules", book_of, Book.schedules)
KEPT.add_commands(
    schedules,
    remove="Forget a schedule and the history of its mails.",
    pause="Send nothing until it is resumed; what falls due in between is never sent.",
    resume="Go on with a paused one, from now on.",
)


@schedules.command("add")
def add(
    name: NameArgument,
    report: Annotated[str, typer.Option(help="Which report: see `tollbook report`.")],
    every: Annotated[Every, typer.Option(help="How often.")] = Every.MONTH,
    at: Annotated[str, typer.Option(help="Time of day, by the clock of --zone.")] = "06:00",
    zone: Annotated[str, typer.Option(help="IANA zone.")] = "UTC",
    weekday: Annotated[str, typer.Option(help="Of weeks: mon … sun.")] = "mon",
    month_day: Annotated[int, typer.Option("--day", help="Of months: 1 to 31.")] = 1,
    holidays: Annotated[str, typer.Option(help="Of workdays: IT, DE/BW.")] = "",
    cron: Annotated[str, typer.Option(help='With --every cron: "0 6 * * mon-fri".')] = "",
    to: Annotated[list[str] | None, typer.Option(help="Address; may be repeated.")] = None,
    audience: Annotated[
        Audience, typer.Option(help="Those of --to; each head of department; everybody.")
    ] = Audience.ADDRESSES,
    form: Annotated[str, typer.Option("--format", help="html, pdf, xlsx or csv.")] = "html",
    about: Annotated[
        str, typer.Option("--period", help="Another than the last finished one: last-30-days.")
    ] = "",
    option: Annotated[
        list[str] | None, typer.Option("--set", help="An option of the report: rows=100.")
    ] = None,
    site: SiteOption = None,
    department: DepartmentOption = None,
    user: UserOption = None,
    direction: DirectionOption = None,
    call_type: CallTypeOption = None,
    see_department: Annotated[
        list[str] | None, typer.Option(help="Readers may see only these departments.")
    ] = None,
    see_site: Annotated[
        list[str] | None, typer.Option(help="Readers may see only these sites.")
    ] = None,
    mask: MaskOption = 3,
    locale: Annotated[str, typer.Option(help="Language and figures, as in it-IT.")] = "en",
    missed: Annotated[
        Missed, typer.Option(help="What fell due while nothing ran: send each, or the last only.")
    ] = Missed.SEND,
    change: Annotated[bool, typer.Option("--change", help="Change the one of this name.")] = False,
    home: HomeOption = None,
    now: NowOption = None,
) -> None:
    """Mail a report from now on: of the last finished day, week or month, unless said otherwise."""
    instant = clock_of(now)()
    cadence = _cadence(
        every=every,
        at=_time(at),
        zone=zone,
        weekday=_weekday(weekday),
        month_day=month_day,
        holidays=holidays,
        cron=cron,
    )
    asked = filters_of(
        instant.date(),
        instant.date(),
        site=site,
        department=department,
        user=user,
        direction=direction,
        call_type=call_type,
    )
    found = checked(
        Schedule(
            name=name,
            report=report,
            cadence=cadence,
            audience=audience,
            addresses=tuple(to or ()),
            options=numbers_of(option or []),
            filters={one: getattr(asked, one) for one in LISTS if getattr(asked, one)},
            scope=Scope(
                everything=not (see_department or see_site),
                departments=tuple(see_department or ()),
                sites=tuple(see_site or ()),
                mask_digits=mask,
            ),
            period=about,
            format=form,
            locale=locale,
            missed=missed,
            made_by=who(),
        )
    )
    with book_of(home_of(home)) as book:
        if change:
            number, before = KEPT.named(book, name)
            book.change(number, replace(found, is_paused=before.is_paused))
        else:
            book.add(found, instant)
    say(f"{name}: {in_words(found)}")


@schedules.command("list")
def list_schedules(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """Show all schedules."""
    with book_of(home_of(home)) as book:
        known = book.schedules().values()
    if json_output:
        told = [
            {
                "name": one.name,
                "report": one.report,
                "when": in_words(one),
                "paused": one.is_paused,
            }
            for one in known
        ]
        sys.stdout.write(json.dumps(told) + "\n")
        return
    for one in known:
        show(f"{one.name}: {one.report}, {in_words(one)}{', paused' if one.is_paused else ''}")


@schedules.command("send")
def send(
    name: NameArgument,
    first: FirstOption = None,
    last: LastOption = None,
    home: HomeOption = None,
    now: NowOption = None,
) -> None:
    """Have the scheduler send it now, about the last finished period or the days named."""
    place, clock = home_of(home), clock_of(now)
    with opened(place, load_settings(place.settings), clock) as office:
        number, found = KEPT.named(office.book, name)
        begin, end = period(found.cadence, clock(), found.period)
        many = office.scheduler.send_now(
            number, first.date() if first else begin, last.date() if last else end
        )
    say(f"{fmt.counted(many, 'mail')} of {name} will be sent")


@schedules.command("history")
def history(
    stage: Annotated[Stage | None, typer.Option("--state", help="Only such mails.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show what became of mails."""
    with book_of(home_of(home)) as book:
        rows = [dict(row) for row in book.history(limit, stage)]
    if json_output:
        sys.stdout.write(json.dumps(rows) + "\n")
        return
    for row in rows:
        reason = f": {row['reason']}" if row["reason"] else ""
        show(
            f"{row['id']}  {row['changed_at']}  {row['name']}  {row['first_day']} to "
            f"{row['last_day']}  {row['recipient']}  {row['state']}{reason}"
        )


@schedules.command("again")
def again(
    number: Annotated[int, typer.Argument(help="The mail's number: see history.")],
    home: HomeOption = None,
    now: NowOption = None,
) -> None:
    """Send a mail once more that failed, or of which nobody knows whether it arrived."""
    with book_of(home_of(home)) as book:
        book.outbox.send_again(number, clock_of(now)())
    say(f"Mail {number} will be sent again")


def _cadence(**facts: object) -> Cadence:
    try:
        return Cadence(**facts)  # type: ignore[arg-type]
    except (ValueError, KeyError) as error:
        raise InvalidInput([Problem("when", str(error), "Correct it")]) from None


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise InvalidInput([Problem("--at", "no time of day", "Write 06:30", value=text)]) from None


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        mend = f"Choose one of {', '.join(WEEKDAYS)}"
        raise InvalidInput([Problem("--weekday", "no weekday", mend, value=text)])
    return WEEKDAYS.index(text) + 1
