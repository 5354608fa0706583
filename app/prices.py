"""Why a leg costs what it costs, in words."""

from __future__ import annotations

import json
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
    if "markup_percent" in told:
        lines.append(("Mark-up on the charge", f"{told['markup_percent']}%"))
    if "surcharge" in told:
        lines.append(("Surcharge on the charge", amount(told["surcharge"])))
    if "tax_percent" in told:
        lines.append(("Tax beside the charge", f"{told['tax_percent']}%"))
    return lines


def _segment(part: dict[str, Any], amount: Any) -> str:
    steps = f"{part['first']} s" if part["first"] == part["next"] else (
        f"first {part['first']} s, then {part['next']} s"
    )  # fmt: skip
    start = f"From {duration(Decimal(part['from']))}: " if part["from"] else ""
    band = f"{part['band']}: " if "band" in part else ""
    return f"{start}{band}{part['seconds']} s at {amount(part['price'])} per minute, by {steps}"
