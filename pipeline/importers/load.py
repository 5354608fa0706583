"""Reads a foreign price list from disk."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pipeline.importers.cgrates import FILES, import_cgrates
from pipeline.importers.imported import Imported
from pipeline.importers.mapped_csv import import_mapped_csv
from pipeline.importers.settings import ImportSettings
from pipeline.tables import read_text
from warehouse.errors import InvalidInput, Problem


class Kind(StrEnum):
    """What a price list is written as."""

    CSV = "csv"
    """One CSV file, whose columns `ImportSettings.columns` names."""
    CGRATES = "cgrates"
    """A folder with the CSV files of a CGRateS tariff plan."""


def import_tariffs(kind: Kind, path: Path, settings: ImportSettings) -> Imported:
    """Reads the price list at `path`; raises `InvalidInput` where there is no text to read."""
    if kind is Kind.CSV:
        return import_mapped_csv(read_text(path), path.name, settings)
    if not path.is_dir():
        mend = f"Name the folder that holds {', '.join(FILES)}."
        raise InvalidInput([Problem(str(path), "is no folder of a tariff plan", mend)])
    present = (path / name for name in FILES)
    return import_cgrates({one.name: read_text(one) for one in present if one.exists()}, settings)
