"""How far each file of a source is read, whatever becomes of its name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.sources.tables.files import Bytes, Found
from warehouse.errors import Damaged

TAIL_BYTES = 512
FORGOTTEN_AFTER = timedelta(days=7)
"""A file that is gone may come back under another name, or when a share is mounted again."""


class Place(BaseModel):
    """How far one file is read."""

    model_config = ConfigDict(frozen=True)

    path: str
    head: str
    """Digest of the first row: tells which text this is, under whatever name."""
    offset: int
    """Bytes worked off, unpacked: whole rows."""
    line: int
    """Number of the line that begins there; 1 is the first of the file."""
    tail: str
    """Digest of the bytes just before the offset."""
    back_offset: int
    back_line: int
    """Where to begin reading, so as to know the rows before the offset that may come again."""
    size: int = -1
    modified_ns: int = -1
    """Of the file when it was last worked off to its end; less than 0 before that."""
    missed_since: datetime | None = None

    def is_done(self, file: Found) -> bool:
        """Whether nothing has happened to the file since it was worked off to its end."""
        return (self.size, self.modified_ns) == (file.size, file.modified_ns)

    def done_with(self, file: Found) -> Place:
        """The same, worked off to its end."""
        return self.model_copy(update={"size": file.size, "modified_ns": file.modified_ns})

    def fits(self, head: str, text: Bytes) -> bool:
        """Whether what was read is still the beginning of this text."""
        return self.head == head and self.tail == tail_of(text, self.offset)

    def was_overwritten(self, file: Found) -> bool:
        """Whether a file of the same length was written anew (or only touched) in its place."""
        return self.size == file.size and self.modified_ns != file.modified_ns


class Memory(BaseModel):
    """The cursor of a source of files."""

    model_config = ConfigDict(frozen=True)

    places: tuple[Place, ...] = ()
    start: date | None = None
    """Legs that began before this were not wanted."""
    newest: datetime | None = None
    """Start of the newest leg that was read."""
    read_to: datetime | None = None

    @classmethod
    def of(cls, cursor: str | None) -> Memory:
        """Raises `Damaged` where the text is none of ours."""
        if cursor is None:
            return cls()
        try:
            return cls.model_validate_json(cursor)
        except ValidationError as error:
            raise Damaged(f"the cursor of a source of files cannot be read: {error}") from error

    def wanting(self, start: date | None) -> Memory:
        """The same where legs are wanted from `start` on; earlier than before, all is read anew."""
        if self.start is not None and (start is None or start < self.start):
            return Memory(start=start)
        return self.model_copy(update={"start": start})

    def text(self) -> str:
        """The cursor."""
        return self.model_dump_json(exclude_defaults=True)


def place_in(places: Iterable[Place], file: Found, head: str, begin: Place, text: Bytes) -> Place:
    """Where to go on in a file: where it was left, under this name or another; else at `begin`."""
    known = {place.path: place for place in places}
    own = known.get(str(file.path))
    if own is not None and own.fits(head, text):
        return begin if own.was_overwritten(file) else own
    others = [place for place in known.values() if place is not own and place.fits(head, text)]
    best = max(others, key=lambda place: place.offset, default=begin)
    return best.model_copy(update={"path": str(file.path), "size": -1, "modified_ns": -1})


def present(places: Iterable[Place], files: Iterable[Found], now: datetime) -> tuple[Place, ...]:
    """The places without those of files that have been gone for long."""
    there = {str(file.path) for file in files}
    kept = []
    for place in places:
        since = None if place.path in there else place.missed_since or now
        if since is None or now - since <= FORGOTTEN_AFTER:
            kept.append(place.model_copy(update={"missed_since": since}))
    return tuple(kept)


def tail_of(text: Bytes, offset: int) -> str:
    """Digest of the bytes just before an offset."""
    begin = max(0, offset - TAIL_BYTES)
    return digest(text.read(begin, offset - begin))


def digest(data: bytes) -> str:
    """Short, and equal on every machine."""
    return blake2b(data, digest_size=12).hexdigest()
