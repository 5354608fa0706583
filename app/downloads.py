"""Files that readers take away."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.periods import Period
from warehouse.queries import calls
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot


def calls_csv(snapshot: Snapshot, scope: Scope, filters: Filters) -> bytes:
    """Every call that matches, as the bytes of a CSV file."""
    with tempfile.TemporaryDirectory(prefix="tollbook-") as folder:
        path = Path(folder) / "calls.csv"
        calls.export(snapshot, scope, filters, path)
        return path.read_bytes()


def file_name(what: str, period: Period) -> str:
    """A name that says which days are inside."""
    return f"{what}_{period.first:%Y-%m-%d}_{period.last:%Y-%m-%d}.csv"
