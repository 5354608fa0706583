"""`alarms`: what is watched for, what was found, and who was told."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer

from app import format as fmt
from app.alarms.desk import calls_of
from app.alarms.rule import Rule
from app.alarms.trial import tell_trial
from app.alarms.words import in_words
from app.cli.alarm_rules import NameArgument, kinds
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
from app.cli.desk import KEPT, desk_of
from app.cli.logs import start_logs
from app.cli.schedule import opened
from app.cli.settings import load_settings
from warehouse.errors import InvalidInput, Problem
from warehouse.queries import calls as call_queries
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots

alarms = typer.Typer(
    help="Alarms: what is watched for, what was found, who was told.", no_args_is_help=True
)
alarms.add_typer(kinds("Watch for something from now on, by kind.", change=False), name="add")
alarms.add_typer(kinds("Watch for something else under a name.", change=True), name="change")

EventArgument = Annotated[int, typer.Argument(help="The event's number: see history.")]


@alarms.command("list")
def list_alarms(home: HomeOption = None, json_output: JsonOption = False) -> None:
    """Show all alarms."""
    with desk_of(home_of(home)) as desk:
        known = list(desk.rules().values())
    if json_output:
        sys.stdout.write(json.dumps([_facts(rule) for rule in known]) + "\n")
        return
    for rule in known:
        told = ", ".join((*rule.told.addresses, *rule.told.webhooks))
        paused = ", paused" if rule.is_paused else ""
        show(f"{rule.name}: {in_words(rule.watched)}; tells {told}{paused}")


KEPT.add_commands(
    alarms,
    remove="Forget an alarm and all that it found.",
    pause="Watch for nothing until it is resumed; what begins in between never counts.",
    resume="Go on with a paused one, from now on.",
)


@alarms.command("history")
def history(
    event: Annotated[int | None, typer.Option(help="Who was told of this one.")] = None,
    is_open: Annotated[bool, typer.Option("--open", help="Only what nobody acknowledged.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    home: HomeOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show what was found, or who was told of it."""
    with desk_of(home_of(home)) as desk:
        found = desk.notices(event) if event is not None else desk.history(limit, is_open=is_open)
        rows = [dict(row) for row in found]
    if json_output:
        sys.stdout.write(json.dumps(rows) + "\n")
        return
    for row in rows:
        if event is not None:
            reason = f": {row['reason']}" if row["reason"] else ""
            show(f"{row['changed_at']}  {row['way']}  {row['recipient']}  {row['state']}{reason}")
        else:
            by = f", seen to by {row['acknowledged_by']}" if row["acknowledged_by"] else ""
            quiet = ", in silence" if row["is_quiet"] else ""
            lasts = "" if row["ended_at"] else ", lasts"
            name = row["name"] or row["origin"]
            show(f"{row['id']}  {row['happened_at']}  {name}  {row['title']}{quiet}{lasts}{by}")


@alarms.command("calls")
def calls(event: EventArgument, home: HomeOption = None, json_output: JsonOption = False) -> None:
    """Show the calls of an event, with the digits that its readers may see."""
    place = home_of(home)
    with desk_of(place) as desk:
        row = desk.event(event)
        if row is None:
            raise _no_event(event)
        rule = desk.rules().get(row["alarm"])
        keys = {(one.source, one.call_id, one.day) for one in calls_of(row)}
    snapshots = Snapshots(place.warehouse)
    try:
        scope = rule.scope if rule else Scope()
        found = call_queries.by_keys(snapshots.current(), scope, keys)
    finally:
        snapshots.close()
    if json_output:
        sys.stdout.write(found.write_json() + "\n")
        return
    for one in found.iter_rows(named=True):
        show(
            f"{fmt.instant(one['started_local'])}  {one['person'] or one['user'] or fmt.NOTHING}  "
            f"{one['from_number'] or fmt.NOTHING} → {one['to_number'] or fmt.NOTHING}  "
            f"{one['destination'] or ''}  {fmt.duration(one['talk_s'])}  "
            f"{fmt.money(one['cost'], one['currency'], fine=True)}  {one['call_id']}"
        )


@alarms.command("acknowledge")
def acknowledge(
    event: EventArgument,
    hours: Annotated[
        int, typer.Option("--silence-hours", min=0, help="Leave its subject in peace so long.")
    ] = 0,
    home: HomeOption = None,
    now: NowOption = None,
) -> None:
    """Say that you see to it; whoever was not told yet is not told any more."""
    with desk_of(home_of(home)) as desk:
        if not desk.acknowledge(event, who(), clock_of(now)(), timedelta(hours=hours)):
            raise _no_event(event)
    say(f"Event {event} is acknowledged")


@alarms.command("test")
def try_out(name: NameArgument, home: HomeOption = None, now: NowOption = None) -> None:
    """Send a message to all whom it tells, to see that it arrives."""
    place, clock = home_of(home), clock_of(now)
    start_logs(place, "alarms")
    with opened(place, load_settings(place.settings), clock) as office:
        number, rule = KEPT.named(office.desk, name)
        tell_trial(office.desk, number, rule, clock())
        office.teller.send_what_waits()
        told = office.desk.notices(office.desk.history(1)[0]["id"])
    for row in told:
        reason = f": {row['reason']}" if row["reason"] else ""
        show(f"{row['recipient']}  {row['state']}{reason}")


def _facts(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "watches": in_words(rule.watched),
        "told": asdict(rule.told),
        "paused": rule.is_paused,
        "test": rule.watched.model_dump(mode="json", exclude_defaults=True),
    }


def _no_event(number: int) -> InvalidInput:
    mend = "`tollbook alarms history` shows them"
    return InvalidInput([Problem("EVENT", "no such event", mend, value=str(number))])
