"""What people of the other side ask for in users.csv. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.people.rows import Key, Row, keys_of
from pipeline.people.understand import Person


@dataclass(slots=True)
class Wish:
    """What the present row of someone should be."""

    person: Person
    base: Row | None
    """The row of today."""
    cells: dict[str, str]
    until: date

    def own(self) -> set[str]:
        """The users that are this person."""
        return {self.cells["user"].lower()} | ({self.base.user} if self.base else set())


class Wanted:
    """What people of the other side ask for."""

    def __init__(self, wishes: Sequence[Wish]) -> None:
        self._users = {wish.cells["user"].lower() for wish in wishes}
        self._many = Counter(key for wish in wishes for key in set(keys_of(wish.cells)))
        self._places: dict[str, set[str | None]] = {}
        for name, site in self._many:
            self._places.setdefault(name, set()).add(site)

    def by_others(self, key: Key, *, is_held: bool) -> bool:
        """Whether it cannot be one person's; `is_held` says whether users.csv has it as theirs."""
        name, _ = key
        places = self._places[name]
        is_everywhere = None in places and len(places) > 1
        return name in self._users or (not is_held and (self._many[key] > 1 or is_everywhere))
