"""What is passed on to the payer, and the tax on it."""

from __future__ import annotations

import numpy as np

from pipeline.rating.adjustments import WHOLE
from pipeline.rating.compile import Tariffs
from pipeline.rating.gather import pick
from pipeline.rating.ranges import Integers
from pipeline.rating.rounding import SHARE, largest, roomy, stored
from pipeline.rating.work import Work


def charge(work: Work, tariffs: Tariffs) -> None:
    """Makes of the cost the charge: cost × (1 + markup) + surcharge, rounded like the cost."""
    rules = tariffs.adjustments
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


def _share(amounts: Integers, work: Work, tariffs: Tariffs) -> Integers:
    rules = tariffs.adjustments
    return stored(
        amounts,
        pick(rules.share_divisor, work.found),
        pick(rules.share_added, work.found),
        pick(rules.step, work.found),
    )
