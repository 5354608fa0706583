"""Recorder and miner: how they end, and what one broken source does to the others."""

from __future__ import annotations

import errno
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from app.administration.signs import signs_of_life
from app.cli import mining, recording
from app.cli.mining import mine
from app.cli.recording import _record_until, record_once
from app.cli.settings import load_settings
from app.cli.setup import init
from pipeline.miner.miner import Cycle
from pipeline.recorder.recorder import Poll
from warehouse.clock import fixed_clock
from warehouse.errors import Damaged, Unavailable
from warehouse.home import Home

CLOCK = fixed_clock(datetime(2026, 1, 31, 12, tzinfo=UTC))
SOURCE = '[[sources]]\nname = "{}"\nkind = "lync"\nconnection = "file:x"\nsite = "Headquarters"\n'
DONE = Poll(files=1, legs=7, waiting=0, read_to=None)


class Asked:
    """A `Stop` that is asked to after some pauses, which take no time."""

    def __init__(self, pauses: int) -> None:
        self.asked = False
        self.paused: list[float] = []
        self._pauses = pauses

    def wait(self, seconds: float) -> bool:
        self.paused.append(seconds)
        self.asked = len(self.paused) >= self._pauses
        return self.asked


class FakeRecorder:
    """Does in each poll what it is told to."""

    def __init__(self, *results: Poll | Exception) -> None:
        self._results = list(results)
        self.stopped: Callable[[], bool] | None = None
        self.late: timedelta | None = None

    def behind(self) -> timedelta | None:
        return self.late

    def poll(self, _: object = None, stopped: Callable[[], bool] = lambda: False) -> Poll:
        self.stopped = stopped
        result = self._results.pop(0)
        if isinstance(result, Poll):
            return result
        raise result


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(recording, "start_logs", Mock())
    init(tmp_path)
    (tmp_path / "tollbook.toml").write_text(
        SOURCE.format("rome") + SOURCE.format("york"), encoding="utf-8"
    )
    return Home(tmp_path)


def recorders(monkeypatch: pytest.MonkeyPatch, **made: FakeRecorder) -> None:
    monkeypatch.setattr(recording, "_recorder", lambda _, settings, __: made[settings.name])


def shown(home: Home) -> dict[str, dict[str, Any]]:
    return {sign["process"]: sign for sign in signs_of_life(home)}


def test_one_broken_source_does_not_keep_the_others_from_their_turn(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorders(monkeypatch, rome=FakeRecorder(Damaged("its state is torn")), york=FakeRecorder(DONE))
    with pytest.raises(Unavailable) as caught:
        record_once(home, load_settings(home.settings), CLOCK)
    assert "rome: its state is torn" == str(caught.value)
    signs = shown(home)
    assert "its state is torn" == signs["record-rome"]["down"]
    assert 7 == signs["record-york"]["legs"]


def test_a_broken_source_is_asked_again_ever_later_until_it_is_mended(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn = Damaged("torn")
    recorders(monkeypatch, rome=FakeRecorder(torn, torn, DONE, torn))
    stop: Any = Asked(pauses=4)
    _record_until(home, load_settings(home.settings).sources[0], CLOCK, stop)
    assert [30, 60, 15, 30] == stop.paused
    sign = shown(home)["record-rome"]
    assert ("down", "torn") == (sign["state"], sign["down"])
    assert "2026-01-31T12:00:00+00:00" == sign["since"]
    assert "2026-01-31T12:00:30+00:00" == sign["next_try"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/spool"), "Make room on that disk"),
        (KeyError("duration"), "Its driver did not expect this: KeyError: 'duration'"),
    ],
)
def test_whatever_a_source_raises_the_recorder_lives_on(
    home: Home, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    recorders(monkeypatch, rome=FakeRecorder(error, DONE, error), york=FakeRecorder(DONE))
    stop: Any = Asked(pauses=2)
    _record_until(home, load_settings(home.settings).sources[0], CLOCK, stop)
    assert "ok" == shown(home)["record-rome"]["state"]
    with pytest.raises(Unavailable) as caught:
        record_once(home, load_settings(home.settings), CLOCK)
    assert str(caught.value).startswith("rome: ")
    assert told in str(caught.value)
    assert told in shown(home)["record-rome"]["down"]
    assert 7 == shown(home)["record-york"]["legs"]


def test_a_recorder_that_cannot_even_say_why_lives_on(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    recorders(monkeypatch, rome=FakeRecorder(full, full))
    monkeypatch.setattr(recording, "show_life", Mock(side_effect=full))
    stop: Any = Asked(pauses=2)
    _record_until(home, load_settings(home.settings).sources[0], CLOCK, stop)
    assert [30, 60] == stop.paused


def test_a_source_that_is_down_too_long_is_told_to_be_behind(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = FakeRecorder(Unavailable("away"))
    recorder.late = timedelta(days=31)
    recorders(monkeypatch, rome=recorder)
    stop: Any = Asked(pauses=1)
    with capture_logs() as logs:
        _record_until(home, load_settings(home.settings).sources[0], CLOCK, stop)
    assert ("behind", 744) == (
        shown(home)["record-rome"]["state"],
        shown(home)["record-rome"]["behind_hours"],
    )
    assert "error" in [one["log_level"] for one in logs if one["event"] == "source_behind"]


def test_a_long_import_tells_how_far_it_has_come(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Importing(FakeRecorder):
        def poll(self, progress: Any = None, stopped: Callable[[], bool] = lambda: False) -> Poll:
            progress(datetime(2026, 1, 1), datetime(2026, 1, 9), datetime(2026, 1, 31))
            signs.append(shown(home)["record-rome"])
            return super().poll(progress, stopped)

    signs: list[dict[str, Any]] = []
    recorders(monkeypatch, rome=Importing(DONE))
    stop: Any = Asked(pauses=1)
    _record_until(home, load_settings(home.settings).sources[0], CLOCK, stop)
    assert [("reading", "2026-01-09 00:00:00")] == [
        (sign["state"], sign["read_to"]) for sign in signs
    ]
    assert "ok" == shown(home)["record-rome"]["state"]


def test_a_recorder_can_be_stopped_within_a_poll(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = FakeRecorder(DONE)
    recorders(monkeypatch, rome=recorder)
    stop: Any = Asked(pauses=1)
    _record_until(home, load_settings(home.settings).sources[0], CLOCK, stop)
    assert recorder.stopped is not None
    assert recorder.stopped()
    stop.asked = False
    assert not recorder.stopped()


def test_a_miner_can_be_stopped_within_a_cycle(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Asked(pauses=1)
    miner = Mock()
    miner.cycle.return_value = Cycle()
    monkeypatch.setattr(mining, "Stop", lambda: stop)
    monkeypatch.setattr(mining, "_miner", lambda *_: (miner, Mock(problems=())))
    mine(home.path)
    stopped = miner.cycle.call_args.kwargs["stopped"]
    assert stopped()
    stop.asked = False
    assert not stopped()


@pytest.mark.parametrize(("process", "command"), [(recording, "record"), (mining, "mine")])
def test_one_cycle_dies_by_signals_as_any_program_does(
    home: Home, monkeypatch: pytest.MonkeyPatch, process: ModuleType, command: str
) -> None:
    handlers = []
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]

    def look(*_: object) -> None:
        handlers.extend(signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM))

    monkeypatch.setattr(process, f"{command}_once", look)
    getattr(process, command)(home.path, once=True)
    assert before == handlers
