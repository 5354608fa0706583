"""What the real server makes of headers, forged and true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus

from tests.app.access.test_in_browser import make_company
from tests.app.access.visitor import page_of
from tests.app.serving import Server, serving

PROXY = '[app.proxy]\nheader = "X-Forwarded-Email"\n'
OIDC = f"""\
[app.oidc]
issuer = "http://127.0.0.1:9"
url = "http://127.0.0.1"
client_id = "x"
client_secret = "y"
cookie_secret = "{"z" * 40}"
"""
ANNA = "anna@aurora.example"
OTHERS = ("Bruno Conti", "+393335550199")
"""What only those see who may see the department of Service."""


@pytest.fixture(scope="module")
def to_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The pages without a sign-in."""
    yield from served(tmp_path_factory, "")


@pytest.fixture(scope="module")
def by_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from served(tmp_path_factory, PROXY)


@pytest.fixture(scope="module")
def by_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from served(tmp_path_factory, OIDC)


def served(folders: pytest.TempPathFactory, settings: str) -> Iterator[Server]:
    home = make_company(folders.mktemp("home"))
    home.settings.write_text(settings)
    with serving(home, home.path / "server.out") as running:
        yield running


def seen(server: Server, page: str = "overview", query: str = "", /, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return page_of(server.url, page, named, query)


def shows_others(page: str) -> bool:
    return any(one in page for one in OTHERS)


def test_without_a_sign_in_this_machine_sees_everything(to_all: Server) -> None:
    assert "Bruno Conti" in seen(to_all)


def test_without_a_sign_in_nobody_comes_through_a_proxy(to_all: Server) -> None:
    page = seen(to_all, X_Forwarded_For="203.0.113.7")
    assert "For this machine only" in page
    assert not shows_others(page)


def test_without_a_sign_in_no_other_name_is_this_machine(to_all: Server) -> None:
    port = to_all.url.rsplit(":", 1)[1]
    with pytest.raises(InvalidStatus):
        seen(to_all, Host=f"rebound.example:{port}")


def test_no_page_of_another_site_listens_in(
    to_all: Server, by_proxy: Server, by_provider: Server
) -> None:
    for server in (to_all, by_proxy, by_provider):
        with pytest.raises(InvalidStatus):
            seen(server, X_Forwarded_Email=ANNA, Origin="https://evil.example")


@pytest.mark.parametrize("header", ["X-Forwarded-User", "Remote-User", "Tollbook-Address", "Email"])
def test_a_proxy_is_believed_by_its_own_header_alone(by_proxy: Server, header: str) -> None:
    page = seen(by_proxy, **{header: ANNA})
    assert "Nobody is signed in" in page
    assert "Anna Bianchi" not in page


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Email", "X-Forwarded-User", "Remote-User", "Tollbook-Address", "Email"]
)
def test_no_header_stands_for_a_sign_in_at_the_provider(by_provider: Server, header: str) -> None:
    page = seen(by_provider, **{header: ANNA})
    assert "Sign in" in page
    assert "Anna Bianchi" not in page


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("overview", ""),
        ("reports", ""),
        ("calls", ""),
        ("calls", "department=Service"),
        ("calls", "search=bruno"),
    ],
)
def test_by_the_word_of_the_proxy_a_supervisor_sees_their_department(
    by_proxy: Server, page: str, query: str
) -> None:
    told = seen(by_proxy, page, query, X_Forwarded_Email=ANNA)
    assert "Supervisor" in told
    assert not shows_others(told)
    assert "Traceback" not in by_proxy.output.read_text()


def test_a_cookie_that_the_server_did_not_sign_is_nothing(
    by_proxy: Server, by_provider: Server
) -> None:
    cookie = '_streamlit_user="{\\"email\\": \\"zoe@aurora.example\\", \\"is_logged_in\\": true}"'
    for server in (by_proxy, by_provider):
        page = seen(server, Cookie=cookie, Origin=server.url)
        assert "Zoe" not in page
        assert not shows_others(page)
