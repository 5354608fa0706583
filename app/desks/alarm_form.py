"""What somebody fills in about an alarm, and the alarm that it makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any, Final

from app.alarms.event import Told
from app.alarms.facts import amount_of, watched_of
from app.alarms.rule import Rule, checked
from app.alarms.watched import (
    FIXED,
    SHARES,
    Compare,
    Counter,
    Hours,
    Measure,
    Operation,
    Per,
    SingleCall,
    Trouble,
    Unusual,
    Window,
)
from app.desks.schedule_form import Draft, lines
from warehouse.errors import InvalidInput, Problem
from warehouse.scope import LISTS, Scope
from warehouse.words import CallType

KINDS: Final = {
    "call": "Single calls",
    "counter": "Figures",
    "unusual": "Unusual calls",
    "operation": "Operation",
}
LABELS: Final = {
    "numbers": "Numbers",
    "amount": "Amount",
    "minutes": "Minutes",
    "least_calls": "Fewest calls",
    "min_cost": "Cost from",
    "sources": "Sources",
    "filters": "Which calls",
    "weeks": "Weeks",
    "points": "Points",
    "": "What is watched for",
}
FILTERS: Final = tuple(name for name in LISTS if name != "outcomes")
"""Those that the form asks for; others are kept as they are."""
_PREMIUM: Final = SingleCall(call_types=(CallType.PREMIUM,))
_OFFICE: Final = Hours(begin=time(8), end=time(18), weekdays=(1, 2, 3, 4, 5))
_MINUTE: Final = 60


def draft_of(rule: Rule | None, zone: str) -> Draft:
    """The fields as they are at first: of an alarm, or of a new one of somebody in `zone`."""
    watched = rule.watched if rule else _PREMIUM
    call = watched if isinstance(watched, SingleCall) else _PREMIUM
    counter = (
        watched
        if isinstance(watched, Counter)
        else Counter(measure=Measure.COST, amount=Decimal(500))
    )
    trouble = (
        watched
        if isinstance(watched, Operation)
        else Operation(trouble=Trouble.SILENT, amount=Decimal(60))
    )
    odd = watched if isinstance(watched, Unusual) else Unusual()
    told = rule.told if rule else Told(quiet_minutes=60)
    scope = rule.scope if rule else Scope(everything=True, mask_digits=3)
    hours = call.within or call.outside or _OFFICE
    return {
        "name": rule.name if rule else "",
        "kind": watched.kind,
        "numbers": "\n".join(call.numbers),
        "destinations": list(call.destinations),
        "call_types": [one.value for one in call.call_types],
        "people": list(call.people),
        "departments": list(call.departments),
        "gateways": list(call.gateways),
        "directions": [one.value for one in call.directions],
        "emergency": call.emergency is True,
        "min_cost": "" if call.min_cost is None else str(call.min_cost),
        "min_minutes": (call.min_talk_s or 0) // _MINUTE,
        "when": "within" if call.within else "outside" if call.outside else "",
        "any_of": "any" if call.any_of else "all",
        **_hours_draft("", hours),
        "measure": counter.measure.value,
        "compare": counter.compare.value,
        "amount": str(counter.amount),
        "window": counter.window.value,
        "minutes": counter.minutes or 10,
        "against": counter.against,
        "per": counter.per.value,
        "least_calls": counter.least_calls,
        **{f"only {name}": list(counter.filters.get(name, ())) for name in FILTERS},
        "trouble": trouble.trouble.value,
        "trouble_amount": str(trouble.amount),
        "sources": list(trouble.sources),
        **_hours_draft("office_", trouble.hours),
        "unusual_per": odd.per.value,
        "weeks": odd.weeks,
        "points": odd.points,
        "addresses": "\n".join(told.addresses),
        "webhooks": list(told.webhooks),
        "quiet_minutes": told.quiet_minutes,
        "zone": rule.zone if rule else zone,
        "locale": rule.locale if rule else "en",
        "mask": scope.mask_digits,
        "see_departments": list(scope.departments),
        "see_sites": list(scope.sites),
    }


def rule_of(
    draft: Mapping[str, Any], before: Rule | None, webhooks: Collection[str], by: str
) -> Rule:
    """The alarm of filled-in fields; raises `InvalidInput` with everything that is wrong.

    What the form does not ask for is taken from the alarm `before`.
    """
    problems: list[Problem] = []
    watched: SingleCall | Counter | Operation | Unusual = _PREMIUM
    try:
        facts = _FACTS[draft["kind"]](draft, before.watched if before else None)
        watched = watched_of(facts, _label)
    except InvalidInput as error:
        problems += error.problems
    scope = before.scope if before else Scope()
    see_departments, see_sites = draft["see_departments"], draft["see_sites"]
    made = Rule(
        name=draft["name"].strip(),
        watched=watched,
        told=Told(lines(draft["addresses"]), tuple(draft["webhooks"]), int(draft["quiet_minutes"])),
        scope=replace(
            scope,
            everything=not (see_departments or see_sites or scope.users),
            departments=tuple(see_departments),
            sites=tuple(see_sites),
            # Trouble with the operation has no numbers to hide.
            mask_digits=0 if isinstance(watched, Operation) else int(draft["mask"]),
        ),
        zone=draft["zone"],
        locale=draft["locale"],
        is_paused=before.is_paused if before else False,
        made_by=before.made_by if before else by,
    )
    try:
        checked(made, webhooks)
    except InvalidInput as error:
        problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return made


def compares_with_before(draft: Mapping[str, Any]) -> bool:
    """Whether a figure is held against an earlier one."""
    return Compare(draft["compare"]) not in FIXED


def needs_calls(draft: Mapping[str, Any]) -> bool:
    """Whether it says nothing of few calls."""
    return Measure(draft["measure"]) in SHARES or compares_with_before(draft)


def _label(field: str) -> str:
    return LABELS.get(field, field.replace("_", " ").capitalize())


def _call_facts(draft: Mapping[str, Any], _: object) -> dict[str, Any]:
    when = draft["when"]
    return {
        "kind": "call",
        "numbers": lines(draft["numbers"]),
        "destinations": draft["destinations"],
        "call_types": draft["call_types"],
        "people": draft["people"],
        "departments": draft["departments"],
        "gateways": draft["gateways"],
        "directions": draft["directions"],
        "emergency": draft["emergency"] or None,
        "min_cost": amount_of(LABELS["min_cost"], draft["min_cost"]),
        "min_talk_s": int(draft["min_minutes"]) * _MINUTE or None,
        "within": _hours(draft, "") if when == "within" else None,
        "outside": _hours(draft, "") if when == "outside" else None,
        "any_of": draft["any_of"] == "any",
    }


def _counter_facts(draft: Mapping[str, Any], before: object) -> dict[str, Any]:
    others: dict[str, Any] = {}
    if isinstance(before, Counter):
        others = {name: one for name, one in before.filters.items() if name not in FILTERS}
    is_at_once = draft["measure"] == Measure.CONCURRENT
    # The channels of a trunk are its own, whoever holds them.
    asked = ("gateways",) if is_at_once else FILTERS
    chosen = {name: draft[f"only {name}"] for name in asked if draft[f"only {name}"]}
    window = Window.HOUR.value if is_at_once else draft["window"]
    return {
        "kind": "counter",
        "measure": draft["measure"],
        "compare": Compare.ABOVE if is_at_once else draft["compare"],
        "amount": amount_of(LABELS["amount"], draft["amount"]),
        "window": window,
        "minutes": int(draft["minutes"]) if window == Window.SLIDING else None,
        "against": draft["against"] if compares_with_before(draft) else "previous",
        "per": Per.TRUNK if is_at_once else draft["per"],
        "least_calls": int(draft["least_calls"]),
        "filters": others | chosen,
    }


def _operation_facts(draft: Mapping[str, Any], _: object) -> dict[str, Any]:
    return {
        "kind": "operation",
        "trouble": draft["trouble"],
        "amount": amount_of(LABELS["amount"], draft["trouble_amount"]) or Decimal(0),
        "sources": draft["sources"],
        "hours": _hours(draft, "office_"),
    }


def _unusual_facts(draft: Mapping[str, Any], _: object) -> dict[str, Any]:
    return {
        "kind": "unusual",
        "per": draft["unusual_per"],
        "weeks": int(draft["weeks"]),
        "points": int(draft["points"]),
    }


_FACTS: Final = {
    "call": _call_facts,
    "counter": _counter_facts,
    "operation": _operation_facts,
    "unusual": _unusual_facts,
}


def _hours_draft(prefix: str, hours: Hours) -> Draft:
    return {
        f"{prefix}begin": hours.begin,
        f"{prefix}end": hours.end,
        f"{prefix}weekdays": list(hours.weekdays),
    }


def _hours(draft: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name: draft[f"{prefix}{name}"] for name in ("begin", "end", "weekdays")}
