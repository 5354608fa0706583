"""What figures can be laid out by: breakdowns of calls, and the pieces of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from babel.dates import get_day_names

from app.charts.costs import period_name
from app.figures.breakdowns import BREAKDOWNS
from app.format import Style, words
from app.frame.facets import BY_KEY


@dataclass(frozen=True, slots=True)
class Axis:
    """One of them, by its name in links."""

    name: str
    column: str
    """A key of `warehouse.queries.cells`."""
    label: str
    in_order: bool = False
    """Whether its values have an order of their own, as time has; else the largest come first."""

    @property
    def facet(self) -> str | None:
        """The filter that narrows to a value."""
        return self.name if self.name in BY_KEY else None

    def shown(self, row: Mapping[str, Any], style: Style) -> str:
        """The value of a row as people read it."""
        value = row[self.column]
        if self.name in BREAKDOWNS:
            return BREAKDOWNS[self.name].shown(row, style)
        if self.name == "hour":
            return f"{value:02}:00"
        if self.name == "weekday":
            return str(get_day_names("wide", locale=style.language)[value - 1]).capitalize()
        if self.name in ("day", "week", "month"):
            return period_name(value, self.name, style)  # type: ignore[arg-type]
        return words(value, style) if value else style.say("None")


AXES: Final[Mapping[str, Axis]] = {
    one.name: one
    for one in (
        *(Axis(one.name, one.column, one.label) for one in BREAKDOWNS.values()),
        Axis("direction", "direction", "Direction"),
        Axis("kind", "kind", "Kind of owner"),
        Axis("day", "day", "Day", in_order=True),
        Axis("week", "week", "Week", in_order=True),
        Axis("month", "month", "Month", in_order=True),
        Axis("weekday", "weekday", "Weekday", in_order=True),
        Axis("hour", "hour", "Hour", in_order=True),
    )
}
