"""Words for the days on which a band holds, as sets of kinds of days.

A kind is a weekday (0 is Monday) that is no holiday, or the same weekday (+ 7) as a holiday. A set
of kinds is a number with a bit for each.
"""

from __future__ import annotations

import re

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KINDS = 14
EVERY_DAY = (1 << KINDS) - 1
HOLIDAYS = EVERY_DAY & ~((1 << 7) - 1)

_DAY = f"(?:{'|'.join(WEEKDAYS)})"
_WORD = rf"(?:\*|holiday|{_DAY}(?:-{_DAY})?)"
PATTERN = rf"^{_WORD}(?:\s*,\s*{_WORD})*$"


def kinds_of(text: str) -> int:
    """The kinds of days that text of `PATTERN` names.

    A weekday is meant on holidays too: what shall not hold then is outweighed by a `holiday` row.
    A range may run over the end of the week (`fri-mon`).
    """
    found = 0
    for word in re.split(r"\s*,\s*", text):
        if word == "*":
            found = EVERY_DAY
        elif word == "holiday":
            found |= HOLIDAYS
        else:
            first, _, last = word.partition("-")
            start = WEEKDAYS.index(first)
            length = (WEEKDAYS.index(last or first) - start) % 7 + 1
            for day in range(start, start + length):
                found |= (1 << day % 7) | (1 << day % 7 + 7)
    return found


def words_for(kinds: int) -> str:
    """The shortest usual words for a set of kinds that came of such words."""
    if kinds == EVERY_DAY:
        return "*"
    named = [day for day in range(7) if kinds & (1 << day)]
    words = []
    while named:
        length = 1
        while length < len(named) and named[length] == named[0] + length:
            length += 1
        first, last = WEEKDAYS[named[0]], WEEKDAYS[named[length - 1]]
        words += {1: [first], 2: [first, last]}.get(length, [f"{first}-{last}"])
        named = named[length:]
    if kinds & HOLIDAYS == HOLIDAYS:
        words.append("holiday")
    return ",".join(words)
