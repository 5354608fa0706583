"""Asks sources about themselves, all at once and none for too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from queue import Empty, SimpleQueue

from app.cli.reasons import reason_of
from app.cli.settings import without_password
from pipeline.sources.registry import open_source
from pipeline.sources.settings import SourceSettings
from pipeline.sources.source import Description, Finding, Tone
from warehouse.clock import Clock
from warehouse.home import Home


@dataclass(frozen=True, slots=True)
class Told:
    """What a source said of itself."""

    source: SourceSettings
    description: Description | None
    """None where it could not be asked; a finding says why."""
    findings: list[Finding] = field(default_factory=list)


def ask_all(
    place: Home, sources: Sequence[SourceSettings], clock: Clock, limit: timedelta
) -> list[Told]:
    """What every source says within `limit`, in the order of the settings."""
    answers = [_begun(place, one, clock) for one in sources]
    end = time.monotonic() + limit.total_seconds()
    return [_awaited(one, answer, end, limit) for one, answer in zip(sources, answers, strict=True)]


def _begun(place: Home, source: SourceSettings, clock: Clock) -> SimpleQueue[Told]:
    answer: SimpleQueue[Told] = SimpleQueue()
    # A server that never answers must not keep this process from ending.
    threading.Thread(
        target=lambda: answer.put(_asked(place, source, clock)), daemon=True, name=source.name
    ).start()
    return answer


def _awaited(
    source: SourceSettings, answer: SimpleQueue[Told], end: float, limit: timedelta
) -> Told:
    try:
        return answer.get(timeout=max(end - time.monotonic(), 0.001))
    except Empty:
        late = Finding(
            Tone.FAULT,
            f"It did not answer within {limit.total_seconds():g} seconds.",
            "Ask again in a quiet hour, or allow more time with --limit.",
        )
        return Told(source, None, [late])


def _asked(place: Home, source: SourceSettings, clock: Clock) -> Told:
    now = clock().astimezone(UTC).replace(tzinfo=None)
    try:
        driver = open_source(source, place.path)
        description = driver.describe()
        return Told(source, description, driver.discover(now))
    except Exception as error:
        # Whatever a driver raises, somebody waits for an answer.
        reason = without_password(reason_of(error)).rstrip(".")
        return Told(source, None, [Finding(Tone.FAULT, f"It cannot be read: {reason}.")])
