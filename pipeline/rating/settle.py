"""The cost of a call: connect fee, minimum, cap and rounding."""

from __future__ import annotations

import numpy as np

from pipeline.rating.compile import Tariffs
from pipeline.rating.gather import pick
from pipeline.rating.prices import NO_CAP
from pipeline.rating.rounding import stored
from pipeline.rating.work import Work


def settle(work: Work, tariffs: Tariffs) -> None:
    """Adds the fee to the increments; the minimum lifts, then the cap lowers the sum.

    What is left is rounded once, by the rule of the tariff, to stored money.
    """
    terms, rules = tariffs.prices.terms, tariffs.adjustments
    total = work.amount
    if terms.connect_fee.any():
        total = total + pick(terms.connect_fee * 60, work.terms)
    work.is_lifted = work.is_capped = np.array([False])
    if terms.min_charge.any():
        least = pick(terms.min_charge * 60, work.terms)
        work.is_lifted = total < least
        total = np.maximum(total, least)
    if (terms.max_charge != NO_CAP).any():
        most = pick(terms.max_charge * 60, work.terms)
        work.is_capped = total > most
        total = np.minimum(total, most)
    work.cost = stored(
        total,
        pick(rules.cost_divisor, work.found),
        pick(rules.cost_added, work.found),
        pick(rules.step, work.found),
    )
