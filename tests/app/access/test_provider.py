"""How the server of the pages asks a provider, without a browser in between."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.app.serving import Server, free_port, serving
from tests.oidc import CLIENT, SECRET, Provider, providing
from tests.smtp import make_certificate
from warehouse.home import Home

COOKIE_SECRET = "a long random text of this installation alone"


@contextmanager
def signing_in(folder: Path, provider: Provider, ca_file: str = "") -> Iterator[Server]:
    port = free_port()
    settings = (
        f'[app.oidc]\nissuer = "{provider.issuer}"\nurl = "http://127.0.0.1:{port}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\ncookie_secret = "{COOKIE_SECRET}"\n'
    )
    home = Home(folder)
    home.settings.write_text(settings + (f'ca_file = "{ca_file}"\n' if ca_file else ""))
    provider.redirect_uris.add(f"http://127.0.0.1:{port}/oauth2callback")
    with serving(home, folder / "server.out", port) as running:
        yield running


def answer(url: str, cookie: str = "") -> http.client.HTTPResponse:
    """What is answered, wherever it leads."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.netloc, timeout=30)
    line.request("GET", f"{parts.path}?{parts.query}", headers={"Cookie": cookie})
    found = line.getresponse()
    found.read()
    line.close()
    return found


def login(server: Server) -> http.client.HTTPResponse:
    """The answer to a click on the button, which the server signs."""
    claims = {"provider": "default", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(COOKIE_SECRET))
    return answer(f"{server.url}/auth/login?provider={token}")


def test_a_provider_of_the_company_is_known_by_its_own_certificate(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "provider")
    with providing((certificate, key)) as provider:
        with signing_in(tmp_path, provider, certificate.name) as server:
            told = login(server)
            assert 302 == told.status
            assert (told.getheader("location") or "").startswith(f"{provider.issuer}/authorize?")
        with signing_in(tmp_path, provider) as server:
            assert 302 != login(server).status


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, Server]]:
    with providing() as provider:
        provider.accounts["anna"] = {"email": "anna@aurora.example"}
        with signing_in(tmp_path_factory.mktemp("home"), provider) as server:
            yield provider, server


def asked_of(told: http.client.HTTPResponse) -> dict[str, str]:
    query = urlsplit(told.getheader("location") or "").query
    return {name: values[0] for name, values in parse_qs(query).items()}


def cookies_of(told: http.client.HTTPResponse) -> str:
    return "; ".join(one.partition(";")[0] for one in told.headers.get_all("set-cookie") or ())


def is_signed_in(told: http.client.HTTPResponse) -> bool:
    return any(
        one.startswith("_streamlit_user=") and "Max-Age=0" not in one
        for one in told.headers.get_all("set-cookie") or ()
    )


def test_a_code_signs_in_whoever_asked_for_it_once(pair: tuple[Provider, Server]) -> None:
    provider, server = pair
    told = login(server)
    asked = asked_of(told)
    assert provider.fault_of(asked) is None
    back = f"{server.url}/oauth2callback?code={provider.code_for('anna', asked)}"
    back += f"&state={asked['state']}"
    assert not is_signed_in(answer(back)), "another browser has the link"
    assert is_signed_in(answer(back, cookies_of(told)))
    assert not is_signed_in(answer(back, cookies_of(told))), "the code is spent"


def test_a_code_of_another_request_signs_nobody_in(pair: tuple[Provider, Server]) -> None:
    provider, server = pair
    stolen = provider.code_for("anna", asked_of(login(server)))
    told = login(server)
    back = f"{server.url}/oauth2callback?code={stolen}&state={asked_of(told)['state']}"
    assert not is_signed_in(answer(back, cookies_of(told)))


def test_a_token_for_another_request_signs_nobody_in(pair: tuple[Provider, Server]) -> None:
    provider, server = pair
    told = login(server)
    asked = asked_of(told)
    code = provider.code_for("anna", asked | {"nonce": "another"})
    back = f"{server.url}/oauth2callback?code={code}&state={asked['state']}"
    assert not is_signed_in(answer(back, cookies_of(told)))
