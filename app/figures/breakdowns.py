"""What costs are told apart by, and what lies below each: the rungs of the way to single calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.countries import country_name
from app.format import Style, words


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One way to tell calls apart, by its name in links."""

    name: str
    column: str
    """Of queries."""
    label: str
    none: str
    """What calls without a value are called."""
    below: str | None = None
    """What a value is told apart by when it is opened; None where single calls or a page follow."""
    is_words: bool = False

    @property
    def facet(self) -> str | None:
        """The filter that narrows to a value; a country has none of its own."""
        return None if self.name == COUNTRY else self.name

    def shown(self, row: Mapping[str, Any], style: Style) -> str:
        """The value of a row as people read it."""
        value = row[self.column]
        if self.name == COUNTRY:
            return country_name(value, style)
        if self.name == PERSON:
            return row.get("person") or value or style.say(self.none)
        if not value:
            return style.say(self.none)
        return words(value, style) if self.is_words else str(value)


COUNTRY: Final = "country"
PERSON: Final = "person"

BREAKDOWNS: Final[Mapping[str, Breakdown]] = {
    one.name: one
    for one in (
        Breakdown("department", "department", "Department", "No department", PERSON),
        Breakdown("cost_centre", "cost_centre", "Cost centre", "No cost centre", PERSON),
        Breakdown(PERSON, "user", "Person", "Nobody known"),
        Breakdown("site", "site", "Site", "No site", "department"),
        Breakdown("carrier", "tariff", "Carrier", "No carrier", "destination"),
        Breakdown("trunk", "gateway", "Trunk", "No trunk", "destination"),
        Breakdown("destination", "destination", "Destination", "No destination", PERSON),
        Breakdown(COUNTRY, "country", "Country", "No country known", "destination"),
        Breakdown("call_type", "call_type", "Call type", "No type", "destination", is_words=True),
        Breakdown("account_code", "account_code", "Account code", "No account code", PERSON),
        Breakdown("purpose", "purpose", "Purpose", "No purpose", PERSON, is_words=True),
    )
}
