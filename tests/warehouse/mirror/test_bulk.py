"""Rows on their way: cut so that they fit and still differ, and in the form of the server."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.mirror.bulk import CHUNK_BYTES, CHUNK_ROWS, ahead, arrays, chunk_rows, fitted
from warehouse.mirror.plan import (
    GROUP_CALLS,
    GROUP_DAYS,
    GROUP_NEW_CALLS,
    DayState,
    due_days,
    first_group,
)
from warehouse.mirror.server import Server
from warehouse.mirror.tables import BY_DAY, table

SITES = table("sites")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
START = date(2024, 1, 1)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def sites_of(texts: list[str]) -> pl.DataFrame:
    rows = [(text, "IT", None, "UTC", None, None) for text in texts]
    return pl.DataFrame(rows, SITES.schema, orient="row")


@given(st.lists(st.text(st.sampled_from("aé東😀\x00"), max_size=300), max_size=8))
def test_no_text_is_longer_than_its_column_and_short_ones_stay(texts: list[str]) -> None:
    rows, cut = fitted(sites_of(texts), SITES)

    for text, fits, cuts in zip(texts, rows["site"], cut, strict=True):
        whole = text.replace("\x00", "\ufffd")
        assert units(fits) <= 128
        assert (fits == whole) == (units(whole) <= 128) == (cuts == 0)
        assert fits == whole or (fits.endswith("…") and whole.startswith(fits[:-1]))


@given(st.sets(st.text(st.sampled_from("a😀"), min_size=198, max_size=204), max_size=20))
def test_keys_that_differ_still_differ_when_they_are_cut(keys: set[str]) -> None:
    calls = table("calls")
    blank = dict.fromkeys(calls.names)
    rows = pl.DataFrame([blank | {"call_id": key} for key in sorted(keys)], calls.schema)

    found, _ = fitted(rows, calls)

    assert len(keys) == found["call_id"].n_unique()
    assert all(units(key) <= 200 for key in found["call_id"])


@pytest.mark.postgres
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=20))
def test_any_text_comes_back_from_the_server_as_it_was(server: Server, texts: list[str]) -> None:
    rows, _ = fitted(sites_of(texts), SITES)
    with server.transaction() as cursor:
        if "sites" not in server.session_tables:
            columns = ", ".join(f"{name} varchar" for name in SITES.names)
            cursor.execute(f"create temp table staging_sites ({columns})")
            server.session_tables.add("sites")
        cursor.execute("truncate staging_sites")
        server.dialect.insert(cursor, "#staging_sites", SITES, rows)
        cursor.execute("select site, area_code from staging_sites")
        found = [tuple(row) for row in cursor.fetchall()]

    assert sorted((text, None) for text in rows["site"]) == sorted(found)


@pytest.mark.parametrize("name", BY_DAY)
def test_a_chunk_is_bounded_by_rows_and_bytes(name: str) -> None:
    many = chunk_rows(table(name))

    assert 1_000 < many <= CHUNK_ROWS
    assert many * table(name).row_bytes <= CHUNK_BYTES


def test_items_come_in_order_and_their_error_comes_through() -> None:
    def items() -> Any:
        yield from (1, 2)
        raise ValueError("third")

    found = []
    with pytest.raises(ValueError, match="third"):
        found.extend(ahead(items()))
    assert [1, 2] == list(ahead([1, 2]))


days = st.dictionaries(
    st.integers(0, 60).map(lambda n: START + timedelta(days=n)), st.sampled_from("abc")
)


@given(here=days, there=days, again=st.sets(st.integers(0, 60)), calls=st.integers(0, 30_000))
def test_replacing_group_by_group_makes_both_sides_equal(
    here: dict[date, str], there: dict[date, str], again: set[int], calls: int
) -> None:
    stored = {day: DayState(mark, calls) for day, mark in here.items()}
    wanted = {START + timedelta(days=n) for n in again}
    written: list[date] = []
    while due := due_days(stored, there, wanted):
        group = first_group(due, stored, there)
        assert len(group.days) <= GROUP_DAYS
        of_group = calls * sum(day in here for day in group.days)
        most = GROUP_NEW_CALLS if group.is_new else GROUP_CALLS
        assert len(group.days) == 1 or of_group <= most
        assert all((day not in there) == group.is_new for day in group.days)
        written += group.days
        wanted -= {*group.days}
        for day in group.days:
            there.pop(day, None)
            if day in here:
                there[day] = here[day]
    assert here == there
    assert len(written) == len(set(written))


def test_the_newest_days_come_first_and_then_the_oldest() -> None:
    here = {START + timedelta(days=n): DayState("x", 1) for n in range(10)}

    order = [(day - START).days for day in due_days(here, {})]

    assert [9, 8, 7, 0, 1, 2, 3, 4, 5, 6] == order


def test_money_is_exact_in_the_arrays() -> None:
    rows = pl.DataFrame({"a": [Decimal("-0.000001"), None, Decimal("99999999999.999999")]})
    assert ("{-0.000001,NULL,99999999999.999999}",) == arrays(rows)
