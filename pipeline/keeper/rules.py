"""For how long calls are kept."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from warehouse.retention import Mark


class RetainRule(BaseModel):
    """One `[[retain]]` table of tollbook.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Literal["delete", "anonymise"]
    """Delete legs, or take numbers and people out of them and keep everything that is counted."""
    after_months: int = Field(ge=1, le=1200)
    """Calendar months after the day of a leg."""
    sites: tuple[str, ...] = ()
    """Only legs of these sites; the empty text stands for none. All legs where left out."""
    departments: tuple[str, ...] = ()
    call_types: tuple[str, ...] = ()

    def mark(self, today: date) -> Mark:
        """What falls under the rule on a day."""
        return Mark(
            self.what,
            before=months_before(today, self.after_months),
            sites=tuple(sorted(self.sites)),
            departments=tuple(sorted(self.departments)),
            call_types=tuple(sorted(self.call_types)),
        )


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day where it has no such day."""
    count = day.year * 12 + day.month - 1 - months
    if count < 12:
        return date.min
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
