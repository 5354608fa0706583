"""fixed_charges.csv: its faults, whose each charge is on which day, and exact bills of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from pipeline.callfile.spool import Spool
from pipeline.directory.directory import Directory
from pipeline.miner.books import Beside, Shelf
from pipeline.miner.miner import Miner
from pipeline.money.fixed_charges import read_fixed_charges
from pipeline.money.owners import owned, unowned_warnings
from tests.pipeline.directory.homes import directory_of
from warehouse.clock import fixed_clock
from warehouse.errors import InvalidInput
from warehouse.home import Home
from warehouse.master import Master
from warehouse.queries import bills, costs, fixed
from warehouse.scope import Filters, Scope
from warehouse.snapshot import Snapshot, Snapshots

ALL = Scope(everything=True)
USERS = """\
user,name,department,cost_centre,numbers,site,valid_from,valid_to
anna@x.org,Anna,Sales,100,+39061001;101,Rome,,2026-04-16
anna@x.org,Anna,Legal,200,+39061001;101,Rome,2026-04-16,
bob@x.org,Bob,Sales,100,+39061002,Rome,2026-01-01,2026-04-10
cleo@x.org,Cleo,Legal,200,+39061002,New York,2026-04-21,
dora@x.org,Dora,Board,,101,New York,,
"""
GATEWAYS = """\
gateway,site,tariff,valid_from,valid_to
gw-1,Rome,carrier,,2026-04-11
gw-1,New York,carrier,2026-04-11,
gw-*,Rome,carrier,,
"""
TARIFFS = "tariff,prefix,destination,price_per_minute\ncarrier,39,Italy,0.60\n"
HEADER = "what,id,name,amount,currency,valid_from,valid_to,proration\n"
APRIL = Filters(date(2026, 4, 1), date(2026, 4, 30))
LEG = (
    "leg_id,started_at,answered_at,ended_at,to_number,charged_user,gateway_out,direction\n"
    "A,2026-04-20T12:00:00Z,2026-04-20T12:00:05Z,2026-04-20T12:01:05Z,+390612345678,"
    "anna@x.org,gw-1,outbound\n"
)


def charges_of(folder: Path, text: str) -> pl.DataFrame:
    file = folder / "fixed_charges.csv"
    file.write_text(HEADER + text, encoding="utf-8")
    return read_fixed_charges(file)


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    return directory_of(tmp_path, users=USERS, gateways=GATEWAYS)


Publish = Callable[..., Snapshot]


@pytest.fixture
def publish(tmp_path: Path) -> Iterator[Publish]:
    """Mines a home with fixed charges and perhaps one call; gives what readers see."""
    home = Home(tmp_path)
    opened: list[Snapshots] = []
    with Master.open(home.warehouse) as master:

        def mine(charges: str, *, users: str = USERS, rates: str = "", call: str = "") -> Snapshot:
            directory_of(tmp_path, users=users, gateways=GATEWAYS)
            home.tariffs.write_text(TARIFFS, encoding="utf-8")
            home.fixed_charges.write_text(HEADER + charges, encoding="utf-8")
            home.exchange_rates.write_text("from,to,rate,valid_from\n" + rates, encoding="utf-8")
            spool = Spool(home.spool)
            spool.make()
            if call:
                (spool.incoming / "rome_1.v1.csv").write_text(call, encoding="utf-8")
            shelf = Shelf(home, {}, Beside(reporting_currency="EUR" if rates else None))
            clock = fixed_clock(datetime(2026, 5, 1, tzinfo=UTC))
            Miner(master, spool, shelf, {"rome": "Rome"}, clock, "me").cycle()
            opened.append(Snapshots(home.warehouse))
            return opened[-1].current()

        yield mine
        for one in opened:
            one.close()


def amounts(found: pl.DataFrame, *keys: str) -> dict[Any, Decimal]:
    return {
        row[:-1] if len(keys) > 1 else row[0]: row[-1]
        for row in found.select(*keys, "fixed").iter_rows()
    }


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        charges_of(
            tmp_path,
            "phone,x,Rent,1,EUR,,,\n"
            "user,anna@x.org,Rent,-1,EURO,,,half\n"
            "number,101,Line,12.1234567,EUR,2026-02-01,2026-02-01,\n"
            "user,Anna@x.org,Rent,1,EUR,2026-01-01,,\n"
            ",,,,,,,\n"
            "site,Rome,,1,EUR,2026-13-01,,\n"
            "user,anna@x.org,Rent,2,EUR,2026-06-01,,\n",
        )
    found = {(one.line, one.column, one.value) for one in caught.value.problems}
    assert {
        (2, "what", "phone"),
        (3, "amount", "-1"),
        (3, "currency", "EURO"),
        (3, "proration", "half"),
        (4, "id", "101"),
        (4, "amount", "12.1234567"),
        (4, "valid_to", "2026-02-01"),
        (5, "id", "Anna@x.org"),
        (7, "name", None),
        (7, "valid_from", "2026-13-01"),
        (8, "id", "anna@x.org"),
    } == found


def test_a_home_needs_no_fixed_charges(tmp_path: Path, directory: Directory) -> None:
    none = read_fixed_charges(tmp_path / "absent.csv")
    assert none.is_empty()
    assert owned(none, directory).is_empty()


def test_a_charge_is_cut_where_its_owner_changes(tmp_path: Path, directory: Directory) -> None:
    charges = charges_of(
        tmp_path,
        "number,+39061002,Line,30,EUR,2026-04-01,2026-05-01,\nuser,ANNA@x.org,Phone,10,EUR,,,\n",
    )
    found = owned(charges, directory).select("user", "department", "valid_from", "valid_to")
    assert [
        ("bob@x.org", "Sales", date(2026, 4, 1), date(2026, 4, 10)),
        (None, None, date(2026, 4, 10), date(2026, 4, 21)),
        ("cleo@x.org", "Legal", date(2026, 4, 21), date(2026, 5, 1)),
        ("anna@x.org", "Sales", None, date(2026, 4, 16)),
        ("anna@x.org", "Legal", date(2026, 4, 16), None),
    ] == found.rows()


def test_extensions_trunks_departments_and_sites_have_owners_too(
    tmp_path: Path, directory: Directory
) -> None:
    charges = charges_of(
        tmp_path,
        "number,101@Rome,Line,1,EUR,2026-04-20,,\n"
        "number,101@new york,Line,1,EUR,2026-04-20,,\n"
        "gateway,GW-1,Trunk,1,EUR,,,\n"
        "gateway,gw-2,Trunk,1,EUR,,,\n"
        "department,Sales,Rent,1,EUR,,,\n"
        "site,Rome,Rent,1,EUR,,,\n",
    )
    found = owned(charges, directory).select("id", "user", "department", "site", "valid_to")
    assert [
        ("101@Rome", "anna@x.org", "Legal", "Rome", None),
        ("101@new york", "dora@x.org", "Board", "New York", None),
        ("GW-1", None, None, "Rome", date(2026, 4, 11)),
        ("GW-1", None, None, "New York", None),
        ("gw-2", None, None, "Rome", None),
        ("Sales", None, "Sales", None, None),
        ("Rome", None, None, "Rome", None),
    ] == found.rows()
    assert [] == list(unowned_warnings("f", charges, directory))


def test_what_nobody_bears_is_warned_of(tmp_path: Path, directory: Directory) -> None:
    charges = charges_of(
        tmp_path,
        "user,zoe@x.org,Phone,1,EUR,,,\nsite,Rom,Rent,1,EUR,,,\n"
        "department,Slaes,Rent,1,EUR,,,\nuser,bob@x.org,Phone,1,EUR,,,\n",
    )
    found = {(one.line, one.value) for one in unowned_warnings("f", charges, directory)}
    assert {(2, "zoe@x.org"), (3, "Rom"), (4, "Slaes")} == found


def test_a_month_is_split_by_days_and_no_cent_is_lost(publish: Publish) -> None:
    snapshot = publish("number,+39061002,Line,100,EUR,,,\n")
    found = amounts(fixed.by(snapshot, ALL, APRIL), "department")
    assert {
        "Sales": Decimal(30),
        None: Decimal("36.666666"),
        "Legal": Decimal("33.333334"),
    } == found
    assert Decimal(100) == sum(found.values())
    february = Filters(date(2026, 2, 1), date(2026, 2, 28))
    assert {"Sales": Decimal(100)} == amounts(fixed.by(snapshot, ALL, february), "department")


def test_a_month_that_is_charged_in_part_costs_that_part_or_all_of_it(publish: Publish) -> None:
    snapshot = publish(
        "user,dora@x.org,Phone,30,EUR,2026-04-11,2026-04-21,\n"
        "user,dora@x.org,Licence,30,EUR,2026-04-11,2026-04-21,whole\n"
    )
    assert {"Phone": Decimal(10), "Licence": Decimal(30)} == amounts(
        fixed.by(snapshot, ALL, APRIL, ("name",)), "name"
    )
    five = Filters(date(2026, 4, 16), date(2026, 4, 30))
    assert {"Phone": Decimal(5), "Licence": Decimal(15)} == amounts(
        fixed.by(snapshot, ALL, five, ("name",)), "name"
    )


def test_a_bill_is_calls_and_fixed_charges(publish: Publish) -> None:
    snapshot = publish(
        "user,anna@x.org,Phone,30,EUR,,,\nuser,dora@x.org,Phone,9,USD,,,\n", call=LEG
    )
    found = bills.by(snapshot, ALL, APRIL).select(
        "department", "currency", "calls", "charge", "fixed", "total"
    )
    assert [
        ("Board", "USD", 0, Decimal(0), Decimal(9), Decimal(9)),
        ("Legal", "EUR", 1, Decimal("0.6"), Decimal(15), Decimal("15.6")),
        ("Sales", "EUR", 0, Decimal(0), Decimal(15), Decimal(15)),
    ] == found.rows()
    people = bills.by(snapshot, ALL, APRIL, ("user",), "month")
    assert ["Anna", "Dora"] == people["person"].to_list()
    legal = Scope(departments=("Legal",))
    assert [Decimal("15.6")] == bills.by(snapshot, legal, APRIL, ())["total"].to_list()
    assert bills.by(snapshot, Scope(), APRIL).is_empty()


def test_filters_of_calls_leave_no_fixed_charges(publish: Publish) -> None:
    snapshot = publish("user,anna@x.org,Phone,30,EUR,,,\n", call=LEG)
    of_calls = Filters(APRIL.first, APRIL.last, directions=("outbound",), text="x")
    assert fixed.by(snapshot, ALL, of_calls).is_empty()
    of_owners = Filters(APRIL.first, APRIL.last, departments=("Sales",), people=("anna@x.org",))
    assert [Decimal(15)] == fixed.by(snapshot, ALL, of_owners)["fixed"].to_list()


def test_months_are_reported_at_the_rate_of_their_first_day(publish: Publish) -> None:
    snapshot = publish(
        "user,dora@x.org,Phone,10,USD,2026-01-01,,\nuser,dora@x.org,Line,5,EUR,2026-01-01,,\n"
        "user,dora@x.org,Room,1,CHF,2026-04-01,,\n",
        rates="USD,EUR,0.8,2026-03-01\nUSD,EUR,0.9,2026-04-02\n",
    )
    year = Filters(date(2026, 1, 1), date(2026, 5, 31))
    found = fixed.by(snapshot, ALL, year, (), "month", "reporting").filter(
        pl.col("currency").is_not_null()
    )
    assert [5, 5, 13, 13, 14] == found["fixed"].to_list()
    lacking = fixed.by(snapshot, ALL, year, (), None, "reporting").filter(
        pl.col("currency").is_null()
    )
    assert [(Decimal(0), 4)] == lacking.select("fixed", "unconverted").rows()
    total = bills.by(snapshot, ALL, year, (), None, "reporting")
    assert [Decimal(50), Decimal(0)] == total["total"].to_list()
    assert 4 == total[costs.UNCONVERTED].sum()


def test_changed_charges_are_published_without_a_call(publish: Publish) -> None:
    for amount in (30, 60):
        snapshot = publish(f"site,Rome,Rent,{amount},EUR,,,\n")
        assert [amount] == fixed.by(snapshot, ALL, APRIL, ())["fixed"].to_list()


DEPARTMENTS = ["Sales", "Legal", "Board", None]


def slow_days(amount: Decimal, proration: str, since: date, until: date) -> dict[date, int]:
    """What each day bears, in millionths, counted day by day."""
    found: dict[date, int] = {}
    day = since
    while day < until:
        first = day.replace(day=1)
        following = (first + timedelta(days=32)).replace(day=1)
        begin, end = (
            (max(first, since), min(following, until))
            if proration == "whole"
            else (first, following)
        )
        at, many = (day - begin).days, (end - begin).days
        units = int(amount * 10**6)
        found[day] = units * (at + 1) // many - units * at // many
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_over_any_keys_and_periods_the_parts_add_up_to_the_whole(
    publish: Publish, seed: int
) -> None:
    chance = Random(seed)
    first = date(2026, 1, 1)
    users, charges, expected = "user,name,department,valid_from,valid_to\n", "", []
    for serial in range(12):
        edges = sorted({first + timedelta(days=chance.randrange(150)) for _ in range(3)})
        moves = []
        for begin, end in zip([date.min, *edges], [*edges, date.max], strict=True):
            department = chance.choice(DEPARTMENTS)
            moves.append((begin, end, department))
            if department is not None:
                since = "" if begin == date.min else str(begin)
                until = "" if end == date.max else str(end)
                users += f"u{serial}@x.org,U{serial},{department},{since},{until}\n"
        amount = Decimal(chance.randrange(1, 10**8)).scaleb(-chance.choice([0, 2, 6]))
        since = first + timedelta(days=chance.randrange(100))
        until = since + timedelta(days=chance.randrange(1, 120))
        proration = chance.choice(["days", "whole"])
        charges += f"user,u{serial}@x.org,Phone,{amount},EUR,{since},{until},{proration}\n"
        for day, units in slow_days(amount, proration, since, until).items():
            (owner,) = [name for begin, end, name in moves if begin <= day < end]
            expected.append((day, owner, units))
    snapshot = publish(charges, users=users)
    for _ in range(4):
        low, high = sorted(first + timedelta(days=chance.randrange(230)) for _ in range(2))
        asked = Filters(low, high)
        sums: dict[str | None, int] = defaultdict(int)
        for day, owner, units in expected:
            if low <= day <= high:
                sums[owner] += units
        for grain in (None, "day", "week", "month"):
            found = fixed.by(snapshot, ALL, asked, ("department",), grain)  # type: ignore[arg-type]
            told = found.group_by("department").agg(pl.col("fixed").sum())
            assert {name: Decimal(units).scaleb(-6) for name, units in sums.items()} == amounts(
                told, "department"
            )


def test_what_an_owner_bears_is_within_a_millionth_of_the_exact_share(publish: Publish) -> None:
    found = amounts(
        fixed.by(publish("number,+39061002,Line,10,EUR,,,\n"), ALL, APRIL), "department"
    )
    for department, days in (("Sales", 9), (None, 11), ("Legal", 10)):
        exact = Fraction(10 * days, 30)
        assert abs(Fraction(found[department]) - exact) < Fraction(1, 10**6)
