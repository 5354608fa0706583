"""Keeps the page that somebody wanted while they sign in: the provider returns them to the first.

It is kept in a cookie of the browser for some minutes, and only ever as a path within the pages:
nobody can be sent elsewhere by it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

COOKIE: Final = "tollbook_link"
SIGN_IN, SIGN_OUT, RETURN = "/auth/login", "/auth/logout", "/oauth2callback"
_NO_PAGES: Final = ("/auth/", "/_stcore/", "/media/", "/component/", "/static/", RETURN)
_SECONDS: Final = 900
_LONGEST: Final = 3800
"""Browsers keep no longer cookies than 4,096 bytes."""


class KeepsLink:
    """Middleware (ASGI) around the pages."""

    def __init__(self, app: App, url: str) -> None:
        """`url` is where people open the pages."""
        self._app = app
        self._origin = _origin(url)
        self._secure = "; Secure" if url.startswith("https:") else ""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        kept = _kept(headers.get("cookie", ""))
        path, location, cookie = scope["path"], None, None
        if path == RETURN:
            location, cookie = kept, ""
        elif path == SIGN_OUT:
            cookie = ""
        elif path == SIGN_IN:
            # Filters and pages change without a request; the page that asks knows the newest.
            cookie = self._of_ours(headers.get("referer", ""))
        elif "text/html" in headers.get("accept", ""):
            query = scope["query_string"].decode("latin-1")
            cookie = within(f"{quote(path)}?{query}" if query else quote(path)) or within(
                quote(path)
            )

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = list(message["headers"])
                if location is not None and 300 <= message["status"] < 400:
                    found = [one for one in found if one[0].lower() != b"location"]
                    found.append((b"location", location.encode("ascii")))
                if cookie is not None:
                    found.append((b"set-cookie", self._cookie(cookie)))
                message = {**message, "headers": found}
            await send(message)

        await self._app(scope, receive, sending)

    def _of_ours(self, url: str) -> str | None:
        """The path and query of an address of the pages."""
        if _origin(url) != self._origin:
            return None
        parts = urlsplit(url)
        return within(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def _cookie(self, link: str) -> bytes:
        age = _SECONDS if link else 0
        text = f"{COOKIE}={quote(link, safe='')}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax"
        return (text + self._secure).encode("ascii")


def within(link: str) -> str | None:
    """A link if it leads to a page here, and nowhere else whatever a browser makes of it."""
    # Browsers take // and /\ for the beginning of another machine's address.
    harmless = link.isascii() and link.isprintable() and " " not in link and "\\" not in link
    if not harmless or not link.startswith("/") or link.startswith("//"):
        return None
    if len(quote(link, safe="")) > _LONGEST:
        return None
    if f"{urlsplit(link).path}/".startswith(_NO_PAGES):
        return None
    return link


def _kept(cookies: str) -> str | None:
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return None
    return within(unquote(found.value)) if found is not None else None


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.lower()
