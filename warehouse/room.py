"""Tells a full disk from other faults of writing."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.errors import NoRoom

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SAYS_FULL = ("No space left", "not enough space", "File too large", "Disk quota exceeded")


@contextmanager
def needing_room(folder: Path) -> Iterator[None]:
    """Raises `NoRoom` where writing below `folder` fails because the disk is full."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if is_full(error):
            raise NoRoom(
                f"The disk that holds {folder} is full. Nothing is lost: make room, and it goes on "
                "by itself."
            ) from error
        raise


def is_full(error: BaseException) -> bool:
    """Whether an error, of ours or of the database, says that the disk is full."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return isinstance(error, duckdb.Error) and any(words in str(error) for words in _SAYS_FULL)
