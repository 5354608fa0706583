"""Who may change what on the pages: asked here, and nowhere else."""

from __future__ import annotations


def may_edit() -> bool:
    """Whether whoever looks at a page may change what it shows, and send mails from it."""
    return True
