"""Brings the numbers of call records into one form: E.164, or as dialled where they are private."""

from __future__ import annotations

from pipeline.numbers.kinds import Kind
from pipeline.numbers.normalise import NUMBER_SCHEMA, normalise

__all__ = ["NUMBER_SCHEMA", "Kind", "normalise"]
