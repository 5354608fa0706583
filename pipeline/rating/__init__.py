"""Prices call legs by price lists.

Text cells become price rows (`parse`), rows and settings become `Tariffs` (`compile_tariffs`), and
`rate` prices frames of legs with them. Nothing here reads or writes anything.
"""

from __future__ import annotations

from pipeline.rating.compile import Tariffs, compile_tariffs
from pipeline.rating.rate import rate
from pipeline.rating.settings import Rounding, TariffSettings
from pipeline.rating.tariff_rows import parse

__all__ = ["Rounding", "TariffSettings", "Tariffs", "compile_tariffs", "parse", "rate"]
