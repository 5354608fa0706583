"""Phone numbers as the call detail database knows them."""

from __future__ import annotations

from typing import NamedTuple

FIRST_PHONE_USER = 100_000
"""Phone-type rows of Users have this id plus the id of their phone."""


class Line(NamedTuple):
    """A number that can call or be called."""

    phone_id: int
    number: str
    """As it stands in Phones: E.164, perhaps with `;ext=` or `;phone-context=`, or short."""
    billed: str
    """What a carrier bills: E.164, or the digits of a short or private number."""

    @property
    def user_id(self) -> int:
        """Id of the phone-type row of Users."""
        return FIRST_PHONE_USER + self.phone_id


class Exchange:
    """Hands out one line per number, numbered in the order of asking."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def line(self, number: str) -> Line:
        found = self._lines.get(number)
        if found is None:
            found = Line(len(self._lines) + 1, number, number.partition(";")[0])
            self._lines[number] = found
        return found

    def lines(self) -> tuple[Line, ...]:
        return tuple(self._lines.values())


def phone_user_uri(line: Line, domain: str) -> str:
    """The URI of a number among the users; some servers write the bare number."""
    if line.phone_id % 5 == 0 and line.number.startswith("+"):
        return line.number
    return f"{line.number}@{domain};user=phone"
