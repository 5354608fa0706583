"""The miner prices history for others, and may be ended in the middle of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.requests import work_off
from app.cli.settings import Settings
from pipeline.miner.requests import Requests, RerateRequest
from pipeline.miner.rerate import from_text
from pipeline.sources.lync.settings import LyncSettings
from tests.pipeline.miner.test_rerate import FEBRUARY, NOW, TARIFFS, Bench
from warehouse.clock import fixed_clock
from warehouse.master import Master

DEARER = TARIFFS.replace("0.60", "0.90").replace("1.20", "1.50") + (
    "aurelia,49,Germany,international,0.30\n"
)
SOURCE = LyncSettings(name="rome", kind="lync", connection="file:x", site="Rome")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Calls of three days, each of which is a batch."""
    monkeypatch.setattr("warehouse.restate.BATCH_LEGS", 1)
    made = Bench(tmp_path)
    with made.master:
        yield made


@pytest.fixture
def requests(bench: Bench) -> Requests:
    return Requests(bench.home.spool / "requests")


def after(asked: int) -> Callable[[], bool]:
    """Says that it is stopped from so many questions on."""
    answers = iter([False] * asked)
    return lambda: next(answers, True)


def mine(bench: Bench, stopped: Callable[[], bool] = lambda: False) -> int:
    settings = Settings(sources=(SOURCE,))
    return work_off(bench.home, settings, bench.master, fixed_clock(NOW), stopped)


def told(requests: Requests, name: str) -> list[dict[str, Any]]:
    answer = requests.take_answer(name)
    assert answer is not None
    return from_text(answer["csv"]).to_dicts()


def prices(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.published("select leg_id, cost from legs order by leg_id")


def uninterrupted(folder: Path) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    bench = Bench(folder)
    with bench.master:
        bench.write_tariffs(DEARER)
        return bench.rerate(bench.master, *FEBRUARY), prices(bench)


@pytest.mark.parametrize("days", [0, 1, 2])
def test_a_miner_that_is_stopped_leaves_whole_days_and_the_next_one_finishes(
    bench: Bench, requests: Requests, tmp_path_factory: pytest.TempPathFactory, days: int
) -> None:
    before = prices(bench)
    bench.write_tariffs(DEARER)
    name = requests.place(RerateRequest(*FEBRUARY, None, "ann"))
    assert 0 == mine(bench, after(days))
    assert requests.take_answer(name) is None
    between = prices(bench)
    expected, finished = uninterrupted(tmp_path_factory.mktemp("other"))
    assert finished[:days] == between[:days]
    assert before[days:] == between[days:]
    assert 1 == mine(bench)
    assert expected == told(requests, name)
    assert finished == prices(bench)
    assert [] == list(requests.folder.iterdir())


def test_a_stop_after_the_last_day_is_none(bench: Bench, requests: Requests) -> None:
    bench.write_tariffs(DEARER)
    name = requests.place(RerateRequest(*FEBRUARY, None, "ann"))
    assert 1 == mine(bench, after(3))
    assert 3 == len(told(requests, name))


def test_a_price_list_that_changed_meanwhile_begins_again(bench: Bench, requests: Requests) -> None:
    bench.write_tariffs(DEARER)
    name = requests.place(RerateRequest(*FEBRUARY, None, "ann"))
    assert 0 == mine(bench, after(2))
    before = prices(bench)
    bench.write_tariffs(TARIFFS)
    assert 1 == mine(bench)
    assert ["Italy", "United Kingdom"] == sorted(row["destination"] for row in told(requests, name))
    assert before != prices(bench)


def test_requests_behind_a_stopped_one_wait(bench: Bench, requests: Requests) -> None:
    names = [requests.place(RerateRequest(*FEBRUARY, None, "ann")) for _ in range(2)]
    assert 0 == mine(bench, lambda: True)
    assert sorted(names) == [name for name, _ in requests.waiting()]
    assert 2 == mine(bench)


def test_a_request_that_meets_a_fault_is_answered_and_keeps_nobody_waiting(
    bench: Bench, requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = prices(bench)
    bench.write_tariffs(DEARER)
    first = requests.place(RerateRequest(*FEBRUARY, None, "ann"))
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.miner.rerate.put", broken)
        assert 1 == mine(bench)
    answer = requests.take_answer(first)
    assert answer is not None
    assert "nonsense" in answer["error"]
    assert before == prices(bench)
    second = requests.place(RerateRequest(*FEBRUARY, None, "ann"))
    assert 1 == mine(bench)
    assert 3 == len(told(requests, second))


def broken(master: Master, _: object) -> None:
    with master.transaction() as connection:
        connection.execute("update legs set nonsense = 1")
