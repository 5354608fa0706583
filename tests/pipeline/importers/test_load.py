"""Price lists read from disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.importers import ImportSettings, Kind, import_tariffs
from warehouse.errors import InvalidInput

SETTINGS = ImportSettings.model_validate(
    {
        "country": "IT",
        "columns": {"prefix": "Code", "destination": "Place", "price": "Price"},
        "constants": {"tariff": "acme", "currency": "EUR"},
    }
)


def test_a_csv_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "card.csv"
    path.write_text("Code,Place,Price\n39,Italia – città,0.01\nx,?,1\n", encoding="utf-8-sig")
    imported = import_tariffs(Kind.CSV, path, SETTINGS)
    assert ["Italia – città"] == imported.rows["destination"].to_list()
    assert [("card.csv", 3)] == [(one.file, one.line) for one in imported.problems]


def test_a_folder_of_a_tariff_plan_is_read(tmp_path: Path) -> None:
    files = {
        "Rates": "RT,0,0.6,60s,1s,0s\n",
        "DestinationRates": "DR,*any,RT,*up,4\n",
        "RatingPlans": "RP,DR,*any,10\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    imported = import_tariffs(Kind.CGRATES, tmp_path, SETTINGS)
    assert [("acme", "*", "0.6")] == imported.rows.select(
        "tariff", "prefix", "price_per_minute"
    ).rows()
    assert () == imported.problems


@pytest.mark.parametrize("kind", list(Kind))
def test_a_path_that_leads_nowhere_is_said(tmp_path: Path, kind: Kind) -> None:
    with pytest.raises(InvalidInput):
        import_tariffs(kind, tmp_path / "gone", SETTINGS)
