"""What the miner does for `rerate`, which may not change the warehouse while somebody mines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import polars as pl

from app.cli.settings import Settings
from pipeline.directory.read import read_directory
from pipeline.miner.books import Books, read_tariffs
from pipeline.miner.requests import Begun, Requests, RerateRequest
from pipeline.miner.rerate import Progress, batches, from_text, report, summed, to_text
from warehouse.clock import Clock
from warehouse.errors import InvalidInput, NoRoom, TollbookError
from warehouse.home import Home
from warehouse.master import Master
from warehouse.publish import publish
from warehouse.restate import note_tariffs


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
            found = _carry_on(
                place, settings, master, requests, name, request, clock, stopped, progress
            )
        except InvalidInput as error:
            requests.answer(name, {"problems": [asdict(one) for one in error.problems]})
        except NoRoom:
            raise
        except TollbookError as error:
            requests.answer(name, {"error": str(error)})
        else:
            if found is None:
                break
            requests.answer(name, {"csv": to_text(found)})
        answered += 1
    return answered


def books_of(place: Home, settings: Settings, request: RerateRequest) -> Books:
    """What the days of a request are to be priced by."""
    path = Path(request.tariffs) if request.tariffs else place.tariffs
    tariffs = settings.beside.applied(read_tariffs(path, settings.tariff), place)
    return Books(tariffs, read_directory(place, tariffs.names))


def note_books(master: Master, books: Books, at: datetime, by: str) -> None:
    """Notes the versions of tariffs that history is about to be priced by."""
    versions = dict(zip(books.tariffs.names, books.tariffs.versions, strict=True))
    note_tariffs(master, versions, books.tariffs.version, at, by)


def _carry_on(
    place: Home,
    settings: Settings,
    master: Master,
    requests: Requests,
    name: str,
    request: RerateRequest,
    clock: Clock,
    stopped: Callable[[], bool],
    progress: Progress | None,
) -> pl.DataFrame | None:
    """Goes on with a request from where it was left; None where it is stopped before its end."""
    books = books_of(place, settings, request)
    note_books(master, books, clock(), request.by)
    first, found = request.first, summed([])
    begun = requests.begun(name)
    if begun is not None and begun.version == books.tariffs.basis:
        first, found = begun.following, from_text(begun.found)
    if stopped():
        return None
    for batch in batches(
        master, books.directory, books.tariffs, settings.source_sites, first, request.last
    ):
        found = summed([found, batch.found])
        requests.keep(name, Begun(books.tariffs.basis, batch.following, to_text(found)))
        if progress is not None:
            progress(batch.done, batch.of)
        if stopped() and batch.done < batch.of:
            return None
    publish(master, clock())
    return report(found)
