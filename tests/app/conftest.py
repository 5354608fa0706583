"""Homes of the pages' tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

import pytest
import streamlit as st
import structlog
from streamlit.components.v2 import manifest_scanner

from tests.app.books import book_home
from tests.app.homes import leg, make_home, unpriced
from tests.app.listening import Listening, italian_reader
from tests.warehouses import beginning
from warehouse.clock import fixed_clock
from warehouse.home import Home

NOW = datetime(2024, 10, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def components_at_once() -> Iterator[None]:
    """Streamlit looks for components in all installed packages, at each run of a page in tests."""
    found = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit leaves its page as `__main__`, which every child process would then run."""
    own = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = own


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """Commands direct the log of their process: in tests it is that of the next one too."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    """Browsers ask for Italian; this notes what it has no text for."""
    with italian_reader(monkeypatch) as found:
        yield found


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home without calls, which the pages look at, on the last day of October 2024."""
    monkeypatch.setenv("TOLLBOOK_HOME", str(tmp_path))
    monkeypatch.setenv("TOLLBOOK_COMPANY", "Aurora Instruments")
    monkeypatch.setattr("app.data.system_clock", fixed_clock(NOW))
    monkeypatch.setattr("app.data._machine_zone", lambda: UTC)
    yield Home(tmp_path)
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def small_home(empty_home: Home) -> Home:
    """Six calls of October, worth €1.2731, and one of September, worth €0.50."""
    beginning("small", empty_home.path, partial(make_small, empty_home.path))
    return empty_home


def make_small(folder: Path) -> None:
    """Makes the small home."""
    bruno = {
        "charged_user": "bruno@aurora.example",
        "from_user": "bruno@aurora.example",
        "person": "Bruno Conti",
        "department": "Service",
    }
    make_home(
        folder,
        [
            leg("A1", datetime(2024, 10, 30, 9)),
            leg(
                "A2",
                datetime(2024, 10, 30, 10, 30),
                **bruno,
                to_number="+393335550199",
                destination="Italy mobile",
                call_type="mobile",
                talk_s=Decimal(1200),
                cost=Decimal("1.2"),
            ),
            leg("A3", datetime(2024, 10, 29, 15), **unpriced("not_charged", direction="inbound")),
            leg(
                "A4",
                datetime(2024, 10, 29, 16),
                answered_at=None,
                answered_by=None,
                talk_s=None,
                outcome="no_answer",
                status="not_answered",
                cost=Decimal(0),
                explanation=None,
            ),
            leg("A5", datetime(2024, 10, 29, 17), **unpriced("no_prefix")),
            leg(
                "A6",
                datetime(2024, 10, 28, 8),
                **unpriced("not_charged", direction="internal"),
                site="New York",
                department=None,
            ),
            leg("A7", datetime(2024, 9, 20, 8), cost=Decimal("0.5")),
        ],
    )


@pytest.fixture
def booked_home(empty_home: Home) -> Home:
    """A home with tables, prices and calls of October that the miner has rated."""
    beginning("booked", empty_home.path, partial(book_home, empty_home.path))
    return empty_home
