"""A table of the home in the place of the former one, which is kept beside it."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from warehouse.errors import Unavailable
from warehouse.files import replacing

BACKUPS = 10
"""So many former states of a table are kept beside it."""
_BOM = b"\xef\xbb\xbf"


def content(path: Path) -> bytes:
    """What a file holds; nothing where there is none."""
    return path.read_bytes() if path.exists() else b""


def encoded(text: str, before: bytes) -> bytes:
    """A text as it is to be written in place of the former content."""
    return (_BOM if before.startswith(_BOM) else b"") + text.encode()


def replace_table(path: Path, before: bytes, after: bytes, now: datetime) -> Path:
    """Puts `after` in the place of `before`, and gives the path under which that is kept.

    Raises `Unavailable` where the file is no longer as it was `before`.
    """
    kept = _free_name(path, now)
    with replacing(kept) as temporary:
        shutil.copy2(path, temporary)
    with replacing(path) as temporary:
        temporary.write_bytes(after)
        shutil.copymode(path, temporary)
        # Whoever edits the file by hand meanwhile must not lose it.
        if content(path) != before:
            kept.unlink()
            raise Unavailable(
                f"{path.name} was changed meanwhile; nothing was written. Run this again"
            )
    for older in sorted(path.parent.glob(f"{path.name}.*Z"))[:-BACKUPS]:
        older.unlink(missing_ok=True)
    return kept


def _free_name(path: Path, now: datetime) -> Path:
    """`users.csv.20260131T235959Z`; never one that is taken."""
    stamp = f"{now:%Y%m%dT%H%M%S}"
    names = (path.with_name(f"{path.name}.{stamp}{more}Z") for more in ("", *range(1, 1000)))
    return next(name for name in names if not os.path.lexists(name))
