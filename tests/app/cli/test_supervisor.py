"""`tollbook run`: starts everything, starts the dead again, ends everything."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from app.cli.supervisor import LARGEST_OUTPUT, _output_of
from app.environment import SUPERVISED_VARIABLE
from warehouse.home import Home

PATIENCE_S = 60


@dataclass
class Run:
    """A running `tollbook run`."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int

    def children(self) -> dict[str, psutil.Process]:
        """By the name of their command."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            try:
                command = child.cmdline()
            except psutil.Error:
                continue
            if "app.cli" in command:
                found[command[command.index("app.cli") + 1]] = child
        return found

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health") as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def until(what: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with started(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One for all tests that leave it running."""
    with started(tmp_path_factory.mktemp("lasting")) as running:
        yield running


@contextmanager
def started(home: Path) -> Iterator[Run]:
    command = [sys.executable, "-P", "-m", "app.cli"]
    subprocess.run([*command, "init", "--home", str(home)], check=True, capture_output=True)
    port = free_port()
    process = subprocess.Popen(
        [*command, "run", "--home", str(home), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != SUPERVISED_VARIABLE},
    )
    running = Run(process, home, port)
    try:
        assert until(running.healthy)
        assert until(lambda: set(running.children()) == {"mine", "app"})
        yield running
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@pytest.mark.parametrize("name", ["mine", "app"])
def test_a_process_that_dies_is_started_again(lasting: Run, name: str) -> None:
    dead = lasting.children()[name]
    dead.send_signal(signal.SIGKILL)
    assert until(lambda: name in lasting.children() and lasting.children()[name].pid != dead.pid)
    assert until(lasting.healthy)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_everything_ends_when_asked(run: Run, how: signal.Signals) -> None:
    children = run.children().values()
    run.process.send_signal(how)
    assert 0 == run.process.wait(PATIENCE_S)
    assert not any(child.is_running() for child in children)


def test_nothing_outlives_a_supervisor_that_was_killed(run: Run) -> None:
    children = list(run.children().values())
    run.process.kill()
    run.process.wait(PATIENCE_S)
    assert until(lambda: not any(child.is_running() for child in children))


def test_a_second_one_on_the_same_home_is_refused(lasting: Run) -> None:
    second = subprocess.run(
        [sys.executable, "-P", "-m", "app.cli", "run", "--home", str(lasting.home)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (1, True) == (second.returncode, "end that one first" in second.stderr)


@pytest.mark.parametrize("name", ["mine", "app"])
@pytest.mark.parametrize("how", ["asked", "abandoned"])
def test_a_supervised_process_ends_cleanly(tmp_path: Path, name: str, how: str) -> None:
    command = [sys.executable, "-P", "-m", "app.cli"]
    subprocess.run([*command, "init", "--home", str(tmp_path)], check=True, capture_output=True)
    port = free_port()
    options = ["--port", str(port)] if name == "app" else []
    with subprocess.Popen(
        [*command, name, "--home", str(tmp_path), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, SUPERVISED_VARIABLE: "1"},
    ) as process:
        ready = (
            Run(process, tmp_path, port).healthy
            if name == "app"
            else (tmp_path / "status/mine.json").exists
        )
        assert until(ready)
        if how == "asked":
            process.terminate()
        else:
            assert process.stdin is not None
            process.stdin.close()
        assert 0 == process.wait(PATIENCE_S)


def test_what_a_process_printed_begins_a_new_file_when_it_has_grown_large(tmp_path: Path) -> None:
    home = Home(tmp_path)
    output = _output_of(home, "mine")
    output.write_bytes(b"x" * LARGEST_OUTPUT)
    assert _output_of(home, "mine").exists()
    output.write_bytes(b"x" * (LARGEST_OUTPUT + 1))
    assert not _output_of(home, "mine").exists()
    assert LARGEST_OUTPUT + 1 == (home.logs / "mine.out.1").stat().st_size
