"""What the clocks and calendars of tariffs show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from pipeline.rating.clocks import clock_changes
from pipeline.rating.feasts import holiday_dates
from pipeline.rating.periods import ALWAYS_MS, FOREVER_MS, Periods
from pipeline.rating.ranges import Integers
from pipeline.rating.settings import TariffSettings

DAY_MS = 86_400_000
_FEW = 6
"""So many comparisons are faster than a search."""
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Calendars:
    """Which days are holidays, by tariff (1 is the first) and day since 1970."""

    calendar_of: Integers
    """0 is a calendar without holidays."""
    first_day: int
    days: npt.NDArray[np.bool_]
    """By calendar and day; the first and last day of each are none."""

    @classmethod
    def of(cls, settings: Sequence[TariffSettings]) -> Calendars:
        known: dict[str | tuple[date, ...], int] = {(): 0}
        calendar_of = [0] + [known.setdefault(each.holidays, len(known)) for each in settings]
        feasts = [[day.toordinal() - _EPOCH for day in holiday_dates(each)] for each in known]
        all_days = [day for each in feasts for day in each] or [0]
        first = min(all_days) - 1
        days = np.zeros((len(known), max(all_days) + 2 - first), dtype=np.bool_)
        for calendar, each in enumerate(feasts):
            days[calendar, np.array(each, dtype=np.int64) - first] = True
        return cls(np.array(calendar_of), first, days)

    def are_holidays(self, tariffs: Integers, days: Integers) -> npt.NDArray[np.bool_]:
        length = self.days.shape[1]
        place = np.clip(days - self.first_day, 0, length - 1)
        found: npt.NDArray[np.bool_] = self.days.ravel().take(
            self.calendar_of.take(tariffs) * length + place
        )
        return found


@dataclass(frozen=True, slots=True)
class Clocks:
    """The local time of each tariff; those of no zone (and place 0) keep UTC."""

    starts: tuple[Integers, ...]
    """Per zone, the instants (ms) from which each offset holds; the first is before them all."""
    offsets: tuple[Integers, ...]
    zone_of: Integers
    """By tariff (1 is the first)."""

    @classmethod
    def of(cls, zones: Sequence[str]) -> Clocks:
        known: dict[str, int] = {"UTC": 0}
        zone_of = [0] + [known.setdefault(zone, len(known)) for zone in zones]
        changes = [clock_changes(zone) for zone in known]
        return cls(
            tuple(np.append(ALWAYS_MS, instants) for instants, _ in changes),
            tuple(offsets for _, offsets in changes),
            np.array(zone_of),
        )

    @property
    def changes(self) -> Integers:
        return np.unique(np.concatenate([starts[1:] for starts in self.starts]))


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stretch of time, cut wherever a clock or the prices of any tariff change.

    Each part has its place; tables are by tariff · `parts` + place.
    """

    edges: Integers
    slots: Integers
    """The period of each tariff."""
    offsets: Integers
    """From UTC to the local time of each tariff (ms)."""

    @classmethod
    def between(
        cls, first: int, last: int, changes: Integers, clocks: Clocks, periods: Periods
    ) -> Timeline:
        """The stretch from one UTC instant (ms) to another; `changes` are of clocks and periods."""
        edges = changes[(changes > first) & (changes <= last)]
        begins = np.append(first, edges)
        tariffs = np.repeat(np.arange(len(clocks.zone_of)), len(begins))
        instants = np.tile(begins, len(clocks.zone_of))
        per_zone = [
            offsets[np.searchsorted(starts, begins, side="right") - 1]
            for starts, offsets in zip(clocks.starts, clocks.offsets, strict=True)
        ]
        return cls(
            edges=edges,
            slots=periods.slots_at(tariffs, instants),
            offsets=np.stack(per_zone)[clocks.zone_of].ravel(),
        )

    @property
    def parts(self) -> int:
        return len(self.edges) + 1

    def places(self, tariffs: Integers, instants: Integers) -> tuple[Integers, Integers]:
        """Where in the tables each tariff is at an instant, and when (ms) that part ends."""
        if not len(self.edges):
            return tariffs, np.array([FOREVER_MS])
        if len(self.edges) <= _FEW:
            part = sum((instants >= edge for edge in self.edges), start=np.int8(0))
        else:
            part = np.searchsorted(self.edges, instants, side="right")
        return tariffs * self.parts + part, np.append(self.edges, FOREVER_MS).take(part)


def calendars_and_clocks(
    settings: Sequence[TariffSettings], *, are_needed: bool
) -> tuple[Calendars, Clocks]:
    """Of tariffs, in their order; where no price has bands, all keep UTC without holidays."""
    heeded = settings if are_needed else [TariffSettings() for _ in settings]
    return Calendars.of(heeded), Clocks.of([each.time_zone for each in heeded])
