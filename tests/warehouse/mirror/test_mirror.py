"""The mirror holds what is published, whatever has become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.warehouse.conftest import Put
from tests.warehouse.mirror.conftest import NOW
from warehouse.clock import fixed_clock
from warehouse.dimensions import DIMENSIONS, Dimensions, note_dimensions
from warehouse.frames import fetch
from warehouse.load import load
from warehouse.master import Master
from warehouse.mirror import plan
from warehouse.mirror.mirror import Done, Mirror
from warehouse.mirror.server import Server
from warehouse.mirror.tables import BY_DAY, table
from warehouse.mirror.verify import compare
from warehouse.publish import publish
from warehouse.restate import restate, stored_days, stored_legs
from warehouse.retention import anonymised
from warehouse.snapshot import Snapshots
from warehouse.store import remove

pytestmark = pytest.mark.postgres

Leg = Callable[..., dict[str, Any]]
Ask = Callable[..., list[tuple[Any, ...]]]
DAY = date(2024, 10, 14)


def assert_equal(snapshots: Snapshots, there: Ask) -> None:
    """Every row of every table of days, to the last digit and millisecond."""
    for name in BY_DAY:
        of = table(name)
        here = snapshots.current().query(f"select {of.selected} from {name}")
        listed = ", ".join(
            f"{one.name}::int" if one.dtype == pl.Boolean else one.name for one in of.columns
        )
        rows = there(f"select {listed} from ${name}")
        mirrored = pl.DataFrame(rows, of.schema, orient="row", strict=False)
        by = of.listed.split(", ")
        assert here.cast(of.schema).sort(by).equals(mirrored.sort(by)), name


@pytest.fixture
def mirrored(
    master: Master, mirror: Mirror, snapshots: Snapshots, there: Ask
) -> Callable[..., Done]:
    """Publishes, mirrors, and compares."""

    def go(**how: Any) -> Done:
        publish(master, NOW)
        done = mirror.cycle(**how)
        assert_equal(snapshots, there)
        return done

    return go


def test_calls_shares_and_sums_arrive_as_they_are(
    leg: Leg, put: Put, mirrored: Callable[..., Done], there: Ask
) -> None:
    put(
        leg("a"),
        leg("b", "2024-10-14 09:00:00", call_id="a", charged_user="bruno@aurora.example"),
        leg("c", "2024-10-15 10:00:00", talk=None, person=None, department=None),
    )

    done = mirrored()

    assert (2, 2, 0) == (done.days, done.calls, done.waiting)
    assert [(2,)] == there("select count(*) from $call_shares")
    assert [(1,), (1,)] == there("select calls from $mirror_days order by day")


TEXTS = [
    "Zürich", "Ελλάδα", "Москва", "東京都", "한국어", "שלום", "مرحبا", "नमस्ते", "😀🇮🇹", "a\tb\nc",
    "it's \"quoted\"", "back\\slash", "{curly, comma}", "NULL", "null", "", "%?;--", "�", "e\u0301",
    "trailing ", "\u200b",
]  # fmt: skip


def test_texts_in_every_script_arrive_to_the_letter(
    leg: Leg, put: Put, mirrored: Callable[..., Done], there: Ask
) -> None:
    put(*(leg(f"leg {n} {text}", person=text, dialled=text) for n, text in enumerate(TEXTS)))

    mirrored()

    found = there("select call_id, person from $calls")
    assert {(f"leg {n} {text}", text) for n, text in enumerate(TEXTS)} == set(found)


def test_numbers_and_instants_arrive_to_the_last_digit(
    leg: Leg, put: Put, mirrored: Callable[..., Done], there: Ask
) -> None:
    put(
        leg("a", "2024-10-14 08:00:00.001", cost=Decimal("99999999999.999999"), talk=0.001),
        leg("b", "2024-10-14 21:59:59.999", cost=Decimal("0.000001"), tax=Decimal("-1.000001")),
        leg("c", "1999-12-31 08:00:00.123", cost=None, charge=None, tax=None, currency=None),
    )

    mirrored()

    found = there("select call_id, started_at, talk_s, cost, tax from $calls order by call_id")
    at = datetime.fromisoformat
    assert [
        ("a", at("2024-10-14 08:00:00.001"), Decimal("0.001"), Decimal("99999999999.999999"), 0),
        ("b", at("2024-10-14 21:59:59.999"), 60, Decimal("0.000001"), Decimal("-1.000001")),
        ("c", at("1999-12-31 08:00:00.123"), 60, None, None),
    ] == found


def test_a_text_too_long_is_cut_and_told_and_keys_still_differ(
    leg: Leg, put: Put, mirror: Mirror, master: Master, there: Ask
) -> None:
    long = "😀" * 150
    put(leg(f"{long}1", person=long, department="x" * 256), leg(f"{long}2", site="\x00"))
    publish(master, NOW)

    done = mirror.cycle()

    assert 3 == done.cut
    assert [(2, 3)] == there("select calls, shortened from $mirror_days")
    found = there("select call_id, person, site from $calls where department like 'x%'")
    ((call_id, person, _),) = found
    assert call_id.startswith("😀" * 91 + "…")
    assert "😀" * 127 + "…" == person
    assert [(2,)] == there("select count(distinct call_id) from $calls")
    assert [("\ufffd",)] == there("select site from $calls where department not like 'x%'")


def test_only_days_that_changed_are_written_again(
    leg: Leg, put: Put, mirrored: Callable[..., Done]
) -> None:
    put(leg("a"), leg("b", "2024-10-15 08:00:00"), leg("c", "2024-10-16 08:00:00"))
    mirrored()
    put(leg("d", "2024-10-15 09:00:00"))

    again = mirrored()

    assert (1, 2) == (again.days, again.calls)
    assert 0 == mirrored().days


def test_new_prices_retention_and_anonymising_reach_the_mirror(
    leg: Leg, put: Put, master: Master, mirrored: Callable[..., Done], there: Ask
) -> None:
    put(leg("a"), leg("b", "2024-10-15 08:00:00"), leg("c", "2024-10-16 08:00:00"))
    mirrored()
    (days,) = stored_days(master, DAY, DAY + timedelta(days=9))
    legs = stored_legs(master, days)
    first, second = (legs.filter(pl.col("leg_id") == name) for name in "ab")
    restate(master, anonymised(first))
    restate(master, second.with_columns(cost=pl.lit("7.654321").cast(pl.Decimal(18, 6))))
    with master.transaction() as connection:
        remove(connection, legs.filter(pl.col("leg_id") == "c"))

    assert 3 == mirrored().days

    assert [
        ("a", "anonymous", None, Decimal("1.25")),
        ("b", "anna@aurora.example", *("+442079460000", Decimal("7.654321"))),
    ] == there("select call_id, owner, to_number, cost from $calls order by 1")
    assert [(1,), (1,), (0,)] == there("select calls from $mirror_days order by day")


def test_people_places_tariffs_and_dates_are_there(
    leg: Leg, put: Put, master: Master, mirrored: Callable[..., Done], there: Ask
) -> None:
    put(leg("a"))
    names = {one: fetch(master.connection, f"from {one}") for one in DIMENSIONS}
    anna = {"user": "anna@aurora.example", "kind": "person", "name": "Anna", "aliases": ["a", "b"],
            "numbers": [], "department": "Sales", "valid_from": DAY}  # fmt: skip
    people = pl.DataFrame([anna], names["people"].schema)
    note_dimensions(master, Dimensions(people, names["sites"], names["gateways"]), NOW)

    mirrored()

    assert [("anna@aurora.example", "a;b", "", DAY)] == there(
        "select address, aliases, numbers, valid_from from $people"
    )
    assert [(366, 52)] == there("select count(*), max(week) from $dates")
    assert [("Monday", 42, 0)] == there(
        "select weekday_name, week, weekend::int from $dates where day = ?", DAY
    )
    note_dimensions(master, Dimensions(people.clear(), names["sites"], names["gateways"]), NOW)
    mirrored()
    assert [] == there("select * from $people")


def prices_of(version: str, fee: str) -> pl.DataFrame:
    facts = {
        "tariff": "aurelia",
        "version": version,
        "destination": "Ísland, 冰",
        "call_type": "international",
        "days": "mon-fri",
        "weight": 1,
        "currency": "EUR",
        "from_time": "08:00",
        "to_time": "24:00",
        "from_second": 0,
        "free_below_s": 0,
        "first_increment_s": 60,
        "next_increment_s": 1,
        "min_charge": Decimal(0),
        "connect_fee": Decimal(fee),
        "price_per_minute": Decimal("0.00000001"),
        "valid_from": DAY,
    }
    return pl.DataFrame([facts | {"prefix": prefix} for prefix in ("354", "=112")])


def test_prices_are_there_and_written_again_only_with_a_new_version(
    leg: Leg,
    put: Put,
    master: Master,
    mirrored: Callable[..., Done],
    there: Ask,
    server: Server,
    snapshots: Snapshots,
    admin: Any,
    schema: str,
) -> None:
    put(leg("a"))
    blank = pl.DataFrame()
    first = Dimensions(blank, blank, blank, tariff_prices=prices_of("v1", "9999.99999999"))
    note_dimensions(master, first, NOW)
    mirrored()
    asked = 'select "Prefix", "Connect fee", "Price per minute", "Days" from $"Tariff prices"'
    assert {
        (prefix, Decimal("9999.99999999"), Decimal("0.00000001"), "mon-fri")
        for prefix in ("354", "=112")
    } == {*there(asked)}
    noted = "select version from $mirror_tables where name = 'tariff_prices'"
    before = there(noted)

    sites = pl.DataFrame({"site": ["Rome"], "country": "IT", "time_zone": "Europe/Rome"})
    note_dimensions(master, replace(first, sites=sites), NOW)
    mirrored()
    assert [("Rome",)] == there("select site from $sites")
    assert before == there(noted)

    admin.execute(f"update {schema}.tariff_prices set connect_fee = 0 where prefix = '354'")
    found = compare(server, snapshots.current())
    assert ("tariff_prices",) == found.tables
    mirrored(anew=found.tables)
    assert compare(server, snapshots.current()).is_sound

    note_dimensions(master, replace(first, tariff_prices=prices_of("v2", "0.05")), NOW)
    mirrored()
    assert {Decimal("0.05")} == {row[1] for row in there(asked)}


def test_a_mirror_that_was_lost_is_filled_again(
    leg: Leg, put: Put, master: Master, mirrored: Callable[..., Done], admin: Any, schema: str
) -> None:
    put(leg("a"))
    mirrored()
    admin.execute(f"drop schema {schema} cascade")
    put(leg("b", "2024-10-15 08:00:00"))
    publish(master, NOW)

    with pytest.raises(Exception, match="does not exist"):
        mirrored()

    assert 2 == mirrored().days


def test_a_mirror_put_back_to_an_earlier_state_is_caught_up(
    leg: Leg, put: Put, mirrored: Callable[..., Done], admin: Any, schema: str
) -> None:
    put(leg("a"))
    mirrored()
    tables = (*BY_DAY, "mirror_days")
    for name in tables:
        admin.execute(f"create table {schema}.old_{name} as table {schema}.{name}")
    put(leg("b"), leg("c", "2024-10-15 08:00:00"))
    mirrored()
    for name in tables:
        admin.execute(f"truncate {schema}.{name}")
        admin.execute(f"insert into {schema}.{name} table {schema}.old_{name}")
    put(leg("d", "2024-10-17 08:00:00"))

    assert 3 == mirrored().days


def test_a_warehouse_put_back_to_an_earlier_state_takes_its_mirror_along(
    leg: Leg, put: Put, tmp_path: Any, master: Master, server: Server, there: Ask,
    mirrored: Callable[..., Done], frame: Callable[..., pl.DataFrame],
) -> None:  # fmt: skip
    put(leg("a"), leg("b", "2024-10-15 08:00:00"))
    mirrored()
    with Master.open(tmp_path / "other") as other:
        load(other, frame([leg("a")]), file="f", sha256="1", loaded_at=NOW)
        publish(other, NOW)
        snapshots = Snapshots(tmp_path / "other")
        try:
            Mirror(server, snapshots, fixed_clock(NOW)).cycle()
            assert_equal(snapshots, there)
        finally:
            snapshots.close()
    assert [(DAY,)] == there("select day from $mirror_days")


def test_many_days_go_in_few_transactions_the_newest_first(
    monkeypatch: pytest.MonkeyPatch, leg: Leg, put: Put, mirrored: Callable[..., Done]
) -> None:
    monkeypatch.setattr(plan, "GROUP_NEW_CALLS", 10)
    start = datetime(2024, 7, 1, 8)
    put(*(leg(f"{n}", str(start + timedelta(days=n % 40))) for n in range(80)))
    steps: list[tuple[int, int]] = []

    done = mirrored(progress=lambda did, left: steps.append((did, left)))

    assert (40, 80) == (done.days, done.calls)
    assert [(3, 37), (8, 32), (13, 27)] == steps[:3]


def test_a_round_that_is_stopped_leaves_whole_days_and_tells_what_waits(
    monkeypatch: pytest.MonkeyPatch, leg: Leg, put: Put, master: Master, mirror: Mirror, there: Ask
) -> None:
    monkeypatch.setattr(plan, "GROUP_DAYS", 1)
    put(*(leg(f"{n}", f"2024-10-1{n} 08:00:00") for n in range(4)))
    publish(master, NOW)
    stops = iter([False, True])

    done = mirror.cycle(stopped=lambda: next(stops))

    assert (1, 3, 3) == (done.days, done.waiting, mirror.waiting)
    assert [(date(2024, 10, 13),)] == there("select day from $calls")
