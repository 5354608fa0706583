"""How the usual forms of numbers are written, as a table: from character to character.

They are E.164 numbers and dialled digits, with visual separators, as tel or SIP URI, with an
extension or in the enterprise's own context.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import phonenumbers

from pipeline.numbers.kinds import CODES, Codes, Kind

OPEN: Final = len(Kind)
"""The code of a number of another form."""
DIALLED: Final = OPEN + 1
"""The code of digits that mean what they do where they were dialled."""
ABROAD: Final = OPEN + 2
"""The code of digits that begin with an access code and the code of a country."""
STATE: Final = (1 << 16) - (1 << 8)
"""The bits of a step that say where it leads to, times 256: to them the next byte is added."""
OF_NUMBER: Final = 1
OF_EXTENSION: Final = 2
"""Other bits of a step: of what its character is a part."""
Steps = npt.NDArray[np.uint16]
_DIGITS: Final = b"0123456789"
_SEPARATORS: Final = b" ./()-"
_SCHEMES: Final = (b"sip:", b"tel:")
_START, _ELSEWHERE = range(2)
"""The first state, and the one that nothing leads out of: the text is of no form known here."""


class Grammar:
    """What has been read of a text is a state: each character leads on to another."""

    def __init__(self) -> None:
        self._steps: list[Steps] = []
        self._meant: list[int] = []
        for _ in (_START, _ELSEWHERE):
            self.state(OPEN)

    def state(self, meant: int) -> int:
        """A new state; `meant` is the code of texts that end with it."""
        self._steps.append(np.full(1 << 8, _ELSEWHERE << 8, dtype=np.uint16))
        self._meant.append(meant)
        return len(self._meant) - 1

    def like(self, state: int) -> int:
        """A new state that means what another does, and leads where that leads."""
        alike = self.state(self._meant[state])
        self._steps[alike][:] = self._steps[state]
        return alike

    def lead(self, state: int, characters: bytes, then: int, mark: int = 0) -> None:
        """Lets each of some characters lead from a state to another."""
        self._steps[state][[*characters]] = then << 8 | mark

    def by(self, state: int, character: int) -> int:
        """Where a character leads from a state."""
        return int(self._steps[state][character]) >> 8

    def word(self, state: int, word: bytes, then: int) -> None:
        """Lets a word lead from a state to another; words may begin alike."""
        for at, character in enumerate(word[:-1]):
            if self.by(state, character) == _ELSEWHERE:
                self.lead(state, word[at : at + 1], self.state(OPEN))
            state = self.by(state, character)
        self.lead(state, word[-1:], then)

    def table(self) -> tuple[Steps, Codes]:
        """The steps from state 0 by each byte, from 1 …; and the code that each state means."""
        return np.concatenate(self._steps), np.array(self._meant, dtype=np.uint32)


@cache
def usual_forms(access_code: str = "") -> tuple[Steps, Codes]:
    """The `Grammar.table` of the usual forms, where these digits are dialled before countries.

    Meant are `OPEN`, `DIALLED`, `ABROAD` or the code of a `Kind`.
    """
    grammar = Grammar()
    begin = grammar.like(_START)
    for scheme in _SCHEMES:
        grammar.word(_START, scheme, begin)
    digits = _number(grammar, DIALLED, CODES[Kind.PRIVATE])
    number = _number(grammar, CODES[Kind.E164], CODES[Kind.E164])
    # The zero of +44 (0) 20 is no part of the number: that is another form.
    plain, bracket, zero = (grammar.like(number) for _ in range(3))
    grammar.lead(plain, _DIGITS, plain, OF_NUMBER)
    grammar.lead(plain, b" ", plain)
    grammar.lead(plain, b"(", bracket)
    grammar.lead(bracket, b"0", zero, OF_NUMBER)
    grammar.lead(zero, b")", _ELSEWHERE)
    plus = grammar.state(OPEN)
    grammar.lead(plus, _DIGITS[1:], plain, OF_NUMBER)
    for state in (_START, begin):
        grammar.lead(state, b"+", plus, OF_NUMBER)
        grammar.lead(state, _DIGITS, digits, OF_NUMBER)
    if access_code:
        first = _before_abroad(grammar, digits, access_code)
        for state in (_START, begin):
            grammar.lead(state, access_code[:1].encode(), first, OF_NUMBER)
    return grammar.table()


def _number(grammar: Grammar, meant: int, in_context: int) -> int:
    """The state of a number; `in_context` is meant of it where the enterprise is its context."""
    number, extension, context = map(grammar.state, (meant, meant, in_context))
    grammar.lead(number, _DIGITS, number, OF_NUMBER)
    grammar.lead(number, _SEPARATORS, number)
    before_extension = grammar.state(OPEN)
    grammar.word(number, b";ext=", before_extension)
    for state in (before_extension, extension):
        grammar.lead(state, _DIGITS, extension, OF_EXTENSION)
    grammar.word(number, b";phone-context=enterprise", context)
    for state in (number, extension, context):
        host = grammar.like(state)
        grammar.lead(host, bytes(range(1 << 8)), host)
        grammar.lead(host, b"<>", _ELSEWHERE)
        grammar.lead(state, b"@", host)
    return number


def _before_abroad(grammar: Grammar, digits: int, access_code: str) -> int:
    """The state after the first digit of an access code.

    From there on each further one, and then the code of a country, leads nearer to a number abroad;
    any other digit to `digits`.
    """
    abroad = _number(grammar, ABROAD, CODES[Kind.PRIVATE])
    first = _nearer(grammar, digits)
    for country in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        state = first
        *before, last = f"{access_code[1:]}{country}".encode()
        for digit in before:
            if grammar.by(state, digit) == digits:
                grammar.lead(state, bytes([digit]), _nearer(grammar, digits), OF_NUMBER)
            state = grammar.by(state, digit)
        grammar.lead(state, bytes([last]), abroad, OF_NUMBER)
    return first


def _nearer(grammar: Grammar, digits: int) -> int:
    state = grammar.like(digits)
    grammar.lead(state, _SEPARATORS, state)
    return state
