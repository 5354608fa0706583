"""What the books make of what a source tells."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from pipeline.directory.directory import Directory, nobody
from pipeline.sources.source import Tone, Trunk
from pipeline.verifier.known import (
    number_findings,
    reach_findings,
    shapes,
    trunk_findings,
)

NOW = datetime.fromisoformat("2025-03-03 12:00:00")

AGES = timedelta(days=9999)


def directory(*gateways: tuple[str, str, str | None]) -> Directory:
    empty = nobody()
    rows = [(*row, NOW - AGES, NOW + AGES) for row in gateways]
    schema = empty.gateways.schema
    return Directory(empty.users, empty.sites, pl.DataFrame(rows, schema=schema, orient="row"))


def test_an_unknown_trunk_that_calls_go_out_by_is_a_fault_where_tariffs_differ() -> None:
    known = directory(("gw-1", "Rome", "aurelia"), ("gw-x*", "Rome", "tiber"))
    trunks = (Trunk("GW-1", 1, 1), Trunk("gw-x9", 0, 1), Trunk("gw-new", 2, 3), Trunk("in", 1, 0))

    told = {one.text: one.tone for one in trunk_findings(trunks, known, 2, "Rome", NOW)}

    assert {
        "No row of gateways.csv is valid for gw-new (2 calls in, 3 out of the last week): they "
        "have no price.": Tone.FAULT,
        "No row of gateways.csv is valid for in (1 calls in, 0 out of the last week): they are "
        "taken for calls of Rome.": Tone.ADVICE,
    } == told


def test_where_there_is_one_tariff_an_unknown_trunk_is_a_matter_of_its_site() -> None:
    (told,) = trunk_findings([Trunk("gw-new", 0, 3)], nobody(), 1, "Rome", NOW)
    assert Tone.ADVICE is told.tone


def test_a_trunk_without_tariff_is_told_if_calls_go_out_by_it() -> None:
    known = directory(("gw-1", "Rome", None), ("gw-2", "Rome", None))
    (told,) = trunk_findings([Trunk("gw-1", 0, 1), Trunk("gw-2", 1, 0)], known, 2, "Rome", NOW)
    assert (Tone.ADVICE, True) == (told.tone, "gw-1" in told.text)


def test_numbers_are_shown_by_shape_with_what_the_site_makes_of_them() -> None:
    numbers = ("+390699990001", "+14255550100", "066999;ext=102", "7101", "anonymous", "++x")
    fact, advice = number_findings(numbers, "IT", "06", "Rome")

    assert (Tone.FACT, Tone.ADVICE) == (fact.tone, advice.tone)
    assert "+9…9 (2: international numbers)" in fact.text
    assert "9999 (1: private or short numbers)" in fact.text
    assert "anonymous (1: withheld)" in fact.text
    assert "++x" in advice.text
    assert "0699990001" not in fact.text


@pytest.mark.parametrize(
    ("number", "shape"),
    [
        ("+393350000201", "+9…9"),
        ("7101;phone-context=enterprise", "9999;phone-context=enterprise"),
        ("ugo@aurora.example", "…@aurora.example"),
        ("+393350000201@aurora.example;user=phone", "+9…9@aurora.example;user=phone"),
    ],
)
def test_a_shape_tells_nobody_apart(number: str, shape: str) -> None:
    assert [shape] == shapes(pl.Series([number])).to_list()


@pytest.mark.parametrize(("days", "faults"), [(29, 0), (31, 1)])
def test_falling_behind_by_half_of_the_retention_is_a_fault(days: int, faults: int) -> None:
    newest = NOW - timedelta(days=days)
    assert faults == len(list(reach_findings(newest, timedelta(days=60), NOW)))
    assert [] == list(reach_findings(newest, None, NOW))
    assert [] == list(reach_findings(None, timedelta(days=60), NOW))
