"""Documents as CSV files for other programs."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import polars as pl

from app.reports.document import CURRENCY, Document, Reader, Table
from warehouse.files import replacing, write_text
from warehouse.queries.harmless import harmless
from warehouse.queries.slices import about_path


def write_csv(document: Document, path: Path, _: Reader) -> list[Path]:
    """A file for each table, the first under the name given, and one that says what they hold.

    Columns have the names and the exact values of the query; text cannot become a formula.
    """
    written = []
    for number, table in enumerate(document.tables):
        target = path if number == 0 else path.with_stem(f"{path.stem}-{_slug(table.title)}")
        with replacing(target) as temporary:
            _plain(table).write_csv(temporary)
        written.append(target)
    about = {
        "report": document.name,
        **asdict(document.about),
        "files": {
            target.name: {"table": table.title, "rows": table.rows.height, "note": table.note}
            for target, table in zip(written, document.tables, strict=True)
        },
    }
    described = about_path(path)
    write_text(described, json.dumps(about, indent=1, default=str) + "\n")
    return [*written, described]


def _plain(table: Table) -> pl.DataFrame:
    names = [column.name for column in table.columns]
    if CURRENCY in table.rows.columns and CURRENCY not in names:
        names.append(CURRENCY)
    return harmless(table.rows.select(names))


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
