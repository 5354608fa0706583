"""The calls that are being priced, and what the steps have found out about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.rating.digits import Digits
from pipeline.rating.localtime import Timeline
from pipeline.rating.ranges import Integers
from pipeline.rating.steps import Cells

Flags = npt.NDArray[np.bool_]
Statuses = npt.NDArray[np.int8]

_NONE: Any = None


@dataclass(slots=True)
class Segments:
    """Pieces of calls that one row prices, in the order in which they were talked."""

    call: Integers
    start: Integers
    """Second of the call with which the first increment starts."""
    seconds: Integers
    """Billed."""
    row: Integers
    amount: Any
    """Parts of `PER_MINUTE`."""


@dataclass(slots=True)
class Work:
    """One array or series per fact, one value per call (or one for all, see `pick`).

    Places in tables begin at 1; 0 is none. Each step fills in what follows its name.
    """

    # read
    own: Integers
    """The call's tariff; 0 where it has none here or needs none."""
    named: pl.Series
    """The tariff as the call names it."""
    at: Integers
    """Instant (ms) at which the call was answered, else begun."""
    is_timeless: Flags
    talk_ms: Integers
    """-1 where it is not known."""
    e164: Digits
    """None for any other number."""
    short: Digits
    """Of private and short numbers; `is_short` says which they are."""
    is_short: Flags
    is_unreadable: Flags
    is_internal: Flags
    verdict: Statuses
    """Index of the status of a call that is not to be priced, else -1."""
    rule: Integers | None
    """The payer's rule among the charges, 0 for none; None where there are no rules at all."""

    # match
    found: Integers = field(default=_NONE)
    """The tariff that has a price."""
    card: Cells | Integers = field(default=_NONE)
    unmatched: Statuses = field(default=_NONE)
    """Why there is no card."""
    timeline: Timeline = field(default=_NONE)
    moments: Integers = field(default=_NONE)
    """Place of the call's own tariff and instant in the tables of `timeline`."""
    moment_ends: Integers = field(default=_NONE)

    # band
    line: Integers = field(default=_NONE)
    has_band: Flags = field(default=_NONE)
    row: Integers = field(default=_NONE)
    terms: Integers = field(default=_NONE)
    band_ends: Integers = field(default=_NONE)
    """Instant (ms) at which the call would come into another band."""

    # price
    talk: Integers = field(default=_NONE)
    """Started seconds."""
    billed: Integers = field(default=_NONE)
    amount: Any = _NONE
    """Of the increments, in parts of `PER_MINUTE`."""
    is_costless: Flags = field(default=_NONE)
    """Nothing is asked for any of the increments."""
    is_short_talk: Flags = field(default=_NONE)

    # walk
    walked: Integers = field(default=_NONE)
    """Calls that meet more than one row."""
    segments: Segments = field(default=_NONE)

    # settle
    is_lifted: Flags = field(default=_NONE)
    is_capped: Flags = field(default=_NONE)
    cost: Integers = field(default=_NONE)

    # charge
    charge: Integers = field(default=_NONE)
    tax: Integers = field(default=_NONE)

    # conclude
    status: Statuses = field(default=_NONE)

    def __len__(self) -> int:
        return len(self.own)
