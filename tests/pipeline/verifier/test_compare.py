"""Legs against legs, field by field."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipeline.verifier.compare import (
    COMPARED,
    DIFFERENCES,
    Verdict,
    alone,
    differing,
    waiting_instead,
)
from warehouse.anonymous import ANONYMOUS, PERSONAL
from warehouse.legs import LEG_SCHEMA

AT = datetime.fromisoformat("2025-03-03 10:00:00.003")
SCHEMA = {"leg_id": pl.String(), **{name: LEG_SCHEMA[name] for name in (*COMPARED, "named_payer")}}
OTHER: dict[str, Any] = {
    **dict.fromkeys(COMPARED, "other"),
    "started_at": AT.replace(second=1),
    "answered_at": AT,
    "ended_at": AT,
    "talk_s": Decimal("1.010"),
    "ring_s": Decimal(2),
    "emergency": True,
}


def legs(**facts: Any) -> pl.DataFrame:
    row = {"leg_id": "A", "started_at": AT, "talk_s": Decimal(1), "emergency": False} | facts
    named = facts.pop("names_payer", True)
    return pl.DataFrame([{name: row.get(name) for name in SCHEMA}], schema=SCHEMA).with_columns(
        pl.lit(named).alias("names_payer")
    )


def stored(**facts: Any) -> pl.DataFrame:
    return legs(**facts).drop("names_payer")


def test_equal_legs_differ_in_nothing() -> None:
    assert differing(legs(), stored()).is_empty()
    assert DIFFERENCES == differing(legs(), stored()).schema


@pytest.mark.parametrize("field", COMPARED)
def test_every_compared_field_can_differ_and_be_empty_on_one_side(field: str) -> None:
    for one, other in ((legs(), stored(**{field: OTHER[field]})),):
        (found,) = differing(one, other).iter_rows(named=True)
        assert ("A", "different", field) == (found["leg_id"], found["verdict"], found["field"])
        assert found["in_source"] != found["in_warehouse"]


def test_values_are_told_as_call_files_write_them() -> None:
    found = differing(legs(), stored(started_at=AT.replace(second=1), talk_s=Decimal("1.010")))
    assert [
        ("started_at", "2025-03-03T10:00:00.003Z", "2025-03-03T10:00:01.003Z"),
        ("talk_s", "1.000", "1.010"),
    ] == found.select("field", "in_source", "in_warehouse").rows()


def test_a_payer_whom_only_the_directory_names_may_have_changed() -> None:
    assert differing(legs(names_payer=False), stored(charged_user="other")).is_empty()


@pytest.mark.parametrize(
    ("now", "then", "fields"),
    [
        pytest.param(("boss", None), ("anna", "boss"), [], id="by other rules than then"),
        pytest.param(("anna", "boss"), ("anna", "carl"), [], id="charged alike"),
        pytest.param(("anna", "boss"), ("boss", "carl"), ["charged_user"], id="named otherwise"),
        pytest.param(("boss", None), ("anna", ""), ["charged_user"], id="named by nobody then"),
    ],
)
def test_what_the_source_names_counts_where_rules_of_payers_have_changed(
    now: tuple[str, str | None], then: tuple[str, str | None], fields: list[str]
) -> None:
    one, other = (
        dict(zip(("charged_user", "named_payer"), payer, strict=True)) for payer in (now, then)
    )
    assert fields == differing(legs(**one), stored(**other))["field"].to_list()


@pytest.mark.parametrize("field", COMPARED)
def test_what_anonymising_took_out_is_no_difference(field: str) -> None:
    found = differing(legs(), stored(**{"charged_user": ANONYMOUS, field: OTHER[field]}))
    taken_out = field in PERSONAL
    expected = ["charged_user"] if field == "charged_user" else [] if taken_out else [field]
    assert expected == found["field"].to_list()


def test_a_leg_alone_is_told_on_its_side_and_waiting_is_no_fault() -> None:
    missing = alone(legs(), Verdict.MISSING, "in_source")
    deleted = alone(stored(leg_id="B"), Verdict.DELETED, "in_warehouse")
    found = pl.concat([missing, deleted])
    assert [
        ("A", "missing", "started_at", "2025-03-03T10:00:00.003Z", None),
        ("B", "deleted", "started_at", None, "2025-03-03T10:00:00.003Z"),
    ] == found.rows()
    waiting = waiting_instead(missing, pl.Series(["A"]))
    assert ["waiting"] == waiting["verdict"].to_list()
