"""Every figure equals what is counted from single calls and legs, without SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, get_args

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.company import PEOPLE, Row, directory_of, legs
from warehouse.dimensions import note_dimensions
from warehouse.load import load
from warehouse.master import Master
from warehouse.publish import HotLimits, publish
from warehouse.queries import calls, control, costs, overview, service, traffic
from warehouse.queries.countries import country_of
from warehouse.queries.keys import Grain, Key
from warehouse.scope import Filters, OfficeHours, Scope
from warehouse.snapshot import Snapshot, Snapshots
from warehouse.words import UNRATED

ALL = Scope(everything=True)
PERIOD = Filters(date(2024, 9, 25), date(2024, 10, 20))
LOST = ["no_answer", "busy", "cancelled", "rejected", "failed"]
MONEY = ("cost", "charge", "tax")
PAYER = {
    "charged_user": "user",
    **{name: name for name in ("kind", "department", "cost_centre", "site")},
}


@pytest.fixture(scope="module")
def snapshot(
    tmp_path_factory: pytest.TempPathFactory, leg: Any, frame: Any, now: datetime
) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("warehouse")
    made = [row for _, row in legs(leg, 3, calls=400)]
    trunks = pl.DataFrame({"gateway": ["gw-1", "gw-[24]"], "site": ["Site 0", "Site 1"]})
    with Master.open(folder) as master:
        note_dimensions(master, replace(directory_of(PEOPLE), gateways=trunks), now)
        for name, part in (("one", made[::2]), ("two", made[1::2])):
            load(master, frame(part), file=name, sha256="", loaded_at=now)
            publish(master, now, HotLimits(recent_days=1))
    snapshots = Snapshots(folder)
    yield snapshots.current()
    snapshots.close()


@pytest.fixture(scope="module")
def all_legs(snapshot: Snapshot) -> pl.DataFrame:
    return snapshot.query("from legs").filter(_in_period())


@pytest.fixture(scope="module")
def all_calls(snapshot: Snapshot) -> pl.DataFrame:
    return snapshot.query("from calls").filter(_in_period())


@pytest.fixture(scope="module")
def counted(snapshot: Snapshot) -> pl.DataFrame:
    """Each call with its owner, and each leg's money with whoever pays it."""
    whole = snapshot.query("from calls")
    single = whole.with_columns(
        pl.lit(1).alias("calls"),
        pl.col("answered", "unrated").cast(pl.Int64),
        *(pl.lit(Decimal(0)).alias(name) for name in MONEY),
    )
    known = whole.select(
        "source", "call_id", "day", "hour", "direction", "call_type", "destination", "gateway",
        "tariff", "outcome", "answered_by",
    )  # fmt: skip
    paid = snapshot.query("from legs").select(
        "source",
        "call_id",
        "person",
        "currency",
        "account_code",
        "purpose",
        *(pl.col(name).alias(alias) for name, alias in PAYER.items()),
        *(pl.col(name).fill_null(Decimal(0)) for name in MONEY),
    )
    return pl.concat([single, paid.join(known, on=["source", "call_id"])], how="diagonal_relaxed")


def _in_period(filters: Filters = PERIOD) -> pl.Expr:
    return pl.col("day").is_between(filters.first, filters.last)


def _sums(frame: pl.DataFrame, keys: list[str], measures: tuple[str, ...]) -> dict[Any, Any]:
    """The measures by key, rows of zeros left out."""
    grouped = frame.group_by(keys).agg(pl.col(measures).sum())
    return {
        row[: len(keys)]: tuple(Decimal(value or 0) for value in row[len(keys) :])
        for row in grouped.iter_rows()
        if any(row[len(keys) :])
    }


def _calls(legs: pl.DataFrame, keys: list[str]) -> set[tuple[Any, ...]]:
    return set(legs.group_by(keys).agg(pl.struct("source", "call_id").n_unique()).rows())


def _calls_of(found: pl.DataFrame, keys: list[str]) -> set[tuple[Any, ...]]:
    return set(found.select(*keys, "calls").rows())


some = partial(st.lists, max_size=2, unique=True)
chosen = st.fixed_dictionaries(
    {
        "directions": some(st.sampled_from(["outbound", "inbound", "internal", "transit", ""])),
        "departments": some(st.sampled_from(["Department 0", "Department 1", ""])),
        "call_types": some(st.sampled_from(["mobile", "national", ""])),
        "outcomes": some(st.sampled_from(["answered", "busy", "no_answer"])),
        "tariffs": some(st.sampled_from(["aurelia", ""])),
        "account_codes": some(st.sampled_from(["4711", ""])),
        "purposes": some(st.sampled_from(["business", "private", ""])),
        "kinds": some(st.sampled_from(["common_area", "person", ""])),
        "cost_centres": some(st.sampled_from(["Centre Department 2", ""])),
    }
)


@given(
    keys=st.lists(st.sampled_from(get_args(Key)), max_size=3, unique=True),
    grain=st.sampled_from([None, *get_args(Grain)]),
    chosen=chosen,
)
def test_costs_told_apart_in_any_way_equal_a_recount_and_add_up_to_the_totals(
    snapshot: Snapshot,
    counted: pl.DataFrame,
    keys: list[Key],
    grain: Grain | None,
    chosen: dict[str, list[str]],
) -> None:
    filters = replace(PERIOD, **{name: tuple(values) for name, values in chosen.items()})
    found = costs.by(snapshot, ALL, filters, keys, grain)
    meant = counted.filter(_in_period())
    for name, values in chosen.items():
        if values:
            column = pl.col(name.removesuffix("s"))
            meant = meant.filter(column.is_in(values) | (column.is_null() & ("" in values)))
    by: list[str] = [*keys, "currency"]
    if grain:
        unit = {"day": "1d", "week": "1w", "month": "1mo"}[grain]
        meant = meant.with_columns(pl.col("day").dt.truncate(unit).alias("period"))
        by.append("period")
    assert _sums(meant, by, costs.MEASURES) == _sums(found, by, costs.MEASURES)
    totals = overview.totals(snapshot, ALL, filters)
    assert _sums(found, ["currency"], costs.MEASURES) == _sums(totals, ["currency"], costs.MEASURES)


def test_countries_of_the_outside_number_add_up_to_the_totals(
    snapshot: Snapshot, counted: pl.DataFrame, all_calls: pl.DataFrame
) -> None:
    found = costs.by_country(snapshot, ALL, PERIOD)
    totals = overview.totals(snapshot, ALL, PERIOD)
    assert _sums(totals, ["currency"], costs.MEASURES) == _sums(found, ["currency"], costs.MEASURES)
    outside = (
        pl.when(direction="inbound").then("from_number").when(pl.col("direction") != "internal")
        .then("to_number")
    )  # fmt: skip
    starts = {"+44": "GB", "+39": "IT", "+12": "US", "+77": "KZ"}
    meant = all_calls.select(outside.str.head(3).alias("start"))["start"].value_counts()
    assert {(starts.get(start), many) for start, many in meant.iter_rows()} == {
        (country, many)
        for country, many in found.group_by("country").agg(pl.col("calls").sum()).iter_rows()
    }
    outside_of = all_calls.with_columns(outside.alias("outside")).drop_nulls("destination")
    for country in ("GB", "IT", ""):
        wanted = {
            row["destination"]
            for row in outside_of.iter_rows(named=True)
            if (country_of(row["outside"] and row["outside"][:5]) or "") == country
        }
        named = costs.destinations_in(snapshot, ALL, PERIOD, country)["destination"].to_list()
        assert sorted(wanted) == named
    by_month = costs.by_country(snapshot, ALL, PERIOD, "month")
    assert {date(2024, 9, 1), date(2024, 10, 1)} == set(by_month["period"])
    assert by_month["cost"].sum() == found["cost"].sum()


@pytest.mark.parametrize(
    ("start", "country"),
    [
        ("+4420", "GB"), ("+390", "IT"), ("+1212", "US"), ("+1416", "CA"), ("+1876", "JM"),
        ("+7495", "RU"), ("+7727", "KZ"), ("+3545", "IS"), ("+870", None), ("+800", None),
        ("+", None), ("+1", None), ("112", None), ("", None), (None, None), ("+999", None),
    ],
)  # fmt: skip
def test_a_country_is_told_by_the_first_digits(start: str | None, country: str | None) -> None:
    assert country == country_of(start)


def test_a_comparison_holds_both_periods_and_their_difference(snapshot: Snapshot) -> None:
    october = Filters(date(2024, 10, 1), date(2024, 10, 31))
    september = Filters(date(2024, 9, 1), date(2024, 9, 30))
    found = costs.compared(snapshot, ALL, october, ("user",))
    for filters, suffix in ((october, ""), (september, "_before")):
        alone = costs.by(snapshot, ALL, filters, ("user",))
        names = {f"{name}{suffix}": name for name in costs.MEASURES}
        measured = found.select("user", "currency", *names).rename(names)
        assert _sums(alone, ["user", "currency"], costs.MEASURES) == _sums(
            measured, ["user", "currency"], costs.MEASURES
        )
    assert found["calls_change"].to_list() == (found["calls"] - found["calls_before"]).to_list()
    assert found["cost_change"].sum() == found["cost"].sum() - found["cost_before"].sum()
    assert found["cost_change"].abs().is_sorted(descending=True)
    assert found.filter(user="Department0/Site0/0@aurora.example")["person"].unique().to_list() == [
        "Department 0, Site 0"
    ]
    last_year = costs.compared(snapshot, ALL, october, ("site",), "last_year")
    assert 0 == last_year["calls_before"].sum() < last_year["calls"].sum()


@pytest.mark.parametrize(
    ("side", "column", "directions"),
    [("called", "to_number", ["outbound", "transit"]), ("calling", "from_number", ["inbound"])],
)
def test_frequent_numbers_are_counted_by_call(
    snapshot: Snapshot,
    all_calls: pl.DataFrame,
    side: costs.Side,
    column: str,
    directions: list[str],
) -> None:
    found = costs.frequent_numbers(snapshot, ALL, PERIOD, side, 10)
    meant = (
        all_calls.filter(pl.col("direction").is_in(directions) & pl.col(column).is_not_null())
        .group_by(pl.col(column).alias("number"))
        .agg(
            pl.len().cast(pl.Int64).alias("calls"),
            pl.col("answered").sum().cast(pl.Int64),
            pl.col("talk_s").sum(),
            pl.col("started_at").min().alias("first_at"),
            pl.col("started_at").max().alias("last_at"),
        )
        .sort("calls", "talk_s", "number", descending=[True, True, False])
        .head(10)
    )
    assert meant.rows() == found.rows()
    hidden = costs.frequent_numbers(
        snapshot, Scope(everything=True, mask_digits=5), PERIOD, side, 500
    )
    assert hidden["number"].is_unique().all()
    assert (
        hidden["calls"].sum()
        == costs.frequent_numbers(snapshot, ALL, PERIOD, side, 500)["calls"].sum()
    )


def test_traffic_is_counted_by_hour_weekday_and_direction(
    snapshot: Snapshot, all_calls: pl.DataFrame
) -> None:
    measures = ("calls", "answered", "talk_s")
    meant = all_calls.with_columns(
        pl.lit(1).alias("calls"), pl.col("day").dt.weekday().alias("weekday")
    )
    for filters, rows in (
        (PERIOD, meant),
        (
            replace(PERIOD, departments=("Department 1",)),
            meant.filter(department="Department 1"),
        ),
    ):
        heat = traffic.heat_map(snapshot, ALL, filters)
        assert (168, 24) == (heat.height, heat["hour"].n_unique())
        keys = ["weekday", "hour"]
        assert _sums(rows, keys, measures) == _sums(heat, keys, measures)
        by_hour = traffic.by_hour(snapshot, ALL, filters, ("site", "direction"))
        keys = ["hour", "site", "direction"]
        assert _sums(rows, keys, measures) == _sums(by_hour, keys, measures)
        matrix = traffic.matrix(snapshot, ALL, filters)
        assert _sums(rows, keys[1:], measures) == _sums(matrix, keys[1:], measures)
        weeks = traffic.by_period(snapshot, ALL, filters, "week")
        weekly = rows.with_columns(pl.col("day").dt.truncate("1w").alias("period"))
        assert _sums(weekly, ["period"], measures) == _sums(weeks, ["period"], measures)


@pytest.mark.parametrize("length", [1, 3, 7, 8, 26, 400])
def test_a_heat_map_says_how_often_each_weekday_came(snapshot: Snapshot, length: int) -> None:
    filters = replace(PERIOD, last=PERIOD.first + timedelta(days=length - 1))
    days = traffic.heat_map(snapshot, ALL, filters).filter(hour=0)["days"].to_list()
    all_days = [PERIOD.first + timedelta(days=day) for day in range(length)]
    assert [sum(day.isoweekday() == one for day in all_days) for one in range(1, 8)] == days


@pytest.mark.parametrize("keys", [(), ("department",), ("user",), ("hour",), ("site", "direction")])
@pytest.mark.parametrize("grain", [None, "month"])
def test_answering_is_counted_by_outcome(
    snapshot: Snapshot,
    all_calls: pl.DataFrame,
    keys: tuple[service.ServiceKey, ...],
    grain: Grain | None,
) -> None:
    found = service.answering(snapshot, ALL, PERIOD, keys, grain)
    meant = all_calls.with_columns(pl.col("day").dt.truncate("1mo").alias("period"))
    by = [*(["period"] if grain else []), *keys]
    groups = meant.partition_by(by, as_dict=True) if by else {(): meant}
    assert len(groups) == found.height
    for row in found.iter_rows(named=True):
        group = groups[tuple(row[name] for name in by)]
        outcomes = group["outcome"].to_list()
        answered = group.filter("answered")
        lost = group.filter(pl.col("outcome").is_in(LOST))
        mail = group.filter(outcome="answered", answered_by="voicemail")
        assert (group.height, answered.height, mail.height, lost.height) == tuple(
            row[name] for name in ("calls", "answered", "voicemail", "lost")
        )
        assert [outcomes.count(name) for name in LOST] == [row[name] for name in LOST]
        assert row["calls"] == row["answered"] + row["voicemail"] + row["lost"] + row["unknown"]
        assert row["asr"] == pytest.approx(answered.height / group.height)
        assert row["talk_s"] == answered["talk_s"].sum()
        assert row["aloc_s"] == _close(answered["talk_s"])
        assert row["mean_wait_s"] == _close(answered["ring_s"])
        assert row["mean_lost_wait_s"] == _close(lost["ring_s"])
        assert row["prompt_share"] == _close((answered["ring_s"] <= 20).cast(pl.Int64))


def _close(values: pl.Series) -> Any:
    mean = values.cast(pl.Float64).mean()
    return None if mean is None else pytest.approx(mean)


@pytest.mark.parametrize("keys", [(), ("department",), ("hour",)])
def test_waits_are_those_of_single_calls(
    snapshot: Snapshot, all_calls: pl.DataFrame, keys: tuple[service.ServiceKey, ...]
) -> None:
    found = service.waits(snapshot, ALL, PERIOD, keys, within_s=Decimal("20.5"))
    groups = all_calls.partition_by(keys, as_dict=True) if keys else {(): all_calls}
    assert len(groups) == found.height
    for row in found.iter_rows(named=True):
        group = groups[tuple(row[name] for name in keys)]
        ring = group.filter("answered")["ring_s"].cast(pl.Float64)
        gave_up = group.filter(outcome="cancelled")["ring_s"].cast(pl.Float64)
        assert (len(ring), len(gave_up)) == (row["answered"], row["abandoned"])
        assert row["prompt"] == (ring <= 20.5).sum()
        for name, value in (
            ("mean_s", ring.mean()),
            ("median_s", ring.quantile(0.5, "linear")),
            ("p90_s", ring.quantile(0.9, "linear")),
            ("longest_s", ring.max()),
            ("abandoned_mean_s", gave_up.mean()),
            ("abandoned_longest_s", gave_up.max()),
        ):
            shown = row[name] if row[name] is None else float(row[name])
            assert shown == (None if value is None else pytest.approx(value)), name


def test_a_call_counts_with_the_response_groups_that_took_it(
    snapshot: Snapshot, all_calls: pl.DataFrame
) -> None:
    found = service.by_response_group(snapshot, ALL, PERIOD)
    taken = (
        snapshot.query("from legs")
        .filter(answered_by="response_group")
        .select("source", "call_id", pl.coalesce("to_user", "to_number").alias("response_group"))
        .unique()
    )
    meant = all_calls.join(taken, on=["source", "call_id"]).partition_by(
        "response_group", as_dict=True
    )
    assert {"desk@aurora.example", "orders@aurora.example"} <= set(found["response_group"])
    for row in found.iter_rows(named=True):
        group = meant.pop((row["response_group"],))
        gave_up = group.filter(outcome="cancelled")
        assert (group.height, group["answered"].sum(), gave_up.height, group["talk_s"].sum()) == (
            *(row["calls"], row["answered"], row["abandoned"], row["talk_s"]),
        )
        assert row["mean_wait_s"] == _close(group.filter("answered")["ring_s"])
    assert not meant


@pytest.mark.parametrize("hours", [1, 24, 24 * 30])
def test_lost_calls_are_unreturned_until_somebody_speaks_with_the_caller(
    snapshot: Snapshot, hours: int
) -> None:
    rows = snapshot.query("from calls").to_dicts()

    def returned(lost: Row) -> bool:
        return any(
            row["answered"]
            and (row["direction"], lost["from_number"])
            in (("inbound", row["from_number"]), ("outbound", row["to_number"]))
            and timedelta(0) < row["started_at"] - lost["started_at"] <= timedelta(hours=hours)
            for row in rows
        )

    lost = [
        row
        for row in rows
        if row["direction"] == "inbound"
        and row["outcome"] in LOST
        and row["from_number"]
        and PERIOD.first <= row["day"] <= PERIOD.last
    ]
    meant = {row["call_id"] for row in lost if not returned(row)}
    found = service.unreturned(snapshot, ALL, PERIOD, hours)
    assert meant == set(found["call_id"])
    assert found["started_at"].is_sorted(descending=True)
    assert found.height == len(meant) > 0


def test_legs_without_a_price_are_told_by_why(snapshot: Snapshot, all_legs: pl.DataFrame) -> None:
    unrated = all_legs.filter(pl.col("status").is_in(sorted(UNRATED)))
    found = control.unrated(snapshot, ALL, PERIOD)
    assert {
        (row["status"], row["tariff"]): (row["legs"], row["calls"], row["talk_s"])
        for row in found.to_dicts()
    } == {
        key: (rows.height, rows["call_id"].n_unique(), rows["talk_s"].sum())
        for key, rows in unrated.partition_by("status", "tariff", as_dict=True).items()
    }
    starts = control.without_price(snapshot, ALL, PERIOD, digits=4)
    meant = unrated.filter(status="no_prefix").group_by(
        "tariff", pl.col("to_number").str.head(5).alias("number_start")
    ).len()  # fmt: skip
    assert set(meant.rows()) == set(starts.select("tariff", "number_start", "legs").rows())


def test_who_and_what_is_in_no_directory_is_listed(
    snapshot: Snapshot, all_legs: pl.DataFrame
) -> None:
    own = pl.when(direction="inbound").then("to_number").otherwise("from_number")
    meant = (
        all_legs.filter(pl.col("person").is_null())
        .with_columns(
            pl.col("charged_user").alias("user"),
            pl.when(pl.col("charged_user").is_null()).then(own).alias("number"),
            pl.lit(1).alias("legs"),
        )
    )  # fmt: skip
    keys, measures = ["user", "number", "site", "currency"], ("legs", "talk_s", "cost")
    found = control.unmatched_users(snapshot, ALL, PERIOD)
    assert _sums(meant, keys, measures) == _sums(found, keys, measures)
    assert _calls(meant, keys) == _calls_of(found, keys)
    trunks = control.unmatched_gateways(snapshot, ALL, PERIOD)
    unknown = pl.col("gateway") == "gw-3"
    lacking = all_legs.with_columns(
        pl.coalesce("gateway_out", "gateway_in").alias("gateway"),
        pl.lit(1).alias("legs"),
        pl.col("status").is_in(sorted(UNRATED)).cast(pl.Int64).alias("unrated"),
        (pl.col("tariff").is_null() & (pl.col("status") != "not_charged")).alias("lacks_tariff"),
    ).filter(
        pl.col("gateway").is_not_null()
        & (pl.col("site").is_null() | pl.col("lacks_tariff") | unknown)
    )
    assert {"gw-3"} == set(trunks.filter("is_unknown")["gateway"])
    measures = (*measures, "unrated")
    assert _sums(lacking, ["gateway"], measures) == _sums(trunks, ["gateway"], measures)
    assert _calls(lacking, ["gateway", "currency"]) == _calls_of(trunks, ["gateway", "currency"])
    assert trunks["without_tariff"].sum() == lacking["lacks_tariff"].sum()


def test_a_destination_is_new_in_the_period_of_its_first_call(snapshot: Snapshot) -> None:
    rows = snapshot.query("from calls where destination is not null")
    earliest = rows.group_by("destination").agg(pl.col("day").min())
    for first in (date(2024, 9, 1), date(2024, 10, 1)):
        filters = replace(PERIOD, first=first)
        found = control.new_destinations(snapshot, ALL, filters)
        new = earliest.filter(pl.col("day") >= first)
        told = found.group_by("destination").agg(pl.col("first_day").min())
        assert set(new.rows()) == set(told.rows())
        assert (
            found["calls"].sum()
            == rows.filter(
                pl.col("destination").is_in(new["destination"].implode()) & _in_period(filters)
            ).height
        )


def test_people_without_calls_are_those_of_the_directory_that_have_none(
    snapshot: Snapshot,
) -> None:
    people = pl.DataFrame(
        [
            {"user": person.facts["charged_user"], **person.facts}
            for person in PEOPLE
            if person.department
        ]
        + [{"user": "idle@aurora.example", "department": "Department 0", "site": "Site 0"}],
        infer_schema_length=None,
    )
    a_day = replace(PERIOD, first=PERIOD.last)
    active = set(snapshot.query("from calls").filter(_in_period(a_day))["user"])
    found = control.zero_usage(snapshot, ALL, a_day, people)["user"].to_list()
    assert [user for user in people["user"] if user not in active] == found
    assert ["idle@aurora.example"] == control.zero_usage(snapshot, ALL, PERIOD, people)[
        "user"
    ].to_list()
    few = control.zero_usage(snapshot, ALL, replace(a_day, departments=("Department 0",)), people)
    assert {"Department 0"} == set(few["department"])


HOURS = OfficeHours(time(8, 30), time(17), (1, 2, 3, 4, 5))
NIGHT = OfficeHours(time(22), time(6), (5, 6))


def _inside(hours: OfficeHours, at: datetime) -> bool:
    if hours.begin < hours.end:
        return at.isoweekday() in hours.weekdays and hours.begin <= at.time() < hours.end
    night = at if at.time() >= hours.begin else at - timedelta(days=1)
    inside = at.time() >= hours.begin or at.time() < hours.end
    return inside and night.isoweekday() in hours.weekdays


@pytest.mark.parametrize("hours", [HOURS, NIGHT, replace(HOURS, zone="Asia/Tokyo")])
def test_calls_out_of_hours_are_told_by_the_clock_of_their_place_or_of_a_zone(
    snapshot: Snapshot, all_calls: pl.DataFrame, hours: OfficeHours
) -> None:
    ahead = timedelta(hours=9)
    meant = {
        row["call_id"]
        for row in all_calls.to_dicts()
        if not _inside(hours, row["started_at"] + ahead if hours.zone else row["started_local"])
    }
    found = calls.page(snapshot, ALL, replace(PERIOD, outside_hours=hours), 1000)
    assert 0 < found.height < all_calls.height
    assert meant == set(found["call_id"])


@pytest.mark.parametrize(
    ("filters", "test"),
    [
        ({"max_cost": Decimal(100)}, pl.col("cost") <= 100),
        ({"min_talk_s": Decimal(60)}, pl.col("talk_s") >= 60),
        ({"max_talk_s": Decimal("59.5")}, pl.col("talk_s") <= 59.5),
        ({"emergency": True}, pl.col("emergency")),
        ({"answered_by": ("attendant",)}, pl.col("answered_by") == "attendant"),
        ({"answered_by": ("",)}, pl.col("answered_by").is_null()),
        ({"statuses": ("no_prefix",)}, pl.col("status") == "no_prefix"),
        ({"gateways": ("gw-2",)}, pl.col("gateway") == "gw-2"),
    ],
)  # fmt: skip
def test_filters_choose_single_calls(
    snapshot: Snapshot, all_calls: pl.DataFrame, filters: dict[str, Any], test: pl.Expr
) -> None:
    whole = all_calls.filter(~pl.col("split"))
    found = calls.page(snapshot, ALL, replace(PERIOD, **filters), 1000)
    among = found.filter(pl.col("call_id").is_in(whole["call_id"].implode()))
    assert 0 < among.height < whole.height
    assert set(whole.filter(test)["call_id"]) == set(among["call_id"])


def test_office_hours_are_of_days_and_zones_that_there_are() -> None:
    with pytest.raises(ValueError, match="Monday"):
        OfficeHours(weekdays=(0, 1))
    with pytest.raises(LookupError):
        OfficeHours(zone="Europe/Atlantis")
