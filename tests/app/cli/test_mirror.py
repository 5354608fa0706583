"""`mirror` and `verify --mirror` as their user meets them, on a real server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import mirror as command
from app.cli import processes
from app.cli.main import cli
from app.cli.settings import load_settings
from tests.app.homes import leg, make_home
from tests.proxy import Proxy
from warehouse.errors import InvalidInput, TollbookError, Unavailable
from warehouse.home import Home

pyodbc = pytest.importorskip(
    "pyodbc",
    reason="The ODBC driver manager is missing: apt-get install unixodbc",
    exc_type=ImportError,
)

pytestmark = pytest.mark.postgres

PATIENCE_S = 60


@pytest.fixture
def admin(postgres: str) -> Iterator[Any]:
    with closing(pyodbc.connect(postgres, autocommit=True)) as database:
        yield database
        database.execute("drop schema if exists tollbook cascade")


@pytest.fixture(autouse=True)
def no_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would go on being written where a command's output went."""
    monkeypatch.setattr(command, "start_logs", lambda *_: None)


@pytest.fixture
def home(tmp_path: Path, postgres: str, admin: Any) -> Home:
    place = Home(tmp_path)
    legs = [leg(f"L{n}", datetime(2024, 10, 1 + n % 3, 9, n)) for n in range(9)]
    make_home(place.path, legs)
    place.settings.write_text(
        f'[mirror]\nconnection = "{postgres};PWD=hush"\npoll_seconds = 0.1\n', encoding="utf-8"
    )
    return place


def run(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [arguments[0], "--home", str(home.path), *arguments[1:]])


def told(home: Home, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(home, "verify", "--mirror", "--json", *options).output)
    return found


def sign(home: Home) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home.status / "mirror.json").read_text(encoding="utf-8"))
    return found


def test_a_round_mirrors_all_and_the_proof_says_so(home: Home, admin: Any) -> None:
    done = run(home, "mirror", "--once")

    assert 0 == done.exit_code, done.output
    assert "3 days with 9 calls written" in done.output
    assert 9 == admin.execute("select count(*) from tollbook.calls").fetchval()
    assert ("ok", 0) == (sign(home)["state"], sign(home)["days_waiting"])
    proof = run(home, "verify", "--mirror", "--every-cell")
    assert 0 == proof.exit_code
    assert "holds 9 calls of 3 days" in proof.output
    days = told(home)["days"]
    assert ["2024-10-01", "2024-10-02", "2024-10-03"] == [day["day"] for day in days]
    assert {"warehouse": "3", "mirror": "3"} == days[0]["rows"]
    assert {"warehouse": "180", "mirror": "180"} == days[0]["talk_s"]
    assert {"warehouse": "0.2193", "mirror": "0.2193"} == days[0]["cost"]


def test_what_differs_is_told_with_its_key_and_repaired(
    home: Home, admin: Any, tmp_path: Path
) -> None:
    run(home, "mirror", "--once")
    admin.execute("delete from tollbook.calls where call_id = 'L4'")
    admin.execute("update tollbook.calls set cost = 9 where call_id = 'L3'")

    wrong = run(home, "verify", "--mirror", "--csv", str(tmp_path / "wrong.csv"))

    assert 1 == wrong.exit_code
    assert "2 days and 0 tables differ" in wrong.output
    assert (tmp_path / "wrong.csv").read_text().splitlines()[1:] == [
        "calls,2024-10-01,different,rome,L3,cost",
        "calls,2024-10-02,missing,rome,L4,",
    ]
    assert not told(home)["sound"]
    assert told(home, "--from", "2024-10-03")["sound"]
    repaired = run(home, "mirror", "--repair")
    assert 0 == repaired.exit_code, repaired.output
    assert "2 days differed and were written again" in repaired.output
    assert told(home, "--every-cell")["sound"]


def test_without_its_table_it_says_what_to_add(home: Home) -> None:
    home.settings.write_text("", encoding="utf-8")

    for arguments in (("mirror", "--once"), ("verify", "--mirror")):
        error = run(home, *arguments).exception
        assert isinstance(error, InvalidInput)
        assert "docs/mirror.md" in str(error)


def test_a_login_without_rights_is_told_where_the_script_is(
    home: Home, admin: Any, postgres: str
) -> None:
    admin.execute("create role powerless login password 'hush'")
    text = home.settings.read_text(encoding="utf-8").replace("UID=postgres", "UID=powerless")
    home.settings.write_text(text, encoding="utf-8")
    try:
        error = run(home, "mirror", "--once").exception
    finally:
        admin.execute("drop role powerless")

    assert isinstance(error, TollbookError)
    assert not isinstance(error, Unavailable)
    assert "docs/mirror.md has the script" in str(error)
    assert "hush" not in str(error)


def test_the_least_rights_of_the_documentation_are_enough(home: Home, admin: Any) -> None:
    text = (Path(__file__).parents[3] / "docs" / "mirror.md").read_text(encoding="utf-8")
    script = text.split("```sql\n-- PostgreSQL\n")[1].split("```")[0]
    for statement in script.split(";\n"):
        if statement.strip():
            admin.execute(statement)
    settings = home.settings.read_text(encoding="utf-8")
    home.settings.write_text(
        settings.replace("UID=postgres", "UID=tollbook_mirror"), encoding="utf-8"
    )
    try:
        done = run(home, "mirror", "--once")
        assert 0 == done.exit_code, done.output
        assert told(home)["sound"]
        admin.execute("set role powerbi")
        assert 9 == admin.execute('select count(*) from tollbook."Fact Calls"').fetchval()
        with pytest.raises(pyodbc.Error, match="permission denied"):
            admin.execute("delete from tollbook.calls")
    finally:
        admin.execute("reset role")
        for role in ("powerbi", "tollbook_mirror"):
            admin.execute(f"drop owned by {role} cascade")
            admin.execute(f"drop role {role}")


def test_a_server_that_is_gone_is_told_in_one_line_after_some_tries(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = home.settings.read_text(encoding="utf-8").replace("127.0.0.1", "127.0.0.2")
    home.settings.write_text(text, encoding="utf-8")
    monkeypatch.setattr(command, "_PAUSES", (0, 0))

    error = run(home, "mirror", "--once").exception

    assert isinstance(error, Unavailable)
    assert "\n" not in str(error)
    assert "127.0.0.2" in str(error)


def test_the_process_goes_on_when_its_server_comes_back(
    home: Home, admin: Any, postgres: str
) -> None:
    port = next(part for part in postgres.split(";") if part.startswith("PORT="))
    with closing(Proxy(int(port.removeprefix("PORT=")))) as proxy:
        text = home.settings.read_text(encoding="utf-8").replace(port, f"PORT={proxy.port}")
        home.settings.write_text(text, encoding="utf-8")
        proxy.is_refusing = True
        arguments = [sys.executable, "-m", "app.cli", "mirror", "--home", str(home.path)]
        with subprocess.Popen(arguments, stderr=subprocess.DEVNULL) as process:
            try:
                wait_until(home, "down")
                assert 3 == sign(home)["days_waiting"] or sign(home)["days_waiting"] is None
                assert "hush" not in json.dumps(sign(home))
                proxy.is_refusing = False
                wait_until(home, "ok")
            finally:
                process.send_signal(signal.SIGTERM)
            assert 0 == process.wait(PATIENCE_S)
    assert told(home)["sound"]


def wait_until(home: Home, state: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if (home.status / "mirror.json").exists() and sign(home)["state"] == state:
            return
        time.sleep(0.1)
    pytest.fail(f"it never was {state}")


def test_check_says_whether_the_server_answers(home: Home) -> None:
    found = json.loads(run(home, "check", "--json").output)
    assert "fact" == found["mirror"]["tone"]
    text = home.settings.read_text(encoding="utf-8").replace("127.0.0.1", "127.0.0.2")
    home.settings.write_text(text, encoding="utf-8")

    found = json.loads(run(home, "check", "--json").output)

    assert "fault" == found["mirror"]["tone"]
    assert "127.0.0.2" in found["mirror"]["text"]


def test_the_supervisor_runs_it_where_it_is_wanted(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    class Supervisor:
        def __init__(self, _: Home, children: list[Any], __: object) -> None:
            started.extend(one.name for one in children)

        def run(self, _: object) -> None:
            pass

    monkeypatch.setattr(processes, "Supervisor", Supervisor)
    monkeypatch.setattr(processes, "Stop", lambda: None)
    monkeypatch.setattr(processes, "Shelf", lambda *_: None)
    monkeypatch.setattr(processes, "start_logs", lambda *_: None)

    processes.supervise(home, load_settings(home.settings), None)

    assert ["mine", "app", "mirror"] == started
