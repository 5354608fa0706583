"""Brings the numbers of call records into one form: E.164, or as dialled where they are private."""

from __future__ import annotations

from pipeline.numbers.normalise import NUMBER_SCHEMA, Kind, normalise

__all__ = ["NUMBER_SCHEMA", "Kind", "normalise"]
