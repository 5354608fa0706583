"""The shape in which rated call legs enter the warehouse."""

from __future__ import annotations

import polars as pl

INSTANT: pl.DataType = pl.Datetime("ms")
"""UTC, stored without an offset."""
SECONDS: pl.DataType = pl.Decimal(12, 3)
MONEY: pl.DataType = pl.Decimal(18, 6)

LEG_SCHEMA = pl.Schema(
    {
        "source": pl.String(),
        "leg_id": pl.String(),
        "call_id": pl.String(),
        "revision": pl.Int64(),
        "started_at": INSTANT,
        "answered_at": INSTANT,
        "ended_at": INSTANT,
        "day": pl.Date(),
        "hour": pl.Int8(),
        "started_local": INSTANT,
        "time_zone": pl.String(),
        "talk_s": SECONDS,
        "ring_s": SECONDS,
        "direction": pl.String(),
        "outcome": pl.String(),
        "answered_by": pl.String(),
        "from_number": pl.String(),
        "from_user": pl.String(),
        "to_number": pl.String(),
        "to_user": pl.String(),
        "dialled": pl.String(),
        "charged_user": pl.String(),
        "charge_reason": pl.String(),
        "named_payer": pl.String(),
        "person": pl.String(),
        "kind": pl.String(),
        "department": pl.String(),
        "cost_centre": pl.String(),
        "site": pl.String(),
        "gateway_in": pl.String(),
        "gateway_out": pl.String(),
        "conference_id": pl.String(),
        "response_code": pl.String(),
        "diagnostic": pl.String(),
        "media": pl.String(),
        "emergency": pl.Boolean(),
        "dialog_id": pl.String(),
        "account_code": pl.String(),
        "purpose": pl.String(),
        "extra": pl.String(),
        "tariff": pl.String(),
        "tariff_version": pl.String(),
        "prefix": pl.String(),
        "destination": pl.String(),
        "call_type": pl.String(),
        "billed_seconds": pl.Int64(),
        "connect_fee": MONEY,
        "cost": MONEY,
        "charge": MONEY,
        "tax": MONEY,
        "currency": pl.String(),
        "status": pl.String(),
        "explanation": pl.String(),
        "reporting_currency": pl.String(),
        "reporting_cost": MONEY,
        "reporting_charge": MONEY,
        "reporting_tax": MONEY,
        "conversion": pl.String(),
    }
)
"""Columns of a rated leg, in order.

`day`, `hour` and `started_local` are the wall clock of `time_zone`, the zone of the leg's site.
Numbers are normalised (E.164 with `+`, or as dialled where private). `charged_user` is the owner of
the leg; `named_payer` whom the source names in their place: empty where it is nobody else, an empty
text where it names nobody. `charge_reason` is the source's. `person`, `kind` (what the owner is: a
person, a fax …), `department`, `cost_centre` and `site` are the owner's on that day. `dialog_id`
names its session alike in every source that recorded it, empty where unknown. `account_code` is
what the caller keyed in for whoever the call is for; `purpose` whether it was private, empty where
nobody says what is. `extra` holds the columns of the call file that the format does not know, as a
JSON object. Money is empty where `status` is one of `UNRATED`. The money of the columns
`reporting_…` is the same in the currency that the company reports in; `conversion` is one of
`Conversion`.
"""
