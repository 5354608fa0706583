"""What whoever looks at the pages may do, and that they did it."""

from __future__ import annotations

from app.access import gate
from app.access.audit import Action
from app.access.roles import Right


def may_edit() -> bool:
    """Whether the viewer may change what everybody depends on: people, prices, alarms."""
    return gate.current_viewer().may(Right.EDIT)


def editor() -> str:
    """Who changes something, as it is kept with what they change."""
    return gate.current_viewer().address or "the pages"


def changed(subject: str, **details: object) -> None:
    """Notes in the audit what the viewer has changed."""
    gate.note(gate.current_viewer(), Action.CHANGE, subject, details)
