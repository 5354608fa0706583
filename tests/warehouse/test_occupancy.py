"""Channels of trunks in use, against a count of the legs at every moment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.company import legs as chance_legs
from tests.warehouse.company import localised
from warehouse.erlang import blocking
from warehouse.load import load
from warehouse.master import Master
from warehouse.occupancy import HOURS, occupied
from warehouse.publish import HotLimits, publish
from warehouse.queries import trunks
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots

ALL = Scope(everything=True)
PERIOD = Filters(date(2024, 9, 25), date(2024, 10, 20))
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1)
Leg = tuple[str, datetime, datetime, datetime, int, date]
"""Trunk, start, answer, end (UTC), hours that its clock is ahead, local day."""


def count(
    legs: list[Leg], *, ringing: bool = True
) -> dict[tuple[date, int, str], tuple[int, float, int]]:
    """What `occupied` gives, by going through every leg for every moment."""
    clocks: dict[tuple[str, date], Counter[int]] = defaultdict(Counter)
    for trunk, _, _, _, ahead, day in legs:
        clocks[trunk, day][ahead] += 1
    seizures: Counter[Any] = Counter()
    used: dict[Any, float] = defaultdict(float)
    peaks: dict[Any, int] = defaultdict(int)
    stretches: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for trunk, start, answer, end, _, day in legs:
        most = max(clocks[trunk, day].items(), key=lambda one: (one[1], -one[0]))[0]
        shift = timedelta(hours=most)
        least = datetime.combine(day, datetime.min.time()) - DAY
        begun, talked, ended = (
            min(max(at + shift, least), least + 3 * DAY) for at in (start, answer, end)
        )
        seizures[begun.date(), begun.hour, trunk] += 1
        stretches[trunk].append((begun if ringing else talked, ended))
    for trunk, spans in stretches.items():
        for since, until in spans:
            hour = since.replace(minute=0, second=0, microsecond=0)
            while hour < until:
                part = (max(since, hour), min(until, hour + HOUR))
                key = (hour.date(), hour.hour, trunk)
                used[key] += (part[1] - part[0]).total_seconds()
                at_once = sum(begin <= part[0] < end for begin, end in spans)
                peaks[key] = max(peaks[key], at_once)
                hour += HOUR
    found = {key: (seizures[key], round(used[key], 3), peaks[key]) for key in {*seizures, *used}}
    # A leg that ends just as an hour begins was not there in that hour.
    return {key: sums for key, sums in found.items() if any(sums)}


def frame_of(legs: list[Leg]) -> pl.DataFrame:
    def ms(at: datetime) -> int:
        return (at - EPOCH) // timedelta(milliseconds=1)

    return pl.DataFrame(
        [
            {
                "day": day,
                "gateway_in": trunk if serial % 2 else None,
                "gateway_out": None if serial % 2 else trunk,
                "started": ms(start),
                "ahead": ahead * 3_600_000,
                "taken": ms(start),
                "freed": ms(end),
            }
            for serial, (trunk, start, _, end, ahead, day) in enumerate(legs)
        ],
        schema={
            "day": pl.Date,
            "gateway_in": pl.String,
            "gateway_out": pl.String,
            **dict.fromkeys(("started", "ahead", "taken", "freed"), pl.Int64),
        },
    )


def told(frame: pl.DataFrame) -> dict[Any, Any]:
    return {
        (row["day"], row["hour"], row["gateway"]): (
            row["seizures"],
            float(row["used_s"]),
            row["peak"],
        )
        for row in frame.to_dicts()
    }


@st.composite
def a_leg(draw: st.DrawFn) -> Leg:
    start = datetime(2024, 10, 14) + timedelta(seconds=draw(st.integers(0, 3 * 86400)) // 100 * 100)
    ahead = draw(st.sampled_from([2, 2, 2, 1, -4]))
    ring = timedelta(seconds=draw(st.sampled_from([0, 20, 100])))
    talk = timedelta(seconds=draw(st.sampled_from([0, 0.25, 100, 4000, 90_000])))
    day = (start + timedelta(hours=ahead)).date()
    return (draw(st.sampled_from("ab")), start, start + ring, start + ring + talk, ahead, day)


@given(st.lists(a_leg(), max_size=30))
def test_a_sweep_finds_what_a_count_at_every_moment_does(legs: list[Leg]) -> None:
    found = occupied(frame_of(legs))
    assert found.schema == HOURS
    assert told(found) == count(legs)


def test_a_leg_holds_its_trunk_from_ring_to_end_over_hours_and_midnight() -> None:
    start = datetime(2024, 10, 14, 21, 59, 50)
    leg: Leg = ("a", start, start + timedelta(seconds=20), start + 2 * HOUR, 2, date(2024, 10, 14))
    found = occupied(frame_of([leg]))
    assert [
        (date(2024, 10, 14), 23, 1, Decimal(10), 1),
        (date(2024, 10, 15), 0, 0, Decimal(3600), 1),
        (date(2024, 10, 15), 1, 0, Decimal(3590), 1),
    ] == found.drop("gateway").rows()


def test_one_call_ending_as_another_begins_takes_one_channel() -> None:
    begin, half, day = datetime(2024, 10, 14, 8), timedelta(minutes=30), date(2024, 10, 14)
    legs: list[Leg] = [("a", at, at, at + half, 0, day) for at in (begin, begin + half)]
    found = occupied(frame_of(legs))
    assert [(2, Decimal(3600), 1)] == found.select("seizures", "used_s", "peak").rows()


@pytest.fixture(scope="module")
def company(leg: Any) -> list[Any]:
    return [row for _, row in chance_legs(leg, 5, calls=400)]


@pytest.fixture(scope="module")
def snapshot(
    tmp_path_factory: pytest.TempPathFactory, company: list[Any], frame: Any, now: datetime
) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("warehouse")
    with Master.open(folder) as master:
        for name, part in (("one", company[::2]), ("two", company[1::2])):
            load(master, frame(part), file=name, sha256="", loaded_at=now)
            publish(master, now, HotLimits(recent_days=1))
    snapshots = Snapshots(folder)
    yield snapshots.current()
    snapshots.close()


def seizures(rows: list[Any]) -> list[Leg]:
    return [
        (
            row[gateway],
            row["started_at"],
            row["answered_at"] or row["ended_at"],
            row["ended_at"],
            int((row["started_local"] - row["started_at"]) / HOUR),
            row["day"],
        )
        for row in rows
        for gateway in ("gateway_out", "gateway_in")
        if row[gateway]
    ]


def test_trunks_are_kept_as_a_count_of_the_legs_has_them(
    snapshot: Snapshot, company: list[Any]
) -> None:
    meant = count(seizures(company))
    kept = told(snapshot.query("from gateway_hours"))
    assert kept == meant
    for ringing in (True, False):
        inside = {
            key: sums
            for key, sums in count(seizures(company), ringing=ringing).items()
            if PERIOD.first <= key[0] <= PERIOD.last
        }
        found = trunks.by_hour(snapshot, ALL, PERIOD, ringing=ringing)
        assert told(found) == inside
        assert found["erlangs"].to_list() == (found["used_s"].cast(pl.Float64) / 3600).to_list()


@pytest.mark.parametrize(
    ("scope", "filters", "test"),
    [
        (Scope(departments=("Department 1",)), {}, lambda row: row["department"] == "Department 1"),
        (ALL, {"sites": ("Site 1", "Site 2")}, lambda row: row["site"] in ("Site 1", "Site 2")),
        (ALL, {"directions": ("transit",)}, lambda row: row["direction"] == "transit"),
    ],
)
def test_a_part_of_the_traffic_is_swept_anew(
    snapshot: Snapshot, company: list[Any], scope: Scope, filters: dict[str, Any], test: Any
) -> None:
    near = [row for row in company if PERIOD.first - DAY <= row["day"] <= PERIOD.last + DAY]
    meant = {
        key: (sums[0], sums[2])
        for key, sums in count(seizures([row for row in near if test(row)])).items()
        if PERIOD.first <= key[0] <= PERIOD.last and key[2] == "gw-2"
    }
    found = trunks.by_hour(snapshot, scope, replace(PERIOD, gateways=("gw-2",), **filters))
    assert meant == {
        (row["day"], row["hour"], row["gateway"]): (row["seizures"], row["peak"])
        for row in found.to_dicts()
    }


def test_busy_hours_are_those_of_most_traffic(snapshot: Snapshot) -> None:
    hours = trunks.by_hour(snapshot, ALL, PERIOD)
    days = trunks.by_day(snapshot, ALL, PERIOD)
    for row in days.to_dicts():
        of_day = hours.filter(gateway=row["gateway"], day=row["day"]).sort(
            "used_s", "hour", descending=[True, False]
        )
        assert (of_day["hour"][0], of_day["erlangs"][0]) == (row["busy_hour"], row["busy_erlangs"])
        assert (of_day["peak"].max(), of_day["used_s"].sum()) == (row["peak"], row["used_s"])
    channels = {"gw-1": 1, "gw-2": 30}
    for row in trunks.blocking(snapshot, ALL, PERIOD, channels).to_dicts():
        of_trunk = hours.filter(gateway=row["gateway"])
        sums = of_trunk.group_by("hour").agg(pl.col("used_s").sum())
        best = sums.sort("used_s", "hour", descending=[True, False]).row(0)
        used_days = of_trunk["day"].n_unique()
        assert (best[0], used_days) == (row["busy_hour"], row["days"])
        assert row["busy_erlangs"] == pytest.approx(float(best[1]) / 3600 / used_days)
        assert row["most_erlangs"] == of_trunk["erlangs"].max()
        lines = channels.get(row["gateway"])
        assert row["channels"] == lines
        assert row["blocking"] == (None if lines is None else blocking(row["busy_erlangs"], lines))
        assert blocking(row["busy_erlangs"], row["needed"]) <= 0.01


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    files=st.lists(
        st.lists(st.tuples(st.integers(0, 8), a_leg()), max_size=6), min_size=2, max_size=3
    )
)
def test_trunk_hours_follow_after_any_loads(
    files: list[list[tuple[int, Leg]]],
    leg: Any,
    frame: Any,
    now: datetime,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Days change with legs of their neighbours, and readers see those days too."""
    folder: Path = tmp_path_factory.mktemp("loads")
    with Master.open(folder) as master:
        snapshots = Snapshots(folder)
        for serial, content in enumerate(files):
            rows = [
                localised(
                    leg(
                        f"leg{key}",
                        str(start),
                        talk=(end - answer).total_seconds(),
                        gateway_out=trunk,
                        site={2: "Site 0", 1: "Site 2", -4: "Site 1"}[ahead],
                        revision=serial,
                    )
                )
                for key, (trunk, start, answer, end, ahead, _) in content
            ]
            load(master, frame(rows), file=f"{serial}", sha256="", loaded_at=now)
            publish(master, now, HotLimits(legs=6, days=3, recent_days=1))
        stored = master.connection.execute("from legs").to_arrow_table().to_pylist()
        kept = told(pl.DataFrame(master.connection.execute("from gateway_hours").to_arrow_table()))
        assert kept == count(seizures(stored))
        if stored:
            assert kept == told(snapshots.current().query("from gateway_hours"))
        snapshots.close()
