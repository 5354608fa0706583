"""Posts events to other programs, and knows what became of each."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.mail.mailer import NotSent, PerhapsSent

SIGNATURE: Final = "X-Tollbook-Signature"
"""`sha256=` and the HMAC of the body under the secret, in hexadecimal digits."""
DELIVERY: Final = "X-Tollbook-Delivery"
"""Tells deliveries apart: the same for the same event, whenever it is posted again."""

_FOR_GOOD: Final = range(400, 500)
_LATER: Final = frozenset({401, 403, 404, 408, 409, 423, 425, 429})
"""Of those that a person may mend, or time."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events are posted."""

    name: str
    url: str
    """Never to be logged: many have a token in it."""
    secret: str | None = None
    """Signs the body, so that the other side knows who it is from."""
    ca_file: Path | None = None
    """Certificates that the server's is checked against; None is the system's."""
    timeout_s: float = 10

    @property
    def place(self) -> str:
        """The server alone, which may be named."""
        return urlsplit(self.url).hostname or "nowhere"


@dataclass(frozen=True, slots=True)
class Message:
    """A body of JSON, and the key of its delivery."""

    key: str
    body: bytes


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What is posted goes where the settings say, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(endpoint: Endpoint, message: Message) -> None:
    """Returns when the other side has taken it; raises `NotSent` or `PerhapsSent`.

    Certificates are checked; the answer's text is not read beyond its status.
    """
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Tollbook",
        DELIVERY: message.key,
    }
    if endpoint.secret is not None:
        headers[SIGNATURE] = f"sha256={signature(endpoint.secret, message.body)}"
    request = urllib.request.Request(  # noqa: S310 (the settings take http and https alone)
        endpoint.url, message.body, headers, method="POST"
    )
    try:
        with _opener(endpoint).open(request, timeout=endpoint.timeout_s):
            return
    except urllib.error.HTTPError as error:
        with error:
            for_good = error.code in _FOR_GOOD and error.code not in _LATER
            raise NotSent(
                f"{endpoint.place} answers {error.code} to webhook {endpoint.name}",
                for_good=for_good,
            ) from None
    except urllib.error.URLError as error:
        # Raised while connecting and sending: nobody has the whole of it.
        raise NotSent(_reason(endpoint, error.reason), for_good=False) from None
    except ssl.SSLError as error:
        raise NotSent(_reason(endpoint, error), for_good=False) from None
    except (OSError, HTTPException):
        raise PerhapsSent(
            f"{endpoint.place} took the message for webhook {endpoint.name} and gave no answer "
            f"within {endpoint.timeout_s:g} s"
        ) from None


def signature(secret: str, body: bytes) -> str:
    """The HMAC (SHA-256) of a body, in hexadecimal digits."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _opener(endpoint: Endpoint) -> urllib.request.OpenerDirector:
    trusted = ssl.create_default_context(cafile=endpoint.ca_file)
    return urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusted), _NoRedirects())


def _reason(endpoint: Endpoint, error: object) -> str:
    place = f"{endpoint.place} (webhook {endpoint.name})"
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {place} is not trusted ({error.verify_message}): name its "
            "authority with ca_file, and the server as its certificate does"
        )
    if isinstance(error, TimeoutError):
        return f"{place} does not answer within {endpoint.timeout_s:g} s"
    return f"{place} cannot be reached: {error}"
