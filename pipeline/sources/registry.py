"""Makes the driver that a source's settings ask for."""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta
from pathlib import Path

from pipeline.sources.lync.connect import FILE
from pipeline.sources.lync.driver import LyncSource
from pipeline.sources.settings import SourceSettings
from pipeline.sources.source import Source
from pipeline.sources.windows import Pace

_LOOK_BACK = timedelta(hours=2)
_SWEEPING_POLL_S = 15
"""A nightly sweep goes on by a stride in this time."""


def open_source(settings: SourceSettings, home: Path) -> Source:
    """The driver for `settings`; relative `file:` paths start at the home."""
    connection = settings.connection_text()
    if connection.startswith(FILE):
        connection = f"{FILE}{home / connection.removeprefix(FILE)}"
    return LyncSource(connection, pace_of(settings))


def pace_of(settings: SourceSettings) -> Pace:
    """How often and how far back to read a source that is keyed by time."""
    overlap = timedelta(hours=settings.overlap_hours)
    return Pace(
        overlap=overlap,
        settle=timedelta(minutes=settings.settle_minutes),
        start=None if settings.start is None else datetime.combine(settings.start, time.min),
        look_back=min(_LOOK_BACK, overlap),
        overlap_every=timedelta(minutes=settings.overlap_minutes),
        sweep_hour=settings.sweep_hour,
        strides=math.ceil(settings.poll_seconds / _SWEEPING_POLL_S),
    )
