"""A provider of OpenID Connect for the tests: authorization code with PKCE, by the standards."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "tollbook", "a secret of the provider's and the client's"
PASSWORD = "correct horse"
_CODE_S = 60


@dataclass
class Provider:
    """Who can sign in, and what the provider has seen."""

    issuer: str = ""
    redirect_uris: set[str] = field(default_factory=set)
    """Of the client; also where it may lead to after a sign-out."""
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Claims by the name that people type."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The parameters of every request for a sign-in."""
    signed_in: list[str] = field(default_factory=list)
    signed_out: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    codes: dict[str, tuple[str, dict[str, str], float]] = field(default_factory=dict)
    """Account, request and last moment of each code that is still to be redeemed."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Account of each access token."""

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "email", "profile"],
        }

    def fault_of(self, asked: dict[str, str]) -> str | None:
        """What is wrong with a request for a sign-in."""
        wanted = {
            "client_id": asked.get("client_id") == CLIENT,
            "redirect_uri": asked.get("redirect_uri") in self.redirect_uris,
            "response_type": asked.get("response_type") == "code",
            "scope": "openid" in asked.get("scope", "").split(),
            "state": bool(asked.get("state")),
            "nonce": bool(asked.get("nonce")),
            "code_challenge": bool(asked.get("code_challenge")),
            "code_challenge_method": asked.get("code_challenge_method") == "S256",
        }
        return next((name for name, is_right in wanted.items() if not is_right), None)

    def code_for(self, account: str, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(24)
        self.codes[code] = (account, asked, time.monotonic() + _CODE_S)
        self.signed_in.append(account)
        return code

    def redeem(self, given: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code, which is good once, for whoever asked for it."""
        account, asked, until = self.codes.pop(given.get("code", ""), ("", {}, 0.0))
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_right = (
            account
            and time.monotonic() < until
            and given.get("grant_type") == "authorization_code"
            and given.get("redirect_uri") == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )
        if not is_right:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": account,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 600,
            "nonce": asked["nonce"],
            **self.accounts[account],
        }
        access = secrets.token_urlsafe(24)
        self.tokens[access] = account
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 600,
            "id_token": jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key),
        }


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = _single(parts.query)
        if parts.path == "/.well-known/openid-configuration":
            self._json(self.provider.discovery())
        elif parts.path == "/jwks":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self.provider.asked.append(asked)
            self._form(asked)
        elif parts.path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            account = self.provider.tokens.get(token)
            claims = None if account is None else self.provider.accounts[account]
            self._json(
                {"error": "invalid_token"} if claims is None else {"sub": account, **claims},
                401 if claims is None else 200,
            )
        elif parts.path == "/logout":
            self._sign_out(asked)
        else:
            self._send(404, "text/plain", b"")

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        given = _single(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if parts.path == "/authorize":
            self._choose(_single(parts.query), given)
        elif parts.path == "/token":
            self._redeem(given)
        else:
            self._send(404, "text/plain", b"")

    def _form(self, asked: dict[str, str], told: str = "") -> None:
        if fault := self.provider.fault_of(asked):
            self._send(400, "text/plain", f"invalid_request: {fault}".encode())
            return
        page = (
            f"<h1>Provider</h1><p>{escape(told)}</p>"
            f'<form method="post" action="/authorize?{escape(urlencode(asked))}">'
            '<input name="account"><input name="password" type="password">'
            '<button type="submit">Continue</button></form>'
        )
        self._send(200, "text/html", page.encode())

    def _choose(self, asked: dict[str, str], given: dict[str, str]) -> None:
        account = given.get("account", "")
        if account not in self.provider.accounts or given.get("password") != PASSWORD:
            self._form(asked, "Wrong name or password")
            return
        if self.provider.fault_of(asked):
            self._form(asked)
            return
        answer = {"code": self.provider.code_for(account, asked), "state": asked["state"]}
        self._redirect(f"{asked['redirect_uri']}?{urlencode(answer)}")

    def _redeem(self, given: dict[str, str]) -> None:
        basic = base64.b64encode(f"{quote(CLIENT)}:{quote(SECRET)}".encode()).decode()
        raw = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_client = self.headers.get("Authorization") in (f"Basic {basic}", f"Basic {raw}") or (
            given.get("client_id"),
            given.get("client_secret"),
        ) == (CLIENT, SECRET)
        if not is_client:
            self._json({"error": "invalid_client"}, 401)
            return
        tokens = self.provider.redeem(given)
        self._json(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

    def _sign_out(self, asked: dict[str, str]) -> None:
        hint = asked.get("id_token_hint")
        found = jwt.decode(hint, self.provider.key).claims if hint else {}
        target = asked.get("post_logout_redirect_uri", "")
        if found.get("aud") != CLIENT or target not in self.provider.redirect_uris:
            self._send(400, "text/plain", b"invalid_request")
            return
        self.provider.signed_out.append(found["sub"])
        self._redirect(target)

    def _redirect(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, found: dict[str, Any], status: int = 200) -> None:
        self._send(status, "application/json", json.dumps(found).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def providing(certificate: tuple[Path, Path] | None = None) -> Iterator[Provider]:
    """Runs a provider on a free port of this machine until the block is left.

    With a certificate and its key, for `localhost`, it speaks TLS.
    """
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            provider.issuer = f"https://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
