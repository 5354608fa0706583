"""What is passed on to the payer, and the tax on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.rating.adjustments import WHOLE
from pipeline.rating.compile import Tariffs
from pipeline.rating.gather import pick
from pipeline.rating.ranges import Integers
from pipeline.rating.rounding import SHARE, largest, roomy, stored
from pipeline.rating.work import Work


def charge(work: Work, tariffs: Tariffs) -> None:
    """Makes of the cost the charge, rounded once, like the cost.

    It is cost × (1 + markup of the tariff) × (1 + markup of the payer's rule) + surcharge of the
    tariff + surcharge of the rule: no surcharge is marked up.
    """
    rules = tariffs.adjustments
    if work.rule is not None:
        work.charge = _share(_ruled(work, tariffs, work.rule), work, tariffs)
        return
    if (rules.factor == WHOLE).all() and not rules.surcharge.any():
        work.charge = work.cost
        return
    most = largest(work.cost) * largest(rules.factor) + largest(rules.surcharge) * WHOLE + SHARE
    marked_up = roomy(work.cost, most) * pick(rules.factor, work.found)
    work.charge = _share(marked_up + pick(rules.surcharge, work.found) * WHOLE, work, tariffs)


def tax(work: Work, tariffs: Tariffs) -> None:
    """Makes of the charge the tax: its share of the charge, rounded like the cost."""
    rules = tariffs.adjustments
    if not rules.tax_share.any():
        work.tax = np.zeros(len(work), dtype=np.int64)
        return
    charges = roomy(work.charge, largest(work.charge) * WHOLE + SHARE)
    work.tax = _share(charges * pick(rules.tax_share, work.found), work, tariffs)


def _ruled(work: Work, tariffs: Tariffs, place: Integers) -> Any:
    """The charges of legs with rules, in parts of `SHARE`.

    What they come to has parts of a part. Those are dropped, or where the tariff rounds up count
    as a whole one: the rounding that follows gives the same as it would with them.
    """
    rules = tariffs.adjustments
    factors, denominator = tariffs.charges.factors()
    surcharges = tariffs.charges.surcharges()
    added = (largest(rules.surcharge) + largest(surcharges)) * WHOLE * denominator
    most = largest(work.cost) * largest(rules.factor) * largest(factors) + added
    marked_up = roomy(work.cost, most + SHARE) * pick(rules.factor, work.found) * factors[place]
    fixed = (pick(rules.surcharge, work.found) + surcharges[place]) * WHOLE
    begun = np.where(pick(rules.is_up, work.found), denominator - 1, 0)
    return (marked_up + roomy(fixed, added + SHARE) * denominator + begun) // denominator


def _share(amounts: Integers, work: Work, tariffs: Tariffs) -> Integers:
    rules = tariffs.adjustments
    return stored(
        amounts,
        pick(rules.share_divisor, work.found),
        pick(rules.share_added, work.found),
        pick(rules.step, work.found),
    )
