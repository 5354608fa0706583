"""A home to verify, for whatever kind of source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.verifier.bench import Bench, opened_bench


@pytest.fixture
def verified(tmp_path: Path) -> Iterator[Bench]:
    with opened_bench(tmp_path) as bench:
        yield bench
