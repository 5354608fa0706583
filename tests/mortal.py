"""Processes of Tollbook that tell what they are doing, so that they can be killed in it."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any

import pipeline.keeper.service
import pipeline.miner.batch
import pipeline.miner.miner
import warehouse.publish
import warehouse.restate
from app.cli import mining, requests
from app.cli.rerate import rerate_command
from app.cli.retain import retain_command
from warehouse.master import Master
from warehouse.publish import HotLimits

Phase = str
PHASES: tuple[Phase, ...] = ("load", "publish", "base", "rerate", "retain")
EVER = (datetime(2000, 1, 1), datetime(2099, 12, 31))
PATIENCE_S = 120
MOST_STEPS = 200
"""Of which one should be of the phase that is waited for; an idle miner goes on publishing."""

# Half of a start is imports. Polars is left out: its threads would not live on in a fork.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    [
        "filelock",
        "holidays",
        "phonenumbers",
        "pydantic_settings",
        "rich.progress",
        "structlog",
        "typer",
    ]
)


class Life:
    """One process from its start to its end, which may come by itself or by `kill_in`."""

    usual_s: dict[Phase, float] = dict.fromkeys(PHASES, 0.05)
    """How long a phase takes, as last seen."""

    def __init__(self, command: str, home: Path, now: datetime, *, small_steps: bool) -> None:
        self._told, theirs = _processes.Pipe(duplex=False)
        self._process = _processes.Process(
            target=_live, args=(command, home, now, theirs, small_steps), daemon=True
        )
        self._process.start()
        theirs.close()
        self._begun: dict[Phase, float] = {}

    def kill_in(self, phase: Phase, chance: random.Random) -> set[Phase]:
        """Kills it at some moment of a phase; gives the phases that it died in.

        They are none where that phase did not come.
        """
        if not self.comes_to(phase):
            self.end()
            return set()
        time.sleep(chance.uniform(0, self.usual_s[phase]))
        self._process.kill()
        self._process.join()
        for _ in self._heard():
            pass
        return set(self._begun)

    def end(self) -> None:
        """Waits until it has ended by itself."""
        for _ in self._heard():
            pass
        self._process.join(PATIENCE_S)
        assert 0 == self._process.exitcode

    def comes_to(self, phase: Phase) -> bool:
        """Waits for the next beginning of a phase; False where it ended, or others came instead."""
        heard = self._heard()
        return any(step == (phase, True) for step in islice(heard, MOST_STEPS))

    def stop(self) -> None:
        """Asks it to end, and waits until it has."""
        self._process.terminate()
        self.end()

    def _heard(self) -> Iterator[tuple[Phase, bool]]:
        try:
            while self._told.poll(PATIENCE_S):
                phase, begins, at = self._told.recv()
                if begins:
                    self._begun[phase] = at
                else:
                    self.usual_s[phase] = at - self._begun.pop(phase)
                yield phase, begins
        except (EOFError, OSError):
            # It has ended, perhaps in the middle of a word.
            return
        self._process.kill()
        raise TimeoutError("it neither says anything nor ends")


def _live(command: str, home: Path, now: datetime, told: Connection, small_steps: bool) -> None:
    if small_steps:
        _in_small_steps()
    _telling(told)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        _work(command, home, now.isoformat())


def _work(command: str, home: Path, instant: str) -> None:
    if command == "mine":
        mining.mine(home=home, once=True, now=instant)
    elif command == "serve":
        mining.mine(home=home, once=False, now=instant)
    elif command == "rerate":
        rerate_command(*EVER, home=home)
    else:
        retain_command(home=home, now=instant)


def _in_small_steps() -> None:
    """Little data, and yet many batches, publications and bases."""
    pipeline.miner.batch.BATCH_LEGS = 1
    pipeline.miner.miner.PUBLISH_EVERY = timedelta(0)
    warehouse.restate.BATCH_LEGS = 1
    small = HotLimits(legs=20)
    warehouse.publish.HotLimits = lambda: small  # type: ignore[assignment,misc]


def _telling(told: Connection) -> None:
    """Lets this process tell of each phase that it begins and ends."""
    lock = Lock()

    @contextmanager
    def phase(name: Phase) -> Iterator[None]:
        with lock:
            told.send((name, True, time.monotonic()))
        yield
        with lock:
            told.send((name, False, time.monotonic()))

    def tell(place: Any, function: str, name: Phase) -> None:
        real: Callable[..., Any] = getattr(place, function)

        def work(*arguments: Any, **named: Any) -> Any:
            with phase(name):
                return real(*arguments, **named)

        setattr(place, function, work)

    def batches(*arguments: Any) -> Iterator[Any]:
        with phase("rerate"):
            yield from real_batches(*arguments)

    tell(pipeline.miner.miner, "load_arrival", "load")
    tell(pipeline.miner.miner, "publish", "publish")
    tell(requests, "publish", "publish")
    tell(Master, "copy_frozen", "base")
    tell(pipeline.keeper.service, "retain", "retain")
    real_batches = requests.batches
    requests.batches = batches  # type: ignore[assignment]


class Reader:
    """A process that asks the published warehouse without a pause."""

    def __init__(self, folder: Path, sql: str) -> None:
        self._pipe, theirs = _processes.Pipe()
        self._process = _processes.Process(target=_read, args=(folder, sql, theirs), daemon=True)
        self._process.start()
        theirs.close()
        assert "ready" == self._pipe.recv()

    def ended(self) -> tuple[list[tuple[Any, ...]], list[str]]:
        """Its answers with their versions, each once and in order, and what went wrong."""
        self._pipe.send("end")
        found: tuple[list[tuple[Any, ...]], list[str]] = self._pipe.recv()
        self._process.join(PATIENCE_S)
        return found


def _read(folder: Path, sql: str, pipe: Connection) -> None:
    from warehouse.snapshot import Snapshots

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    snapshots = Snapshots(folder)
    snapshots.current()
    pipe.send("ready")
    seen: list[tuple[Any, ...]] = []
    faults: list[str] = []
    while not pipe.poll(0.01):
        try:
            snapshot = snapshots.current()
            if not seen or snapshot.version != seen[-1][0]:
                snapshot.verify()
                seen.append((snapshot.version, *snapshot.query(sql).row(0)))
        except Exception as error:
            faults.append(f"{type(error).__name__}: {error}")
    pipe.send((seen, faults))
