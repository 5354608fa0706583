"""What may be spent in a period: the amount, and what was left of the periods before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from warehouse.budgets.budget import Budget
from warehouse.budgets.periods import firsts_between


def available(
    budget: Budget, spent: Mapping[date, int], since: date, last: date
) -> Mapping[date, int]:
    """Millionths that may be spent in each period from that of `since` to that of `last`.

    `spent` are sums by the first day of their period. What was overspent is not taken off the next
    period; what was left adds up from period to period.
    """
    found: dict[date, int] = {}
    left = 0
    for first in firsts_between(budget.period, max(since, budget.valid_from), last):
        found[first] = budget.units + (left if budget.carry_over else 0)
        left = max(0, found[first] - spent.get(first, 0))
    return found
