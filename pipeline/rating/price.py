"""What the increments of a call cost that meets one row only: nearly every call."""

from __future__ import annotations

import numpy as np

from pipeline.rating.compile import Tariffs
from pipeline.rating.gather import pick
from pipeline.rating.rounding import PER_MINUTE, largest, roomy
from pipeline.rating.work import Work


def price(work: Work, tariffs: Tariffs) -> None:
    """Bills the first increment whole, then each step that was begun.

    Talk time counts in started seconds.
    """
    terms = tariffs.prices.terms
    work.talk = (work.talk_ms + 999) // 1000
    first = pick(terms.first_increment_s, work.terms)
    step = pick(terms.next_increment_s, work.terms)
    beyond = np.maximum(work.talk - first, 0)
    # No talk lasts so long that its seconds need more than 32 bits, which divide faster.
    steps = (beyond + (step - 1)).astype(np.uint32) // step.astype(np.uint32)
    work.billed = first + steps * step
    per_minute = pick(terms.price_per_minute, work.terms)
    work.amount = roomy(work.billed, bound(work, tariffs)) * per_minute
    work.is_costless = pick(terms.price_per_minute == 0, work.terms)
    work.is_short_talk = np.array([False])
    if terms.free_below_s.any():
        work.is_short_talk = work.talk_ms < pick(terms.free_below_s, work.terms) * 1000


def bound(work: Work, tariffs: Tariffs) -> int:
    """No amount of these calls, and nothing that rounding adds to it, is larger."""
    terms = tariffs.prices.terms
    increment = max(largest(terms.first_increment_s), largest(terms.next_increment_s))
    seconds = largest(work.talk) + 2 * increment
    dearest = largest(terms.price_per_minute)
    fixed = largest(terms.connect_fee) + largest(terms.min_charge)
    per_increment = PER_MINUTE * seconds if largest(tariffs.adjustments.is_per_increment) else 0
    return seconds * dearest + 60 * fixed + per_increment + PER_MINUTE
