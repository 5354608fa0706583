"""Price lists of other forms → `tariffs.csv`.

`import_tariffs` reads one from disk; `import_mapped_csv` and `import_cgrates` do from text.
"""

from __future__ import annotations

from pipeline.importers.cgrates import import_cgrates
from pipeline.importers.imported import TARIFF_COLUMNS, Imported, tariffs_text
from pipeline.importers.load import Kind, import_tariffs
from pipeline.importers.mapped_csv import import_mapped_csv
from pipeline.importers.settings import ImportColumns, ImportConstants, ImportSettings

__all__ = [
    "TARIFF_COLUMNS",
    "ImportColumns",
    "ImportConstants",
    "ImportSettings",
    "Imported",
    "Kind",
    "import_cgrates",
    "import_mapped_csv",
    "import_tariffs",
    "tariffs_text",
]
