"""Files that readers take away."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

from app.data import View
from app.periods import Period
from app.reports.document import Document
from app.reports.writers import WRITERS
from app.ways import logo
from warehouse.queries.slices import about_path, write_slice
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot

_QUICK = 3
"""Calls become a tenth at any level, and most quickly at the low ones."""


def calls_zip(snapshot: Snapshot, scope: Scope, filters: Filters) -> bytes:
    """Every call that matches, as a ZIP of a CSV file and one that says what was asked for.

    Calls pass through files, and only the packed ones through memory: Streamlit keeps a whole
    download there for as long as it can be fetched.
    """
    with tempfile.TemporaryDirectory(prefix="tollbook-") as folder:
        path = Path(folder) / "calls.csv"
        write_slice(snapshot, scope, filters, "calls", path)
        packed = Path(folder) / "calls.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as archive:
            for one in (path, about_path(path)):
                archive.write(one, one.name)
                one.unlink()
        return packed.read_bytes()


def report_file(document: Document, form: str, view: View) -> bytes:
    """A report in one of its formats; as CSV a ZIP of its files."""
    with tempfile.TemporaryDirectory(prefix="tollbook-") as folder:
        reader = replace(view.reader, logo=logo())
        files = WRITERS[form](document, Path(folder) / f"{document.name}.{form}", reader)
        if form != "csv":
            return files[0].read_bytes()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.name)
        return packed.getvalue()


def file_name(what: str, period: Period) -> str:
    """A name that says which days are inside."""
    return f"{what}_{period.first:%Y-%m-%d}_{period.last:%Y-%m-%d}.zip"
