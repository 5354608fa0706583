"""Prices call legs by price lists.

Text cells become price rows (`parse_tariffs`), rows and settings become `Tariffs`
(`compile_tariffs`), and `rate` prices frames of legs with them. Nothing here reads or writes files.
"""

from __future__ import annotations

from pipeline.rating.advice import warnings
from pipeline.rating.charges import ChargeRule, Charges
from pipeline.rating.compile import Tariffs, compile_tariffs
from pipeline.rating.explain import Explanation, explain
from pipeline.rating.rate import rate
from pipeline.rating.result import RATED_SCHEMA
from pipeline.rating.settings import (
    BandRule,
    IncrementRule,
    Rounding,
    RoundingUnit,
    TariffSettings,
)
from pipeline.rating.tariff_rows import parse_tariffs

__all__ = [
    "RATED_SCHEMA",
    "BandRule",
    "ChargeRule",
    "Charges",
    "Explanation",
    "IncrementRule",
    "Rounding",
    "RoundingUnit",
    "TariffSettings",
    "Tariffs",
    "compile_tariffs",
    "explain",
    "parse_tariffs",
    "rate",
    "warnings",
]
