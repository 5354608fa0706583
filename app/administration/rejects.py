"""What was rejected on its way into the warehouse: rows and whole files, with their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.home import Home

REASONS: Final = ".reasons.txt"
_COLUMNS: Final = ("rejected_line", "rejected_column", "rejected_reason")
"""Stand before the cells of a row that was rejected, see docs/files.md."""
SCHEMA: Final = {
    "file": pl.String(),
    "line": pl.Int64(),
    "column": pl.String(),
    "reason": pl.String(),
    "row": pl.String(),
}
"""`line` is that of the call file; `row` are the cells as they came. Both are empty where a whole
file cannot be used."""


def files(home: Home) -> list[Path]:
    """Everything that lies there, by name."""
    return sorted(path for path in _folder(home).glob("*.csv") if not path.name.startswith("."))


def rows(home: Home, limit: int) -> pl.DataFrame:
    """Up to `limit` of what is wrong, of `SCHEMA`, file by file."""
    found: list[tuple[str, int | None, str | None, str, str | None]] = []
    for path in files(home):
        found.extend((path.name, *one) for one in _rows_of(path, limit - len(found)))
        if len(found) >= limit:
            break
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _rows_of(path: Path, limit: int) -> Iterator[tuple[int | None, str | None, str, str | None]]:
    try:
        reasons = path.with_name(path.name + REASONS)
        if reasons.exists():
            for line in reasons.read_text(encoding="utf-8").splitlines()[:limit]:
                yield None, None, line, None
            return
        table = pl.read_csv(path, infer_schema=False, n_rows=limit, truncate_ragged_lines=True)
    except (OSError, UnicodeError, pl.exceptions.PolarsError) as error:
        # The miner may just be working on it.
        yield None, None, str(error).partition("\n")[0], None
        return
    if not set(_COLUMNS) <= set(table.columns):
        yield None, None, "", None
        return
    for row in table.iter_rows(named=True):
        line, column, reason = (row[name] for name in _COLUMNS)
        cells = [cell for name, cell in row.items() if name not in _COLUMNS and cell]
        yield int(line) if line and line.isdigit() else None, column, reason or "", ", ".join(cells)


def _folder(home: Home) -> Path:
    return home.spool / "rejected"
