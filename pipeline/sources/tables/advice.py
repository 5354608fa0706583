"""What an administrator should know of the legs that settings make of a table."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.sources.source import Finding, Rejected, Tone


def advice(place: str, legs: pl.DataFrame, rejected: Sequence[Rejected]) -> list[Finding]:
    """Judges the legs and the rejected rows of a sample that was taken from `place`."""
    findings = [Finding(Tone.FACT, f"{place}: {legs.height} legs{_spread(legs)}")]
    if rejected:
        first = rejected[0].problems[0]
        text = f"{place}: {len(rejected)} rows are no legs; of the first one, {first}"
        findings.append(Finding(Tone.FAULT, text, first.mend))
    shared = legs.filter(pl.col("leg_id").is_duplicated())["leg_id"].n_unique()
    if shared:
        text = f"{place}: {shared} leg_ids stand in several rows, of which only the last one counts"
        mend = "Add a column to leg_id that tells them apart, or leave leg_id out"
        findings.append(Finding(Tone.FAULT, text, mend))
    return findings


def _spread(legs: pl.DataFrame) -> str:
    counts = legs.group_by("direction", "outcome").len().sort("len", descending=True)
    parts = [f"{count} {direction} {outcome}" for direction, outcome, count in counts.iter_rows()]
    return f" ({', '.join(parts)})" if parts else ""
