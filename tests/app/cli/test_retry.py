"""What was rejected, once more: from the command line, with and without a miner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.main import cli
from app.cli.mining import mine_once
from app.cli.settings import Settings
from app.cli.verify_warehouse import look
from pipeline.callfile.spool import Spool
from tests.pipeline.miner.test_rerate import Bench
from tests.warehouses import beginning
from warehouse.clock import fixed_clock
from warehouse.errors import InUse, InvalidInput
from warehouse.home import Home
from warehouse.master import Master
from warehouse.snapshot import Snapshots

NOW = datetime(2026, 2, 28, tzinfo=UTC)
CLOCK = fixed_clock(NOW)
NAME = "rome_20260213T120000Z_000007.v1.csv"
HEADER = "leg_id,started_at,answered_at,ended_at,to_number,gateway_out,direction\n"
TIMES = "2026-02-13T12:00:00Z,2026-02-13T12:00:05Z,2026-02-13T12:01:05Z"
GOOD = f"E,{TIMES},+390612345678,gw-1,outbound\n"
BAD = f"F,{TIMES},+390612345678,gw-1,sideways\n"
WORSE = f"G,{TIMES},+390612345678,gw-1,nowhere\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Four legs stored, one more from a file of which two rows were rejected."""

    def make() -> None:
        made = Bench(tmp_path)
        made.master.close()
        made.home.settings.write_text("", encoding="utf-8")
        drop(made.home, HEADER + GOOD + BAD + WORSE)
        mine(made.home)

    beginning("two rows rejected", tmp_path, make)
    home = Home(tmp_path)
    assert [*"ABCDE"] == legs(home)
    return home


def drop(home: Home, text: str) -> None:
    (Spool(home.spool).incoming / NAME).write_text(text, encoding="utf-8")


def mine(home: Home) -> None:
    mine_once(home, Settings(), CLOCK)


def rejected(home: Home) -> Path:
    return Spool(home.spool).rejected / NAME


def mend(home: Home, wrong: str, right: str) -> None:
    text = rejected(home).read_text(encoding="utf-8")
    # The reason speaks of the value too.
    rejected(home).write_text(text.replace(f",{wrong}\n", f",{right}\n"), encoding="utf-8")


def legs(home: Home) -> list[str]:
    snapshots = Snapshots(home.warehouse)
    try:
        found = snapshots.current().query("select leg_id from legs order by leg_id")
    finally:
        snapshots.close()
    return found["leg_id"].to_list()


def retry(home: Home, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    common = ("--home", str(home.path), "--now", NOW.isoformat(), "--json")
    done = CliRunner().invoke(cli, ["retry", *common, *arguments])
    if isinstance(done.exception, InvalidInput):
        raise done.exception
    return done.exit_code, json.loads(done.stdout)["files"]


def verify(home: Home) -> None:
    assert [()] * 4 == [check.differences for check in look(home, CLOCK, patience_s=0)]


def test_mended_rows_are_stored_and_the_others_kept_with_their_reasons(home: Home) -> None:
    mend(home, "sideways", "outbound")
    code, (told,) = retry(home, NAME)
    assert (1, "partly", 2, 1) == (code, told["outcome"], told["rows"], told["rejected"])
    assert "'nowhere'" in told["reason"]
    assert [*"ABCDEF"] == legs(home)
    assert "nowhere" in rejected(home).read_text(encoding="utf-8")
    mend(home, "nowhere", "outbound")
    code, (told,) = retry(home, "--all")
    assert (0, "loaded", 1, 0, None) == (code, *list(told.values())[1:])
    assert [*"ABCDEFG"] == legs(home)
    assert [] == list(rejected(home).parent.iterdir())
    verify(home)


def test_what_nobody_mended_stays_where_it_is(home: Home) -> None:
    before = rejected(home).read_text(encoding="utf-8")
    code, (told,) = retry(home, "--all")
    assert (1, "rejected", 2, 2) == (code, told["outcome"], told["rows"], told["rejected"])
    assert before.splitlines()[0] == rejected(home).read_text(encoding="utf-8").splitlines()[0]
    assert [*"ABCDE"] == legs(home)
    assert not (Spool(home.spool).incoming / NAME).exists()
    verify(home)


def test_a_row_of_the_wrong_length_keeps_its_text(home: Home) -> None:
    name = "rome_20260214T120000Z_000009.v1.csv"
    path, kept = (folder / name for folder in (Spool(home.spool).incoming, rejected(home).parent))
    path.write_text(f"{HEADER}{GOOD}too,few cells\n", encoding="utf-8")
    mine(home)
    for _ in range(2):
        assert "too,few cells" in kept.read_text(encoding="utf-8")
        assert "rejected" == retry(home, name)[1][0]["outcome"]
    assert "too,few cells" in kept.read_text(encoding="utf-8")


def test_a_leg_that_came_meanwhile_is_not_doubled(home: Home) -> None:
    drop(home, HEADER + BAD.replace("sideways", "outbound"))
    mine(home)
    mend(home, "sideways", "outbound")
    assert "partly" == retry(home, NAME)[1][0]["outcome"]
    assert [*"ABCDEF"] == legs(home)
    verify(home)


def test_a_file_that_was_refused_whole_is_stored_once_it_can_be_read(home: Home) -> None:
    name = "rome_20260214T120000Z_000008.v1.csv"
    path, again = (folder / name for folder in (Spool(home.spool).incoming, rejected(home).parent))
    path.write_text("leg\n1\n", encoding="utf-8")
    mine(home)
    code, (told,) = retry(home, name)
    assert (1, "rejected", 0) == (code, told["outcome"], told["rows"])
    assert "column missing" in told["reason"]
    again.write_text(HEADER + GOOD.replace("E,", "H,", 1), encoding="utf-8")
    code, (told,) = retry(home, str(again))
    assert (0, "loaded") == (code, told["outcome"])
    assert [*"ABCDEH"] == legs(home)
    assert [NAME] == [path.name for path in rejected(home).parent.iterdir()]
    verify(home)


def test_a_miner_that_is_done_by_now_is_no_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = [InUse("another process has it")]

    def mine_later(*given: Any) -> None:
        if busy:
            raise busy.pop()
        mine_once(*given)

    monkeypatch.setattr("app.cli.retry.mine_once", mine_later)
    mend(home, "sideways", "outbound")
    assert "partly" == retry(home, NAME)[1][0]["outcome"]


@pytest.fixture
def miner(home: Home) -> Iterator[None]:
    """A process that mines all the time."""
    stop = Event()

    def work() -> None:
        from pipeline.miner.books import Shelf
        from pipeline.miner.miner import Miner

        with Master.open(home.warehouse) as master:
            begun.set()
            one = Miner(master, Spool(home.spool), Shelf(home, {}), {}, CLOCK, "me")
            while not stop.wait(0.05):
                one.cycle()

    begun = Event()
    thread = Thread(target=work)
    thread.start()
    begun.wait()
    yield
    stop.set()
    thread.join()


def test_a_running_miner_does_it(home: Home, miner: None) -> None:
    mend(home, "sideways", "outbound")
    mend(home, "nowhere", "outbound")
    assert "loaded" == retry(home, NAME)[1][0]["outcome"]


def test_a_master_that_nobody_mines_with_is_waited_for_only_so_long(home: Home) -> None:
    mend(home, "sideways", "outbound")
    with Master.open(home.warehouse):
        code, (told,) = retry(home, NAME, "--wait", "0")
    assert (0, "waiting") == (code, told["outcome"])
    mine(home)
    assert [*"ABCDEF"] == legs(home)


@pytest.mark.parametrize(("names", "words"), [((), "not said"), (("x.csv",), "no such file")])
def test_what_is_not_there_is_told(home: Home, names: tuple[str, ...], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        retry(home, *names)
