"""What the settings of tariffs come to as whole numbers, to stand beside each price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.rating.gather import collapsed
from pipeline.rating.ranges import Integers
from pipeline.rating.rounding import PER_MINUTE, SHARE, STORED, STORED_DECIMALS, added_for
from pipeline.rating.settings import BandRule, IncrementRule, RoundingUnit, TariffSettings

WHOLE = 10**6
"""Shares are in units of 1e-6: a percentage of four decimals is a whole number of them."""


@dataclass(frozen=True, slots=True)
class Adjustments:
    """By tariff (1 is the first, 0 stands for none), to be read with `pick`."""

    step: Integers
    """The smallest amount of the tariff's decimals, in stored money."""
    cost_divisor: Integers
    cost_added: Integers
    share_divisor: Integers
    share_added: Integers
    factor: Integers
    """1 + markup, in units of 1e-6."""
    surcharge: Integers
    """Stored money."""
    tax_share: Integers
    """In units of 1e-6."""
    is_split: Integers
    """1 where a change of band changes the price of a call, else 0."""
    is_multiple: Integers
    is_per_increment: Integers

    @property
    def is_up(self) -> npt.NDArray[np.bool_]:
        """Where the tariff rounds up."""
        return np.equal(self.share_added, self.share_divisor - 1)

    @classmethod
    def of(cls, settings: Sequence[TariffSettings]) -> Adjustments:
        each = [_numbers(one) for one in (*settings[:1], *settings)] or [_numbers(TariffSettings())]
        columns = {name: [numbers[name] for numbers in each] for name in each[0]}
        return cls(**{name: collapsed(np.array(column)) for name, column in columns.items()})


def _numbers(settings: TariffSettings) -> dict[str, int]:
    cost_divisor = PER_MINUTE // 10**settings.decimals
    share_divisor = SHARE // 10**settings.decimals
    return {
        "step": int(10 ** (STORED_DECIMALS - settings.decimals)),
        "cost_divisor": cost_divisor,
        "cost_added": added_for(settings.rounding, cost_divisor),
        "share_divisor": share_divisor,
        "share_added": added_for(settings.rounding, share_divisor),
        "factor": WHOLE + int(settings.markup_percent * WHOLE / 100),
        "surcharge": int(settings.surcharge * STORED),
        "tax_share": int(settings.tax_percent * WHOLE / 100),
        "is_split": int(settings.band_rule is BandRule.SPLIT),
        "is_multiple": int(settings.increment_rule is IncrementRule.MULTIPLE),
        "is_per_increment": int(settings.rounding_unit is RoundingUnit.INCREMENT),
    }
