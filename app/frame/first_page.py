"""The first page has two addresses: the root, where Streamlit serves it, and its own name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class FirstPage:
    """Middleware (ASGI): leads from the name of the first page to the root, with its filters.

    Links of mails, and those that people write, name every page alike.
    """

    def __init__(self, app: App, name: str) -> None:
        self._app = app
        self._ending = f"/{name}"

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        is_asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not is_asked or not scope["path"].rstrip("/").endswith(self._ending):
            await self._app(scope, receive, send)
            return
        # Relative: the pages may lie below a path of the server.
        root = b"../" if scope["path"].endswith("/") else b"./"
        query = scope["query_string"]
        location = root + b"?" + query if query else root
        await send(
            {
                "type": "http.response.start",
                "status": 307,
                "headers": [(b"location", location), (b"cache-control", b"no-store")],
            }
        )
        await send({"type": "http.response.body", "body": b""})
