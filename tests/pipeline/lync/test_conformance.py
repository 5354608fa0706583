"""What every driver must do, done by this one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.sources.lync.driver import LyncSource
from pipeline.sources.source import Source
from tests.pipeline.lync.calls import CallDatabase
from tests.pipeline.sources.conformance import Call, Conformance, World


class LyncWorld(World):
    """The embedded kind of call detail database."""

    def __init__(self, calls: CallDatabase, path: Path) -> None:
        self._calls = calls
        self._path = path

    def source(self) -> Source:
        return LyncSource(self._calls.connection)

    def add(self, call: Call) -> None:
        begun, answered, ended = (
            f"{call.started_at + timedelta(seconds=after):%Y-%m-%d %H:%M:%S}.000"
            for after in (0, 5, 65)
        )
        self._calls.session(
            at=begun,
            invite=begun,
            response=answered,
            end=ended,
            code=200,
            user1="ugo@aurora.example",
            starter="ugo@aurora.example",
            voip={"connected_number": call.called, "to_gateway": "gw"},
        )
        self._calls.database.commit()

    @contextmanager
    def down(self) -> Iterator[None]:
        away = self._path.with_name("away")
        self._path.rename(away)
        try:
            yield
        finally:
            away.rename(self._path)


class TestConformance(Conformance):
    @pytest.fixture
    def world(self, embedded_calls: CallDatabase, tmp_path: Path) -> World:
        return LyncWorld(embedded_calls, tmp_path / "lcscdr.db")
