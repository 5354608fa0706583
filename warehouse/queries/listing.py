"""How a call is listed, and the columns of calls and legs as a scope sees them.

A call is listed once: with its owner if scope and filters let the owner by, else with the one
who pays most of it. Its money is what those let by pay of it, in the currency of that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from warehouse.legs import LEG_SCHEMA
from warehouse.scope import NUMBERS, Scope, Where, shown_number, shown_parameters
from warehouse.statements import statement

CALL_COLUMNS: Final = (
    "source", "call_id", "day", "hour", "started_at", "started_local", "ended_at", "time_zone",
    "direction", "outcome", "answered_by", "from_number", "from_user", "to_number", "to_user",
    "dialled", "user", "person", "kind", "department", "cost_centre", "site", "gateway", "tariff",
    "call_type", "destination", "account_code", "purpose", "talk_s", "ring_s", "cost", "charge",
    "tax", "currency", "status", "legs", "emergency", "billed_seconds",
)  # fmt: skip
"""Columns of a listed call, in order; what they mean stands with the table `calls`."""


def listing(scope: Scope, condition: Where, columns: Sequence[str] = CALL_COLUMNS) -> Where:
    """The query of the listed calls that meet a condition on `entries`, in no order."""
    sql = statement("listing").format(columns=call_columns(scope, columns), condition=condition.sql)
    shown = shown_parameters(scope) if {*columns} & {*NUMBERS} else {}
    return Where(sql, condition.parameters | shown)


def call_columns(scope: Scope, columns: Sequence[str] = CALL_COLUMNS) -> str:
    """The select list of calls, with the parameters of `shown_parameters` if there are numbers."""
    return ", ".join(_shown(name, scope) for name in columns)


def leg_columns(scope: Scope) -> str:
    """The select list of legs, with the columns of `LEG_SCHEMA`.

    To be asked with the parameters of `shown_parameters`.
    """

    def shown(name: str) -> str:
        if name == "extra" and scope.mask_digits:
            # Columns that the call file format does not know may hold whole numbers.
            return "null::varchar as extra"
        return _shown(name, scope, "charged_user")

    return ", ".join(shown(name) for name in LEG_SCHEMA)


def _shown(name: str, scope: Scope, owner: str = '"user"') -> str:
    if name in NUMBERS and scope.mask_digits:
        return f"{shown_number(name, scope, owner)} as {name}"
    return f'"{name}"'
