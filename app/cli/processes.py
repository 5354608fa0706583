"""The processes: record, mine, app, and run, which supervises them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated

import structlog
import typer

from app.cli.common import (
    HomeOption,
    NowOption,
    OnceOption,
    Stop,
    clock_of,
    end_with_supervisor,
    home_of,
    progress_bar,
    say,
    sole_process,
    who,
)
from app.cli.logs import start_logs
from app.cli.reasons import reason_of
from app.cli.requests import work_off
from app.cli.settings import Settings, load_settings
from app.cli.signs import show_life
from app.cli.supervisor import Child, Supervisor
from app.cli.web import HIGHEST_PORT, answers, free_port, serve, url_of
from pipeline.callfile.spool import Spool
from pipeline.keeper.errands import Errands
from pipeline.keeper.service import work_off as run_errands
from pipeline.miner.books import Shelf
from pipeline.miner.miner import Miner
from pipeline.recorder.recorder import Poll, Recorder
from pipeline.sources.registry import open_source
from pipeline.sources.settings import SourceSettings
from warehouse.clock import Clock
from warehouse.errors import NoRoom, TollbookError, Unavailable
from warehouse.home import Home
from warehouse.master import Master

ROOM_RETRY_S = 10.0
"""Pause before a miner on a full disk tries again."""

LONGEST_RETRY_S = 300.0
"""A source that is down is asked again after a pause that doubles, up to this."""

log = structlog.get_logger()


def record(home: HomeOption = None, once: OnceOption = False, now: NowOption = None) -> None:
    """Read new calls from the telephony databases into call files."""
    place, clock = home_of(home), clock_of(now)
    settings = load_settings(place.settings)
    start_logs(place, "record")
    if once or not settings.sources:
        record_once(place, settings, clock)
        return
    stop = Stop()
    with ThreadPoolExecutor(len(settings.sources)) as lines:
        recordings = [
            lines.submit(_record_until, place, one, clock, stop) for one in settings.sources
        ]
        # A recorder that breaks takes the others with it: the supervisor starts all of them again.
        wait(recordings, return_when=FIRST_EXCEPTION)
        stop.ask()
    for recording in recordings:
        recording.result()


def record_once(place: Home, settings: Settings, clock: Clock) -> None:
    """One poll of every source, with a progress bar.

    Raises `Unavailable` once all have had their turn, if any of them could not be read.
    """
    if not settings.sources:
        raise Unavailable(f"{place.settings} names no source of calls: add a [[sources]] table")
    errors = []
    for one in settings.sources:
        try:
            _poll_once(place, one, clock)
        except Exception as error:
            _note_unexpected(one, error)
            _show_down(place, one, clock, error)
            errors.append(f"{one.name}: {reason_of(error)}")
    if errors:
        raise Unavailable("\n".join(errors))


def _poll_once(place: Home, settings: SourceSettings, clock: Clock) -> None:
    with _sole_recorder(place, settings.name), progress_bar() as bar:
        task = bar.add_task(f"Reading {settings.name}", total=None)

        def advance(first: datetime, reached: datetime, last: datetime) -> None:
            days = (last - first).days + 1
            bar.update(task, total=days, completed=min((reached - first).days + 1, days))

        poll = _recorder(place, settings, clock).poll(advance)
        say(
            f"{settings.name}: {poll.legs:,} legs in {poll.files} call files, "
            f"{poll.waiting} still open or settling"
        )
        _show_poll(place, settings, clock, poll)


def _record_until(place: Home, settings: SourceSettings, clock: Clock, stop: Stop) -> None:
    recorder: Recorder | None = None
    pause = settings.poll_seconds
    down_since: datetime | None = None
    # Whoever records the source already is no fault of the source: that ends this process.
    with _sole_recorder(place, settings.name):
        while not stop.asked:
            try:
                recorder = recorder or _recorder(place, settings, clock)
                reading = partial(_show_reading, place, settings, clock, recorder)
                poll = recorder.poll(reading, stopped=lambda: stop.asked)
                _show_poll(place, settings, clock, poll)
                pause, down_since = settings.poll_seconds, None
            except Exception as error:
                # A source that is down, a full disk, a driver's fault: the others must go on.
                _note_unexpected(settings, error)
                pause = min(max(pause * 2, 1), LONGEST_RETRY_S)
                down_since = down_since or clock()
                log.warning(
                    "source_down", source=settings.name, error=reason_of(error), retry_s=pause
                )
                _show_down(place, settings, clock, error, recorder, down_since, pause)
            stop.wait(pause)


def _note_unexpected(settings: SourceSettings, error: Exception) -> None:
    if not isinstance(error, TollbookError | OSError):
        log.error("source_unexpected", source=settings.name, exc_info=error)


def _recorder(place: Home, settings: SourceSettings, clock: Clock) -> Recorder:
    spool = Spool(place.spool)
    spool.make()
    source = open_source(settings, place.path)
    return Recorder(settings.name, source, spool, place.recorder, clock)


def _show_reading(
    place: Home,
    settings: SourceSettings,
    clock: Clock,
    recorder: Recorder,
    first: datetime,
    reached: datetime,
    last: datetime,
) -> None:
    """Tells of a poll that takes several batches how far it has come."""
    if reached < last:
        show_life(
            place,
            f"record-{settings.name}",
            clock,
            state="reading" if _behind(recorder) is None else "behind",
            read_from=first,
            read_to=reached,
        )


def _show_poll(place: Home, settings: SourceSettings, clock: Clock, poll: Poll) -> None:
    show_life(
        place,
        f"record-{settings.name}",
        clock,
        state="ok",
        legs=poll.legs,
        waiting=poll.waiting,
        read_to=poll.read_to,
    )


def _show_down(
    place: Home,
    settings: SourceSettings,
    clock: Clock,
    error: Exception,
    recorder: Recorder | None = None,
    since: datetime | None = None,
    retry_s: float | None = None,
) -> None:
    """Says why a source cannot be read, since when, and whether that endangers calls."""
    behind = _behind(recorder)
    if behind is not None:
        log.error(
            "source_behind",
            source=settings.name,
            behind_hours=round(behind / timedelta(hours=1)),
            danger="the source will soon remove calls that were never read",
        )
    known_since = (since or clock()).astimezone(UTC)
    next_try = None if retry_s is None else clock() + timedelta(seconds=retry_s)
    with suppress(OSError):  # where the disk is full, the log has told it
        show_life(
            place,
            f"record-{settings.name}",
            clock,
            state="down" if behind is None else "behind",
            down=reason_of(error),
            since=known_since.isoformat(timespec="seconds"),
            next_try=next_try and next_try.astimezone(UTC).isoformat(timespec="seconds"),
            behind_hours=None if behind is None else round(behind / timedelta(hours=1)),
        )


def _behind(recorder: Recorder | None) -> timedelta | None:
    try:
        return None if recorder is None else recorder.behind()
    except (TollbookError, OSError):
        # The state itself is what is damaged, and is told already.
        return None


def _sole_recorder(place: Home, name: str) -> AbstractContextManager[None]:
    """Two recorders of one source would both be right, and twice as busy."""
    return sole_process(
        place.recorder / f"{name}.lock",
        f"another process records {name} already: end it first (`tollbook status` names it)",
        patience_s=5,
    )


def mine(home: HomeOption = None, once: OnceOption = False, now: NowOption = None) -> None:
    """Price the calls of waiting call files, store and publish them."""
    place, clock = home_of(home), clock_of(now)
    settings = load_settings(place.settings)
    start_logs(place, "mine")
    if once:
        mine_once(place, settings, clock)
        return
    stop, errands = Stop(), Errands.of(place)
    while not stop.asked:
        try:
            if errands.are_waiting:
                with Master.open(place.warehouse) as master:
                    work_off(place, settings, master, clock, lambda: stop.asked)
                    run_errands(place, master, clock)
            _mine_until(place, settings, clock, stop, errands)
        except NoRoom as error:
            log.warning("no_room", error=str(error), retry_s=ROOM_RETRY_S)
            with suppress(OSError):
                show_life(place, "mine", clock, down=str(error))
            stop.wait(ROOM_RETRY_S)


def _mine_until(
    place: Home, settings: Settings, clock: Clock, stop: Stop, errands: Errands
) -> None:
    """Mines until asked to stop, or to leave the master to somebody's errand."""
    with Master.open(place.warehouse) as master:
        miner, shelf = _miner(place, settings, master, clock)

        def advance(at: int, of: int) -> None:
            if at < of:
                show_life(place, "mine", clock, files_done=at, files_waiting=of - at)

        while not stop.asked:
            # History that another miner began to price again is not published half priced.
            work_off(place, settings, master, clock, lambda: stop.asked)
            if stop.asked:
                return
            done = miner.cycle(advance, stopped=lambda: stop.asked or errands.are_waiting)
            if done.files or done.rejected:
                log.info(
                    "mined",
                    files=done.files,
                    legs=done.legs,
                    rejected=done.rejected,
                    counted_elsewhere=done.elsewhere,
                )
            show_life(
                place,
                "mine",
                clock,
                legs=done.legs,
                counted_elsewhere=done.elsewhere,
                problems=[str(one) for one in shelf.problems],
            )
            if errands.are_waiting:
                return
            stop.wait(settings.mine.poll_seconds)


def mine_once(place: Home, settings: Settings, clock: Clock) -> None:
    """Works off what waits in the spool, with a progress bar."""
    with Master.open(place.warehouse) as master, progress_bar() as bar:
        work_off(place, settings, master, clock)
        task = bar.add_task("Pricing calls", total=None)
        miner, _ = _miner(place, settings, master, clock)
        done = miner.cycle(lambda at, of: bar.update(task, total=of, completed=at))
    elsewhere = f", {done.elsewhere:,} legs counted in another source" if done.elsewhere else ""
    say(
        f"{done.legs:,} legs from {done.files} call files priced and stored, "
        f"{done.rejected} rows rejected{elsewhere}"
    )
    show_life(
        place,
        "mine",
        clock,
        legs=done.legs,
        rejected=done.rejected,
        counted_elsewhere=done.elsewhere,
    )


def _miner(place: Home, settings: Settings, master: Master, clock: Clock) -> tuple[Miner, Shelf]:
    spool = Spool(place.spool)
    spool.make()
    shelf = Shelf(place, settings.tariff)
    return Miner(master, spool, shelf, settings.source_sites, clock, who()), shelf


PortOption = Annotated[
    int | None, typer.Option("--port", min=1, max=HIGHEST_PORT, help="Port of the pages.")
]


def app(home: HomeOption = None, port: PortOption = None) -> None:
    """Serve the pages."""
    place = home_of(home)
    settings = load_settings(place.settings)
    start_logs(place, "app")
    end_with_supervisor()
    serve(place, settings.app.address, port or settings.app.port, settings.company)


def run(home: HomeOption = None, port: PortOption = None) -> None:
    """Run everything on this machine: recorder, miner and pages."""
    place = home_of(home)
    settings = load_settings(place.settings)
    with sole_run(place):
        supervise(place, settings, port)


def sole_run(place: Home) -> AbstractContextManager[None]:
    """Holds the home for one `run` or `demo`; raises `Unavailable` while another one has it."""
    return sole_process(
        place.status / "run.lock",
        f"Tollbook runs on {place.path} already: end that one first (see `tollbook status`)",
    )


def supervise(place: Home, settings: Settings, port: int | None) -> None:
    """Checks what would stop the processes at once, then supervises them until told to end.

    To be called while holding the home, see `sole_run`.
    """
    Shelf(place, settings.tariff)
    start_logs(place, "run")
    address = settings.app.address
    chosen = free_port(address, port or settings.app.port, search=port is None)
    children = [Child("mine", ("mine",)), Child("app", ("app", "--port", str(chosen)))]
    if settings.sources:
        children.append(Child("record", ("record",)))
    if settings.simulator is not None:
        children.append(Child("simulate", ("simulate",)))
    Supervisor(place, children, _announcing(address, chosen)).run(Stop())


def _announcing(address: str, port: int) -> Callable[[], None]:
    """Prints the URL once, as soon as somebody answers there."""
    said = False

    def announce() -> None:
        nonlocal said
        if not said and answers(address, port):
            said = True
            say(f"Tollbook is at {url_of(address, port)}  (Ctrl-C ends it)")

    return announce
