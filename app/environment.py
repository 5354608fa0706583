"""Environment variables by which the command line tells the pages what to show."""

from __future__ import annotations

from typing import Final

HOME_VARIABLE: Final = "TOLLBOOK_HOME"
COMPANY_VARIABLE: Final = "TOLLBOOK_COMPANY"
WAYS_VARIABLE: Final = "TOLLBOOK_PAGES_WAYS"
"""JSON: the `sender` of mails, where there is a mail server, and the names of `webhooks`."""
