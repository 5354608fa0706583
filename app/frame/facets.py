"""What calls can be narrowed to, each by a list of values: the same on every page and in links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.format import Style, words
from app.periods import Preset
from warehouse.queries.choices import Choice
from warehouse.scope import Filters
from warehouse.words import AnsweredBy, CallType, Direction, Outcome, Purpose, Status

NONE_LABEL: Final = "(none)"


@dataclass(frozen=True, slots=True)
class Facet:
    """One list of `Filters`, by the name that it has in links."""

    key: str
    field: str
    """Of `Filters`."""
    label: str
    everything: str
    """What is shown while nothing is chosen."""
    choice: Choice | None = None
    """Where its values come from; None where they are words of the program."""
    words: type[StrEnum] | None = None
    is_main: bool = False
    """Whether it is always in sight."""

    def shown(self, value: str, style: Style) -> str:
        """A value as people read it."""
        if not value:
            return style.say(NONE_LABEL)
        return words(value, style) if self.words else value


FACETS: Final = (
    Facet("site", "sites", "Site", "All sites", "site", is_main=True),
    Facet("department", "departments", "Department", "All departments", "department", is_main=True),
    Facet("person", "people", "Person", "Everybody", "user", is_main=True),
    Facet("direction", "directions", "Direction", "All directions", words=Direction, is_main=True),
    Facet("cost_centre", "cost_centres", "Cost centre", "All cost centres", "cost_centre"),
    Facet("call_type", "call_types", "Call type", "All call types", words=CallType),
    Facet("carrier", "tariffs", "Carrier", "All carriers", "tariff"),
    Facet("trunk", "gateways", "Trunk", "All trunks", "gateway"),
    Facet("destination", "destinations", "Destination", "All destinations", "destination"),
    Facet("outcome", "outcomes", "Outcome", "All outcomes", words=Outcome),
    Facet("answered_by", "answered_by", "Answered by", "Anybody", words=AnsweredBy),
    Facet("status", "statuses", "Status of the price", "All", words=Status),
    Facet("purpose", "purposes", "Purpose", "Business and private", words=Purpose),
    Facet("account_code", "account_codes", "Account code", "All account codes", "account_code"),
)


def query_of(filters: Filters) -> dict[str, list[str]]:
    """A link's query to the calls of filters, as far as lists and days say which."""
    days = [filters.first.isoformat(), filters.last.isoformat()]
    lists = {facet.key: list(getattr(filters, facet.field)) for facet in FACETS}
    return {"period": [Preset.CUSTOM.value], "days": days} | lists


BY_KEY: Final[Mapping[str, Facet]] = {facet.key: facet for facet in FACETS}
