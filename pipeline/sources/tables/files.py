"""The files that patterns name, and their bytes, packed or not."""

from __future__ import annotations

import glob
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from warehouse.errors import Unavailable

QUIET = timedelta(minutes=10)
"""A last line without an end is taken for whole when nobody has written to the file for so long."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that the patterns name."""

    path: Path
    size: int
    modified_ns: int

    def is_quiet(self, now: datetime) -> bool:
        """Whether nobody writes to it; also where its writer's clock is not that of `now`."""
        modified = datetime.fromtimestamp(self.modified_ns / 1e9, UTC).replace(tzinfo=None)
        return not now - QUIET < modified < now + QUIET


def found(patterns: Sequence[str], home: Path) -> list[Found]:
    """The files, the one that was written longest ago first.

    Raises:
        Unavailable: a folder that a pattern begins with is not there, or may not be entered.
    """
    names: set[str] = set()
    for pattern in patterns:
        folder = _fixed_part(home / pattern)
        try:
            is_there = folder.is_dir()
        except OSError as error:
            raise _refused(folder, error) from error
        if not is_there:
            raise Unavailable(
                f"There is no folder {folder}: correct `files`, or mount what it lies on"
            )
        # Path.glob takes no absolute patterns.
        names.update(glob.iglob(str(home / pattern), recursive=True))  # noqa: PTH207
    files = [file for name in names if (file := _file(Path(name))) is not None]
    return sorted(files, key=lambda one: (one.modified_ns, one.path))


def _fixed_part(pattern: Path) -> Path:
    """The folder in which the first part with `*` or `?` is looked for."""
    for folder in reversed(pattern.parents):
        if glob.has_magic(folder.name):
            return folder.parent
    return pattern.parent


def _file(path: Path) -> Found | None:
    try:
        state = path.stat()
    except FileNotFoundError:  # renamed a moment ago
        return None
    except OSError as error:
        raise _refused(path, error) from error
    return Found(path, state.st_size, state.st_mtime_ns) if path.is_file() else None


class Bytes:
    """The bytes of an open file, unpacked."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream

    def read(self, offset: int, length: int) -> bytes:
        """The bytes from an offset on; fewer than `length` only at the end. Raises `Unavailable`.

        A packed file that is not complete yet ends where it can be unpacked no further.
        """
        parts = []
        try:
            self._stream.seek(offset)
            while length > 0 and (part := self._stream.read(min(length, _PIECE))):
                parts.append(part)
                length -= len(part)
        except (EOFError, zlib.error):
            pass
        except OSError as error:
            raise _refused(self._path, error) from error
        return b"".join(parts)


_PIECE = 1 << 16


@contextmanager
def opened(path: Path) -> Iterator[Bytes]:
    """Opens a file; names in `.gz` are unpacked. Raises `Unavailable`."""
    try:
        stream: BinaryIO = path.open("rb")
    except OSError as error:
        raise _refused(path, error) from error
    with stream:
        if path.suffix == ".gz":
            yield Bytes(path, gzip.GzipFile(fileobj=stream))  # type: ignore[arg-type]
        else:
            yield Bytes(path, stream)


def _refused(path: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"{path} cannot be read ({error.strerror or error}): let this user read it, "
        "and look whether the disk or share is there"
    )
