"""A TCP proxy that cuts, delays, stalls and refuses: what networks and failovers do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self


class Proxy:
    """Forwards a port of this machine to another one, as well or as badly as it is told."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.delay_s = 0.0
        self.is_refusing = False
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.passed = 0
        """Bytes so far, both ways."""
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Closes every connection."""
        with self._lock:
            dropped = tuple(self._open)
        for end in dropped:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def stalled(self) -> Iterator[Self]:
        """Takes what is sent, and passes nothing on."""
        self._flows.clear()
        try:
            yield self
        finally:
            self._flows.set()

    @contextmanager
    def refusing(self) -> Iterator[Self]:
        """As if the server were gone."""
        self.is_refusing = True
        self.cut()
        try:
            yield self
        finally:
            self.is_refusing = False

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_refusing:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(16_384):
                if self.delay_s:
                    time.sleep(self.delay_s)
                self._flows.wait()
                other.sendall(data)
                self.passed += len(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open.discard(one)
        one.close()
