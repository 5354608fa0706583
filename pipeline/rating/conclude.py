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
    status = np.full(len(work), CODES[Status.RATED], dtype=np.int8)
    if work.is_costless.any():
        asks_nothing = (terms.connect_fee == 0) & (terms.min_charge == 0)
        np.copyto(
            status,
            CODES[Status.FREE],
            where=work.is_costless & pick(asks_nothing, work.terms),
        )
    np.copyto(status, CODES[Status.FREE], where=work.is_short_talk)
    np.copyto(status, CODES[Status.NO_BAND], where=~work.has_band)
    lacks = work.card == 0
    if lacks.any():
        status = np.where(lacks, work.unmatched, status)
        status[lacks & work.is_unreadable] = CODES[Status.BAD_NUMBER]
        status[work.own == 0] = CODES[Status.NO_TARIFF]
    np.copyto(status, work.verdict, where=work.verdict >= 0)
    work.status = status
