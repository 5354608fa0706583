"""Which row of users.csv is whose: by address, then by number. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipeline.people.rows import Row, addresses_of, numbers_of
from pipeline.people.understand import Person


def matched(
    people: Sequence[Person], now: Mapping[str, Row], ever: Iterable[str]
) -> dict[int, str]:
    """Index of a person → the `user` that users.csv has for them; new ones are missing.

    Args:
        people: As the other side has them.
        now: The rows of today, by user.
        ever: Every user of any day.
    """
    matching = _Matching()
    known = set(ever)
    by_address = {address: user for user, row in now.items() for address in addresses_of(row.cells)}
    for at, person in enumerate(people):
        if person.user in now or (person.user in known and person.user not in by_address):
            matching.take(at, person.user)
    for at, person in enumerate(people):
        for address in (person.user or "", *person.aliases):
            matching.take(at, by_address.get(address))
    by_number = _by_number(row for user, row in now.items() if user not in matching.taken)
    for at, person in enumerate(people):
        if not person.has_left:
            holders = {user for one in person.numbers for user in by_number.get(one, ())}
            alike = [user for user in sorted(holders) if _is_alike(person, now[user])]
            matching.take(at, alike[0] if len(alike) == 1 else None)
    return matching.found


class _Matching:
    """Pairs, of which no one is in two."""

    def __init__(self) -> None:
        self.found: dict[int, str] = {}
        self.taken: set[str] = set()

    def take(self, at: int, user: str | None) -> None:
        """Makes a pair, where both are still free."""
        if user is not None and at not in self.found and user not in self.taken:
            self.found[at] = user
            self.taken.add(user)


def _by_number(rows: Iterable[Row]) -> dict[str, set[str]]:
    holders: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for number in numbers_of(row.cells.get("numbers")):
            holders[number].add(row.user)
    return holders


def _is_alike(person: Person, row: Row) -> bool:
    """Whether the holder of the same number may be the same person, and not a successor.

    A successor's name is another one; who marries keeps a word of it.
    """
    if person.user is None:
        return True
    email = person.cells.get("email")
    if email and email.lower() == (row.cells.get("email") or "").lower():
        return True
    mine = set(person.cells.get("name", "").casefold().split())
    return bool(mine & set(row.cells["name"].casefold().split()))
