from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from warehouse.legs import LEG_SCHEMA
from warehouse.load import LoadResult, load
from warehouse.master import Master
from warehouse.snapshot import Snapshots

NOW = datetime(2024, 10, 31, 12, tzinfo=UTC)

Row = dict[str, Any]
MakeLeg = Callable[..., Row]
Put = Callable[..., LoadResult]


def _leg(
    leg_id: str, at: str = "2024-10-14 08:00:00", *, talk: float | None = 60, **facts: Any
) -> Row:
    """An outbound leg of Anna's: answered after 5 s and rated unless the facts say otherwise."""
    started = datetime.fromisoformat(at)
    answered = started + timedelta(seconds=5) if talk is not None else None
    row: Row = dict.fromkeys(LEG_SCHEMA)
    row |= {
        "source": "rome",
        "leg_id": leg_id,
        "call_id": leg_id,
        "revision": 0,
        "started_at": started,
        "answered_at": answered,
        "ended_at": (answered or started) + timedelta(seconds=talk or 20),
        "time_zone": "Europe/Rome",
        "talk_s": None if talk is None else Decimal(str(talk)),
        "ring_s": Decimal(5 if answered else 20),
        "direction": "outbound",
        "outcome": "no_answer" if talk is None else "answered",
        "answered_by": None if talk is None else "person",
        "from_number": "+390699990001",
        "from_user": "anna@aurora.example",
        "to_number": "+442079460000",
        "charged_user": "anna@aurora.example",
        "charge_reason": "caller",
        "person": "Anna Bianchi",
        "department": "Sales",
        "cost_centre": "100",
        "site": "Rome",
        "gateway_out": "gw-rome-1.aurora.example",
        "emergency": False,
        "tariff": "aurelia",
        "destination": "United Kingdom",
        "call_type": "international",
        "billed_seconds": int(talk or 0),
        "cost": Decimal(0) if talk is None else Decimal("1.25"),
        "charge": Decimal(0) if talk is None else Decimal("1.50"),
        "tax": Decimal(0),
        "currency": "EUR",
        "status": "not_answered" if talk is None else "rated",
    }
    row |= facts
    local = row["started_at"] + timedelta(hours=2)
    return row | {"day": local.date(), "hour": local.hour, "started_local": local}


def _frame(rows: Sequence[Row]) -> pl.DataFrame:
    return pl.DataFrame([{name: row[name] for name in LEG_SCHEMA} for row in rows], LEG_SCHEMA)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def leg() -> MakeLeg:
    return _leg


@pytest.fixture(scope="session")
def frame() -> Callable[[Sequence[Row]], pl.DataFrame]:
    return _frame


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "warehouse"


@pytest.fixture
def master(folder: Path) -> Iterator[Master]:
    with Master.open(folder) as opened:
        yield opened


@pytest.fixture
def put(master: Master) -> Put:
    """Loads legs as a file of their own."""
    serial = count()

    def load_rows(*rows: Row, file: str | None = None, sha256: str = "1") -> LoadResult:
        name = file or f"rome_{next(serial)}.v1.csv"
        return load(master, _frame(rows), file=name, sha256=sha256, loaded_at=NOW)

    return load_rows


@pytest.fixture
def snapshots(folder: Path) -> Iterator[Snapshots]:
    opened = Snapshots(folder)
    yield opened
    opened.close()
