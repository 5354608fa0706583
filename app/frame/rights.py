"""What whoever looks at the pages may do."""

from __future__ import annotations

from app.access.gate import current_viewer
from app.access.roles import Right


def may_edit() -> bool:
    """Whether the viewer may change what everybody depends on: people, prices, alarms."""
    return current_viewer().may(Right.EDIT)
