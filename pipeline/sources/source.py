"""What a recorder asks of a source of calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import polars as pl

from pipeline.callfile.format import CALL_FILE_SCHEMA
from warehouse.errors import Problem
from warehouse.legs import INSTANT

BATCH_COLUMNS = pl.Schema(
    {name: kind for name, kind in CALL_FILE_SCHEMA.items() if name not in ("source", "revision")}
    | {"key_time": INSTANT}
)
"""The columns of a call file that a source knows, and the key time of the leg."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of the source that is no leg, kept whole until somebody mends it."""

    text: bytes
    """As the source has it, so that it can be handed to the source again: of a file, its lines."""
    problems: tuple[Problem, ...]
    heading: bytes = b""
    """What has to stand above it for the source to read it again: the header of its file."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll of a source gave."""

    legs: pl.DataFrame
    """The legs that may be new or changed and are ready to be written: columns of `BATCH_COLUMNS`,
    each leg once. `key_time` (naive UTC) is when the source began the leg; it never changes. A leg
    may come with one poll after another: the recorder knows what it wrote."""
    cursor: str
    """Where the next poll goes on: a text that only the driver reads; empty: at the start."""
    more: bool
    """Whether the source holds more now: the next poll need not wait."""
    waiting: int
    """Legs that were read and are not ready: still open, or not settled."""
    read_to: datetime | None
    """All that the source held and that began before this (naive UTC) has been read once; None
    while it holds nothing."""
    rejected: tuple[Rejected, ...] = ()
    """The rows that are no legs because something is wrong with them. As legs, they may come
    again."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a source is."""

    product: str
    """Of the telephone system and its database, with versions, in the words of their makers."""
    retention: timedelta | None
    """How long the source keeps its calls; None where it keeps them or does not say."""


class Tone(StrEnum):
    """How a finding is meant."""

    FACT = "fact"
    ADVICE = "advice"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Trunk:
    """A gateway or mediation server, and the calls of the last days that went over it."""

    name: str
    """As call files name it."""
    inbound: int
    outbound: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is worth knowing of a source, in a sentence for its administrator."""

    tone: Tone
    text: str
    mend: str = ""
    """What to do, of an advice or a fault."""
    trunks: tuple[Trunk, ...] = ()
    """The trunks that it tells of: who knows gateways.csv says which of them are not in it."""
    numbers: tuple[str, ...] = ()
    """The numbers that it tells of, as the source has them: who knows the dial plan of the site
    says what is made of them. Never to be shown but by their shapes."""


class Source(Protocol):
    """A driver for one kind of telephone system. Every method may raise `Unavailable`."""

    def describe(self) -> Description:
        """What the source is; cheap."""

    def discover(self, now: datetime) -> list[Finding]:
        """What an administrator should know before relying on it; may take a minute."""

    def poll(self, cursor: str | None, now: datetime) -> Batch:
        """What is new or changed since the batch that gave `cursor`; None begins at the start.

        The same cursor may be polled again, after a crash or a restart: nothing is lost by it.
        """

    def recount(self, since: datetime, until: datetime, now: datetime) -> pl.DataFrame:
        """All legs whose key time is in [since, until) as they would be written now."""
