"""Runs the processes of one machine side by side and keeps them running."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from app.administration.signs import show_life
from app.cli.common import Stop
from app.environment import SUPERVISED_VARIABLE
from warehouse.clock import system_clock
from warehouse.home import Home

LONGEST_PAUSE_S = 30.0
"""A process that keeps dying is started again after 1, 2, 4 … seconds, at most after this."""

STEADY_AFTER_S = 60.0
"""A process that has lived this long has recovered: the next pause is short again."""

PATIENCE_S = 15.0
"""How long a process may take to end by itself."""

LARGEST_OUTPUT = 5_000_000
"""Bytes of what a process printed, beyond which its next start begins another file."""

log = structlog.get_logger()


@dataclass
class Child:
    """One supervised process."""

    name: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    failures: int = 0
    start_at: float = 0

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts processes, starts the dead ones again, and ends all of them together.

    Children hold a pipe from this process as their standard input; it closes when this process
    dies, even by `kill -9`, and they end.
    """

    def __init__(
        self, home: Home, children: list[Child], each_tick: Callable[[], None] = lambda: None
    ) -> None:
        self._home = home
        self._children = children
        self._each_tick = each_tick

    def run(self, stop: Stop) -> None:
        """Supervises until asked to stop; returns when every child has ended."""
        try:
            while not stop.asked:
                for child in self._children:
                    self._tend(child)
                show_life(
                    self._home,
                    "run",
                    system_clock,
                    children={child.name: child.failures for child in self._children},
                )
                self._each_tick()
                stop.wait(0.5)
        finally:
            self._end_all()

    def _tend(self, child: Child) -> None:
        now = time.monotonic()
        if child.running:
            if child.failures and now - child.started > STEADY_AFTER_S:
                child.failures = 0
            return
        if child.process is not None:
            code = child.process.poll()
            pause = min(2.0**child.failures, LONGEST_PAUSE_S)
            child.failures += 1
            child.start_at = now + pause
            child.process = None
            log.warning("process_died", process=child.name, code=code, starts_again_in_s=pause)
        if now >= child.start_at:
            self._start(child)

    def _start(self, child: Child) -> None:
        with _output_of(self._home, child.name).open("ab") as output:
            child.process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "app.cli", child.arguments[0]),
                    *("--home", str(self._home.path), *child.arguments[1:]),
                ],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, SUPERVISED_VARIABLE: "1"},
                start_new_session=True,
            )
        child.started = time.monotonic()
        log.info("process_started", process=child.name, pid=child.process.pid)

    def _end_all(self) -> None:
        running = [
            (child.name, child.process)
            for child in self._children
            if child.process is not None and child.process.poll() is None
        ]
        for _, process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE_S
        for name, process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process_killed", process=name)
                process.kill()
                process.wait()


def _output_of(home: Home, name: str) -> Path:
    """The file that takes what a process prints beside its log; one older file is kept."""
    home.logs.mkdir(parents=True, exist_ok=True)
    path = home.logs / f"{name}.out"
    if path.exists() and path.stat().st_size > LARGEST_OUTPUT:
        path.replace(path.with_name(f"{path.name}.1"))
    return path
