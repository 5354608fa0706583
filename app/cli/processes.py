"""The processes: record, mine, app, and run, which supervises them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import datetime
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
    messages,
    progress_bar,
    sole_process,
    who,
)
from app.cli.logs import start_logs
from app.cli.rerate import work_off
from app.cli.settings import Settings, load_settings
from app.cli.signs import show_life
from app.cli.supervisor import Child, Supervisor
from app.cli.web import answers, free_port, serve
from pipeline.callfile.spool import Spool
from pipeline.miner.books import Shelf
from pipeline.miner.miner import Miner
from pipeline.recorder.recorder import Poll, Recorder
from pipeline.sources.registry import open_source
from pipeline.sources.settings import SourceSettings
from warehouse.clock import Clock
from warehouse.errors import Unavailable
from warehouse.home import Home
from warehouse.master import Master

LONGEST_RETRY_S = 300.0
"""A source that is down is asked again after a pause that doubles, up to this."""

log = structlog.get_logger()


def record(home: HomeOption = None, once: OnceOption = False, now: NowOption = None) -> None:
    """Read new calls from the telephony databases into call files."""
    place, clock = home_of(home), clock_of(now)
    settings = load_settings(place.settings)
    start_logs(place, "record")
    stop = Stop()
    if once or not settings.sources:
        record_once(place, settings, clock)
        return
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
    """One poll of every source, with a progress bar; raises `Unavailable`."""
    if not settings.sources:
        raise Unavailable(f"{place.settings} names no source of calls: add a [[sources]] table")
    for one in settings.sources:
        with _sole_recorder(place, one.name), progress_bar() as bar:
            task = bar.add_task(f"Reading {one.name}", total=None)

            def advance(first: datetime, reached: datetime, last: datetime) -> None:
                days = (last - first).days + 1
                bar.update(task, total=days, completed=min((reached - first).days + 1, days))  # noqa: B023

            poll = _recorder(place, one, clock).poll(advance)
            messages.print(
                f"{one.name}: {poll.legs:,} legs in {poll.files} call files, "
                f"{poll.waiting} still open or settling"
            )
            _show_poll(place, one, clock, poll)


def _record_until(place: Home, settings: SourceSettings, clock: Clock, stop: Stop) -> None:
    recorder = _recorder(place, settings, clock)
    pause = settings.poll_seconds
    with _sole_recorder(place, settings.name):
        while not stop.asked:
            try:
                _show_poll(place, settings, clock, recorder.poll())
                pause = settings.poll_seconds
            except Unavailable as error:
                pause = min(max(pause * 2, 1), LONGEST_RETRY_S)
                log.warning("source_down", source=settings.name, error=str(error), retry_s=pause)
                show_life(place, f"record-{settings.name}", clock, down=str(error))
            stop.wait(pause)


def _recorder(place: Home, settings: SourceSettings, clock: Clock) -> Recorder:
    spool = Spool(place.spool)
    spool.make()
    source = open_source(settings, place.path)
    return Recorder(settings, source, spool, place.spool / "recorder", clock)


def _show_poll(place: Home, settings: SourceSettings, clock: Clock, poll: Poll) -> None:
    show_life(
        place,
        f"record-{settings.name}",
        clock,
        legs=poll.legs,
        waiting=poll.waiting,
        read_until=poll.watermark,
    )


def _sole_recorder(place: Home, name: str) -> AbstractContextManager[None]:
    """Two recorders of one source would both be right, and twice as busy."""
    return sole_process(
        place.spool / "recorder" / f"{name}.lock",
        f"another process records {name} already: end it first (`tollbook status` names it)",
        patience_s=5,
    )


def mine(home: HomeOption = None, once: OnceOption = False, now: NowOption = None) -> None:
    """Price the calls of waiting call files, store and publish them."""
    place, clock = home_of(home), clock_of(now)
    settings = load_settings(place.settings)
    start_logs(place, "mine")
    stop = Stop()
    if once:
        mine_once(place, settings, clock)
        return
    with Master.open(place.warehouse) as master:
        miner, shelf = _miner(place, settings, master, clock)
        while not stop.asked:
            done = miner.cycle()
            work_off(place, settings, master, clock)
            if done.files or done.rejected:
                log.info("mined", files=done.files, legs=done.legs, rejected=done.rejected)
            show_life(
                place, "mine", clock, legs=done.legs, problems=[str(one) for one in shelf.problems]
            )
            stop.wait(settings.mine.poll_seconds)


def mine_once(place: Home, settings: Settings, clock: Clock) -> None:
    """Works off what waits in the spool, with a progress bar."""
    with Master.open(place.warehouse) as master, progress_bar() as bar:
        task = bar.add_task("Pricing calls", total=None)
        miner, _ = _miner(place, settings, master, clock)
        done = miner.cycle(lambda at, of: bar.update(task, total=of, completed=at))
    messages.print(
        f"{done.legs:,} legs from {done.files} call files priced and stored, "
        f"{done.rejected} rows rejected"
    )
    show_life(place, "mine", clock, legs=done.legs, rejected=done.rejected)


def _miner(place: Home, settings: Settings, master: Master, clock: Clock) -> tuple[Miner, Shelf]:
    spool = Spool(place.spool)
    spool.make()
    shelf = Shelf(place, settings.tariff)
    sites = {source.name: source.site for source in settings.sources}
    return Miner(master, spool, shelf, sites, clock, who()), shelf


PortOption = Annotated[int | None, typer.Option("--port", help="Port of the pages.")]


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
    supervise(place, load_settings(place.settings), port)


def supervise(place: Home, settings: Settings, port: int | None) -> None:
    """Checks what would stop the processes at once, then supervises them until told to end."""
    Shelf(place, settings.tariff)
    start_logs(place, "run")
    address = settings.app.address
    chosen = free_port(address, port or settings.app.port, search=port is None)
    children = [Child("mine", ("mine",)), Child("app", ("app", "--port", str(chosen)))]
    if settings.sources:
        children.append(Child("record", ("record",)))
    if settings.simulator is not None:
        children.append(Child("simulate", ("simulate",)))
    taken = f"Tollbook runs on {place.path} already: end that one first (see `tollbook status`)"
    with sole_process(place.status / "run.lock", taken):
        Supervisor(place, children, _announcing(address, chosen)).run(Stop())


def _announcing(address: str, port: int) -> Callable[[], None]:
    """Prints the URL once, as soon as somebody answers there."""
    said = False

    def announce() -> None:
        nonlocal said
        if not said and answers(address, port):
            said = True
            messages.print(f"Tollbook is at [bold]http://{address}:{port}[/]  (Ctrl-C ends it)")

    return announce
