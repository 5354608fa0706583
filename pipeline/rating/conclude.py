"""The status of each leg."""

from __future__ import annotations

import numpy as np

from pipeline.rating.compile import Tariffs
from pipeline.rating.gather import pick
from pipeline.rating.judge import CODES
from pipeline.rating.work import Work
from warehouse.words import Status


def conclude(work: Work, tariffs: Tariffs) -> None:
    """Says what rating made of each leg.

    Free is a call that is too short to pay for, or of which neither the increments, the fee nor the
    minimum ask anything.
    """
    terms = tariffs.prices.terms
    asked = pick(terms.connect_fee, work.terms) + pick(terms.min_charge, work.terms)
    status = np.full(len(work), CODES[Status.RATED], dtype=np.int8)
    status[np.broadcast_to((work.is_costless & (asked == 0)) | work.is_short_talk, len(work))] = (
        CODES[Status.FREE]
    )
    status[np.broadcast_to(~work.has_band, len(work))] = CODES[Status.NO_BAND]
    lacks = work.card == 0
    if lacks.any():
        status = np.where(lacks, work.unmatched, status)
        status[lacks & work.is_unreadable] = CODES[Status.BAD_NUMBER]
        status[work.own == 0] = CODES[Status.NO_TARIFF]
    decided = work.verdict >= 0
    status[decided] = work.verdict[decided]
    work.status = status
