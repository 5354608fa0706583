"""A home whose calls grow, an alarm desk, and a receiver of webhooks."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext
from typing import Any

import pytest

from app.alarms.desk import Desk
from app.alarms.event import Told
from app.alarms.operation import Facts
from app.alarms.rule import Rule
from app.alarms.telling import Teller
from app.alarms.watch import Watch
from app.alarms.watched import WATCHED
from app.alarms.webhook import Endpoint
from app.mail.letterhead import Letterhead
from tests.app.homes import Row, leg, make_home
from tests.app.schedules.conftest import Letterbox, Time
from tests.warehouses import beginning
from warehouse.scope import Scope
from warehouse.snapshot import Snapshots
from warehouse.state.state import State

NOW = datetime(2024, 10, 21, 12, tzinfo=UTC)
"""A Monday."""


@dataclass
class Office:
    """Everything that tells of alarms, with a clock that the test moves."""

    folder: Path
    letterbox: Letterbox
    clock: Time
    state: State
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    files: int = 0
    facts: Facts = field(default_factory=Facts)
    """What is known of the operation."""

    def __post_init__(self) -> None:
        self.snapshots = Snapshots(self.folder / "warehouse")
        self.desk = Desk(self.state, self.endpoints)
        self.watch = Watch(self.desk, self.snapshots.current, self.clock, lambda: self.facts)
        self.teller = Teller(
            self.desk,
            self.snapshots.current,
            lambda: self.letterbox,
            self.endpoints,
            self.clock,
            Letterhead("Aurora Instruments", "https://calls.aurora.example/"),
        )

    def arrive(self, *rows: Row) -> None:
        """Calls are loaded and published."""
        self.files += 1
        make_home(self.folder, rows, serial=self.files)

    def tick(self) -> list[str]:
        """Looks and tells; gives the titles of the mails that came of it."""
        before = len(self.letterbox.mails)
        self.watch.look()
        self.teller.send_what_waits()
        return [mail.subject for mail in self.letterbox.mails[before:]]

    def titles(self) -> list[str]:
        """Of all that was found, the oldest first."""
        return [row["title"] for row in reversed(self.desk.history(10_000))]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    before = [leg("before", datetime(2024, 10, 21, 9))]
    beginning("office", tmp_path, partial(make_home, tmp_path, before, serial=1))
    state = State.open(tmp_path / "state.db")
    made = Office(tmp_path, Letterbox(), Time(NOW), state, files=1)
    yield made
    made.snapshots.close()
    state.close()


def watching(name: str = "watch", *, quiet: int = 0, **facts: Any) -> Rule:
    """An alarm that is mailed to Anna, whose readers see everything."""
    own = {key: facts.pop(key) for key in ("scope", "zone", "locale") if key in facts}
    to = facts.pop("told", Told(("anna@aurora.example",), (), quiet))
    usual: dict[str, Any] = {"scope": Scope(everything=True)}
    return Rule(name, WATCHED.validate_python(facts), to, **(usual | own))


def begun(minutes: float, leg_id: str, **facts: Any) -> Row:
    """A call that began so long after `NOW`."""
    return leg(leg_id, (NOW + timedelta(minutes=minutes)).replace(tzinfo=None), **facts)


def unanswered(minutes: float, leg_id: str, **facts: Any) -> Row:
    """An inbound call that nobody took."""
    nothing = dict.fromkeys(("answered_at", "answered_by", "talk_s", "cost", "charge", "currency"))
    lost = {"outcome": "no_answer", "status": "not_charged", "direction": "inbound"}
    return begun(minutes, leg_id, **(nothing | lost | facts))


@dataclass
class Receiver:
    """A program that alarms are posted to."""

    port: int = 0
    status: int = 204
    delay_s: float = 0
    breaks_off: bool = False
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@contextmanager
def receiving(context: SSLContext | None = None) -> Iterator[Receiver]:
    """Listens on loopback, over TLS with a context."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers), body))
            time.sleep(receiver.delay_s)
            if receiver.breaks_off:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(receiver.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def titles_of(rows: Sequence[Row]) -> list[str]:
    """Keys of calls, as they stand in events."""
    return [f"rome/{row['call_id']}" for row in rows]
