"""Which refusals of a server pass by themselves, and what is to be done about the others."""

from __future__ import annotations

import re
from typing import Final

from warehouse.errors import TollbookError, Unavailable
from warehouse.odbc.errors import Refusal

_PASSING_NUMBERS: Final = frozenset(
    {
        *(1205, 1222, 3960, 3961),  # lost a deadlock, waited too long for a lock, changed meanwhile
        *(1105, 9002, 5149),  # no room in the database, its log or its disk
        *(596, 6005, 6006, 921, 922, 927, 945),  # shutting down, being recovered or restored
        *(954, 976, 978, 983, 984),  # the other copy is the one that writes now
        *(-2, 64, 121, 233, 258, 10053, 10054, 10060, 10061, 11001),  # the network
        *(701, 802, 8645, 8651, 10928, 10929, 17830),  # no memory, no worker
        *(4221, 40197, 40501, 40540, 40613, 40143, 42108, 42109, 49918, 49919, 49920),  # Azure
        3906,  # read-only until it has changed places
    }
)
_PASSING_STATES: Final = ("08", "40", "HYT", "53", "57", "55P03", "55006", "25006", "25P0")
_LOST: Final = (
    "server closed the connection",
    "communication link",
    "connection is broken",
    "could not receive data",
    "could not send data",
    "no connection to the server",
    "connection not open",
    "lost synchronization",
    "ssl syscall error",
    "connection reset",
    "broken pipe",
    "in failed sql transaction",
    "current transaction is aborted",
    "terminating connection",
    "the connection has been lost",
)
_NO_ROOM: Final = frozenset({1105, 9002, 5149})
_LOGIN: Final = frozenset({18452, 18456, 18470, 18486, 18487, 18488})
_SHUT_OUT: Final = re.compile(
    r"login failed|authentication failed|no pg_hba.conf entry|can't open lib"
    r'|(role|database) "[^"]*" does not exist',
    re.IGNORECASE,
)
_NO_RIGHT: Final = re.compile("permission (was )?denied", re.IGNORECASE)
_RIGHTS: Final = frozenset({229, 230, 262, 297, 300, 2104, 2760, 15151, 15247, 3704, 4902, 1088})


class TargetUnavailable(Unavailable):
    """The server of the mirror cannot be had now, or took a transaction back; it may by itself."""


class TargetRefused(TollbookError):
    """The server of the mirror does not let it: somebody has to change something there, or here."""


def is_passing(refused: Refusal) -> bool:
    """Whether the same may succeed by itself a little later."""
    words = refused.words.lower()
    return (
        bool(refused.numbers & _PASSING_NUMBERS)
        or refused.state.startswith(_PASSING_STATES)
        or any(lost in words for lost in _LOST)
    )


def is_shut_out(refused: Refusal) -> bool:
    """Whether a server, or this machine, will not have the connection as it is written.

    To try again soon could lock the login.
    """
    return (
        bool(refused.numbers & _LOGIN)
        or refused.state.startswith(("28", "IM"))
        or _SHUT_OUT.search(refused.words) is not None
    )


def mend_of(refused: Refusal, *, connecting: bool = False) -> str:
    """What to do about it."""
    if refused.numbers & _NO_ROOM or refused.state == "53100":
        return (
            "The database, its log or its disk is full: back up the log, or make room. The mirror "
            "goes on by itself."
        )
    rights = refused.numbers & _RIGHTS or refused.state == "42501"
    if rights or _NO_RIGHT.search(refused.words):
        return "The login lacks a right: docs/mirror.md has the script that grants all it needs."
    if is_passing(refused) and not connecting:
        return "It passes; the mirror tries again by itself."
    return refused.mend.replace("the next poll tries again", "the mirror tries again by itself")
