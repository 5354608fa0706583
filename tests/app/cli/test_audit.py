"""`tollbook audit` as its user meets it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.access.audit import Action, Deed, note
from app.cli.main import cli
from warehouse.home import Home
from warehouse.state.state import State

DEEDS = (
    Deed(
        datetime(2026, 3, 1, 8, tzinfo=UTC), "anna@x.org", "supervisor", Action.SIGN_IN, "pages", {}
    ),
    Deed(
        datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC),
        "anna@x.org",
        "supervisor",
        Action.DOWNLOAD,
        "calls",
        {"form": "csv", "departments": ["Sales", ""]},
    ),
    Deed(datetime(2026, 3, 2, tzinfo=UTC), "eve@x.org", "", Action.REFUSED, "pages", {}),
    Deed(datetime(2026, 3, 3, tzinfo=UTC), "", "administrator", Action.DOWNLOAD, "calls", {}),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with State.open(Home(tmp_path).state) as state:
        for deed in DEEDS:
            note(state, deed)
    return tmp_path


def told(home: Path, *options: str) -> str:
    done = CliRunner().invoke(cli, ["audit", "--home", str(home), *options])
    assert 0 == done.exit_code, done.output
    return done.stdout


def test_what_was_done_is_told_in_lines(home: Path) -> None:
    assert told(home).splitlines() == [
        "2026-03-03T00:00:00Z  this machine (administrator)  download  calls",
        "2026-03-02T00:00:00Z  eve@x.org  refused  pages",
        "2026-03-01T23:59:59Z  anna@x.org (supervisor)  download  calls: form csv, departments "
        "Sales/(none)",
        "2026-03-01T08:00:00Z  anna@x.org (supervisor)  sign_in  pages",
    ]


@pytest.mark.parametrize(
    ("options", "hours"),
    [
        (("--from", "2026-03-02"), ["03T00", "02T00"]),
        (("--to", "2026-03-01"), ["01T23", "01T08"]),
        (("--who", "Anna@X.org", "--what", "sign_in"), ["01T08"]),
        (("--what", "refused", "--what", "sign_in"), ["02T00", "01T08"]),
        (("--subject", "call", "--limit", "1"), ["03T00"]),
    ],
)
def test_machines_get_what_they_ask_for(
    home: Path, options: tuple[str, ...], hours: list[str]
) -> None:
    rows: list[dict[str, Any]] = json.loads(told(home, *options, "--json"))
    assert hours == [row["at"][8:13] for row in rows]
    assert all(
        {"at", "address", "role", "action", "subject", "details"} == set(row) for row in rows
    )


def test_a_new_home_has_nothing_to_tell(tmp_path: Path) -> None:
    assert [] == json.loads(told(tmp_path, "--json"))
