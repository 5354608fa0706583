"""The process that records: every source in a thread of its own, whatever befalls the others."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial

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
    sole_process,
)
from app.cli.logs import start_logs
from app.cli.reasons import reason_of
from app.cli.settings import Settings, load_settings
from pipeline.callfile.spool import Spool
from pipeline.recorder.recorder import Poll, Recorder
from pipeline.sources.registry import open_source
from pipeline.sources.settings import SourceSettings
from warehouse.clock import Clock
from warehouse.errors import TollbookError, Unavailable
from warehouse.home import Home

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
