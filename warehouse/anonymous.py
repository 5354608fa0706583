"""What anonymising takes out of a leg."""

from __future__ import annotations

from typing import Final

ANONYMOUS: Final = "anonymous"
"""`charged_user` of every anonymised leg, and of no other one."""

PERSONAL: Final = (
    "from_number",
    "from_user",
    "to_number",
    "to_user",
    "dialled",
    "named_payer",
    "person",
    "conference_id",
    "diagnostic",
    "extra",
)
"""Columns that tell who spoke to whom, or may hold anything."""
