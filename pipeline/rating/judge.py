"""Which legs have nothing to be priced, whatever the tariff says."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.rating.arrays import flags
from pipeline.rating.ranges import Integers
from pipeline.rating.work import Flags, Statuses
from warehouse.words import UNRATED, Outcome, Status

STATUSES = tuple(Status)
CODES = {word: code for code, word in enumerate(STATUSES)}
STATUS = pl.Enum([word.value for word in STATUSES])
IS_UNRATED = np.array([word in UNRATED for word in STATUSES])


def equals(words: pl.Series, word: str) -> Flags:
    """Where a series has a word."""
    return flags(words == word)


def verdicts(is_uncharged: Flags, outcomes: pl.Series, talk_ms: Integers) -> Statuses:
    """The status of each leg that is not to be priced, -1 for the others.

    Args:
        is_uncharged: Inbound and internal legs: no carrier bills them.
        outcomes: A leg without one was answered.
        talk_ms: -1 where it is not known.
    """
    found = np.full(len(talk_ms), -1, dtype=np.int8)
    np.copyto(found, CODES[Status.ZERO_LENGTH], where=talk_ms == 0)
    np.copyto(found, CODES[Status.BAD_DURATION], where=talk_ms < 0)
    others = outcomes != Outcome.ANSWERED.value
    if others.any():
        found[flags(others)] = CODES[Status.NOT_ANSWERED]
        found[equals(outcomes, Outcome.UNKNOWN_END.value)] = CODES[Status.BAD_DURATION]
    np.copyto(found, CODES[Status.NOT_CHARGED], where=is_uncharged)
    return found
