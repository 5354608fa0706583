"""Fixed charges in the currency that the company reports in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl

from tests.warehouse.conftest import MakeLeg, Put
from warehouse.dimensions import Dimensions, note_dimensions
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.queries import fixed
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshots


def test_the_greatest_amount_is_reported_to_the_last_digit(
    master: Master, put: Put, leg: MakeLeg, snapshots: Snapshots, now: datetime
) -> None:
    amount = Decimal("99999999.999999")
    charges = pl.DataFrame(
        {
            "what": "site",
            "id": "Rome",
            "name": "Lines",
            "amount": [amount],
            "units": int(amount * 10**6),
            "currency": ["EUR"],
            "proration": "days",
        }
    )
    rates = pl.DataFrame(
        {"currency": "EUR", "reporting_currency": "USD", "rate": [Decimal("1.0123456789")]}
    )
    blank = pl.DataFrame()
    note_dimensions(master, Dimensions(blank, blank, blank, charges, rates), now)
    put(leg("A", "2024-10-14 08:00:00"))
    publish(master, now)

    found = fixed.by(
        *(snapshots.current(), Scope(everything=True)),
        Filters(date(2024, 10, 1), date(2024, 10, 31)),
        money="reporting",
    )

    assert [Decimal("101234567.889999")] == found["fixed"].to_list()
