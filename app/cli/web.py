"""Serves the pages with Streamlit."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.request import urlopen

from warehouse.errors import Unavailable
from warehouse.home import Home

HOME_VARIABLE = "TOLLBOOK_HOME"
COMPANY_VARIABLE = "TOLLBOOK_COMPANY"

_SCRIPT = Path(__file__).parents[1] / "main.py"


def serve(home: Home, address: str, port: int, company: str) -> None:
    """Serves until the process is asked to end; raises `Unavailable` where the port is taken."""
    # Half of every command's start-up would go into this import.
    from streamlit.web import cli as streamlit  # noqa: PLC0415

    free_port(address, port, search=False)
    os.environ[HOME_VARIABLE] = str(home.path)
    os.environ[COMPANY_VARIABLE] = company
    # The theme lies beside the script in an installed package, and at the root of a checkout.
    if not (_SCRIPT.parent / ".streamlit").exists():
        os.chdir(_SCRIPT.parents[1])
    streamlit.main(
        [
            "run",
            str(_SCRIPT),
            f"--server.address={address}",
            f"--server.port={port}",
            "--server.headless=true",
            "--server.fileWatcherType=none",
            "--browser.gatherUsageStats=false",
        ],
        standalone_mode=False,
    )


def free_port(address: str, port: int, *, search: bool) -> int:
    """`port`, or with `search` the next free one after it; raises `Unavailable` where none is."""
    for candidate in range(port, port + 50 if search else port + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, candidate))
            except OSError:
                continue
            return candidate
    raise Unavailable(
        f"port {port} on {address} is taken: end the program that uses it, or choose another one "
        "with --port or in tollbook.toml, [app] port"
    )


def answers(address: str, port: int) -> bool:
    """Whether the pages are being served."""
    host = "127.0.0.1" if address == "0.0.0.0" else address  # noqa: S104
    try:
        with urlopen(f"http://{host}:{port}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
