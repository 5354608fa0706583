"""Which trunk a site takes for a number."""

from __future__ import annotations

from random import Random

from pipeline.simulator.lines import Line
from pipeline.simulator.sites import Site, Trunk

_OWN_PREFIX = {"IT": "+39", "US": "+1", "SG": "+65"}
_OVERFLOW_SHARE = 0.7


def route(rng: Random, site: Site, line: Line) -> Trunk:
    """The main trunk; for most calls abroad the overflow trunk where there is one."""
    abroad = line.number.startswith("+") and not line.number.startswith(_OWN_PREFIX[site.country])
    if abroad and site.overflow is not None and rng.random() < _OVERFLOW_SHARE:
        return site.overflow
    return site.main
