"""The process that mines: it alone writes the warehouse, for call files and for who asks it to."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import structlog

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
    who,
)
from app.cli.logs import start_logs
from app.cli.requests import work_off
from app.cli.settings import Settings, load_settings
from pipeline.callfile.spool import Spool
from pipeline.keeper.errands import Errands
from pipeline.keeper.service import work_off as run_errands
from pipeline.miner.books import Shelf
from pipeline.miner.memory import give_back_large_blocks
from pipeline.miner.miner import Miner
from warehouse.budgets.evaluate import evaluate
from warehouse.clock import Clock
from warehouse.errors import InUse, NoRoom, TollbookError
from warehouse.home import Home
from warehouse.master import Master
from warehouse.state.state import State

ROOM_RETRY_S = 10.0
"""Pause before a miner on a full disk tries again."""

log = structlog.get_logger()


def mine(home: HomeOption = None, once: OnceOption = False, now: NowOption = None) -> None:
    """Price the calls of waiting call files, store and publish them."""
    place, clock = home_of(home), clock_of(now)
    settings = load_settings(place.settings)
    start_logs(place, "mine")
    give_back_large_blocks()
    if once:
        mine_once(place, settings, clock)
        return
    stop, errands, has_mined = Stop(), Errands.of(place), False
    while not stop.asked:
        try:
            if errands.are_waiting:
                with Master.open(place.warehouse) as master:
                    work_off(place, settings, master, clock, lambda: stop.asked)
                    run_errands(place, master, clock)
            _mine_until(place, settings, clock, stop, errands)
            has_mined = True
        except InUse:
            # It was left to whoever has an errand, and they may do it themselves.
            if not has_mined:
                raise
            stop.wait(settings.mine.poll_seconds)
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
    shelf = Shelf(place, settings.tariff, settings.beside)
    miner = Miner(
        *(master, spool, shelf, settings.source_sites, clock, who()),
        published=lambda master, now: keep_budgets(place, master, now),
    )
    return miner, shelf


def keep_budgets(place: Home, master: Master, now: datetime) -> None:
    """Brings the sums of budgets up to what is published; calls do not wait for them.

    Without state.db there are no budgets. Where it cannot be had, the next time makes up for it.
    """
    if not place.state.exists():
        return
    try:
        with State.open(place.state) as state:
            done = evaluate(master, state, now)
    except TollbookError as error:
        log.warning("budgets_not_evaluated", error=str(error))
        return
    if done.crossings:
        log.info("budgets_reached", crossings=done.crossings, sums=done.sums)
