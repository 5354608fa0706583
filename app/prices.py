"""Why a leg costs what it costs, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from app.format import Style, counted, duration, money


def reasons(explanation: str | None, currency: str | None, style: Style) -> list[tuple[str, str]]:
    """The lines of a price: what, and how much; empty where nothing was priced.

    `explanation` is the JSON that rating keeps with every leg.
    """
    if not explanation:
        return []
    told: dict[str, Any] = json.loads(explanation)
    if "free_below_s" in told:
        return [
            (f"Free: shorter than {told['free_below_s']} s", money(Decimal(0), currency, style))
        ]

    def amount(text: str) -> str:
        return money(Decimal(text), currency, style, fine=True)

    lines = [(_segment(part, amount), amount(part["amount"])) for part in told["segments"]]
    lines.append(("Connect fee", amount(told["fee"])))
    for name, label in (("min_charge", "Lifted to the minimum"), ("max_charge", "Cut to the cap")):
        if name in told:
            lines.append((label, amount(told[name])))
    if "rounding" in told:
        rule, decimals = told["rounding"].split("/")
        lines.append(("Rounding", f"{rule.replace('_', ' ')}, {counted(int(decimals), 'place')}"))
    lines.extend(_added(told, amount))
    return lines


def _added(told: dict[str, Any], amount: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """What the charge has on top of the cost, and the tax."""
    if "markup_percent" in told:
        yield "Mark-up on the charge", f"{told['markup_percent']}%"
    if "surcharge" in told:
        yield "Surcharge on the charge", amount(told["surcharge"])
    if "for" in told:
        yield from _for_payer(told["for"], amount)
    if "tax_percent" in told:
        yield "Tax beside the charge", f"{told['tax_percent']}%"


def _for_payer(told: dict[str, str], amount: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    whom = " at ".join(told[name] for name in ("department", "site") if name in told)
    if "markup_percent" in told:
        yield f"Mark-up for {whom}", f"{told['markup_percent']}%"
    if "surcharge" in told:
        yield f"Surcharge for {whom}", amount(told["surcharge"])


def _segment(part: dict[str, Any], amount: Any) -> str:
    steps = f"{part['first']} s" if part["first"] == part["next"] else (
        f"first {part['first']} s, then {part['next']} s"
    )  # fmt: skip
    start = f"From {duration(Decimal(part['from']))}: " if part["from"] else ""
    band = f"{part['band']}: " if "band" in part else ""
    return f"{start}{band}{part['seconds']} s at {amount(part['price'])} per minute, by {steps}"
