"""Which table answers a question with the least work."""

from __future__ import annotations

from warehouse.scope import Filters, Scope

_DAY_TOTALS = frozenset({"day", "site", "department", "direction", "call_type"})
_DAY_PEOPLE = frozenset({"day", "site", "department", "user", "person"})


def relation_with(needed: set[str], scope: Scope, filters: Filters) -> str:
    """The smallest of rollups and `entries` with the columns that keys, scope and filters need."""
    columns = set(needed)
    if scope.users and not scope.everything:
        columns.add("user")
    for column, used in (
        ("user", filters.people),
        ("direction", filters.directions),
        ("call_type", filters.call_types),
        ("outcome", filters.outcomes),
        ("gateway", filters.gateways),
        ("destination", filters.destinations),
        ("text", filters.text.strip()),
        ("min_cost", filters.min_cost is not None),
    ):
        if used:
            columns.add(column)
    if columns <= _DAY_TOTALS:
        return "day_totals"
    if columns <= _DAY_PEOPLE:
        return "day_people"
    return "entries"


def parts_with(filters: Filters) -> str:
    """The smallest relation of the parts of split calls with the columns that filters need."""
    asks_for_calls = (
        filters.directions
        or filters.call_types
        or filters.outcomes
        or filters.gateways
        or filters.destinations
        or filters.text.strip()
    )
    return "(from entries where split)" if asks_for_calls else "call_shares"
