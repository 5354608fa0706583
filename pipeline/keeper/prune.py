"""Old rows out of the call files that have been worked off or put aside."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipeline.callfile.spool import Spool
from pipeline.keeper.ledger import hash_of
from warehouse.files import replacing
from warehouse.ledger import LoadedFile, loaded_before, note_pruned
from warehouse.master import Master
from warehouse.retention import Mark

_SERIAL = re.compile(r"\.\d+\.csv$")


@dataclass(frozen=True, slots=True)
class Cut:
    """A file that is to lose rows."""

    path: Path
    remainder: bytes | None
    """What stays of it; None where nothing does."""
    loaded: LoadedFile | None = None
    """Its entry in the ledger."""


def prune(master: Master, spool: Spool, marks: Sequence[Mark], at: datetime) -> int:
    """Cuts rows before the latest mark, whatever else it asks for, out of `done` and `rejected`.

    What is still worth keeping stands in the warehouse. Gives how many files that were. The
    ledger is told first: ended in between, `verify` finds the file, and the next call cuts it.
    """
    many = 0
    for cut in cuts(master, spool, marks):
        if cut.loaded is not None:
            remainder = None if cut.remainder is None else sha256(cut.remainder).hexdigest()
            note_pruned(master, cut.loaded, remainder, at)
        if cut.remainder is None:
            cut.path.unlink()
        else:
            with replacing(cut.path) as temporary:
                temporary.write_bytes(cut.remainder)
        many += 1
    return many


def cuts(master: Master, spool: Spool, marks: Sequence[Mark]) -> Iterator[Cut]:
    """The files that have rows before the latest mark, and what is to stay of them."""
    before = max((mark.before for mark in marks), default=date.min)
    yield from _done(spool, loaded_before(master, before), before)
    yield from _rejected(spool, before)


def _done(spool: Spool, loaded: dict[str, list[LoadedFile]], before: date) -> Iterator[Cut]:
    for path in sorted(spool.done.glob("*.csv")):
        # Of two files of one name the later got a number.
        known = loaded.get(path.name) or loaded.get(_SERIAL.sub(".csv", path.name))
        if not known:
            continue
        digest = hash_of(path)
        entry = next((one for one in known if digest in (one.sha256, one.remainder)), None)
        if entry is None:
            continue
        remainder = None
        if entry.last_day is None or entry.last_day >= before:
            remainder = without_old(path.read_bytes(), before, keep_undated=False)
        if remainder is None or sha256(remainder).hexdigest() != digest:
            yield Cut(path, remainder, entry)


def _rejected(spool: Spool, before: date) -> Iterator[Cut]:
    for path in sorted(spool.rejected.glob("*")):
        if path.name.startswith(".") or not path.is_file():
            continue
        if datetime.fromtimestamp(path.stat().st_mtime, UTC).date() < before:
            yield Cut(path, None)
        elif path.suffix == ".csv":
            data = path.read_bytes()
            remainder = without_old(data, before, keep_undated=True)
            if remainder != data:
                yield Cut(path, remainder)


def without_old(data: bytes, before: date, *, keep_undated: bool) -> bytes | None:
    """The rows of a call file that began after the day `before`; None where there is none.

    Wherever a call was made, its day there was over a day later in UTC. A file that cannot be read
    stays as it is with `keep_undated`, and is nothing without.
    """
    try:
        rows = pl.read_csv(io.BytesIO(data), infer_schema=False, truncate_ragged_lines=True)
        day = rows["started_at"].str.strip_chars().str.slice(0, 10)
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return data if keep_undated else None
    is_day = day.str.contains(r"^\d{4}-\d\d-\d\d$").fill_null(value=False)
    kept = (is_day & (day > before.isoformat()).fill_null(value=False)) | (~is_day & keep_undated)
    if kept.all():
        return data
    return rows.filter(kept).write_csv().encode() if kept.any() else None
