"""The process that mirrors: reads what is published, and writes it to a database of the company."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import duckdb
import psutil
import structlog
import typer

from app.administration.signs import show_life
from app.cli.common import (
    HomeOption,
    NowOption,
    OnceOption,
    Stop,
    clock_of,
    home_of,
    progress_bar,
    say,
    sole_process,
)
from app.cli.logs import start_logs
from app.cli.mirror_server import mirror_server, mirror_settings
from app.cli.settings import MirrorSettings, load_settings
from warehouse.clock import Clock
from warehouse.errors import TollbookError, Unavailable
from warehouse.home import Home
from warehouse.mirror.refusals import TargetRefused
from warehouse.snapshot import NothingPublished, Snapshots

if TYPE_CHECKING:
    from warehouse.mirror.mirror import Done, Mirror

LONGEST_RETRY_S = 60.0
"""A server that is gone is tried again after a pause that doubles, up to this."""
REFUSED_RETRY_S = 300.0
"""Where somebody has to mend something first: a login that is tried too often is locked."""
_PAUSES = (1, 2, 4, 8)
"""Seconds before each further try of a single round, before it is given up."""
MEMORY = "160MB"
_POLITE = 10
"""Priority below that of whoever loads calls."""

RepairOption = Annotated[
    bool,
    typer.Option("--repair", help="Compare every cell, and write the days that differ again."),
]

log = structlog.get_logger()


def mirror(
    home: HomeOption = None,
    once: OnceOption = False,
    repair: RepairOption = False,
    now: NowOption = None,
) -> None:
    """Copy the published calls, people, places and sums to SQL Server or PostgreSQL."""
    place, clock = home_of(home), clock_of(now)
    settings = mirror_settings(place, load_settings(place.settings))
    start_logs(place, "mirror")
    taken = f"another process mirrors {place.path} already: end it first (see `tollbook status`)"
    with sole_process(place.status / "mirror.lock", taken, patience_s=5):
        if repair:
            _repair(place, settings, clock)
        elif once:
            _once(place, settings, clock)
        else:
            _mirror_until(place, settings, clock, Stop())


def _mirror_until(place: Home, settings: MirrorSettings, clock: Clock, stop: Stop) -> None:
    from warehouse.mirror.mirror import Mirror  # noqa: PLC0415 - needs ODBC

    with suppress(psutil.Error, OSError):
        psutil.Process().nice(_POLITE)
    snapshots = Snapshots(place.warehouse, memory_limit=MEMORY, threads=1)
    down_since: datetime | None = None
    behind_since: datetime | None = None
    pause = 0.0
    with mirror_server(settings) as server:
        one = Mirror(server, snapshots, clock, columnstore=settings.columnstore)

        def advance(_: int, waiting: int) -> None:
            nonlocal behind_since
            if waiting:
                behind_since = behind_since or clock()
                show_life(
                    place,
                    "mirror",
                    clock,
                    state="writing",
                    days_waiting=waiting,
                    behind_since=_stamp(behind_since),
                )

        while not stop.asked:
            try:
                done = one.cycle(advance, lambda: stop.asked)
            except NothingPublished as error:
                show_life(place, "mirror", clock, state="waiting", reason=str(error))
            except (TollbookError, OSError, duckdb.Error) as error:
                refused = isinstance(error, TargetRefused)
                pause = REFUSED_RETRY_S if refused else min(max(pause * 2, 1), LONGEST_RETRY_S)
                down_since = down_since or clock()
                behind_since = behind_since or down_since
                log.warning("mirror_down", error=str(error), retry_s=pause)
                _show_down(place, clock, one, error, (down_since, behind_since), pause)
                stop.wait(pause)
                continue
            else:
                pause, down_since = 0.0, None
                behind_since = behind_since if done.waiting else None
                _show_done(place, clock, done)
            stop.wait(settings.poll_seconds)
    snapshots.close()


def _once(place: Home, settings: MirrorSettings, clock: Clock) -> None:
    from warehouse.mirror.mirror import Mirror  # noqa: PLC0415 - needs ODBC

    snapshots = Snapshots(place.warehouse, memory_limit=MEMORY, threads=1)
    with mirror_server(settings) as server, progress_bar() as bar:
        task = bar.add_task("Mirroring days", total=None)
        one = Mirror(server, snapshots, clock, columnstore=settings.columnstore)

        def advance(did: int, waiting: int) -> None:
            bar.update(task, completed=did, total=did + waiting)

        done = _patiently(one, advance)
    snapshots.close()
    _show_done(place, clock, done)
    cut = f"; {done.cut} texts were longer than their columns" if done.cut else ""
    say(
        f"{done.days:,} days with {done.calls:,} calls written; the mirror is as published version "
        f"{done.version}{cut}"
    )


def _repair(place: Home, settings: MirrorSettings, clock: Clock) -> None:
    from warehouse.mirror.mirror import Mirror  # noqa: PLC0415 - needs ODBC
    from warehouse.mirror.verify import compare  # noqa: PLC0415

    snapshots = Snapshots(place.warehouse, memory_limit=MEMORY, threads=1)
    with mirror_server(settings) as server, progress_bar() as bar:
        one = Mirror(server, snapshots, clock, columnstore=settings.columnstore)
        # What only waits is no fault, and may be all that there is.
        _patiently(one)
        task = bar.add_task("Comparing days", total=None)
        found = compare(
            server,
            snapshots.current(),
            every_cell=True,
            progress=lambda did, of: bar.update(task, completed=did, total=of),
        )
        done = one.cycle(again=found.days, anew=found.tables)
        still = compare(server, snapshots.current(), wanted=lambda day: day in found.days)
    snapshots.close()
    _show_done(place, clock, done)
    tables = f", and {', '.join(found.tables)}" if found.tables else ""
    say(f"{len(found.days):,} days differed and were written again{tables}")
    if not still.is_sound:
        raise Unavailable(
            "They differ still, or again: somebody else writes the tables of the mirror. Let "
            "nobody but its own login write there (docs/mirror.md)"
        )


def _patiently(one: Mirror, advance: Callable[[int, int], None] | None = None) -> Done:
    """One round, begun again where what stopped it may have passed."""
    for pause in _PAUSES:
        try:
            return one.cycle(advance)
        except NothingPublished:
            raise
        except Unavailable as error:
            log.warning("mirror_down", error=str(error), retry_s=pause)
            time.sleep(pause)
    return one.cycle(advance)


def _show_done(place: Home, clock: Clock, done: Done) -> None:
    if done.days:
        log.info("mirrored", days=done.days, calls=done.calls, version=done.version, cut=done.cut)
    show_life(
        place,
        "mirror",
        clock,
        state="writing" if done.waiting else "ok",
        version=done.version,
        days_waiting=done.waiting,
    )


def _show_down(
    place: Home,
    clock: Clock,
    one: Mirror,
    error: Exception,
    since: tuple[datetime, datetime],
    retry_s: float,
) -> None:
    """Says why the mirror falls behind, since when it is down and behind, and by how much."""
    waiting = None
    with suppress(TollbookError, OSError, duckdb.Error):
        waiting = one.waiting
    with suppress(OSError):  # where the disk is full, the log has told it
        show_life(
            place,
            "mirror",
            clock,
            state="down",
            down=str(error),
            since=_stamp(since[0]),
            behind_since=_stamp(since[1]),
            next_try=_stamp(clock() + timedelta(seconds=retry_s)),
            days_waiting=waiting,
        )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
