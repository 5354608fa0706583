"""What Tollbook found against what really happened: every call, every leg, every cent."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from app.cli.settings import load_settings
from pipeline.simulator.model import CallTruth
from pipeline.simulator.truth import TruthFile
from tests.demonstration import Demonstration, truth_of
from tests.reference_rater import price
from warehouse.home import Home
from warehouse.snapshot import Snapshot, Snapshots

CALL_FACTS = ("direction", "outcome", "answered_by", "user", "talk_s")
LEG_FACTS = ("direction", "outcome", "answered_by", "charged_user", "charge_reason", "talk_s")


@dataclass(frozen=True)
class Both:
    """The same calls, as they happened and as they were found."""

    truth: list[CallTruth]
    snapshot: Snapshot
    home: Home


@pytest.fixture(scope="module")
def both(demonstration: Demonstration) -> Both:
    # The newest calls have ended, but not settled: they are written with the next poll.
    settled = demonstration.now - timedelta(minutes=0.1)
    with TruthFile(truth_of(demonstration.home.path)) as file:
        calls = file.calls(final_by=settled)
    snapshot = Snapshots(demonstration.home.warehouse).current()
    return Both(calls, snapshot, demonstration.home)


def disagreements(expected: pl.DataFrame, found: pl.DataFrame, key: str) -> pl.DataFrame:
    """Rows on one side alone, or with another fact; both frames have the same columns."""
    return (
        pl.concat(
            [
                expected.join(
                    found, on=expected.columns, how="anti", nulls_equal=True
                ).with_columns(pl.lit("truth").alias("side")),
                found.join(
                    expected, on=expected.columns, how="anti", nulls_equal=True
                ).with_columns(pl.lit("found").alias("side")),
            ]
        )
        .sort(key, "side")
        .head(20)
    )


def test_every_call_is_found_once_with_its_direction_outcome_owner_and_talk_time(
    both: Both,
) -> None:
    expected = pl.DataFrame(
        [[call.call_id, *(getattr(call, fact) for fact in CALL_FACTS)] for call in both.truth],
        schema={"call_id": pl.String} | _types(CALL_FACTS),
        orient="row",
    )
    found = both.snapshot.query(f"select call_id, {_quoted(CALL_FACTS)} from calls")
    assert expected.height > 100_000
    assert expected.height == found.height
    assert disagreements(expected, found.cast(expected.schema), "call_id").is_empty()


def test_every_leg_is_found_once_with_its_payer_and_reason(both: Both) -> None:
    expected = pl.DataFrame(
        [
            [call.call_id, leg.leg_id, *(getattr(leg, fact) for fact in LEG_FACTS)]
            for call in both.truth
            for leg in call.legs
        ],
        schema={"call_id": pl.String, "leg_id": pl.String} | _types(LEG_FACTS),
        orient="row",
    )
    found = both.snapshot.query(f"select call_id, leg_id, {_quoted(LEG_FACTS)} from legs")
    assert disagreements(expected, found.cast(expected.schema), "leg_id").is_empty()


def test_every_leg_costs_what_a_slow_and_independent_rater_says(both: Both) -> None:
    settings = load_settings(both.home.settings).tariff
    with both.home.gateways.open(encoding="utf-8", newline="") as file:
        tariff_of = {row["gateway"]: row["tariff"] for row in csv.DictReader(file)}
    candidates = _candidates(both.home.tariffs)
    found = {
        leg_id: (cost, status)
        for leg_id, cost, status in both.snapshot.query(
            "select leg_id, cost, status from legs"
        ).iter_rows()
    }
    wrong = []
    billed = 0
    for call in both.truth:
        for leg in call.legs:
            expected: tuple[Decimal | None, str]
            if leg.direction in {"inbound", "internal"}:
                expected = (Decimal(0), "not_charged")
            elif leg.outcome == "unknown_end":
                expected = (None, "bad_duration")
            elif leg.outcome != "answered":
                expected = (Decimal(0), "not_answered")
            else:
                assert leg.number is not None
                assert leg.answered_at is not None
                tariff = tariff_of[leg.gateway or ""]
                rows = candidates(tariff, leg.number)
                at = leg.answered_at.replace(tzinfo=None)
                cost, status, _ = price(rows, settings, tariff, leg.number, at, leg.talk_s)
                expected = (cost, status)
                billed += 1
            if found[leg.leg_id] != expected:
                wrong.append((leg, found[leg.leg_id], expected))
    assert billed > 20_000
    assert [] == wrong[:10]


def test_rollups_calls_and_legs_hold_the_same_money(both: Both) -> None:
    sums = {
        table: both.snapshot.query(f"select sum(cost) as cost from {table}")["cost"].item()
        for table in ("legs", "calls", "day_totals", "day_people")
    }
    assert 1 == len(set(sums.values())), sums
    assert sums["legs"] > 1000


def _types(facts: tuple[str, ...]) -> dict[str, pl.DataType]:
    return {fact: pl.Decimal(12, 3) if fact == "talk_s" else pl.String() for fact in facts}


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _candidates(path: Path) -> Callable[[str, str], tuple[dict[str, str], ...]]:
    """A function that gives the price rows that a number could fall under."""
    with path.open(encoding="utf-8", newline="") as file:
        by_key: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in csv.DictReader(file):
            by_key.setdefault((row["tariff"], row["prefix"]), []).append(row)

    @cache
    def candidates(tariff: str, number: str) -> tuple[dict[str, str], ...]:
        digits = number.removeprefix("+")
        keys = ["*", f"={number}", *(digits[:length] for length in range(1, len(digits) + 1))]
        return tuple(row for key in keys for row in by_key.get((tariff, key), ()))

    return candidates
