"""What is old goes, or goes without names; nothing brings it back, and no total moves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipeline.directory.read import read_directory
from pipeline.keeper.retain import look
from pipeline.keeper.rules import RetainRule, months_before
from pipeline.miner.books import read_tariffs
from pipeline.miner.rerate import rerate
from warehouse.anonymous import ANONYMOUS
from warehouse.master import Master
from warehouse.retention import Mark
from warehouse.snapshot import Snapshots

MAY = date(2026, 5, 1)
ANONYMISE = Mark("anonymise", MAY)
DELETE = Mark("delete", MAY)

LEGS = "select leg_id from legs order by leg_id"
PERSONAL = (
    "select distinct from_number, from_user, to_number, to_user, dialled, charged_user, person, "
    "conference_id, extra from legs where day < date '2026-05-01'"
)
TOTALS = (
    "select day, department, site, direction, call_type, currency, calls, answered, talk_s, cost, "
    "charge, tax, unrated from day_totals order by all",
    "select day, department, sum(calls), sum(talk_s), sum(cost) from day_people group by all "
    "order by all",
    "select day, department, site, gateway, tariff, destination, call_type, outcome, talk_s, "
    "ring_s, cost, legs, call_id from calls order by all",
    "select leg_id, started_at, cost, charge, tax, talk_s, billed_seconds, prefix, explanation, "
    "tariff_version from legs order by leg_id",
)
NAMES = ("+390612345678", "+442079460123", "anna@x.org", "bruno@x.org", "Bianchi", "+393331234567")


def test_anonymising_keeps_every_total_and_no_name(bench: Any) -> None:
    before = [bench.published(sql) for sql in TOTALS]
    found = bench.retain(ANONYMISE)
    assert [4] == [one.legs for one in found.found]
    assert before == [bench.published(sql) for sql in TOTALS]
    nobody = (None, None, None, None, None, ANONYMOUS, None, None, None)
    assert [nobody] == bench.published(PERSONAL)
    assert [("bruno@x.org", "Bruno Conti")] == bench.published(
        "select charged_user, person from legs where day >= date '2026-05-01'"
    )
    bench.check()


def test_deleting_takes_legs_calls_and_sums_and_leaves_the_rest(bench: Any) -> None:
    bench.retain(DELETE)
    assert [("D",)] == bench.published(LEGS)
    assert [(1, Decimal("0.6"))] == bench.published(
        "select calls, cost from day_totals where day = date '2026-05-20'"
    )
    for table in ("legs", "calls", "call_shares", "day_totals", "day_people"):
        gone = f"select 1 from {table} where day < date '2026-05-01'"
        assert [] == bench.published(gone)
    bench.check()


def test_a_call_that_runs_over_the_limit_keeps_what_is_young(bench: Any) -> None:
    bench.retain(Mark("delete", date(2026, 1, 12)))
    assert [("B2",), ("C",), ("D",)] == bench.published(LEGS)
    assert [(date(2026, 1, 12), 1, Decimal("0.6"))] == bench.published(
        "select day, legs, cost from calls where call_id = 'B'"
    )
    bench.check()


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ({"departments": ("Sales",)}, ["B", "D"]),
        ({"call_types": ("international",)}, ["A", "B2", "D"]),
        ({"sites": ("Nowhere",)}, ["A", "B", "B2", "C", "D"]),
        ({"sites": ("", "Nowhere")}, ["A", "B", "B2", "C", "D"]),
        ({"sites": ("", "Rome")}, ["D"]),
        ({"departments": ("Service",), "call_types": ("national",)}, ["A", "B", "B2", "C", "D"]),
    ],
)
def test_a_rule_holds_only_for_what_it_names(bench: Any, facts: Any, left: list[str]) -> None:
    bench.retain(Mark("delete", MAY, **facts))
    assert left == [leg for (leg,) in bench.published(LEGS)]
    bench.check()


def test_a_dry_run_counts_what_would_go_and_changes_nothing(bench: Any) -> None:
    before = bench.published(TOTALS[3])
    snapshots = Snapshots(bench.home.warehouse)
    marks = [Mark("anonymise", MAY, departments=("Sales",)), Mark("delete", date(2026, 1, 11))]
    found = look(snapshots.current(), marks)
    snapshots.close()
    assert [("delete", 1, 1), ("anonymise departments ['Sales']", 3, 3)] == [
        (one.rule, one.legs, one.days) for one in found
    ]
    assert (date(2026, 1, 10), date(2026, 4, 10)) == (found[1].first, found[1].last)
    assert before == bench.published(TOTALS[3])


def test_a_second_run_finds_nothing_left(bench: Any) -> None:
    bench.retain(ANONYMISE)
    again = bench.retain(ANONYMISE)
    assert ([0], 0) == ([one.legs for one in again.found], again.files)


def test_what_comes_late_shares_the_fate_of_its_like(bench: Any) -> None:
    late = ("E", "2026-03-03", "anna", "+442079460123")
    old = (bench.spool.done / "rome_20260110T120000Z_000001.v1.csv").read_bytes()
    bench.retain(Mark("delete", date(2026, 2, 1)), ANONYMISE)
    young = ("F", "2026-06-01", "anna", "+390612345678")
    bench.drop("rome_20260303T120000Z_000003.v1.csv", late, young)
    (bench.spool.incoming / "rome_20260110T120000Z_000004.v1.csv").write_bytes(old)
    bench.mine()
    assert [("C",), ("D",), ("E",), ("F",)] == bench.published(LEGS)
    assert [("C", ANONYMOUS), ("D", "bruno@x.org"), ("E", ANONYMOUS), ("F", "anna@x.org")] == (
        bench.published("select leg_id, charged_user from legs order by 1")
    )
    bench.retain(Mark("delete", date(2026, 2, 1)), ANONYMISE)
    assert not any(b"2026-01" in path.read_bytes() for path in bench.spool.done.iterdir())
    bench.check()


def test_a_mark_never_goes_back(bench: Any) -> None:
    bench.retain(DELETE)
    bench.retain(Mark("delete", date(2026, 1, 1)))
    bench.drop("rome_20260310T120000Z_000003.v1.csv", ("G", "2026-03-10", "anna", "+39061"))
    bench.mine()
    assert [("D",)] == bench.published(LEGS)


def test_no_file_of_the_home_names_anybody_any_more(bench: Any) -> None:
    bad = "X,X,2026-02-02T12:00:00Z,,,+390655500a,anna@x.org,+390612345678,anna@x.org,,sideways,,\n"
    header = bench.drop("rome_20260202T120000Z_000005.v1.csv").splitlines()[0]
    (bench.spool.incoming / "rome_20260202T120000Z_000005.v1.csv").write_text(f"{header}\n{bad}")
    bench.mine()
    assert any(bench.spool.rejected.iterdir())
    # Whoever stands in users.csv is known from there, with calls or without.
    bench.home.users.write_text("user,name,department\ncarl@x.org,Carl,Sales\n", encoding="utf-8")
    bench.mine()
    bench.retain(Mark("delete", date(2026, 6, 1)))
    bench.master.checkpoint()
    texts = {
        path.relative_to(bench.home.path).as_posix(): path.read_bytes()
        for folder in (bench.home.warehouse, bench.home.spool)
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert any(name.endswith("master.duckdb") for name in texts)
    guilty = {
        (place, name) for place, text in texts.items() for name in NAMES if name.encode() in text
    }
    assert set() == guilty


def test_call_files_lose_their_old_rows_and_the_ledger_knows(bench: Any) -> None:
    name = "rome_20260410T120000Z_000002.v1.csv"
    bench.retain(ANONYMISE)
    assert [name] == bench.done()
    text = (bench.spool.done / name).read_text(encoding="utf-8")
    assert (False, True) == ("\nC," in text, "\nD," in text)
    bench.check()
    bench.retain(Mark("anonymise", date(2026, 6, 1)))
    assert [] == bench.done()
    bench.check()


def test_anonymous_legs_keep_their_price_when_history_is_priced_again(bench: Any) -> None:
    bench.retain(ANONYMISE)
    dearer = bench.home.tariffs.read_text(encoding="utf-8").replace("0.60", "6.00")
    bench.home.tariffs.write_text(dearer, encoding="utf-8")
    tariffs = read_tariffs(bench.home.tariffs, {})
    directory = read_directory(bench.home, tariffs.names)
    found = rerate(bench.master, directory, tariffs, {}, date(2026, 1, 1), date(2026, 12, 31))
    assert [(1, 1)] == found.select("legs", "changed").rows()
    assert [("D", Decimal(6))] == bench.published("select leg_id, cost from legs where cost > 1.2")


def test_broken_off_anywhere_it_ends_the_same(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Exception):
        pass

    def break_off(*_: Any, **__: Any) -> None:
        raise Broken

    steps = ("prune", "compact", "_publish_alone", "settle")
    for step in steps:
        with monkeypatch.context() as patch:
            patch.setattr(f"pipeline.keeper.retain.{step}", break_off)
            with pytest.raises(Broken):
                bench.retain(ANONYMISE)
        bench.master.close()
        bench.master = Master.open(bench.home.warehouse)
        assert [(ANONYMOUS,)] == bench.published(
            "select distinct charged_user from legs where day < date '2026-05-01'"
        )
    bench.retain(ANONYMISE)
    bench.check()
    bases = list((bench.home.warehouse / "snapshots").glob("base-*"))
    assert 1 == len(bases)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2026, 1, 1), 1200, date(1926, 1, 1)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, expected: date) -> None:
    assert expected == months_before(day, months)


def test_a_rule_becomes_a_mark_on_a_day() -> None:
    rule = RetainRule(what="anonymise", after_months=6, departments=("Sales",))
    assert Mark("anonymise", date(2026, 1, 1), departments=("Sales",)) == rule.mark(
        date(2026, 7, 1)
    )
