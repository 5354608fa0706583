"""Patterns with `*` and `?`, and values picked out of columns, as expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from pipeline.sources.tables.mapping import Pick


def matches(text: pl.Expr, patterns: Sequence[str]) -> pl.Expr:
    """Whether the whole text, in any case, is like one of the patterns; null is like `""`."""
    ors = "|".join(map(_regex, patterns))
    return text.fill_null("").str.contains(f"(?is)^(?:{ors})$")


def _regex(pattern: str) -> str:
    parts = {"*": ".*", "?": "."}
    return "".join(parts.get(one) or re.escape(one) for one in pattern)


def picked(picks: Sequence[Pick], *, joined_by: str | None = None) -> pl.Expr:
    """What the places hold: joined where a separator is given, else the first that is filled."""
    values = [_picked(pick) for pick in picks]
    if joined_by is None or len(values) == 1:
        return pl.coalesce(values)
    text = pl.concat_str(values, separator=joined_by, ignore_nulls=True)
    return pl.when(text != "").then(text)


def _picked(pick: Pick) -> pl.Expr:
    text = pl.col(pick.column)
    if pick.pattern is not None:
        text = text.str.extract(pick.pattern, 1)
    text = text.str.strip_chars()
    return pl.when(text != "").then(text)
