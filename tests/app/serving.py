"""The pages as a real server serves them, started as the command line starts it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.home import Home

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@dataclass(frozen=True)
class Server:
    """A running server of the pages."""

    url: str
    output: Path

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.read() == b"ok"
        except OSError:
            return False

    def run_page(self, page: str, **query: list[str]) -> dict[str, Any]:
        """Runs a page in a session of its own; gives its status and everything on it."""
        asked = urllib.request.Request(
            f"{self.url}/_stcore/agent/interact",
            json.dumps({"page": page, "query_params": query}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Home, output: Path, port: int | None = None) -> Iterator[Server]:
    """Serves a home on a free port of this machine until the block is left."""
    port = port or free_port()
    command = [sys.executable, "-m", "app.cli", "app"]
    with output.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--home", str(home.path), "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "STREAMLIT_SERVER_ENABLE_AGENT_API": "true"},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    server = Server(f"http://127.0.0.1:{port}", output)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not server.healthy():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
        yield server
    finally:
        process.terminate()
        process.wait(30)
