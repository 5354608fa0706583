"""An alarm as people set it up."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.alarms.event import Told
from app.alarms.watched import (
    WATCHED,
    Counter,
    Measure,
    Operation,
    SingleCall,
    Unusual,
    zone_of,
)
from app.mail.message import address
from app.schedules.schedule import scope_of, scope_text
from warehouse.errors import InvalidInput, Problem
from warehouse.scope import Scope


@dataclass(frozen=True, slots=True)
class Rule:
    """What is watched for, and who is told."""

    name: str
    watched: SingleCall | Counter | Operation | Unusual
    told: Told
    scope: Scope = field(default_factory=lambda: Scope(everything=True))
    """Which calls are looked at, and what of them its readers may see."""
    zone: str = "UTC"
    locale: str = "en"
    is_paused: bool = False
    made_by: str = ""


def checked(rule: Rule, webhooks: Collection[str]) -> Rule:
    """The rule; raises `InvalidInput` with everything that is wrong with it.

    `webhooks` are the names of those that there are.
    """
    name = f"alarm {rule.name}"
    problems = []
    if not rule.name.strip():
        problems.append(Problem("alarm", "has no name", "Give it one"))
    if not rule.told.addresses and not rule.told.webhooks:
        problems.append(Problem(name, "nobody is told", "Name an address or a webhook"))
    for one in rule.told.addresses:
        try:
            address(one)
        except ValueError as error:
            problems.append(Problem(name, "no mail address", str(error), value=one))
    problems += [
        Problem(name, "no such webhook", f"Known: {', '.join(sorted(webhooks)) or 'none'}", one)
        for one in rule.told.webhooks
        if one not in webhooks
    ]
    if rule.told.quiet_minutes < 0:
        problems.append(Problem(name, "quiet for less than no time", "Give minutes, or 0"))
    try:
        zone_of(rule.zone)
    except ValueError as error:
        problems.append(Problem(name, str(error), "Write Europe/Rome", value=rule.zone))
    problems += _unseen(name, rule)
    if problems:
        raise InvalidInput(problems)
    return rule


def _unseen(name: str, rule: Rule) -> list[Problem]:
    """What would never be found, because its readers may not see it."""
    watched, found = rule.watched, []
    if isinstance(watched, SingleCall) and rule.scope.mask_digits:
        mend = "End it with a * before the hidden digits, or hide none"
        found += [
            Problem(name, "its last digits are hidden, so it is never met", mend, value=one)
            for one in watched.numbers
            if not one.endswith("*") and len(one) > rule.scope.mask_digits + 3
        ]
    whole = isinstance(watched, Operation) or (
        isinstance(watched, Counter) and watched.measure is Measure.CONCURRENT
    )
    if whole and not rule.scope.everything:
        rule_text = "this is about the whole company, and its readers may see a part of it"
        found.append(Problem(name, rule_text, "Let them see everything"))
    return found


def to_row(rule: Rule) -> dict[str, Any]:
    """The columns of the table `alarms` that a person sets."""
    return {
        "name": rule.name,
        "test": rule.watched.model_dump_json(),
        "scope": scope_text(rule.scope),
        "mask_digits": rule.scope.mask_digits,
        "addresses": json.dumps(rule.told.addresses),
        "webhooks": json.dumps(rule.told.webhooks),
        "quiet_minutes": rule.told.quiet_minutes,
        "zone": rule.zone,
        "locale": rule.locale,
        "is_paused": int(rule.is_paused),
        "made_by": rule.made_by,
    }


def from_row(row: Mapping[str, Any]) -> Rule:
    """The rule of a row of the table."""
    return Rule(
        name=row["name"],
        watched=WATCHED.validate_json(row["test"]),
        told=Told(
            tuple(json.loads(row["addresses"])),
            tuple(json.loads(row["webhooks"])),
            row["quiet_minutes"],
        ),
        scope=scope_of(row["scope"], row["mask_digits"]),
        zone=row["zone"],
        locale=row["locale"],
        is_paused=bool(row["is_paused"]),
        made_by=row["made_by"],
    )
