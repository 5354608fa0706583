"""What an administrator should know of the legs that settings make of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pipeline.sources.source import Finding, Rejected, Tone


def advice(place: str, legs: pl.DataFrame, rejected: Sequence[Rejected]) -> list[Finding]:
    """Judges the legs and the rejected rows of a sample that was taken from `place`."""
    findings = [Finding(Tone.FACT, f"{place}: {legs.height} legs{_spread(legs)}.")]
    if rejected:
        first = rejected[0].problems[0]
        fault = str(replace(first, mend="")).rstrip()
        text = f"{place}: {len(rejected)} rows are no legs; of the first one, {fault}"
        findings.append(Finding(Tone.FAULT, text, f"{first.mend}."))
    shared = legs.filter(pl.col("leg_id").is_duplicated())["leg_id"].n_unique()
    if shared:
        text = f"{place}: {shared} leg_ids stand in several rows: only the last counts."
        mend = "Add a column to leg_id that tells them apart, or leave leg_id out."
        findings.append(Finding(Tone.FAULT, text, mend))
    return findings


def _spread(legs: pl.DataFrame) -> str:
    counts = legs.group_by("direction", "outcome").len().sort("len", descending=True)
    parts = [f"{count} {direction} {outcome}" for direction, outcome, count in counts.iter_rows()]
    return f" ({', '.join(parts)})" if parts else ""
