"""How legs are batched, and how results write their texts, changes no price."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.rating import RATED_SCHEMA, rate
from tests.pipeline.rating.build import legs_of, tariffs_of

TARIFFS = tariffs_of(
    {"days": "mon-fri", "from_time": "08:00", "to_time": "18:00", "weight": "1"},
    {"price_per_minute": "0.35", "min_charge": "0.01"},
    {"prefix": "44", "destination": "United Kingdom", "call_type": "international"},
    {"prefix": "=112", "destination": "Help", "call_type": "emergency", "tariff": "other"},
)
KINDS = legs_of(
    {},
    {"talk_s": Decimal("30000.5")},
    {"number": "+442071838750", "talk_s": Decimal(61)},
    {"number": "+4420", "outcome": "busy"},
    {"number": "112", "tariff": "other"},
    {"number": None},
    {"direction": "internal"},
    {"tariff": None},
)
UNKNOWN = legs_of({"tariff": "nobody's"}, {"tariff": "somebody's"})


def many() -> pl.DataFrame:
    """More than are priced at a time, of which only the last are of unknown tariffs."""
    return pl.concat([*[KINDS] * 17_000, *[UNKNOWN] * 10])


@pytest.mark.parametrize("explained", [True, False])
@pytest.mark.parametrize("coded", [True, False])
def test_many_legs_are_priced_as_each_by_itself(explained: bool, coded: bool) -> None:
    each = [rate(pl.concat([KINDS, UNKNOWN])[at : at + 1], TARIFFS) for at in range(10)]
    kinds, unknown = pl.concat(each[:8]), pl.concat(each[8:])
    expected = pl.concat([*[kinds] * 17_000, *[unknown] * 10])
    found = rate(many(), TARIFFS, explained=explained, coded=coded)
    texts = [
        pl.col(name).cast(pl.String) for name, kind in RATED_SCHEMA.items() if kind == pl.String
    ]
    assert_frame_equal(
        expected.drop([] if explained else ["explanation"]),
        found.with_columns(texts if explained else texts[:-1]),
    )


def test_coded_texts_are_categories() -> None:
    kinds = rate(many(), TARIFFS, coded=True).schema
    assert [pl.Enum] * 6 == [
        type(kinds[name])
        for name in ("tariff", "prefix", "destination", "call_type", "currency", "status")
    ]
    assert isinstance(kinds["explanation"], pl.Categorical)


def test_no_legs_give_no_results_in_the_same_shape() -> None:
    for explained in (True, False):
        found = rate(KINDS.clear(), TARIFFS, explained=explained)
        names = list(RATED_SCHEMA)[: None if explained else -1]
        assert {name: RATED_SCHEMA[name] for name in names} == dict(found.schema)
