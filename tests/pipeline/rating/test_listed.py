"""The price list in use, as readers get it: what stands in the file, to the last digit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipeline.callfile.spool import Spool
from pipeline.miner.books import Shelf, read_price_list
from pipeline.miner.miner import Miner
from tests.pipeline.directory.homes import directory_of
from warehouse.clock import fixed_clock
from warehouse.home import Home
from warehouse.master import Master
from warehouse.snapshot import Snapshots

LIST = """\
tariff,prefix,destination,call_type,days,from_time,to_time,from_second,connect_fee,\
price_per_minute,first_increment_s,next_increment_s,min_charge,max_charge,currency,valid_from,valid_to,weight
carrier,39,Italy,national,"mon-wed,holiday",08:05,24:00,0,0.05,9999.99999999,60,1,,,EUR,,,7
carrier,39,Italy,national,"sat,sun",00:00,24:00,0,0,0.00000001,1,1,0.01,9.5,EUR,2026-01-01,2026-02-01,
tiber,=112,Emergency,emergency,,,,,,0.60,,,,,EUR,,,
"""


def test_every_cell_is_told_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "tariffs.csv"
    file.write_text(LIST, encoding="utf-8")

    tariffs, prices = read_price_list(file, {})

    carrier, tiber = tariffs.versions
    assert [carrier, carrier, tiber] == prices["version"].to_list()
    assert ["39", "39", "=112"] == prices["prefix"].to_list()
    assert ["mon-wed,holiday", "sat,sun", "*"] == prices["days"].to_list()
    assert [("08:05", "24:00"), ("00:00", "24:00"), ("00:00", "24:00")] == prices.select(
        "from_time", "to_time"
    ).rows()
    assert [Decimal("9999.99999999"), Decimal("0.00000001"), Decimal("0.6")] == prices[
        "price_per_minute"
    ].to_list()
    assert [Decimal("0.05"), 0, 0] == prices["connect_fee"].to_list()
    assert [(0, None), (Decimal("0.01"), Decimal("9.5")), (0, None)] == prices.select(
        "min_charge", "max_charge"
    ).rows()
    assert [None, date(2026, 1, 1), None] == prices["valid_from"].to_list()
    assert [7, 0, 0] == prices["weight"].to_list()


def test_readers_have_the_list_that_calls_are_priced_by(tmp_path: Path) -> None:
    home = Home(tmp_path)
    directory_of(tmp_path)
    home.tariffs.write_text(LIST, encoding="utf-8")
    spool = Spool(home.spool)
    spool.make()
    clock = fixed_clock(datetime(2026, 5, 1, tzinfo=UTC))

    def published() -> pl.DataFrame:
        with Master.open(home.warehouse) as master:
            Miner(master, spool, Shelf(home, {}), {}, clock, "me").cycle()
        readers = Snapshots(home.warehouse)
        found = readers.current().query("from tariff_prices order by tariff, price_per_minute")
        noted = {(one.tariff, one.version) for one in readers.current().manifest.tariffs}
        readers.close()
        assert {*found.select("tariff", "version").rows()} <= noted
        return found

    _, prices = read_price_list(home.tariffs, {})
    first = published()
    assert prices.sort("tariff", "price_per_minute").select(first.columns).rows() == first.rows()
    home.tariffs.write_text(LIST.replace(",0.60,", ",0.70,"), encoding="utf-8")
    second = published()

    assert [Decimal("0.6"), Decimal("0.7")] == [
        one.filter(tariff="tiber")["price_per_minute"].item() for one in (first, second)
    ]
    same = [one.filter(tariff="carrier") for one in (first, second)]
    assert same[0].equals(same[1])
