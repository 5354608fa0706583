"""What every command shares: its options, its output and the way it ends."""

from __future__ import annotations

import getpass
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from app.environment import HOME_VARIABLE, SUPERVISED_VARIABLE
from pipeline.callfile.format import EARLIEST, LATEST
from warehouse.clock import Clock, fixed_clock, system_clock
from warehouse.errors import InvalidInput, Problem, Unavailable
from warehouse.home import Home

OK, FAILED, BAD_INPUT = 0, 1, 2
"""Exit codes: done; could not be done now; something that a person wrote is wrong."""

_STDIN = 0

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder of settings, spool and warehouse.",
        envvar=HOME_VARIABLE,
        show_default="./data",
    ),
]
OnceOption = Annotated[bool, typer.Option("--once", help="Do one cycle and end.")]
NowOption = Annotated[
    str | None,
    typer.Option("--now", help="Live at this instant, in UTC, for example 2026-01-31T12:00:00Z."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]

console = Console(stderr=False)
messages = Console(stderr=True)


def say(text: str) -> None:
    """Tells the person at the terminal `text` as it is, brackets and all, beside any output."""
    messages.print(text, highlight=False, markup=False, soft_wrap=True)


def show(text: str) -> None:
    """Prints a line of output as it is."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def warn(problem: Problem) -> None:
    """Tells the person at the terminal of something that is allowed and yet hardly meant."""
    messages.print("[yellow]![/] ", end="")
    say(str(problem))


def home_of(path: Path | None) -> Home:
    """The chosen home, as an absolute path."""
    return Home((path or Path("data")).resolve())


def who() -> str:
    """The operating system user who runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def clock_of(now: str | None, option: str = "--now") -> Clock:
    """The machine's clock, or one that stands still at `now`, which the `option` said."""
    if now is None:
        return system_clock
    try:
        instant = datetime.fromisoformat(now)
    except ValueError:
        instant = None
    if instant is None or not EARLIEST <= instant.replace(tzinfo=None) < LATEST:
        raise InvalidInput(
            [
                Problem(
                    option,
                    f"not a time in UTC between {EARLIEST:%Y} and {LATEST:%Y}",
                    "Write it as 2026-01-31T12:00:00Z",
                    value=now,
                )
            ]
        )
    return fixed_clock(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


def progress_bar() -> Progress:
    """A progress bar for long work; nothing is drawn where nobody watches."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=messages,
        disable=not messages.is_terminal,
    )


@contextmanager
def sole_process(lock_file: Path, taken: str, *, patience_s: float = 0) -> Iterator[None]:
    """Holds a lock while the block runs; raises `Unavailable` with the text `taken`."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(lock_file).acquire(timeout=patience_s)
    except Timeout:
        raise Unavailable(taken) from None
    with lock:
        yield


class Stop:
    """Says when the process was asked to end: Ctrl-C, SIGTERM, or the end of its supervisor."""

    def __init__(self) -> None:
        self._event = threading.Event()
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(getattr(signal, name), lambda *_: self._event.set())
        end_with_supervisor()

    @property
    def asked(self) -> bool:
        """Whether to end now."""
        return self._event.is_set()

    def ask(self) -> None:
        """Asks the process to end."""
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Sleeps, but not beyond being asked to end; says whether that happened."""
        return self._event.wait(seconds)


def end_with_supervisor() -> None:
    """Ends this process, as SIGTERM does, when the process that supervises it is gone."""
    if os.environ.get(SUPERVISED_VARIABLE):
        threading.Thread(target=_watch_supervisor, daemon=True).start()


def _watch_supervisor() -> None:
    # The supervisor holds the other end of our standard input: it closes when it dies, however
    # it dies.
    # Not through sys.stdin: this thread would hold its lock when the interpreter shuts down.
    while os.read(_STDIN, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
