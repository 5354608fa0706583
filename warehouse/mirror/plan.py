"""Which days of the mirror are not those of the warehouse, and which of them go together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from warehouse.snapshot import Snapshot
from warehouse.statements import statement

GROUP_CALLS: Final = 20_000
"""Days go together up to so many calls: each transaction has its price, and its length."""
GROUP_NEW_CALLS: Final = 60_000
"""The same of days that the mirror has nothing of yet: nobody waits for those."""
GROUP_DAYS: Final = 31
_RECENT_DAYS: Final = 3
"""The newest days come first, also when years have to be caught up."""


@dataclass(frozen=True, slots=True)
class DayState:
    """A day of the warehouse."""

    mark: str
    calls: int


@dataclass(frozen=True, slots=True)
class Group:
    """Days that are replaced in one transaction, in order; at least one."""

    days: tuple[date, ...]
    is_new: bool
    """Whether the mirror has noted none of them yet."""

    @property
    def span(self) -> tuple[date, date]:
        return self.days[0], self.days[-1]


def days_of(snapshot: Snapshot) -> dict[date, DayState]:
    """Every day that was ever stored, with what it holds now."""
    found = snapshot.query(statement("list_day_marks"))
    return {day: DayState(mark, calls) for day, mark, calls in found.iter_rows()}


def due_days(
    here: Mapping[date, DayState], there: Mapping[date, str], again: Collection[date] = ()
) -> list[date]:
    """Days that differ, or are in `again`, in the order in which they are replaced.

    A day that the mirror alone has is one of them: it will be empty.
    """
    differing = {day for day, state in here.items() if there.get(day) != state.mark}
    differing |= {*again} | (there.keys() - here.keys())
    if not differing:
        return []
    recent_from = max(here, default=date.min).toordinal() - _RECENT_DAYS
    recent = sorted((day for day in differing if day.toordinal() > recent_from), reverse=True)
    return [*recent, *sorted(differing - set(recent))]


def first_group(
    due: Sequence[date], here: Mapping[date, DayState], there: Mapping[date, str]
) -> Group:
    """The days to replace next."""
    is_new = due[0] not in there
    most = GROUP_NEW_CALLS if is_new else GROUP_CALLS
    days = [due[0]]
    calls = _calls(here, due[0])
    for day in due[1:]:
        calls += _calls(here, day)
        too_much = calls > most or len(days) == GROUP_DAYS
        far = abs(day - days[-1]) > timedelta(days=GROUP_DAYS)
        if too_much or far or (day not in there) != is_new:
            break
        days.append(day)
    return Group(tuple(sorted(days)), is_new)


def _calls(here: Mapping[date, DayState], day: date) -> int:
    return here[day].calls if day in here else 0
