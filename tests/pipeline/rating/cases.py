"""A call with a known price, to be put to any rater."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

USUAL_ROW = {
    "tariff": "t",
    "prefix": "39",
    "destination": "Italy",
    "call_type": "national",
    "price_per_minute": "0.60",
}


@dataclass(frozen=True)
class Case:
    """A call and what it costs.

    Attributes:
        name: What it shows.
        rows: Cells of price rows that differ from `USUAL_ROW`.
        talk_s: Talk time.
        cost: The expected cost, None where the call has no price.
        settings: Of the tariff `t`.
        at: When it is answered, UTC.
        number: Called number.
        status: Expected status.
        others: More that is expected: `billed_seconds`, `charge`, `tax`, `prefix`.
        source: Who published it.
    """

    name: str
    rows: Sequence[Mapping[str, str]]
    talk_s: str
    cost: str | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    at: str = "2026-06-01T12:00:00"
    number: str = "+390612345678"
    status: str = "rated"
    others: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    @property
    def cells(self) -> list[dict[str, str]]:
        return [{**USUAL_ROW, **row} for row in self.rows]

    @property
    def leg(self) -> dict[str, Any]:
        at = datetime.fromisoformat(self.at)
        return {
            "number": self.number,
            "direction": "outbound",
            "outcome": "answered",
            "tariff": "t",
            "started_at": at,
            "answered_at": at,
            "talk_s": Decimal(self.talk_s),
        }

    @property
    def expected(self) -> dict[str, Any]:
        cost = None if self.cost is None else Decimal(self.cost)
        return {"cost": cost, "status": self.status, **self.others}
