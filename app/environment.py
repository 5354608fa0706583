"""Environment variables by which the command line tells the pages what to show."""

from __future__ import annotations

from typing import Final

HOME_VARIABLE: Final = "TOLLBOOK_HOME"
COMPANY_VARIABLE: Final = "TOLLBOOK_COMPANY"
SUPERVISED_VARIABLE: Final = "TOLLBOOK_SUPERVISED"
"""Set for processes that must not outlive the one that started them."""
