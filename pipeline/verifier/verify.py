"""Recounts days in their source and compares each leg with the published warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.callfile.read import read_call_file
from pipeline.callfile.write import call_file_text
from pipeline.directory.directory import Directory
from pipeline.miner.assign import SOURCE_PAYERS, assign
from pipeline.miner.payers import PayerSettings
from pipeline.sources.source import Source
from pipeline.verifier.compare import (
    DIFFERENCES,
    FAULTS,
    Verdict,
    alone,
    differing,
    waiting_instead,
)
from warehouse.doubled import WITHIN
from warehouse.queries import legs as stored_legs
from warehouse.scope import Scope
from warehouse.snapshot import Snapshot

KEY_SLACK = timedelta(hours=1)
"""No leg starts further than this from the time of its key."""
LONGEST_OPEN = timedelta(days=3)
"""After this every leg has ended or was given up, and has settled."""
_POLLS = 3
_MINING = timedelta(minutes=1)
"""A leg is read at the latest so many polls after it settled, and mined and published so soon."""
PURGED = timedelta(days=1)
"""The source loses the legs of a call one by one: the last day that it keeps is not whole."""


class Proof(StrEnum):
    """Whether the source can say what happened on a day."""

    COMPARED = "compared"
    FORGOTTEN = "forgotten"
    """The source keeps no calls that old: nothing can be proved."""
    NOT_WANTED = "not_wanted"
    """Before the first day to import."""


@dataclass(frozen=True, slots=True)
class DayResult:
    """What was found of one day, in the zone of the source's site."""

    day: date
    proof: Proof
    in_source: int
    """Legs that the source has and that should be stored; 0 where it cannot say."""
    in_warehouse: int
    differences: pl.DataFrame
    """`DIFFERENCES`."""

    def legs(self, *verdicts: Verdict) -> int:
        """How many legs have one of these verdicts."""
        wanted = [verdict.value for verdict in verdicts]
        return self.differences.filter(pl.col("verdict").is_in(wanted))["leg_id"].n_unique()

    @property
    def sound(self) -> bool:
        """Whether no leg is at fault."""
        return not self.legs(*FAULTS)


@dataclass(frozen=True, slots=True)
class Verifier:
    """Compares a source with what is published of it. Memory is bounded by one day of legs."""

    name: str
    """Of the source."""
    site: str
    """Of the source."""
    start: date | None
    """First day to import."""
    poll: timedelta
    """How often the source is polled."""
    source: Source
    directory: Directory
    snapshot: Snapshot
    waiting: pl.DataFrame
    """The legs on their way, see `spooled.on_their_way`; read before the snapshot was taken."""
    refused: pl.DataFrame
    """See `spooled.refused`."""
    now: datetime
    """Naive UTC."""
    payers: PayerSettings = SOURCE_PAYERS

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the source's site."""
        sites = self.directory.site_facts()
        found = sites.filter(pl.col("site") == self.site)["time_zone"].to_list()
        return ZoneInfo(found[0] if found else "UTC")

    def days(self, first: date, last: date) -> Iterator[DayResult]:
        """Each day from `first` to `last`. Raises `Unavailable`."""
        kept = self.source.describe().retention
        horizon = None if kept is None else self.now - kept + PURGED
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            since, until = (self._midnight(day + timedelta(days=more)) for more in (0, 1))
            if self.start is not None and day < self.start:
                yield self._unasked(day, Proof.NOT_WANTED, since, until)
            elif horizon is not None and since < horizon:
                yield self._unasked(day, Proof.FORGOTTEN, since, until)
            else:
                yield self._compared(day, since, until)

    def _midnight(self, day: date) -> datetime:
        local = datetime.combine(day, time.min, self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def _unasked(self, day: date, proof: Proof, since: datetime, until: datetime) -> DayResult:
        stored = self._stored(since, until)
        return DayResult(day, proof, 0, stored.height, pl.DataFrame(schema=DIFFERENCES))

    def _stored(self, since: datetime, until: datetime) -> pl.DataFrame:
        everything = Scope(everything=True)
        return stored_legs.of_period(self.snapshot, everything, self.name, since, until)

    def _compared(self, day: date, since: datetime, until: datetime) -> DayResult:
        due = self.source.recount(since, until, self.now - self._patience)
        later = self._not_due(due, since, until)
        asked, bad = self._as_mined(due)
        near = self._stored(since - KEY_SLACK, until + KEY_SLACK)
        lacking = asked.join(near, on="leg_id", how="anti")["leg_id"]
        near = pl.concat([near, self._named(lacking)])
        missing = asked.join(near, on="leg_id", how="anti")
        put_aside = missing.join(self.refused, on="leg_id")
        gone = missing.join(put_aside, on="leg_id", how="anti")
        elsewhere = self._elsewhere(gone)
        gone = gone.join(elsewhere, on="leg_id", how="anti")
        within = near.filter(pl.col("started_at").is_between(since, until, closed="left"))
        surplus = within.join(due, on="leg_id", how="anti").join(later, on="leg_id", how="anti")
        surplus = surplus.join(self._neighbours(surplus, since, until), on="leg_id", how="anti")
        faults = [
            alone(gone, Verdict.MISSING, "in_source"),
            alone(put_aside, Verdict.REJECTED, "in_source", "reason"),
            alone(bad, Verdict.REJECTED, "in_source", "rejected_reason"),
            differing(asked, near),
        ]
        return DayResult(
            day,
            Proof.COMPARED,
            due.height,
            near.join(due, on="leg_id", how="semi").height + surplus.height,
            pl.concat(
                [
                    waiting_instead(pl.concat(faults), self._newer_than(near)),
                    alone(later, Verdict.WAITING, "in_source"),
                    alone(surplus, Verdict.DELETED, "in_warehouse"),
                    alone(elsewhere, Verdict.ELSEWHERE, "in_warehouse", "counted_in"),
                ]
            ),
        )

    def _elsewhere(self, legs: pl.DataFrame) -> pl.DataFrame:
        """Those of the legs that another source has too and counts: `leg_id, counted_in`."""
        told = legs.filter(pl.col("dialog_id").is_not_null())
        begun = told["started_at"].to_list()
        if not begun:
            return pl.DataFrame(schema={"leg_id": pl.String, "counted_in": pl.String})
        others = stored_legs.of_dialogs(
            self.snapshot,
            Scope(everything=True),
            self.name,
            told["dialog_id"].to_list(),
            min(begun) - WITHIN,
            max(begun) + WITHIN,
        )
        apart = (pl.col("started_at") - pl.col("started_at:other")).abs()
        return (
            told.join(others, on="dialog_id", suffix=":other")
            .filter(apart <= WITHIN)
            .group_by("leg_id", maintain_order=True)
            .agg(pl.col("source:other").min().alias("counted_in"))
        )

    def _newer_than(self, stored: pl.DataFrame) -> pl.Series:
        """Ids of legs on their way that are not stored, or with a lower revision."""
        both = self.waiting.join(stored, on="leg_id", how="left", suffix=":stored")
        higher = pl.col("revision") > pl.col("revision:stored")
        return both.filter(higher.fill_null(value=True))["leg_id"]

    @property
    def _patience(self) -> timedelta:
        return _POLLS * self.poll + _MINING

    def _not_due(self, due: pl.DataFrame, since: datetime, until: datetime) -> pl.DataFrame:
        """Legs that are still open, have not settled, or may not have been written yet."""
        if until < self.now - LONGEST_OPEN:
            return due.clear()
        later = self.source.recount(since, until, self.now + LONGEST_OPEN)
        return later.join(due, on="leg_id", how="anti")

    def _as_mined(self, due: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Legs as a call file brings them to the miner, and those that it would refuse."""
        text = call_file_text(self.name, due.with_columns(pl.lit(0).alias("revision")))
        file = read_call_file("recount", text.encode(), source=self.name)
        mined = assign(
            file.legs.with_columns(pl.col("charged_user").is_not_null().alias("names_payer")),
            self.directory,
            {self.name: self.site},
            self.payers,
        )
        return mined, file.rejected

    def _named(self, leg_ids: pl.Series) -> pl.DataFrame:
        """Stored legs that start elsewhere than their source says."""
        everything = Scope(everything=True)
        return stored_legs.of_ids(self.snapshot, everything, self.name, leg_ids.to_list())

    def _neighbours(self, surplus: pl.DataFrame, since: datetime, until: datetime) -> pl.DataFrame:
        """Ids of legs whose key is of the day before or after, while they start on this one."""
        found = [pl.DataFrame(schema={"leg_id": pl.String})]
        for first, last, near in (
            (since - KEY_SLACK, since, pl.col("started_at") < since + KEY_SLACK),
            (until, until + KEY_SLACK, pl.col("started_at") >= until - KEY_SLACK),
        ):
            if not surplus.filter(near).is_empty():
                found.append(self.source.recount(first, last, self.now).select("leg_id"))
        return pl.concat(found)
