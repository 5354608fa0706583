"""A real SMTP server for the tests, which can be told to misbehave."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LOGIN, PASSWORD = r"AURORA\svc-tollbook", "s3cret !"


@dataclass
class Inbox:
    """What has arrived, and how the server is to behave."""

    raw: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    """Sender, recipients and content, in order."""
    refuses: dict[str, str] = field(default_factory=dict)
    """Answers to recipients."""
    answer: str = "250 taken"
    delay_s: float = 0
    drops_after_content: bool = False
    """Takes the mail, and breaks off instead of saying so."""
    connections: int = 0
    port: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        found = (message_from_bytes(content, policy=default) for _, _, content in self.raw)
        return list(found)  # type: ignore[arg-type]


class _Handler:
    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: Any
    ) -> Any:
        session.host_name = hostname
        self.inbox.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.inbox.refuses:
            return self.inbox.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.inbox.delay_s:
            time.sleep(self.inbox.delay_s)
        if self.inbox.answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.inbox.raw.append(
                (envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content)
            )
        if self.inbox.drops_after_content:
            server.transport.abort()
        return self.inbox.answer


def _knows(server: SMTP, session: Session, envelope: Envelope, way: str, given: Any) -> AuthResult:
    is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (
        LOGIN.encode(),
        PASSWORD.encode(),
    )
    # Left to the library, a refusal would never be answered.
    return AuthResult(success=is_right, handled=False)


@contextmanager
def smtp_server(
    *,
    certificate: tuple[Path, Path] | None = None,
    tls: bool = False,
    asks_for_login: bool = False,
    port: int = 0,
) -> Iterator[Inbox]:
    """Listens on loopback: plain, with STARTTLS (`certificate`), or TLS from the first byte."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    inbox = Inbox(port=port or free_port())
    options: dict[str, Any] = {"decode_data": False, "enable_SMTPUTF8": True}
    if asks_for_login:
        options |= {
            "authenticator": _knows,
            "auth_required": True,
            "auth_require_tls": context is not None and not tls,
        }
    if context is not None and not tls:
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(
        _Handler(inbox),
        hostname="127.0.0.1",
        port=inbox.port,
        ssl_context=context if tls else None,
        **options,
    )
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop(no_assert=True)


@contextmanager
def rude_server(words: list[bytes]) -> Iterator[int]:
    """A port that answers every line with the next words, and breaks off when it has none."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_be_rude, args=(listening, words), daemon=True).start()
        yield listening.getsockname()[1]


def _be_rude(listening: socket.socket, words: list[bytes]) -> None:
    try:
        connection, _ = listening.accept()
    except OSError:
        return
    with connection:
        for word in words:
            connection.sendall(word)
            connection.recv(4096)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for `localhost` that is its own authority, and its key."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
