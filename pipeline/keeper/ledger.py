"""The ledger of loaded call files against the files themselves."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from hashlib import file_digest
from pathlib import Path

import polars as pl

from pipeline.callfile.spool import Spool
from warehouse.verify import Check

Progress = Callable[[int, int], None]
"""Told how many files are done, and of how many."""


def filed(spool: Spool) -> set[str]:
    """Names of the call files that have been worked off up to now."""
    return {path.name for path in _files(spool.done)}


def check_ledger(
    spool: Spool, ledger: pl.DataFrame, before: set[str], progress: Progress | None = None
) -> Check:
    """Compares `ledger`, see `warehouse.ledger.ledger`, with the files that it speaks of.

    `before` is what was `filed` before the ledger was read: what came later need not be in it.
    """
    hashes: dict[str, str] = {}
    paths = [*_files(spool.incoming), *_files(spool.done)]
    for at, path in enumerate(paths, start=1):
        # A file that moves on meanwhile is found again under the same name.
        for place in (path, spool.done / path.name):
            if place.exists():
                hashes[place.relative_to(spool.folder).as_posix()] = hash_of(place)
                break
        if progress is not None:
            progress(at, len(paths))
    wrong = _missing(ledger, set(hashes.values()), {path.name for path in paths})
    strange = _strange(ledger, hashes, before, wrong)
    pruned = ledger["pruned"].sum()
    looked_at = f"{ledger.height:,} call files"
    if pruned:
        looked_at += f", {pruned:,} of them cut or removed on purpose"
    return Check("ledger = call files", looked_at, (*wrong.values(), *strange))


def hash_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as data:
        return file_digest(data, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.glob("*.csv") if not path.name.startswith(".") and path.is_file()
    )


def _missing(ledger: pl.DataFrame, present: set[str], names: set[str]) -> dict[str, str]:
    """Loaded files of which no copy is as it should be, and what is to be said of each."""
    expected = ledger.select(
        "name", pl.when("pruned").then("remainder").otherwise("sha256").alias("sha256")
    ).drop_nulls()
    return {
        name: f"{name}: is not what was loaded from it"
        if name in names
        else f"{name}: was loaded, and is no longer in spool/done"
        for name, sha256 in expected.iter_rows()
        if sha256 not in present
    }


def _strange(
    ledger: pl.DataFrame, hashes: dict[str, str], before: set[str], told: Container[str]
) -> Iterator[str]:
    """Says of files that lie there as if they had been loaded that they have not."""
    loaded = {*ledger["sha256"], *ledger["remainder"].drop_nulls()}
    pruned = set(ledger.filter("pruned")["sha256"])
    for place, sha256 in hashes.items():
        folder, name = place.split("/", 1)
        if folder != "done" or name not in before or name in told:
            continue
        if sha256 in pruned:
            yield f"{name}: should have been cut or removed; run `tollbook retain` again"
        elif sha256 not in loaded:
            yield f"{name}: lies in spool/done, and was never loaded"
