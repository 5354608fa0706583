"""Puts what was rejected back on its way, once somebody has mended it or its cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from pipeline.callfile.read import CallFile, read_call_file
from pipeline.callfile.spool import Spool
from warehouse.errors import InvalidInput
from warehouse.files import sync_folder, write_text


class Outcome(StrEnum):
    """What became of a rejected file."""

    LOADED = "loaded"
    """All its rows are stored; legs that were stored already are not doubled."""
    PARTLY = "partly"
    """Some are; the others lie in `spool/rejected` again, with what is wrong now."""
    REJECTED = "rejected"
    """None of them can be used; they lie where they lay, with what is wrong now."""
    WAITING = "waiting"
    """Put back, or a file of its name already waits: nobody has worked it off yet."""


@dataclass(frozen=True, slots=True)
class Retried:
    """A rejected file that was tried again."""

    file: str
    outcome: Outcome
    rows: int
    """In it; 0 where it cannot be read."""
    rejected: int
    """Of those, such as cannot be used now."""
    reason: str | None = None
    """The first thing that is wrong."""


def rejected_files(spool: Spool) -> list[Path]:
    """Files of `spool/rejected`, whole call files and rows of some, in order of their names."""
    return sorted(
        path
        for path in spool.rejected.glob("*.csv")
        if path.is_file() and not path.name.startswith(".")
    )


def put_back(spool: Spool, path: Path) -> Retried:
    """Puts a rejected file into `incoming`, unless none of its rows can be used as yet.

    Ended in between, it can be called again: the file lies in one of the two folders.
    """
    try:
        file = _read(path)
    except InvalidInput as error:
        write_text(_reasons(path), "".join(f"{one}\n" for one in error.problems))
        return Retried(path.name, Outcome.REJECTED, 0, 0, str(error.problems[0]))
    rows, rejected = file.legs.height + file.rejected.height, file.rejected.height
    reason = str(file.problems[0]) if file.problems else None
    if file.legs.is_empty():
        spool.keep_rejected_rows(path.name, file.rejected.write_csv().encode())
        _reasons(path).unlink(missing_ok=True)
        return Retried(path.name, Outcome.REJECTED, rows, rejected, reason)
    waiting = Retried(path.name, Outcome.WAITING, rows, rejected, reason)
    if (spool.incoming / path.name).exists():
        return waiting
    path.replace(spool.incoming / path.name)
    for folder in (spool.incoming, spool.rejected):
        sync_folder(folder)
    _reasons(path).unlink(missing_ok=True)
    return waiting


def became_of(spool: Spool, retried: Retried) -> Retried:
    """The same, with what has become of it by now."""
    if retried.outcome != Outcome.WAITING or (spool.incoming / retried.file).exists():
        return retried
    path = spool.rejected / retried.file
    if not path.exists():
        return replace(retried, outcome=Outcome.LOADED)
    if _reasons(path).exists():
        why = _reasons(path).read_text(encoding="utf-8").partition("\n")[0]
        return replace(retried, outcome=Outcome.REJECTED, rejected=retried.rows, reason=why)
    return replace(retried, outcome=Outcome.PARTLY)


def _read(path: Path) -> CallFile:
    return read_call_file(path.name, path.read_bytes(), source=path.name.split("_", 1)[0])


def _reasons(path: Path) -> Path:
    return path.with_name(f"{path.name}.reasons.txt")
