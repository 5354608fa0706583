"""Makes months of calls at once: the database as it stands now, and the truth beside it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.simulator.company import Company, make_company
from pipeline.simulator.instants import day_of, millis
from pipeline.simulator.traffic import calls_of_day
from pipeline.simulator.truth import State, TruthFile
from pipeline.simulator.writer import CallDatabase, discard
from pipeline.sources.lync import embedded
from warehouse.errors import Unavailable
from warehouse.files import replacing

Progress = Callable[[int, int], None]
"""Told how many days are done, and of how many."""
DAYS = 90


def make(
    path_db: Path,
    path_truth: Path,
    company: Company,
    seed: int,
    now: datetime,
    days: int = DAYS,
    progress: Progress | None = None,
) -> int:
    """Writes `days` whole days and today until `now`; gives the number of calls that have begun.

    Calls still going on at `now` (aware, UTC) are open rows. The truth is written last and whole:
    as long as it is not there, the history is not made and can be made again.

    Raises:
        Unavailable: there is a truth file already, so that database is in use.
    """
    if path_truth.exists():
        raise Unavailable(f"The history {path_truth} exists already: remove it to make another")
    discard(path_db)
    until = millis(now)
    today = day_of(until)
    first = today - timedelta(days=days)
    count = 0
    with replacing(path_truth) as truth_part, _no_cycle_search():
        discard(truth_part)
        embedded.create(path_db)
        with CallDatabase(path_db) as database, TruthFile(truth_part, new=True) as truth:
            database.build_fast()
            database.write_names(company)
            for number in range(days + 1):
                day = first + timedelta(days=number)
                begun = [call for call in calls_of_day(company, seed, day) if call.started <= until]
                database.upsert((row for call in begun for row in call.rows), until)
                truth.add(begun)
                count += sum(call.truth is not None for call in begun)
                database.commit()
                if progress is not None:
                    progress(number + 1, days + 1)
            truth.state = State(seed, company.seed, company.reference, first, now)
    return count


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    """Spares the search for cycles: calls are tuples of values, and it would take a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def company_of(path_truth: Path) -> Company:
    """The company whose history this is."""
    with TruthFile(path_truth) as truth:
        state = truth.state
    return make_company(state.company_seed, state.reference)
