"""Hands mails to a server, and knows what became of each."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import yagmail  # type: ignore[import-untyped]

from app.mail.message import Mail, message
from warehouse.clock import Clock
from warehouse.errors import TollbookError

_END = b"\r\n.\r\n"
_PERMANENT = 500
"""Answers from here on will be the same next time."""


class Security(StrEnum):
    """How the way to the mail server is kept from listeners."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails go out."""

    host: str
    port: int
    security: Security
    sender: Address
    login: str | None = None
    """As the server wants it, which need not be an address; None is a relay that asks for none."""
    password: str | None = None
    ca_file: Path | None = None
    """Certificates that the server's is checked against; None is the system's."""
    timeout_s: float = 30


class NotSent(TollbookError):
    """The server has not taken the mail."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good
        """Whether trying again is of no use."""


class PerhapsSent(TollbookError):
    """The whole mail was handed over, and the connection ended before the server's answer.

    Sending it again could double it.
    """


class Mailer:
    """One connection to a mail server, made when first needed and again after it was lost.

    Used in a `with` block; not to be shared among threads.
    """

    def __init__(self, server: Server, clock: Clock) -> None:
        self._server = server
        self._clock = clock
        self._client: _Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._forget()

    def send(self, mail: Mail) -> None:
        """Returns when the server has taken the mail; raises `NotSent` or `PerhapsSent`."""
        try:
            content = message(mail, self._server.sender, self._clock())
        except ValueError as error:
            raise NotSent(str(error), for_good=True) from None
        client = self._connected()
        try:
            refused = client.hand_over(mail.to.strip(), content.as_bytes())
        except (smtplib.SMTPException, OSError) as error:
            if client.has_handed_over and not isinstance(error, smtplib.SMTPResponseException):
                self._forget()
                raise PerhapsSent(
                    f"{self._server.host} took the mail and broke off before it said so"
                ) from None
            self._forget()
            raise self._reason(error) from None
        if refused:
            ((code, reason),) = refused.values()
            raise _refusal(code, reason)

    def _connected(self) -> _Client:
        if self._client is None:
            client = _Client(self._server)
            try:
                client.login()
            except (smtplib.SMTPException, OSError) as error:
                client.drop()
                raise self._reason(error) from None
            except UnicodeEncodeError:
                client.drop()
                rule = "login and password may have letters, digits and signs of ASCII only"
                raise NotSent(rule, for_good=False) from None
            self._client = client
        return self._client

    def _forget(self) -> None:
        if self._client is not None:
            self._client.drop()
            self._client = None

    def _reason(self, error: Exception) -> NotSent:
        """What went wrong, and what to do about it; nothing of it is a password."""
        place = f"{self._server.host}:{self._server.port}"
        if isinstance(error, ssl.SSLCertVerificationError):
            reason = (
                f"the certificate of {place} is not trusted ({error.verify_message}): name its "
                "authority with ca_file, and the server as its certificate does"
            )
        elif isinstance(error, ssl.SSLError):
            reason = f"{place} speaks no TLS that fits: see security and port"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            reason = f"{place} does not offer what is asked for ({error}): see security and login"
        elif isinstance(error, smtplib.SMTPAuthenticationError):
            reason = f"{place} refuses the login: correct login and password"
        elif isinstance(error, smtplib.SMTPRecipientsRefused):
            ((code, told),) = error.recipients.values()
            return _refusal(code, told)
        elif isinstance(error, smtplib.SMTPResponseException):
            return _refusal(error.smtp_code, error.smtp_error)
        elif isinstance(error, TimeoutError):
            reason = f"{place} does not answer within {self._server.timeout_s:g} s"
        elif isinstance(error, smtplib.SMTPServerDisconnected):
            reason = f"{place} broke off before it had the whole mail"
        else:
            reason = f"{place} cannot be reached: {error}"
        return NotSent(reason, for_good=False)


def _refusal(code: int, told: bytes | str) -> NotSent:
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return NotSent(
        f"the server refuses it: {code} {' '.join(text.split())}", for_good=code >= _PERMANENT
    )


class _Client(yagmail.Client):  # type: ignore[misc]
    """Yagmail's client as a server of a company needs it.

    It checks certificates, logs in under any name and sends once: the library accepts every
    certificate in STARTTLS, takes the login for the sender, and sends again by itself what may
    have arrived.
    """

    def __init__(self, server: Server) -> None:
        trusted = ssl.create_default_context(cafile=server.ca_file)
        options: dict[str, Any] = {"timeout": server.timeout_s}
        if server.security is Security.TLS:
            options["context"] = trusted
        super().__init__(
            user={server.sender.addr_spec: server.sender.display_name or server.sender.addr_spec},
            password=server.password,
            host=server.host,
            port=server.port,
            smtp_ssl=server.security is Security.TLS,
            smtp_starttls={"context": trusted} if server.security is Security.STARTTLS else False,
            # We log in ourselves, under the server's name for us.
            smtp_skip_login=True,
            soft_email_validation=False,
            **options,
        )
        self._login_name = server.login

    @property
    def connection(self) -> Callable[..., smtplib.SMTP]:
        return _TlsWatched if self.ssl else _Watched

    @property
    def has_handed_over(self) -> bool:
        """Whether the server has all of the last mail."""
        return bool(self.smtp.has_handed_over)

    def _login(self, password: Any) -> None:
        super()._login(password)
        if self._login_name is not None:
            self.smtp.login(self._login_name, password or "")

    def hand_over(self, to: str, content: bytes) -> dict[str, tuple[int, bytes]]:
        """Sends once; gives the recipients that were refused."""
        self.smtp.has_handed_over = False
        return dict(self.smtp.sendmail(self.user, [to], content))

    def drop(self) -> None:
        """Ends the connection, in what state it may be."""
        self.is_closed = True
        if self.smtp is not None:
            try:
                self.smtp.quit()
            except (smtplib.SMTPException, OSError):
                self.smtp.close()


class _Watched(smtplib.SMTP):
    """Knows whether the end of a mail has gone out."""

    has_handed_over = False

    def send(self, s: Any) -> None:
        super().send(s)
        if isinstance(s, bytes | bytearray) and bytes(s[-len(_END) :]) == _END:
            self.has_handed_over = True


class _TlsWatched(_Watched, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""
