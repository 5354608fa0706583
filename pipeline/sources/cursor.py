"""How far a source that is keyed by time has been read, and what is to be read again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, ValidationError

from warehouse.errors import Damaged


class Sweep(BaseModel):
    """A stretch of history that is read again, a stride at a time; naive UTC."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    """Where the next stride begins."""
    until: datetime
    """Where the last one ends (exclusive)."""


class Cursor(BaseModel):
    """What is remembered between two polls; all times naive UTC.

    A later version may know more: what this one does not know it leaves out, and reads once more.
    """

    model_config = ConfigDict(frozen=True)

    read_to: datetime
    """Key time of the newest leg that was read, but never in the future."""
    batch: int = 0
    """How many batches with legs were given: no two of them leave the same cursor behind."""
    waiting_since: datetime | None = None
    """Key time of the oldest leg that was read and is not ready."""
    overlapped: datetime | None = None
    overlapped_at: datetime | None = None
    """`read_to` when the overlap was last begun to be read, and when that was."""
    overlap: Sweep | None = None
    """The rest of the overlap, while it is being read."""
    night: date | None = None
    """Days on which the last nightly and weekly sweeps began."""
    week: date | None = None
    deep: Sweep | None = None
    """The rest of that sweep, while it goes on."""
    start: datetime | None = None
    """Legs that began before this were not wanted."""
    origin: datetime | None = None
    """The oldest key time that the source ever had: a later one is the edge of what it purged."""

    def text(self) -> str:
        return self.model_dump_json(exclude_none=True)

    def wanting(self, start: datetime | None) -> Cursor:
        """The same where legs are wanted from `start` on; earlier than before, all is swept."""
        if start == self.start:
            return self
        kept = self.model_copy(update={"start": start})
        if self.start is None or (start is not None and start > self.start):
            return kept
        return kept.model_copy(update={"night": None, "week": None, "deep": None})

    def with_overlap_due(self, now: datetime, overlap: timedelta, every: timedelta) -> Cursor:
        """Begins to read the overlap again, where it is time for that."""
        at = self.overlapped_at
        if self.overlap is not None or (at is not None and at <= now < at + every):
            return self
        # After a pause, rows may have come late to where the reading had stopped.
        since = min(self.overlapped or self.read_to, self.read_to) - overlap
        return self.model_copy(
            update={
                "overlapped": self.read_to,
                "overlapped_at": now,
                "overlap": Sweep(at=since, until=self.read_to),
            }
        )

    def sweep_due(self, now: datetime, hour: int) -> timedelta | None:
        """How far back the sweep goes that should begin now (`timedelta.max`: all); None of none.

        Every night from `hour` (UTC) on the last week, once a week everything.
        """
        today = now.date()
        if self.deep is not None or now.hour < hour or self.night == today:
            return None
        # A day in the future was noted by a clock that was wrong: it must not put sweeps off.
        weekly = self.week is None or not timedelta(0) <= today - self.week < WEEK
        return timedelta.max if weekly else WEEK

    def with_sweep(self, now: datetime, since: datetime, *, weekly: bool) -> Cursor:
        """Begins a sweep from `since` up to what has been read."""
        today = now.date()
        return self.model_copy(
            update={
                "night": today,
                "week": today if weekly else self.week,
                "deep": Sweep(at=since, until=self.read_to),
            }
        )


WEEK = timedelta(days=7)


def begun(
    read_to: datetime, origin: datetime, now: datetime, start: datetime | None = None
) -> Cursor:
    """The cursor of a first import: what it reads need not be read again soon."""
    return Cursor(
        read_to=read_to,
        overlapped_at=now,
        night=now.date(),
        week=now.date(),
        start=start,
        origin=origin,
    )


def parse(text: str) -> Cursor:
    """Reads what `Cursor.text` gave. Raises `Damaged`."""
    try:
        return Cursor.model_validate_json(text)
    except ValidationError as error:
        raise Damaged(
            f"The recorder's state holds no cursor of this source ({text!r}). Remove the state: "
            "the source is then read from its start again, and nothing is counted twice."
        ) from error
