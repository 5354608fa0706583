"""Pricing history again: exact, complete, and only told where asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.callfile.spool import Spool
from pipeline.directory.read import read_directory
from pipeline.miner.books import Shelf, read_tariffs
from pipeline.miner.miner import Miner
from pipeline.miner.requests import Begun, Requests, RerateRequest
from pipeline.miner.rerate import batches, from_text, rerate, to_text
from pipeline.rating import ChargeRule, Charges
from pipeline.rating.charges import NO_CHARGES
from pipeline.rating.exchange import Rate, exchange_of
from tests.warehouses import beginning
from warehouse import restate
from warehouse.clock import fixed_clock
from warehouse.home import Home
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.snapshot import Snapshots

TARIFFS = """\
tariff,prefix,destination,call_type,price_per_minute
aurelia,39,Italy,national,0.60
aurelia,44,United Kingdom,international,1.20
"""
HEADER = "leg_id,started_at,answered_at,ended_at,to_number,charged_user,gateway_out,direction\n"
LEG = "{leg},{day}T12:00:00Z,{day}T12:00:05Z,{day}T12:01:05Z,{number},anna@x.org,gw-1,{direction}\n"
NOW = datetime(2026, 2, 28, tzinfo=UTC)
SITES = {"rome": "Rome"}
FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))


class Bench:
    """A warehouse with calls of three days."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.spool = Spool(self.home.spool)
        beginning("three days", folder, self._begin)
        self.master = Master.open(self.home.warehouse)

    def _begin(self) -> None:
        self.write_tariffs(TARIFFS)
        self.home.users.write_text("user,name,department\nanna@x.org,Anna,Sales\n", "utf-8")
        self.home.sites.write_text("site,country,time_zone\nRome,IT,Europe/Rome\n", "utf-8")
        self.home.gateways.write_text("gateway,site,tariff\ngw-1,Rome,aurelia\n", "utf-8")
        self.spool.make()
        rows = [
            ("A", "2026-02-10", "+390612345678", "outbound"),
            ("B", "2026-02-11", "+442079460123", "outbound"),
            ("C", "2026-02-12", "+4930123456", "outbound"),
            ("D", "2026-02-12", "+390612345678", "inbound"),
        ]
        text = "".join(
            LEG.format(leg=leg, day=day, number=number, direction=direction)
            for leg, day, number, direction in rows
        )
        (self.spool.incoming / "rome_1.v1.csv").write_text(HEADER + text, encoding="utf-8")
        clock = fixed_clock(NOW)
        shelf = Shelf(self.home, {})
        with Master.open(self.home.warehouse) as master:
            Miner(master, self.spool, shelf, SITES, clock, "ann").cycle()

    def write_tariffs(self, text: str) -> None:
        self.home.tariffs.write_text(text, encoding="utf-8")

    def rerate(
        self, origin: Any, first: date, last: date, charges: Charges = NO_CHARGES
    ) -> list[dict[str, Any]]:
        tariffs = read_tariffs(self.home.tariffs, {}).charging(charges)
        directory = read_directory(self.home, tariffs.names)
        return rerate(origin, directory, tariffs, SITES, first, last).to_dicts()

    def published(self, sql: str) -> list[tuple[Any, ...]]:
        publish(self.master, NOW)
        snapshots = Snapshots(self.home.warehouse)
        try:
            snapshots.current().verify()
            return snapshots.current().query(sql).rows()
        finally:
            snapshots.close()


COSTS = "select leg_id, cost, status, file from legs order by leg_id"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    with made.master:
        yield made


def test_the_same_prices_change_nothing(bench: Bench) -> None:
    before = bench.published(COSTS)
    assert [] == bench.rerate(bench.master, *FEBRUARY)
    assert before == bench.published(COSTS)


def test_new_prices_reach_legs_calls_and_rollups_and_are_told_by_key(bench: Bench) -> None:
    bench.write_tariffs(TARIFFS.replace("0.60", "0.90"))
    assert [
        {
            "department": "Sales",
            "tariff": "aurelia",
            "destination": "Italy",
            "currency": "EUR",
            "legs": 1,
            "changed": 1,
            "newly_rated": 0,
            "newly_unrated": 0,
            "before": Decimal("0.6"),
            "after": Decimal("0.9"),
            "charge_before": Decimal("0.6"),
            "charge_after": Decimal("0.9"),
        }
    ] == bench.rerate(bench.master, *FEBRUARY)
    for table in ("legs", "calls", "day_totals", "day_people"):
        assert [(Decimal("2.1"),)] == bench.published(f"select sum(cost) as cost from {table}")


def test_legs_keep_their_file_and_everything_but_the_price(bench: Bench) -> None:
    everything = "select * exclude (cost, charge, tariff_version, explanation) from legs order by 2"
    before = bench.published(everything)
    bench.write_tariffs(TARIFFS.replace("0.60", "0.90"))
    bench.rerate(bench.master, *FEBRUARY)
    assert before == bench.published(everything)


def test_a_dry_run_says_the_same_and_changes_nothing(bench: Bench) -> None:
    before = bench.published(COSTS)
    bench.write_tariffs(TARIFFS.replace("0.60", "0.90"))
    snapshots = Snapshots(bench.home.warehouse)
    told = bench.rerate(snapshots.current(), *FEBRUARY)
    snapshots.close()
    assert before == bench.published(COSTS)
    assert told == bench.rerate(bench.master, *FEBRUARY)


def test_days_outside_are_left_alone(bench: Bench) -> None:
    bench.write_tariffs(TARIFFS.replace("0.60", "0.90").replace("1.20", "2.40"))
    found = bench.rerate(bench.master, date(2026, 2, 11), date(2026, 2, 12))
    assert ["United Kingdom"] == [row["destination"] for row in found]
    assert [Decimal("0.6"), Decimal("2.4"), None, 0] == [row[1] for row in bench.published(COSTS)]


def test_a_destination_added_to_the_list_makes_unrated_calls_rated(bench: Bench) -> None:
    bench.write_tariffs(TARIFFS + "aurelia,49,Germany,international,0.30\n")
    (row,) = bench.rerate(bench.master, *FEBRUARY)
    assert ("Germany", 1, 0, Decimal("0.3")) == (
        row["destination"],
        row["newly_rated"],
        row["newly_unrated"],
        row["after"],
    )


def test_a_destination_taken_from_the_list_makes_calls_unrated_and_never_zero(
    bench: Bench,
) -> None:
    bench.write_tariffs("\n".join(TARIFFS.splitlines()[:2]))
    (row,) = bench.rerate(bench.master, *FEBRUARY)
    assert ("United Kingdom", 1) == (row["destination"], row["newly_unrated"])
    assert [("B", None, "no_prefix")] == [
        row[:3] for row in bench.published(COSTS) if row[0] == "B"
    ]


def test_there_and_back_again_is_where_it_began(bench: Bench) -> None:
    before = bench.published("select * from legs order by leg_id")
    for text in (TARIFFS.replace("0.60", "0.90"), TARIFFS):
        bench.write_tariffs(text)
        bench.rerate(bench.master, *FEBRUARY)
    assert before == bench.published("select * from legs order by leg_id")


def test_days_without_calls_give_an_empty_report(bench: Bench) -> None:
    assert [] == bench.rerate(bench.master, date(2020, 1, 1), date(2020, 12, 31))


def test_a_dry_run_over_days_without_calls_gives_an_empty_report(bench: Bench) -> None:
    snapshots = Snapshots(bench.home.warehouse)
    assert [] == bench.rerate(snapshots.current(), date(2020, 1, 1), date(2020, 12, 31))
    snapshots.close()


def test_history_knows_each_tariff_version_since_when_and_by_whom(bench: Bench) -> None:
    (noted,) = publish(bench.master, NOW).tariffs
    used = bench.published("select distinct tariff_version from legs where tariff is not null")
    assert ("aurelia", NOW, "ann") == (noted.tariff, noted.loaded_at, noted.loaded_by)
    assert [(noted.version,)] == used


def test_a_request_waits_until_it_is_answered_and_is_answered_once(tmp_path: Path) -> None:
    requests = Requests(tmp_path)
    request = RerateRequest(*FEBRUARY, None, "ann")
    name = requests.place(request)
    assert [(name, request)] == requests.waiting()
    assert requests.take_answer(name) is None
    requests.answer(name, {"csv": "x"})
    assert [] == requests.waiting()
    assert {"csv": "x"} == requests.take_answer(name)
    assert requests.take_answer(name) is None


def test_how_far_a_request_has_come_is_known_until_it_is_answered(tmp_path: Path) -> None:
    requests = Requests(tmp_path)
    name = requests.place(RerateRequest(*FEBRUARY, None, "ann"))
    assert requests.begun(name) is None
    for day in (11, 12):
        begun = Begun("v1", date(2026, 2, day), "x,y\n")
        requests.keep(name, begun)
        assert begun == requests.begun(name)
    requests.answer(name, {"csv": "x"})
    assert requests.begun(name) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"first": 1, "last": 2}', "\0"])
def test_a_file_that_is_no_request_is_answered_and_does_not_come_again(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "x.request.json").write_text(text, encoding="utf-8")
    requests = Requests(tmp_path)
    assert [] == requests.waiting()
    assert {"error": "x.request.json is no request"} == requests.take_answer("x")


def test_differences_come_back_from_text(bench: Bench) -> None:
    bench.write_tariffs(TARIFFS.replace("0.60", "0.90").replace("aurelia,44", "aurelia,45"))
    tariffs = read_tariffs(bench.home.tariffs, {})
    directory = read_directory(bench.home, tariffs.names)
    found = rerate(bench.master, directory, tariffs, SITES, *FEBRUARY)
    assert 2 == found.height
    assert found.equals(from_text(to_text(found)))


def test_new_charges_reach_history_and_are_told_though_the_cost_is_the_same(bench: Bench) -> None:
    rule = ChargeRule(department="Sales", markup_percent=Decimal(50), valid_from=date(2026, 2, 11))
    (row,) = bench.rerate(bench.master, *FEBRUARY, Charges.of([rule]))
    assert ("United Kingdom", 1) == (row["destination"], row["changed"])
    assert row["before"] == row["after"] == row["charge_before"] == Decimal("1.2")
    assert Decimal("1.8") == row["charge_after"]
    for table in ("legs", "calls", "day_totals", "day_people"):
        sums = bench.published(f"select sum(cost) as cost, sum(charge) as charge from {table}")
        assert [(Decimal("1.8"), Decimal("2.4"))] == sums
    assert [("B",)] == bench.published(
        "select leg_id from legs where json_extract_string(explanation, '$.for.department') "
        "= 'Sales'"
    )


def test_a_changed_rate_of_exchange_reaches_history_and_leaves_the_own_money(bench: Bench) -> None:
    money = (
        "select leg_id, cost, currency, reporting_cost, reporting_currency, conversion "
        "from legs order by leg_id"
    )
    tariffs = read_tariffs(bench.home.tariffs, {})
    directory = read_directory(bench.home, tariffs.names)

    def rerate_at(*rates: Rate) -> list[int]:
        reporting = tariffs.reporting(exchange_of("USD", rates))
        return rerate(bench.master, directory, reporting, SITES, *FEBRUARY)["changed"].to_list()

    rate = Rate("EUR", date(2026, 2, 11), Decimal("1.1"))
    assert 4 == sum(rerate_at(rate))
    assert [
        ("A", Decimal("0.6"), "EUR", None, "USD", "no_rate"),
        ("B", Decimal("1.2"), "EUR", Decimal("1.32"), "USD", "converted"),
        ("C", None, None, None, "USD", None),
        ("D", 0, None, 0, "USD", "nothing_owed"),
    ] == bench.published(money)
    assert [] == rerate_at(rate)
    assert [1] == rerate_at(rate, Rate("EUR", date(2026, 2, 1), Decimal("1.2")))
    sums = bench.published("select sum(reporting_cost) as c, sum(unconverted) as n from day_totals")
    assert [(Decimal("2.04"), 0)] == sums


def test_broken_off_the_days_done_are_done_and_the_others_as_they_were(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restate, "BATCH_LEGS", 0)
    before = bench.published(COSTS)
    bench.write_tariffs(TARIFFS.replace("0.60", "0.90").replace("1.20", "2.40"))
    tariffs = read_tariffs(bench.home.tariffs, {})
    directory = read_directory(bench.home, tariffs.names)
    coming = batches(bench.master, directory, tariffs, SITES, *FEBRUARY)
    assert next(coming).following == date(2026, 2, 11)
    coming.close()
    leg, _, status, file = before[0]
    assert bench.published(COSTS) == [(leg, Decimal("0.9"), status, file), *before[1:]]
    assert [
        batch.done for batch in batches(bench.master, directory, tariffs, SITES, *FEBRUARY)
    ] == [*(1, 2, 3)]
    assert [cost for _, cost, *_ in bench.published(COSTS)] == [
        *(Decimal("0.9"), Decimal("2.4"), None, Decimal(0))
    ]
