"""`alarms add` and `alarms change`: what is watched for, by kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from app.alarms.event import Told
from app.alarms.facts import amount_of, watched_of
from app.alarms.rule import Rule
from app.alarms.watched import (
    Compare,
    Counter,
    Measure,
    Operation,
    Per,
    SingleCall,
    Trouble,
    Unusual,
    Window,
)
from app.cli.common import HomeOption, NowOption, clock_of, home_of, say, who
from app.cli.desk import KEPT, desk_of
from app.cli.filtering import (
    CallTypeOption,
    DepartmentOption,
    DestinationOption,
    DirectionOption,
    GatewayOption,
    MaskOption,
    SiteOption,
    UserOption,
)
from warehouse.errors import InvalidInput, Problem
from warehouse.scope import Scope

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(
    r"(?P<begin>\d{1,2}:\d\d)-(?P<end>\d{1,2}:\d\d)"
    r"(?: (?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?)?"
)

NameArgument = Annotated[str, typer.Argument(help="The alarm's name.")]
ToOption = Annotated[
    list[str] | None, typer.Option("--to", help="Address to mail; may be repeated.")
]
WebhookOption = Annotated[
    list[str] | None, typer.Option("--webhook", help="By its name in tollbook.toml.")
]
QuietOption = Annotated[
    int,
    typer.Option(
        "--quiet-minutes", min=0, help="After one about somebody, the next ones are told together."
    ),
]
ZoneOption = Annotated[str, typer.Option("--zone", help="IANA zone of its readers.")]
LocaleOption = Annotated[str, typer.Option(help="Language of titles and figures, as in it-IT.")]
SeeDepartmentOption = Annotated[
    list[str] | None, typer.Option("--see-department", help="Readers may see only these.")
]
SeeSiteOption = Annotated[
    list[str] | None, typer.Option("--see-site", help="Readers may see only these.")
]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who is told, and what they may see."""

    to: list[str] | None
    webhook: list[str] | None
    quiet_minutes: int
    zone: str
    locale: str
    see_department: list[str] | None
    see_site: list[str] | None
    mask: int

    def rule(self, name: str, watched: SingleCall | Counter | Operation | Unusual) -> Rule:
        limited = bool(self.see_department or self.see_site)
        return Rule(
            name=name,
            watched=watched,
            told=Told(tuple(self.to or ()), tuple(self.webhook or ()), self.quiet_minutes),
            scope=Scope(
                everything=not limited,
                departments=tuple(self.see_department or ()),
                sites=tuple(self.see_site or ()),
                mask_digits=self.mask,
            ),
            zone=self.zone,
            locale=self.locale,
            made_by=who(),
        )


def kinds(help_text: str, *, change: bool) -> typer.Typer:
    """The commands that add alarms, or those that change them."""
    commands = typer.Typer(help=help_text, no_args_is_help=True)

    def keep(
        name: str, facts: dict[str, Any], readers: Readers, home: Any, now: str | None
    ) -> None:
        _keep(readers.rule(name, watched_of(facts, _option)), home, clock_of(now)(), change=change)

    for add in (_add_call, _add_counter, _add_operation, _add_unusual):
        add(commands, keep)
    return commands


_Keep = Callable[[str, dict[str, Any], Readers, Path | None, str | None], None]


def _add_call(commands: typer.Typer, keep: _Keep) -> None:
    @commands.command("call")
    def call(
        name: NameArgument,
        number: Annotated[
            list[str] | None, typer.Option(help="Whole, or its beginning: '+39899*'.")
        ] = None,
        destination: DestinationOption = None,
        call_type: CallTypeOption = None,
        user: UserOption = None,
        department: DepartmentOption = None,
        gateway: GatewayOption = None,
        direction: DirectionOption = None,
        emergency: Annotated[bool, typer.Option("--emergency", help="Emergency calls.")] = False,
        min_cost: Annotated[str | None, typer.Option(help="What costs as much.")] = None,
        min_seconds: Annotated[
            int | None, typer.Option(min=1, help="What is talked as long.")
        ] = None,
        within: Annotated[
            str | None, typer.Option(help='Begun in these hours: "22:00-06:00 mon-fri".')
        ] = None,
        outside: Annotated[
            str | None, typer.Option(help='Begun outside: "08:00-18:00 mon-fri".')
        ] = None,
        any_of: Annotated[
            bool, typer.Option("--any", help="One of the conditions will do; else all.")
        ] = False,
        to: ToOption = None,
        webhook: WebhookOption = None,
        quiet_minutes: QuietOption = 60,
        zone: ZoneOption = "UTC",
        locale: LocaleOption = "en",
        see_department: SeeDepartmentOption = None,
        see_site: SeeSiteOption = None,
        mask: MaskOption = 3,
        home: HomeOption = None,
        now: NowOption = None,
    ) -> None:
        """A single call that meets all conditions, or any of them."""
        facts = {
            "kind": "call",
            "numbers": number or (),
            "destinations": destination or (),
            "call_types": call_type or (),
            "people": user or (),
            "departments": department or (),
            "gateways": gateway or (),
            "directions": direction or (),
            "emergency": emergency or None,
            "min_cost": amount_of("--min-cost", min_cost),
            "min_talk_s": min_seconds,
            "within": _hours("--within", within),
            "outside": _hours("--outside", outside),
            "any_of": any_of,
        }
        readers = Readers(to, webhook, quiet_minutes, zone, locale, see_department, see_site, mask)
        keep(name, facts, readers, home, now)


def _add_counter(commands: typer.Typer, keep: _Keep) -> None:
    @commands.command("counter")
    def counter(
        name: NameArgument,
        measure: Annotated[Measure, typer.Option(help="What is counted.")],
        amount: Annotated[str, typer.Option(help="In its unit, or percent of a change.")],
        compare: Annotated[Compare, typer.Option(help="What is told.")] = Compare.ABOVE,
        window: Annotated[Window, typer.Option(help="What is looked at together.")] = Window.DAY,
        minutes: Annotated[
            int | None, typer.Option(min=1, max=1440, help="Of a sliding window.")
        ] = None,
        against: Annotated[
            str, typer.Option(help="previous: the window before; weekday: a week before.")
        ] = "previous",
        per: Annotated[Per, typer.Option(help="Each by itself.")] = Per.ALL,
        least_calls: Annotated[
            int, typer.Option(min=1, help="Shares and averages of fewer say nothing.")
        ] = 20,
        site: SiteOption = None,
        department: DepartmentOption = None,
        user: UserOption = None,
        direction: DirectionOption = None,
        call_type: CallTypeOption = None,
        gateway: GatewayOption = None,
        destination: DestinationOption = None,
        to: ToOption = None,
        webhook: WebhookOption = None,
        quiet_minutes: QuietOption = 60,
        zone: ZoneOption = "UTC",
        locale: LocaleOption = "en",
        see_department: SeeDepartmentOption = None,
        see_site: SeeSiteOption = None,
        mask: MaskOption = 3,
        home: HomeOption = None,
        now: NowOption = None,
    ) -> None:
        """A figure of an hour, day, week, month, or the last minutes: too high, low or changed."""
        chosen = {
            "sites": site,
            "departments": department,
            "people": user,
            "directions": direction,
            "call_types": call_type,
            "gateways": gateway,
            "destinations": destination,
        }
        facts = {
            "kind": "counter",
            "measure": measure,
            "amount": amount_of("--amount", amount),
            "compare": compare,
            "window": window,
            "minutes": minutes,
            "against": against,
            "per": per,
            "least_calls": least_calls,
            "filters": {name: values for name, values in chosen.items() if values},
        }
        readers = Readers(to, webhook, quiet_minutes, zone, locale, see_department, see_site, mask)
        keep(name, facts, readers, home, now)


def _add_operation(commands: typer.Typer, keep: _Keep) -> None:
    @commands.command("operation")
    def operation(
        name: NameArgument,
        trouble: Annotated[Trouble, typer.Option(help="What is wrong.")],
        amount: Annotated[
            str, typer.Option(help="Minutes, files, percent, days, gigabytes or mails.")
        ] = "1",
        source: Annotated[list[str] | None, typer.Option(help="Only these sources.")] = None,
        hours: Annotated[
            str, typer.Option(help="Of silent: office hours, in --zone.")
        ] = "08:00-18:00 mon-fri",
        to: ToOption = None,
        webhook: WebhookOption = None,
        quiet_minutes: QuietOption = 60,
        zone: ZoneOption = "UTC",
        locale: LocaleOption = "en",
        home: HomeOption = None,
        now: NowOption = None,
    ) -> None:
        """Trouble with Tollbook itself, such as no calls, a source down, a tariff that ends."""
        facts = {
            "kind": "operation",
            "trouble": trouble,
            "amount": amount_of("--amount", amount),
            "sources": source or (),
            "hours": _hours("--hours", hours),
        }
        readers = Readers(to, webhook, quiet_minutes, zone, locale, None, None, 0)
        keep(name, facts, readers, home, now)


def _add_unusual(commands: typer.Typer, keep: _Keep) -> None:
    @commands.command("unusual")
    def unusual(
        name: NameArgument,
        per: Annotated[Per, typer.Option(help="person or trunk.")] = Per.PERSON,
        weeks: Annotated[int, typer.Option(help="Of the past, to learn from.")] = 8,
        points: Annotated[int, typer.Option(help="Fewer find more, and err more often.")] = 7,
        to: ToOption = None,
        webhook: WebhookOption = None,
        quiet_minutes: QuietOption = 60,
        zone: ZoneOption = "UTC",
        locale: LocaleOption = "en",
        see_department: SeeDepartmentOption = None,
        see_site: SeeSiteOption = None,
        mask: MaskOption = 3,
        home: HomeOption = None,
        now: NowOption = None,
    ) -> None:
        """Calls unlike what a person, or a trunk, usually does: fraud, most of all."""
        facts = {"kind": "unusual", "per": per, "weeks": weeks, "points": points}
        readers = Readers(to, webhook, quiet_minutes, zone, locale, see_department, see_site, mask)
        keep(name, facts, readers, home, now)


def _keep(rule: Rule, home: Path | None, at: datetime, *, change: bool) -> None:
    with desk_of(home_of(home)) as desk:
        if change:
            number, before = KEPT.named(desk, rule.name)
            desk.change(number, replace(rule, is_paused=before.is_paused), at)
        else:
            desk.add(rule, at)
    say(f"{rule.name} watches from now on" if not change else f"{rule.name} is changed")


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}" if field else "alarm"


def _hours(option: str, text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    wrong = InvalidInput([Problem(option, "no hours", 'Write "08:00-18:00 mon-fri"', value=text)])
    found = _HOURS.fullmatch(text.strip().lower())
    if found is None:
        raise wrong
    try:
        first = _WEEKDAYS.index(found["first"] or "mon")
        last = _WEEKDAYS.index(found["last"] or found["first"] or "sun")
        begin, end = (time.fromisoformat(found[name].zfill(5)) for name in ("begin", "end"))
    except ValueError:
        raise wrong from None
    many = (last - first) % 7 + 1
    weekdays = tuple((first + step) % 7 + 1 for step in range(many))
    return {"begin": begin, "end": end, "weekdays": weekdays}
