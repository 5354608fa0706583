"""Numbers in one form and local times, as the careful ways have them."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.miner.clocks import local_time
from pipeline.miner.forms import in_one_form
from pipeline.numbers import normalise
from warehouse.legs import INSTANT

ODD = ("+390612345678", "+0612345678", "+1", "+123456", "+1234567", "+1234567890123456", "112")
PLACES = st.sampled_from([("IT", "06"), ("US", "212"), (None, None)])
NUMBERS = st.one_of(
    st.none(),
    st.sampled_from((*ODD, "anonymous", "helpdesk@x.org", "00442079460123", "+39 06 1234")),
    st.from_regex(r"\A\+?[0-9_ -]{0,20}\Z"),
    st.text(max_size=12),
)
ZONES = ["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Rome", "UTC"]
FIRST, LAST = datetime(1990, 1, 1), datetime(2099, 12, 31)


@given(st.lists(st.tuples(NUMBERS, PLACES), max_size=20))
def test_numbers_in_the_form_already_are_known_for_that(
    calls: list[tuple[str | None, tuple[str | None, str | None]]],
) -> None:
    raw = pl.Series([number for number, _ in calls], dtype=pl.String)
    country, area_code = (
        pl.Series([place[at] for _, place in calls], dtype=pl.String) for at in range(2)
    )
    is_address = raw.str.contains(r"^[^+0-9].*@").fill_null(value=False)
    expected = raw.zip_with(is_address, normalise(raw, country, area_code)["number"])
    before = raw.to_list()
    assert expected.to_list() == in_one_form(raw.clone(), country, area_code).to_list()
    assert before == raw.to_list()


@given(st.lists(st.tuples(st.datetimes(FIRST, LAST), st.integers(0, len(ZONES) - 1)), max_size=20))
def test_clocks_show_what_their_zones_say(legs: list[tuple[datetime, int]]) -> None:
    instants = pl.Series([at for at, _ in legs], dtype=INSTANT)
    zone = np.array([zone for _, zone in legs], dtype=np.int64)
    started, day, hour = local_time(instants.to_physical().to_numpy(), zone, ZONES)
    expected = [
        at.dt.replace_time_zone("UTC").dt.convert_time_zone(ZONES[place]).dt.replace_time_zone(None)
        for at, place in zip(instants.to_frame("at").iter_slices(1), zone, strict=True)
        for at in [at["at"]]
    ]
    whole = pl.concat(expected) if expected else instants
    assert whole.to_list() == started.to_list()
    assert whole.dt.date().to_list() == day.to_list()
    assert whole.dt.hour().to_list() == hour.to_list()


def test_a_clock_that_changes_within_a_batch_does_so_at_its_minute() -> None:
    change = datetime(2026, 3, 29, 1)
    instants = pl.Series([change - timedelta(milliseconds=1), change], dtype=INSTANT)
    zone = np.full(2, ZONES.index("Europe/Rome"))
    started, _, _ = local_time(instants.to_physical().to_numpy(), zone, ZONES)
    assert [datetime(2026, 3, 29, 1, 59, 59, 999000), datetime(2026, 3, 29, 3)] == started.to_list()
