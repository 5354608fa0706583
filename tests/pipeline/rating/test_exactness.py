"""Money is whole numbers or decimals from the price list to the result: no float comes near it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipeline.rating import Tariffs, TariffSettings, parse_tariffs, rate
from pipeline.rating.explain import explain
from pipeline.rating.rate import STEPS, Step
from pipeline.rating.read import read
from pipeline.rating.work import Work
from tests.pipeline.rating.build import legs_of, table_of, tariffs_of

ROWS = (
    {"connect_fee": "0.05", "days": "mon-fri", "from_time": "08:00", "to_time": "18:00"},
    {"price_per_minute": "0.12345678", "min_charge": "0.01", "max_charge": "5", "weight": "-1"},
    {"prefix": "44", "first_increment_s": "30", "next_increment_s": "6", "free_below_s": "3"},
    {"prefix": "44", "from_second": "60", "price_per_minute": "0.1"},
    {"prefix": "=112", "price_per_minute": "0"},
    {"tariff": "other", "prefix": "*", "valid_from": "2026-01-01"},
)
SETTINGS = TariffSettings(
    time_zone="Europe/Rome",
    markup_percent=Decimal("12.5"),
    surcharge=Decimal("0.005"),
    tax_percent=22,
    fallback="other",
)
BEFORE_PEAK = datetime(2026, 6, 1, 5, 59, 30)


def tariffs() -> Tariffs:
    return tariffs_of(*ROWS, t=SETTINGS)


def legs() -> pl.DataFrame:
    return legs_of(
        {"answered_at": BEFORE_PEAK, "talk_s": Decimal("90.5")},
        {"number": "+4412345", "talk_s": Decimal(200)},
        {"number": "+4412345", "talk_s": Decimal(2)},
        {"number": "112"},
        {"number": "+3312345"},
        {"number": None},
        {"outcome": "busy", "talk_s": None},
        {"direction": "inbound"},
        {"tariff": None},
    )


def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What a value consists of, by name."""
    if isinstance(value, pl.DataFrame):
        yield from ((column.name, column) for column in value)
    elif isinstance(value, tuple) or (isinstance(value, np.ndarray) and value.dtype.kind == "O"):
        yield from (("[]", each) for each in value)
    elif isinstance(value, TariffSettings):
        yield from value
    elif hasattr(value, "__dataclass_fields__"):
        yield from ((name, getattr(value, name)) for name in value.__dataclass_fields__)


def is_float(value: Any) -> bool:
    if isinstance(value, pl.Series):
        return value.dtype.is_float()
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind not in "iubO"
    return isinstance(value, float | complex)


def floats(value: Any, place: str, seen: set[type]) -> list[str]:
    """Where in a value, and in all that it holds, a float is or could be."""
    seen.add(type(value))
    own = [place] if is_float(value) else []
    return own + [
        found for name, part in parts(value) for found in floats(part, f"{place}.{name}", seen)
    ]


def test_no_float_is_read_from_a_price_list_or_kept_in_compiled_tariffs() -> None:
    seen: set[type] = set()
    assert [] == floats(parse_tariffs(table_of(*ROWS), "tariffs.csv"), "rows", seen)
    assert [] == floats(tariffs(), "tariffs", seen)
    assert {np.ndarray, pl.DataFrame, TariffSettings} <= seen


@pytest.mark.parametrize("last", STEPS, ids=lambda step: step.__name__)
def test_no_step_puts_a_float_on_the_calls(last: Step) -> None:
    """Looked at after every step: what it added may be gone after the next."""
    compiled = tariffs()
    work = read(legs(), compiled)
    for step in STEPS[: STEPS.index(last) + 1]:
        step(work, compiled)
    seen: set[type] = set()
    assert [] == floats(work, "work", seen)
    assert {Work, np.ndarray} <= seen


def test_no_float_is_in_the_results_or_their_explanation() -> None:
    compiled = tariffs()
    found = rate(legs(), compiled)
    assert [] == floats(found, "results", set())
    statuses = {"rated", "free", "not_answered", "not_charged", "no_tariff"}
    assert statuses <= set(found["status"])
    for leg in legs().iter_slices(1):
        assert [] == floats(explain(leg, compiled), "told", set())


@pytest.mark.parametrize(
    "value", [1.0, np.float32(1), np.zeros(1), pl.Series([0.5]), (1, (0.5,)), pl.DataFrame([[0.5]])]
)
def test_a_float_would_be_seen(value: Any) -> None:
    assert [] != floats(value, "here", set())
