"""The miner: good rows go on, bad ones are kept, a broken price list stops nothing that runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.callfile.read import CallFile, RawFile, Together, read_call_file
from pipeline.callfile.spool import Spool
from pipeline.miner import batch as module
from pipeline.miner.books import Shelf
from pipeline.miner.miner import Cycle, Miner
from pipeline.rating import TariffSettings
from warehouse.clock import fixed_clock
from warehouse.errors import InvalidInput
from warehouse.home import Home
from warehouse.master import Master
from warehouse.snapshot import Snapshots

TARIFFS = """\
tariff,prefix,destination,call_type,price_per_minute
aurelia,39,Italy,national,0.60
"""
HEADER = "leg_id,started_at,answered_at,ended_at,to_number,charged_user,gateway_out,direction\n"
GOOD = (
    "{leg},2026-02-10T12:00:00Z,2026-02-10T12:00:05Z,2026-02-10T12:01:05Z,"
    "+390612345678,anna@x.org,gw-1,outbound\n"
)


@dataclass
class Bench:
    """A home with one price, and a miner on it."""

    home: Home
    miner: Miner
    shelf: Shelf

    @property
    def spool(self) -> Spool:
        return Spool(self.home.spool)

    def drop(self, name: str, text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode()
        (self.spool.incoming / name).write_bytes(data)

    def legs(self) -> list[tuple[Any, ...]]:
        snapshots = Snapshots(self.home.warehouse)
        sql = "select leg_id, cost, status from legs order by leg_id"
        try:
            return snapshots.current().query(sql).rows()
        finally:
            snapshots.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    home = Home(tmp_path)
    home.tariffs.write_text(TARIFFS, encoding="utf-8")
    home.users.write_text("user,name,department\nanna@x.org,Anna,Sales\n", encoding="utf-8")
    home.sites.write_text("site,country,time_zone\nRome,IT,Europe/Rome\n", encoding="utf-8")
    home.gateways.write_text("gateway,site,tariff\ngw-1,Rome,aurelia\n", encoding="utf-8")
    spool = Spool(home.spool)
    spool.make()
    shelf = Shelf(home, {})
    with Master.open(home.warehouse) as master:
        clock = fixed_clock(datetime(2026, 2, 11, tzinfo=UTC))
        yield Bench(home, Miner(master, spool, shelf, {"rome": "Rome"}, clock, "me"), shelf)


def test_a_change_of_the_directory_is_published_without_a_call(bench: Bench) -> None:
    def roles() -> list[tuple[Any, ...]]:
        snapshots = Snapshots(bench.home.warehouse)
        try:
            return snapshots.current().query('select "user", role from people').rows()
        finally:
            snapshots.close()

    bench.miner.cycle()
    assert [("anna@x.org", None)] == roles()
    bench.home.users.write_text("user,name,department,role\nanna@x.org,Anna,Sales,head\n")
    bench.miner.cycle()
    assert [("anna@x.org", "head")] == roles()


def test_a_call_file_becomes_priced_and_published_calls(bench: Bench) -> None:
    bench.drop("rome_1.v1.csv", HEADER + GOOD.format(leg="A"))
    assert Cycle(files=1, legs=1, rejected=0) == bench.miner.cycle()
    assert [("A", Decimal("0.600000"), "rated")] == bench.legs()
    assert ["rome_1.v1.csv"] == [path.name for path in bench.spool.done.iterdir()]


def test_the_same_file_again_changes_nothing(bench: Bench) -> None:
    for _ in range(2):
        bench.drop("rome_1.v1.csv", HEADER + GOOD.format(leg="A"))
        bench.miner.cycle()
    assert 1 == len(bench.legs())


def test_a_bad_row_is_kept_with_its_reason_and_comes_back_when_mended(bench: Bench) -> None:
    bad = GOOD.format(leg="B").replace("outbound", "outward")
    bench.drop("rome_1.v1.csv", HEADER + GOOD.format(leg="A") + bad)
    assert Cycle(files=1, legs=1, rejected=1) == bench.miner.cycle()
    rejected = bench.spool.rejected / "rome_1.v1.csv"
    text = rejected.read_text(encoding="utf-8")
    assert "3,direction," in text
    assert "Use one of outbound, inbound, internal, transit" in text
    rejected.unlink()
    bench.drop("rome_1.v1.csv", text.replace("outward", "outbound"))
    bench.miner.cycle()
    assert ["A", "B"] == [leg for leg, *_ in bench.legs()]


def test_a_file_that_is_none_is_put_aside_and_the_others_go_on(bench: Bench) -> None:
    bench.drop("rome_1.v1.csv", b"\xff\xfe\x00")
    bench.drop("rome_2.v1.csv", HEADER + GOOD.format(leg="A"))
    assert Cycle(files=1, legs=1, rejected=1) == bench.miner.cycle()
    reasons = bench.spool.rejected / "rome_1.v1.csv.reasons.txt"
    assert "rome_1.v1.csv, line 1: not UTF-8" in reasons.read_text(encoding="utf-8")
    assert [] == bench.spool.pending()


def test_a_file_that_breaks_the_program_is_put_aside_and_the_others_go_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, data: bytes, *, source: str) -> CallFile:
        if name == "rome_1.v1.csv":
            raise ZeroDivisionError("unforeseen")
        return read_call_file(name, data, source=source)

    def broken_too(files: Sequence[RawFile]) -> Together | None:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(module, "read_call_file", broken)
    monkeypatch.setattr(module, "read_together", broken_too)
    for name in ("rome_1.v1.csv", "rome_2.v1.csv"):
        bench.drop(name, HEADER + GOOD.format(leg=name))
    assert Cycle(files=1, legs=1, rejected=1) == bench.miner.cycle()
    reasons = bench.spool.rejected / "rome_1.v1.csv.reasons.txt"
    assert "ZeroDivisionError: unforeseen" in reasons.read_text(encoding="utf-8")


def test_what_is_no_file_in_the_spool_keeps_nobody_up(bench: Bench) -> None:
    (bench.spool.incoming / "folder.csv").mkdir()
    (bench.spool.incoming / "dangling.csv").symlink_to("nowhere")
    bench.drop("rome_2.v1.csv", HEADER + GOOD.format(leg="A"))
    assert 1 == bench.miner.cycle().files


def test_settings_of_a_tariff_that_has_no_prices_are_told(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match=r"\[tariff\.aurelai\]"):
        Shelf(bench.home, {"aurelai": TariffSettings()})


def test_a_cycle_that_is_stopped_leaves_the_rest_for_the_next(bench: Bench) -> None:
    for name in ("rome_1.v1.csv", "rome_2.v1.csv"):
        bench.drop(name, HEADER + GOOD.format(leg=name))
    answers = iter([False, True])
    assert 1 == bench.miner.cycle(stopped=lambda: next(answers)).files
    assert 1 == bench.miner.cycle().files


def test_a_call_without_a_price_has_a_reason_and_no_cost(bench: Bench) -> None:
    bench.drop("rome_1.v1.csv", HEADER + GOOD.format(leg="A").replace("+39", "+49"))
    bench.miner.cycle()
    assert [("A", None, "no_prefix")] == bench.legs()


def test_a_new_price_list_is_used_for_the_next_file_without_a_restart(bench: Bench) -> None:
    bench.drop("rome_1.v1.csv", HEADER + GOOD.format(leg="A"))
    bench.miner.cycle()
    bench.home.tariffs.write_text(TARIFFS.replace("0.60", "0.7000"), encoding="utf-8")
    bench.drop("rome_2.v1.csv", HEADER + GOOD.format(leg="B"))
    bench.miner.cycle()
    assert [Decimal("0.6"), Decimal("0.7")] == [cost for _, cost, _ in bench.legs()]


def test_a_price_list_broken_while_running_leaves_the_good_one_at_work(bench: Bench) -> None:
    bench.home.tariffs.write_text(TARIFFS.replace("0.60", "cheap"), encoding="utf-8")
    bench.drop("rome_1.v1.csv", HEADER + GOOD.format(leg="A"))
    bench.miner.cycle()
    assert [("A", Decimal("0.600000"), "rated")] == bench.legs()
    assert ["price_per_minute"] == [problem.column for problem in bench.shelf.problems]


def test_a_price_list_broken_at_the_start_is_told_with_the_faults_of_the_directory(
    bench: Bench,
) -> None:
    bench.home.tariffs.write_text(TARIFFS.replace("0.60", "cheap"), encoding="utf-8")
    bench.home.sites.write_text("site,country,time_zone\nRome,IT,Mars\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        Shelf(bench.home, {})
    assert [("tariffs.csv", 2), ("sites.csv", 2)] == [
        (one.file, one.line) for one in caught.value.problems
    ]
