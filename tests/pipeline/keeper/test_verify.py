"""Every kind of difference is found, named, and no sound warehouse is suspected."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.keeper.errands import Errand, Errands
from pipeline.keeper.service import run, work_off
from warehouse.clock import Clock, fixed_clock
from warehouse.errors import Unavailable
from warehouse.master import is_open

CLOCK: Clock = fixed_clock(datetime(2026, 6, 30, 12, tzinfo=UTC))
FILE = "rome_20260110T120000Z_000001.v1.csv"


def told(bench: Any) -> list[str]:
    return [words for check in bench.checks() for words in check.differences]


def test_a_sound_warehouse_is_found_sound(bench: Any) -> None:
    assert ["2 call files", "5 legs of 5 days"] == [one.looked_at for one in bench.checks()[1:]]
    bench.check()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "update legs set talk_s = talk_s + 1 where leg_id = 'D'",
            "legs of 2026-05-20: 1 rows, 61.000 s, 0.600000 EUR in the master, "
            "1 rows, 60.000 s, 0.600000 EUR in the snapshot",
        ),
        (
            "update legs set to_number = '+39' where leg_id = 'D'",
            "legs of 2026-05-20: the same sums in the master and the snapshot, "
            "but not the same rows",
        ),
        (
            "delete from legs where leg_id = 'D'",
            "legs of 2026-05-20: nothing in the master, "
            "1 rows, 60.000 s, 0.600000 EUR in the snapshot",
        ),
    ],
)
def test_a_snapshot_that_is_not_the_master_is_told_by_day(
    bench: Any, change: str, words: str
) -> None:
    bench.check()
    bench.master.connection.execute(change)
    assert words in told(bench)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "update day_totals set cost = cost + 1 where day = date '2026-05-20'",
            "day_totals of 2026-05-20: 1 rows, 60.000 s, 1.600000 EUR in the warehouse, "
            "1 rows, 60.000 s, 0.600000 EUR in the recount",
        ),
        (
            "update day_people set person = 'Carla' where day = date '2026-05-20'",
            "day_people of 2026-05-20: the same sums in the warehouse and the recount, "
            "but not the same rows",
        ),
        (
            "delete from day_people where day = date '2026-05-20'",
            "day_people of 2026-05-20: nothing in the warehouse, "
            "1 rows, 60.000 s, 0.600000 EUR in the recount",
        ),
        (
            "update day_hours set hour = hour + 1 where day = date '2026-05-20'",
            "day_hours of 2026-05-20: the same sums in the warehouse and the recount, "
            "but not the same rows",
        ),
        (
            "update gateway_hours set peak = peak + 1 where day = date '2026-05-20'",
            "gateway_hours of 2026-05-20: the same sums in the warehouse and the recount, "
            "but not the same rows",
        ),
    ],
)
def test_sums_that_do_not_follow_from_the_legs_are_told_by_day(
    bench: Any, change: str, words: str
) -> None:
    bench.master.connection.execute(change)
    bench.master.connection.execute(
        "update publication set change = uuid(), base = null, base_mark = null"
    )
    assert [words] == told(bench)


def test_call_files_that_are_gone_changed_or_strange_are_told(bench: Any) -> None:
    done = bench.spool.done
    path = done / FILE
    data = path.read_bytes()
    path.unlink()
    assert [f"{FILE}: was loaded, and is no longer in spool/done"] == told(bench)
    path.write_bytes(data + b"\n")
    assert [f"{FILE}: is not what was loaded from it"] == told(bench)
    path.write_bytes(data)
    (done / "rome_9.v1.csv").write_bytes(b"leg_id\n")
    assert ["rome_9.v1.csv: lies in spool/done, and was never loaded"] == told(bench)


def test_a_file_that_was_loaded_and_not_yet_filed_is_no_difference(bench: Any) -> None:
    (bench.spool.done / FILE).rename(bench.spool.incoming / FILE)
    bench.check()


def test_without_a_warehouse_nothing_is_made(bench: Any) -> None:
    bench.master.close()
    (bench.home.warehouse / "master.duckdb").unlink()
    with pytest.raises(Unavailable, match="no warehouse yet"):
        run(bench.home, Errand(kind="verify", by="me"), CLOCK)
    assert not (bench.home.warehouse / "master.duckdb").exists()


def test_a_miner_does_what_it_is_asked(bench: Any) -> None:
    into = bench.home.path / "ledger.parquet"
    answers: list[dict[str, Any]] = []
    errand = Errand(kind="verify", by="me", into=into)
    asker = threading.Thread(target=lambda: answers.append(run(bench.home, errand, CLOCK)))
    asker.start()
    while asker.is_alive():
        work_off(bench.home, bench.master, CLOCK)
        asker.join(0.05)
    assert ("published snapshot = master", []) == (
        answers[0]["check"]["what"],
        answers[0]["check"]["differences"],
    )
    assert into.exists()
    assert [] == list(Errands.of(bench.home).folder.iterdir())


def test_nobody_waits_longer_than_asked_to(bench: Any) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        run(bench.home, Errand(kind="verify", by="me"), CLOCK, patience_s=0)
    assert is_open(bench.home.warehouse)
    assert [] == list(Errands.of(bench.home).folder.iterdir())


def test_what_a_miner_could_not_do_is_told(bench: Any) -> None:
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            run(bench.home, Errand(kind="copy", by="me"), CLOCK)
        except Unavailable as error:
            failed.append(error)

    asker = threading.Thread(target=ask)
    asker.start()
    while asker.is_alive():
        work_off(bench.home, bench.master, CLOCK)
        asker.join(0.05)
    assert ["copy: nowhere to write to"] == [str(error) for error in failed]


def test_what_is_no_errand_keeps_nobody_from_theirs(bench: Any) -> None:
    folder = Errands.of(bench.home).folder
    folder.mkdir(parents=True)
    (folder / "1.asked.json").write_text("{", encoding="utf-8")
    assert 0 == work_off(bench.home, bench.master, CLOCK)
    assert ["1.answered.json"] == [path.name for path in folder.iterdir()]
