"""The page that somebody wanted is kept while they sign in, and leads nowhere else."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import pytest

from app.access.links import COOKIE, KeepsLink, within

URL = "https://calls.example.com"


def asked(
    path: str, query: str = "", method: str = "GET", status: int = 302, **headers: str
) -> dict[str, list[str]]:
    """The headers of what the pages answer with the middleware around them."""

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        given = [(b"location", b"/"), (b"x-own", b"kept")]
        await send({"type": "http.response.start", "status": status, "headers": given})
        await send({"type": "http.response.body", "body": b""})

    told: dict[str, list[str]] = {}

    async def send(message: Any) -> None:
        for name, value in message.get("headers", ()):
            told.setdefault(name.decode(), []).append(value.decode())

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(KeepsLink(pages, URL)(scope, None, send))  # type: ignore[arg-type]
    assert ["kept"] == told["x-own"]
    return told


def kept(link: str) -> str:
    return f"{COOKIE}={quote(link, safe='')}"


LINK = "/calls?department=R%26D&period=Last+month"


def test_a_page_that_is_opened_is_kept_for_some_minutes() -> None:
    (cookie,) = asked("/calls", "department=R%26D&period=Last+month", accept="text/html")[
        "set-cookie"
    ]
    assert cookie == f"{kept(LINK)}; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure"


def test_the_page_that_asks_for_the_sign_in_counts_for_more_than_the_one_opened() -> None:
    told = asked("/auth/login", "provider=x", referer=URL + LINK, cookie=kept("/reports"))
    assert told["set-cookie"][0].startswith(f"{kept(LINK)};")
    assert ["/"] == told["location"]


@pytest.mark.parametrize(
    "referer", ["https://evil.example/calls", "//x", "", "https://[", "/calls"]
)
def test_no_foreign_page_says_where_to_go(referer: str) -> None:
    assert "set-cookie" not in asked("/auth/login", referer=referer)


def test_after_the_sign_in_it_is_opened_and_forgotten() -> None:
    told = asked("/oauth2callback", "code=1", cookie=f"a=b; {kept(LINK)}")
    assert [LINK] == told["location"]
    assert told["set-cookie"][0].startswith(f"{COOKIE}=; Path=/; Max-Age=0;")


def test_without_one_the_sign_in_ends_where_it_always_does() -> None:
    assert ["/"] == asked("/oauth2callback", "code=1")["location"]
    assert ["/"] == asked("/oauth2callback", "code=1", status=400, cookie=kept(LINK))["location"]


def test_whoever_signs_out_begins_anew() -> None:
    assert "Max-Age=0" in asked("/auth/logout", cookie=kept(LINK))["set-cookie"][0]


@pytest.mark.parametrize(
    ("path", "headers", "method"),
    [
        ("/calls", {"accept": "*/*"}, "GET"),
        ("/calls", {"accept": "text/html"}, "POST"),
        ("/_stcore/health", {"accept": "text/html"}, "GET"),
        ("/media/abc.csv", {"accept": "text/html"}, "GET"),
    ],
)
def test_only_pages_that_people_open_are_kept(
    path: str, headers: dict[str, str], method: str
) -> None:
    assert "set-cookie" not in asked(path, method=method, **headers)


BAD = [
    *("//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "evil"),
    *("/\t/evil.example", "/a b", "/a\r\nset-cookie: x=y", "/é", "", "javascript:alert(1)"),
    *("/auth/logout", "/oauth2callback?code=stolen", "/auth/login", "/_stcore/stream"),
    "/" + "x" * 5000,
]


@pytest.mark.parametrize("link", BAD)
def test_a_forged_cookie_leads_nowhere(link: str) -> None:
    assert within(link) is None
    assert ["/"] == asked("/oauth2callback", "code=1", cookie=kept(link))["location"]


def test_of_a_link_too_long_for_a_cookie_the_page_stays() -> None:
    (cookie,) = asked("/calls", "person=" + "x" * 5000, accept="text/html")["set-cookie"]
    assert cookie.startswith(f"{kept('/calls')};")


def test_what_is_no_request_for_a_page_passes_by() -> None:
    seen = []

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(KeepsLink(pages, URL)({"type": "websocket"}, None, None))  # type: ignore[arg-type]
    assert ["websocket"] == seen
