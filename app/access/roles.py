"""What people may see and do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.format import Style, counted
from warehouse.scope import Scope


class Role(StrEnum):
    """What somebody is here for."""

    ADMINISTRATOR = "administrator"
    """Sees and changes everything."""
    SUPERVISOR = "supervisor"
    """Sees departments, sites and people that are theirs."""
    EMPLOYEE = "employee"
    """Sees their own calls."""
    AUDITOR = "auditor"
    """Sees everything with masked numbers, and what everybody did."""


class Right(StrEnum):
    """What not everybody may do."""

    READ_AUDIT = "read_audit"
    """See what everybody did; whoever may not sees what they did themselves."""
    DOWNLOAD = "download"
    SHARE_VIEWS = "share_views"
    EDIT = "edit"
    """Change what everybody depends on: people, prices, schedules, alarms, budgets; have what was
    rejected tried again."""


RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    Role.SUPERVISOR: frozenset({Right.DOWNLOAD, Right.SHARE_VIEWS}),
    Role.EMPLOYEE: frozenset({Right.DOWNLOAD}),
    Role.AUDITOR: frozenset({Right.DOWNLOAD, Right.READ_AUDIT}),
}

MASKED: Final[dict[Role, int]] = {
    Role.ADMINISTRATOR: 0,
    Role.SUPERVISOR: 0,
    Role.EMPLOYEE: 0,
    Role.AUDITOR: 3,
}
"""How many last digits of outside numbers each role does not see, unless the settings say so."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at the pages."""

    address: str
    """As users.csv has it, in small letters; of people who are not there, as they sign in."""
    name: str
    role: Role
    scope: Scope

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def in_words(self, style: Style) -> str:
        """What they see."""
        others = len([one for one in self.scope.users if one != self.address])
        people = counted(others, "other user", style) if others else ""
        named = (*self.scope.departments, *self.scope.sites, people, style.say("their own calls"))
        listed = ", ".join(one for one in named if one)
        what = style.say("all calls") if self.scope.everything else listed
        told = style.say("Sees {what}", what=what)
        if not self.scope.mask_digits:
            return told
        digits = self.scope.mask_digits
        hidden = style.say("numbers without their last {digits} digits", digits=digits)
        return f"{told}, {hidden}"
