"""Which table answers a question with the least work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from warehouse.scope import BOUNDS, LISTS, Filters, Scope

_OWNER: Final = frozenset({"day", "site", "department"})
_KIND: Final = frozenset({"direction", "call_type", "currency"})
_ENDING: Final = frozenset({"day", "site", "direction", "outcome", "answered_by"})
_COUNTS: Final = frozenset({"calls", "answered", "talk_s"})

_ROLLUPS: Final[dict[str, frozenset[str]]] = {
    "day_totals": _OWNER | _KIND | _COUNTS | {"money"},
    "day_people": _OWNER | _COUNTS | {"user", "person", "currency", "money"},
    "day_outcomes": _ENDING | _COUNTS | {"department", "waits"},
    "day_hours": _ENDING | _COUNTS | {"hour", "waits"},
    "day_destinations": _KIND
    | _COUNTS
    | {"day", "site", "gateway", "tariff", "destination", "money"},
}
"""What can be asked of each: its columns, `money`, and `waits` for `prompt` and `wait_s`."""


def relation_with(needed: Iterable[str], scope: Scope, filters: Filters) -> str:
    """The smallest of rollups and `entries` with the columns that keys, scope and filters need."""
    columns = set(needed) | _asked_of(scope) | filtered_by(filters)
    for rollup, known in _ROLLUPS.items():
        if columns <= known:
            return rollup
    return "entries"


def filtered_by(filters: Filters) -> set[str]:
    """The columns that filters need, beside the day."""
    columns = {column.strip('"') for name, column in LISTS.items() if getattr(filters, name)}
    columns |= {
        test.split()[0] for name, test in BOUNDS.items() if getattr(filters, name) is not None
    }
    if filters.text.strip():
        columns.add("text")
    if filters.outside_hours is not None:
        columns.add("started_local")
    return columns


def parts_with(filters: Filters) -> str:
    """The smallest relation of the parts of split calls with the columns that filters need."""
    known = {"site", "department", "user", "kind", "cost_centre", "account_code", "purpose", "cost"}
    return "call_shares" if filtered_by(filters) <= known else "(from entries where split)"


def _asked_of(scope: Scope) -> set[str]:
    if scope.everything:
        return set()
    asked = {"user": scope.users, "department": scope.departments, "site": scope.sites}
    return {column for column, allowed in asked.items() if allowed}
