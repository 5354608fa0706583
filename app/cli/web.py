"""Serves the pages with Streamlit."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import sys
from http.client import HTTPException
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from app.access.rules import PROXY_KEY, Way, to_text
from app.cli.access_settings import PageSettings
from app.environment import (
    ACCESS_VARIABLE,
    COMPANY_VARIABLE,
    HOME_VARIABLE,
    OIDC_VARIABLE,
    WAYS_VARIABLE,
)
from warehouse.errors import Unavailable
from warehouse.home import Home

HIGHEST_PORT = 65_535

_SCRIPT = Path(__file__).parents[1] / "serve.py"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def serve(
    home: Home,
    settings: PageSettings,
    port: int,
    company: str,
    ways: dict[str, object] | None = None,
) -> None:
    """Serves until the process is asked to end; raises `Unavailable` where the port is taken.

    `ways` are those on which people are told of something, see `WAYS_VARIABLE`.
    """
    # Half of every command's start-up would go into this import.
    from streamlit.web import cli as streamlit  # noqa: PLC0415

    address = settings.address
    free_port(address, port, search=False)
    os.environ[HOME_VARIABLE] = str(home.path)
    os.environ[COMPANY_VARIABLE] = company
    os.environ[ACCESS_VARIABLE] = to_text(settings.rules)
    if settings.oidc is not None:
        os.environ[OIDC_VARIABLE] = json.dumps(settings.oidc.handed_over())
        if settings.oidc.ca_file is not None:
            os.environ["SSL_CERT_FILE"] = str(home.path / settings.oidc.ca_file)
    os.environ[WAYS_VARIABLE] = json.dumps(ways or {})
    # The server closes, and then raises the signal that it was asked by once more.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
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
            *_trusted(settings, address),
        ],
        standalone_mode=False,
    )


def _trusted(settings: PageSettings, address: str) -> list[str]:
    """Whose word the server takes: always said, lest the environment says otherwise."""
    headers = {} if settings.proxy is None else {settings.proxy.header: PROXY_KEY}
    trusted = [f"--server.trustedUserHeaders={json.dumps(headers)}"]
    if settings.rules.way is Way.OPEN:
        # Else a foreign page could give its own name this machine's address, and read along.
        hosts = dict.fromkeys((*_THIS_MACHINE, address))
        trusted += [f"--server.allowedHosts={host}" for host in hosts]
    return trusted


def free_port(address: str, port: int, *, search: bool) -> int:
    """`port`, or with `search` the next free one after it; raises `Unavailable` where none is."""
    for candidate in range(port, min(port + 50 if search else port + 1, HIGHEST_PORT + 1)):
        try:
            family, kind, protocol, _, place = socket.getaddrinfo(
                address, candidate, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
        except (OSError, UnicodeError) as error:
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                continue
            reason = error.strerror if isinstance(error, OSError) else "not the name of a machine"
            raise Unavailable(
                f"nothing can listen on {address}, port {candidate}: {reason}. Choose "
                "another address in tollbook.toml, [app] address, or another --port"
            ) from None
        return candidate
    raise Unavailable(
        f"port {port} on {address} is taken: end the program that uses it, or choose another one "
        "with --port or in tollbook.toml, [app] port"
    )


def url_of(address: str, port: int) -> str:
    """Where a browser on this machine finds the pages."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def answers(address: str, port: int) -> bool:
    """Whether the pages are being served; asked directly, whatever proxy this machine uses."""
    directly = build_opener(ProxyHandler({}))
    try:
        with directly.open(f"{url_of(address, port)}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False
