"""Files that readers take away."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from app.data import View
from app.periods import Period
from app.reports.document import Document
from app.reports.writers import WRITERS
from warehouse.queries import calls
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot


def calls_csv(snapshot: Snapshot, scope: Scope, filters: Filters) -> bytes:
    """Every call that matches, as the bytes of a CSV file."""
    with tempfile.TemporaryDirectory(prefix="tollbook-") as folder:
        path = Path(folder) / "calls.csv"
        calls.export(snapshot, scope, filters, path)
        return path.read_bytes()


def report_file(document: Document, form: str, view: View) -> bytes:
    """A report in one of its formats; as CSV a ZIP of its files."""
    with tempfile.TemporaryDirectory(prefix="tollbook-") as folder:
        files = WRITERS[form](document, Path(folder) / f"{document.name}.{form}", view.reader)
        if form != "csv":
            return files[0].read_bytes()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.name)
        return packed.getvalue()


def file_name(what: str, period: Period) -> str:
    """A name that says which days are inside."""
    return f"{what}_{period.first:%Y-%m-%d}_{period.last:%Y-%m-%d}.csv"
