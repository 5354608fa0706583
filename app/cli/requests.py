"""What the miner does for `rerate` and `assign`, which may not change the warehouse themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl
import structlog

from app.cli.common import messages, progress_bar
from app.cli.settings import Settings
from pipeline.directory.read import read_directory
from pipeline.miner import reassign
from pipeline.miner.books import Books, dimensions_of, read_price_list
from pipeline.miner.memory import give_back_large_blocks
from pipeline.miner.requests import Begun, Request, Requests, RerateRequest
from pipeline.miner.rerate import Batch, Progress, batches, from_text, report, summed, to_text
from pipeline.money.fixed_charges import read_fixed_charges
from warehouse.clock import Clock, system_clock
from warehouse.dimensions import note_dimensions
from warehouse.errors import InUse, InvalidInput, NoRoom, Problem, TollbookError, Unavailable
from warehouse.home import Home
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.restate import note_tariffs
from warehouse.room import needing_room

WAIT_S = 0.5
"""Pause between looks for an answer."""
_FAILED = (
    "It was broken off by a fault of Tollbook: {error}. Days that were priced before stay so. "
    "Report it with the log of whoever did it, and ask again after an update"
)
_FAULTS = (duckdb.ProgrammingError, duckdb.DataError, pl.exceptions.PolarsError)
"""They would be met again by every miner; other errors of a database may not."""

log = structlog.get_logger()


def work_off(
    place: Home,
    settings: Settings,
    master: Master,
    clock: Clock,
    stopped: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> int:
    """Does what others asked of the miner; gives how many requests it answered.

    Once it is `stopped`, it ends after the days at hand; the next miner goes on from there. Raises
    `NoRoom` where the disk is full, with the request as it was after the last days.
    """
    requests = Requests(place.spool / "requests")
    answered = 0
    for name, request in requests.waiting():
        try:
            with needing_room(place.warehouse):
                found = _carry_on(
                    place, settings, master, requests, name, request, clock, stopped, progress
                )
        except InvalidInput as error:
            requests.answer(name, {"problems": [asdict(one) for one in error.problems]})
        except NoRoom:
            raise
        except TollbookError as error:
            requests.answer(name, {"error": str(error)})
        except _FAULTS as error:
            # New calls would wait behind it for ever.
            log.exception("request_failed", request=name, by=request.by)
            requests.answer(name, {"error": _FAILED.format(error=error)})
        else:
            if found is None:
                break
            requests.answer(name, {"csv": found})
        answered += 1
    return answered


def ask_the_miner(place: Home, settings: Settings, request: Request) -> str:
    """Asks the miner, and is the miner where nobody mines; whoever begins it may be killed.

    What was begun is ended before anything is published: by the next miner, or by this process.
    Gives the answer as CSV; raises `InvalidInput` or `Unavailable` with what was answered instead.
    """
    requests = Requests(place.spool / "requests")
    name = requests.place(request)
    with messages.status("Waiting for whoever writes the warehouse …") as waiting:
        while (answer := requests.take_answer(name)) is None:
            try:
                with Master.open(place.warehouse) as master:
                    waiting.stop()
                    _work_off_here(place, settings, master)
            except InUse:
                time.sleep(WAIT_S)
    if "problems" in answer:
        raise InvalidInput(Problem(**fields) for fields in answer["problems"])
    if "error" in answer:
        raise Unavailable(answer["error"])
    text: str = answer["csv"]
    return text


def books_of(place: Home, settings: Settings, request: Request) -> Books:
    """What the days of a request are to be assigned and priced by."""
    other = request.tariffs if isinstance(request, RerateRequest) else None
    path = Path(other) if other else place.tariffs
    listed, prices = read_price_list(path, settings.tariff)
    tariffs = settings.beside.applied(listed, place)
    directory = read_directory(place, tariffs.names)
    fixed = read_fixed_charges(place.fixed_charges)
    return Books(tariffs, directory, settings.beside.payers, fixed, prices)


def note_books(master: Master, books: Books, at: datetime, by: str) -> None:
    """Notes the versions of tariffs that history is about to be priced by."""
    versions = dict(zip(books.tariffs.names, books.tariffs.versions, strict=True))
    note_tariffs(master, versions, books.tariffs.version, at, by)


@dataclass(frozen=True, slots=True)
class _Work:
    """How a request is worked off."""

    version: str
    """Of all that its outcome hangs on."""
    batches: Callable[[date], Iterator[Batch]]
    """From a day on."""
    summed: Callable[[list[pl.DataFrame]], pl.DataFrame]
    to_text: Callable[[pl.DataFrame], str]
    from_text: Callable[[str], pl.DataFrame]
    report: Callable[[pl.DataFrame], pl.DataFrame]


def _work(settings: Settings, master: Master, request: Request, books: Books) -> _Work:
    sites = settings.source_sites
    if isinstance(request, RerateRequest):
        return _Work(
            books.tariffs.basis,
            lambda first: batches(
                master, books.directory, books.tariffs, sites, first, request.last
            ),
            *(summed, to_text, from_text, report),
        )
    directory = books.directory
    private = directory.private_numbers
    parts = (
        books.tariffs.basis,
        dimensions_of(books).version,
        books.payers.model_dump_json(),
        str(sites),
        str(directory.sites["private_prefix"].to_list()),
        "" if private is None else private.write_csv(),
    )
    return _Work(
        sha256("\n".join(parts).encode()).hexdigest(),
        lambda first: reassign.batches(master, books, sites, request.parties, first, request.last),
        *(reassign.summed, reassign.to_text, reassign.from_text, lambda found: found),
    )


def _carry_on(
    place: Home,
    settings: Settings,
    master: Master,
    requests: Requests,
    name: str,
    request: Request,
    clock: Clock,
    stopped: Callable[[], bool],
    progress: Progress | None,
) -> str | None:
    """Goes on with a request from where it was left; None where it is stopped before its end."""
    books = books_of(place, settings, request)
    note_books(master, books, clock(), request.by)
    if not isinstance(request, RerateRequest):
        # Who looks for calls of somebody new finds both at once.
        note_dimensions(master, dimensions_of(books), clock())
    work = _work(settings, master, request, books)
    first, found = request.first, work.summed([])
    begun = requests.begun(name)
    if begun is not None and begun.version == work.version:
        first, found = begun.following, work.from_text(begun.found)
    if stopped():
        return None
    for batch in work.batches(first):
        found = work.summed([found, batch.found])
        requests.keep(name, Begun(work.version, batch.following, work.to_text(found)))
        if progress is not None:
            progress(batch.done, batch.of)
        if stopped() and batch.done < batch.of:
            return None
    publish(master, clock())
    return work.to_text(work.report(found))


def _work_off_here(place: Home, settings: Settings, master: Master) -> None:
    give_back_large_blocks()
    with progress_bar() as bar:
        task = bar.add_task("Pricing days", total=None)
        work_off(
            place,
            settings,
            master,
            system_clock,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
