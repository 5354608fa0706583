"""Rows as they may go into a file for spreadsheets."""

from __future__ import annotations

from typing import Final

import polars as pl

UTC_COLUMNS: Final = ("started_at", "answered_at", "ended_at")


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Instants in the form of call files, and text that a spreadsheet takes for a formula marked.

    A number in international form begins with a plus sign and is none.
    """
    text = pl.selectors.string()
    dangerous = text.str.contains(r"^[=+\-@\t\r]") & ~text.str.contains(r"^\+[0-9]+$")
    return (
        frame.with_columns(pl.when(dangerous).then(pl.lit("'") + text).otherwise(text).name.keep())
        .with_columns(
            pl.selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%S%.3f"),
        )
        .with_columns(pl.selectors.by_name(*UTC_COLUMNS, require_all=False) + "Z")
    )
