"""CGRateS tariff plans, the CSV files that its loader reads, → rows of `tariffs.csv`."""

from __future__ import annotations

from pipeline.importers.cgrates.plan import FILES
from pipeline.importers.cgrates.tariffs import import_cgrates

__all__ = ["FILES", "import_cgrates"]
