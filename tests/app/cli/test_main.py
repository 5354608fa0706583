"""Errors that nobody planned for: a message and a code, never a traceback."""

from __future__ import annotations

import errno
import os

import duckdb
import pytest

from app.cli import main
from app.cli.common import clock_of
from warehouse.errors import InvalidInput


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(
            PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/x/[bold]y"),
            "/x/[bold]y: Permission denied. Give this user",
            id="a file",
        ),
        pytest.param(
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            "The system: No space left on device. Make room",
            id="no file",
        ),
        pytest.param(
            duckdb.IOException("IO Error: could not write /x/master.duckdb"),
            "could not write /x/master.duckdb. Look whether its disk is full",
            id="the warehouse",
        ),
    ],
)
def test_what_the_machine_refuses_is_told_in_a_sentence(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(main, "cli", fail)
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert 1 == ended.value.code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon"])
def test_an_instant_that_nobody_can_live_at_is_a_problem(now: str) -> None:
    with pytest.raises(InvalidInput, match="not a time in UTC between 1990 and 2100"):
        clock_of(now)
