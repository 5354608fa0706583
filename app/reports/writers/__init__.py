"""Documents as files of every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.reports.document import Document, Reader
from app.reports.writers.csv import write_csv
from app.reports.writers.html import write_html
from app.reports.writers.pdf import write_pdf
from app.reports.writers.xlsx import write_xlsx

Write = Callable[[Document, Path, Reader], list[Path]]
"""Gives the files that it wrote, the one asked for first."""

WRITERS: Final[dict[str, Write]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "pdf": write_pdf,
    "html": write_html,
}
"""By format, which is also the suffix."""
