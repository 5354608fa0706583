"""A private PostgreSQL server for tests, reached through ODBC."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_INSTALL = "apt-get install postgresql odbc-postgresql unixodbc"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The ODBC connection string of an empty database on a server that lives for this session.

    Skips where PostgreSQL or its ODBC driver is missing; fails instead where `CI` is `true`.
    """
    missing = what_is_missing()
    if missing:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(missing)
    with serving() as connection:
        yield connection


def what_is_missing() -> str:
    """What there is to install before a server can be had; empty where nothing is."""
    missing = "server" if _programs() is None else "ODBC driver" if _driver() is None else ""
    return missing and f"The PostgreSQL {missing} is missing: {_INSTALL}"


@contextmanager
def serving() -> Iterator[str]:
    """The ODBC connection string of an empty database on a server that lives in this context."""
    programs = _programs()
    assert programs is not None
    # Not pytest's own folder: the server runs as another user, who may not enter that one.
    folder = Path(tempfile.mkdtemp(prefix="tollbook-pg-"))
    try:
        user = _server_user()
        if user is not None:
            shutil.chown(folder, user)
        port = _start(programs, folder, user)
        try:
            yield (
                f"DRIVER={{{_driver()}}};SERVER=127.0.0.1;PORT={port};DATABASE=postgres;UID=postgres"
            )
        finally:
            _run(
                user, folder, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"
            )
    finally:
        shutil.rmtree(folder)


def _programs() -> Path | None:
    versions = Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")
    newest = max(versions, key=lambda found: float(found.parts[-3]), default=None)
    return None if newest is None else newest.parent


def _driver() -> str | None:
    try:
        import pyodbc
    except ImportError:  # the driver manager itself is missing
        return None
    return next((name for name in pyodbc.drivers() if name == "PostgreSQL Unicode"), None)


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def _start(programs: Path, folder: Path, user: str | None) -> int:
    data = folder / "data"
    initdb = ("-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
    _run(user, folder, programs / "initdb", "-D", data, *initdb)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    _run(
        user,
        folder,
        *(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"),
    )
    return port


def _run(user: str | None, folder: Path, *command: str | Path) -> None:
    # Python changes users by a fork, which a process of much memory may be refused.
    other = () if user is None else ("runuser", "-u", user, "--")
    # The server inherits what it is given, and would keep a pipe of ours open.
    with (folder / "output").open("ab") as output:
        done = subprocess.run(
            (*other, *command), cwd=folder, stdout=output, stderr=output, check=False
        )
    if done.returncode:
        pytest.fail(f"{command[0]} failed: {(folder / 'output').read_text()}")
