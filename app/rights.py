"""What whoever looks at the pages may do."""

from __future__ import annotations


def may_edit() -> bool:
    """Whether the viewer may change the home: people, places, prices, what was rejected."""
    return True
