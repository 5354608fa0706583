from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from app.figures.service_figures import beside, figures, with_level
from app.format import ENGLISH
from app.periods import custom

COLUMNS = ("calls", "answered", "voicemail", "lost", "cancelled", "prompt_share", "asr")


def answering(*rows: tuple[str, int, int, int, float | None]) -> pl.DataFrame:
    """Department, calls, answered, given up, and the share of the answered within 20 s."""
    return pl.DataFrame(
        [
            {
                "department": name,
                "calls": calls,
                "answered": answered,
                "voicemail": 0,
                "lost": calls - answered,
                "cancelled": given_up,
                "prompt_share": prompt,
                "asr": answered / calls if calls else None,
                "mean_wait_s": 8.0,
            }
            for name, calls, answered, given_up, prompt in rows
        ],
        schema_overrides={"prompt_share": pl.Float64, "asr": pl.Float64},
    )


def test_the_level_is_of_the_answered_and_the_abandoned() -> None:
    found = with_level(answering(("A", 10, 6, 2, 0.5), ("B", 1, 0, 0, None)), None, ["department"])
    assert [(3, 2, 3 / 8), (0, 0, None)] == found.select("prompt", "abandoned", "level").rows()


def test_other_seconds_are_counted_from_single_calls() -> None:
    waits = pl.DataFrame({"department": ["A"], "prompt": [6]})
    rows = answering(("A", 10, 6, 2, 0.5), ("B", 3, 1, 1, 1.0))
    found = with_level(rows, waits, ["department"])
    assert [6 / 8, 0.0] == found["level"].to_list()
    whole = with_level(rows.head(1).drop("department"), waits.drop("department"), [])
    assert [6 / 8] == whole["level"].to_list()


def test_each_stands_beside_its_own_past_and_the_worst_come_first() -> None:
    now = with_level(answering(("A", 10, 6, 2, 0.5), ("B", 9, 1, 1, 1.0)), None, ["department"])
    before = with_level(answering(("A", 10, 8, 2, 0.5)), None, ["department"])
    found = beside(now, before, ["department"])
    assert ["B", "A"] == found["department"].to_list()
    assert [(0, None), (2, pytest.approx(-0.2))] == found.select("lost_before", "asr_change").rows()


def test_tiles_say_what_is_better_and_what_cannot_be_compared() -> None:
    period = custom(date(2024, 10, 1), date(2024, 10, 2))
    now = with_level(answering(("A", 10, 6, 2, 0.5)), None, ["department"])
    none = with_level(answering(("A", 0, 0, 0, None)), None, ["department"])
    days = now.with_columns(pl.lit(date(2024, 10, 2)).alias("period")).drop("department")
    made = {
        one.label: one
        for one in figures(
            now.row(0, named=True), none.row(0, named=True), days, 20, 80, period, ENGLISH
        )
    }
    assert ("60.0%", None, "more") == _shown(made["Answered"])
    assert ("4", None, "less") == _shown(made["Lost"])
    assert ("37.5%", None, "more") == _shown(made["Within 20 s"])
    assert [0.0, 10.0] == made["Calls"].trend


def _shown(figure: Any) -> tuple[Any, ...]:
    return figure.value, figure.delta, figure.better
