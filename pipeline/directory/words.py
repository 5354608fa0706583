"""What owners of calls are, and what people may be among others."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What owns numbers and calls."""

    PERSON = "person"
    COMMON_AREA = "common_area"
    """A telephone of a place: lobby, lift, kitchen."""
    ANALOGUE = "analogue"
    """A line of its own: alarm system, franking machine, door."""
    FAX = "fax"
    RESPONSE_GROUP = "response_group"
    ATTENDANT = "attendant"
    VOICEMAIL = "voicemail"
    CONFERENCE = "conference"
    ROOM = "room"
    """A meeting room with a telephone or a video system."""
    SERVICE = "service"
    """An account of software: trunk tests, recording, bots."""


KINDS = tuple(kind.value for kind in Kind)
OWN_ROLES = ("person", "assistant", "head", "supervisor", "auditor", "administrator")
ROLES = tuple(dict.fromkeys((*OWN_ROLES, *KINDS)))
"""Words for `role`. One that is a kind says the kind of a row that has no `kind`."""


def kind_of(kind: str | None, role: str | None) -> str:
    """The kind of a row with these cells."""
    return kind or (role if role in KINDS else None) or Kind.PERSON.value
