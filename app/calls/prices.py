"""Why a leg costs what it costs, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from app.format import Style, counted, duration, money

Amount = Callable[[str], str]
"""Writes an exact amount in the currency of the call."""

_LIMITS: Final = {"min_charge": "Lifted to the minimum", "max_charge": "Cut to the cap"}
_ROUNDINGS: Final = {"half_up": "half up", "up": "always up", "down": "always down"}


def reasons(explanation: str | None, currency: str | None, style: Style) -> list[tuple[str, str]]:
    """The lines of a price: what, and how much; empty where nothing was priced.

    `explanation` is the JSON that rating keeps with every leg.
    """
    if not explanation:
        return []
    told: dict[str, Any] = json.loads(explanation)
    if "free_below_s" in told:
        return [
            (
                style.say("Free: shorter than {seconds} s", seconds=told["free_below_s"]),
                money(Decimal(0), currency, style),
            )
        ]

    def amount(text: str) -> str:
        return money(Decimal(text), currency, style, fine=True)

    lines = [(_segment(part, amount, style), amount(part["amount"])) for part in told["segments"]]
    lines.append((style.say("Connect fee"), amount(told["fee"])))
    for name, label in _LIMITS.items():
        if name in told:
            lines.append((style.say(label), amount(told[name])))
    if "rounding" in told:
        rule, decimals = told["rounding"].split("/")
        how = style.say(_ROUNDINGS[rule])
        lines.append((style.say("Rounding"), f"{how}, {counted(int(decimals), 'place', style)}"))
    lines.extend(_added(told, amount, style))
    return lines


def _added(told: dict[str, Any], amount: Amount, style: Style) -> Iterator[tuple[str, str]]:
    """What the charge has on top of the cost, and the tax."""
    if "markup_percent" in told:
        yield style.say("Mark-up on the charge"), f"{told['markup_percent']}%"
    if "surcharge" in told:
        yield style.say("Surcharge on the charge"), amount(told["surcharge"])
    if "for" in told:
        yield from _for_payer(told["for"], amount, style)
    if "tax_percent" in told:
        yield style.say("Tax beside the charge"), f"{told['tax_percent']}%"


def _for_payer(told: dict[str, str], amount: Amount, style: Style) -> Iterator[tuple[str, str]]:
    whom = ", ".join(told[name] for name in ("department", "site") if name in told)
    if "markup_percent" in told:
        yield style.say("Mark-up for {whom}", whom=whom), f"{told['markup_percent']}%"
    if "surcharge" in told:
        yield style.say("Surcharge for {whom}", whom=whom), amount(told["surcharge"])


def _segment(part: dict[str, Any], amount: Amount, style: Style) -> str:
    first, following = part["first"], part["next"]
    steps = (
        style.say("by {seconds} s", seconds=first)
        if first == following
        else style.say("by first {first} s, then {next} s", first=first, next=following)
    )
    told = style.say(
        "{seconds} s at {price} per minute", seconds=part["seconds"], price=amount(part["price"])
    )
    start = ""
    if part["from"]:
        start = style.say("From {time}", time=duration(Decimal(part["from"]))) + ": "
    band = f"{part['band']}: " if "band" in part else ""
    return f"{start}{band}{told}, {steps}"
