"""What commands that run inside the tests leave behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """A command directs the log to its own output, which is closed when it ends."""
    yield
    structlog.reset_defaults()
