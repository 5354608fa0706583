"""Signing in and out at a real provider, in Chromium; and what nobody gets by asking otherwise."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from app.access.audit import Action, Asked, deeds
from app.access.roles import Role, Viewer
from tests.app.homes import leg, make_home, note_people
from tests.app.serving import Server, free_port, serving
from tests.browser import PATIENCE_S, Browser
from tests.oidc import CLIENT, PASSWORD, SECRET, Provider, providing
from warehouse.home import Home
from warehouse.scope import Scope
from warehouse.state.state import State

pytestmark = pytest.mark.browser

TODAY = datetime.now(UTC)
BRUNO = {
    "charged_user": "bruno@aurora.example",
    "from_user": "bruno@aurora.example",
    "person": "Bruno Conti",
    "department": "Service",
    "to_number": "+393335550199",
}
PEOPLE = (
    {"user": "anna@aurora.example", "name": "Anna Bianchi", "department": "Sales", "role": "head"},
    {"user": "bruno@aurora.example", "name": "Bruno Conti", "department": "Service"},
    {"user": "zoe@aurora.example", "name": "Zoe", "department": "IT", "role": "auditor"},
)
ACCOUNTS = {
    name: {"email": f"{name}@aurora.example", "email_verified": True, "name": name.title()}
    for name in ("anna", "bruno", "zoe", "stranger")
}
COOKIE_SECRET = "a long random text of this installation alone"


def make_company(folder: Path) -> Home:
    at = (TODAY - timedelta(hours=30)).replace(microsecond=0, tzinfo=None)
    anna = [leg(f"A{step}", at - timedelta(hours=step)) for step in range(3)]
    bruno = [leg(f"B{step}", at - timedelta(hours=step), **BRUNO) for step in range(2)]
    home = make_home(folder, [*anna, *bruno])
    note_people(home, PEOPLE, TODAY)
    return home


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as running:
        running.accounts |= ACCOUNTS
        yield running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_company(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def server(home: Home, provider: Provider) -> Iterator[Server]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    provider.redirect_uris.add(f"{url}/oauth2callback")
    home.settings.write_text(
        'company = "Aurora Instruments"\n[app.oidc]\n'
        f'issuer = "{provider.issuer}"\nurl = "{url}"\nclient_id = "{CLIENT}"\n'
        'client_secret = "${CLIENT_SECRET}"\ncookie_secret = "${COOKIE_SECRET}"\n'
    )
    home.path.joinpath("secrets.toml").write_text(
        f'CLIENT_SECRET = "{SECRET}"\nCOOKIE_SECRET = "{COOKIE_SECRET}"\n'
    )
    with serving(home, home.path / "server.out", port) as running:
        yield running


@pytest.fixture
def fresh(browser: Browser, server: Server, provider: Provider) -> Browser:
    """The browser as somebody comes with it who was never here."""
    browser.look(1440, 1200, "light")
    for place in (provider.issuer, server.url):
        browser.driver.get(f"{place}/favicon.ico")
        browser.driver.delete_all_cookies()
    for file in browser.downloads.glob("*"):
        file.unlink()
    return browser


def button(browser: Browser, label: str) -> None:
    """Clicks a button as soon as there is one; Streamlit draws the pages anew in between."""
    browser.until(
        "const found = [...document.querySelectorAll('button')]"
        f".find(one => one.innerText.includes({json.dumps(label)}));"
        "if (found) found.click(); return !!found"
    )


def go_to_provider(browser: Browser) -> None:
    button(browser, "Sign in")
    WebDriverWait(browser.driver, PATIENCE_S).until(
        lambda driver: driver.find_elements(By.NAME, "account")
    )


def sign_in(browser: Browser, account: str) -> None:
    go_to_provider(browser)
    identify(browser, account)


def identify(browser: Browser, account: str) -> None:
    browser.driver.find_element(By.NAME, "account").send_keys(account)
    browser.driver.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.one("button").click()
    browser.settle()


def sign_out(browser: Browser) -> None:
    button(browser, "Zoe")
    button(browser, "Sign out")


def calls_on(browser: Browser) -> int:
    browser.until("return /\\d+ calls?/.test(document.body.innerText)")
    found = re.search(r"(\d+) calls?", browser.text())
    assert found is not None
    return int(found.group(1))


def test_nothing_is_shown_before_the_sign_in(fresh: Browser, server: Server) -> None:
    for page in ("", "/calls", "/reports"):
        fresh.open(f"{server.url}{page}")
        text = fresh.text()
        assert "Sign in" in text
        assert "Sales" not in text
        assert "Anna" not in text
        assert not fresh.all('[data-testid="stSidebarNavLink"]')
        assert not fresh.all('[data-testid="stException"]')


def test_a_link_survives_the_sign_in_with_its_filters(
    fresh: Browser, server: Server, provider: Provider
) -> None:
    fresh.open(f"{server.url}/calls?direction=outbound&period=last-7-days&search=anna")
    sign_in(fresh, "zoe")
    fresh.until("return location.pathname === '/calls'")
    assert "search=anna" in fresh.driver.current_url
    assert "period=last-7-days" in fresh.driver.current_url
    assert 3 == calls_on(fresh)
    asked = provider.asked[-1]
    assert "S256" == asked["code_challenge_method"]
    assert "openid" in asked["scope"].split()


def test_a_forged_cookie_sends_nobody_elsewhere(fresh: Browser, server: Server) -> None:
    fresh.open(f"{server.url}/calls")
    go_to_provider(fresh)
    forged = {"url": server.url, "name": "tollbook_link", "value": "%2F%2Fevil.example%2F"}
    fresh.driver.execute_cdp_cmd("Network.setCookie", forged)
    identify(fresh, "zoe")
    assert f"{server.url}/" == fresh.driver.current_url.partition("?")[0]
    assert "Zoe" in fresh.text()


def test_filters_that_were_changed_before_the_sign_in_survive_it(
    fresh: Browser, server: Server
) -> None:
    fresh.open(f"{server.url}/calls")
    fresh.driver.execute_script("history.replaceState({}, '', '/calls?search=bruno')")
    sign_in(fresh, "zoe")
    assert "search=bruno" in fresh.driver.current_url
    assert 2 == calls_on(fresh)


def test_who_signs_out_is_signed_out_here_and_there(
    fresh: Browser, server: Server, provider: Provider, home: Home
) -> None:
    fresh.open(server.url)
    sign_in(fresh, "zoe")
    assert "Zoe" in fresh.text()
    before = len(provider.signed_out)
    sign_out(fresh)
    fresh.until("return document.body.innerText.includes('With the account of your company')")
    assert ["zoe"] == provider.signed_out[before:]
    fresh.open(f"{server.url}/calls")
    assert "Anna" not in fresh.text()
    with State.open(home.state) as state:
        everybody = Viewer("", "", Role.ADMINISTRATOR, Scope())
        found = deeds(state, everybody, Asked(addresses=("zoe@aurora.example",)))
    assert {Action.SIGN_IN, Action.SIGN_OUT} <= {one.action for one in found}


def test_who_has_no_role_sees_why_and_nothing_else(fresh: Browser, server: Server) -> None:
    fresh.open(f"{server.url}/calls")
    sign_in(fresh, "stranger")
    text = fresh.text()
    assert "stranger@aurora.example" in text
    assert "no role here" in text
    assert "Anna" not in text
    assert not fresh.all('[data-testid="stSidebarNavLink"]')
    button(fresh, "Sign out")
    fresh.until("return document.body.innerText.includes('With the account of your company')")


def test_a_supervisor_reaches_no_other_department_by_page_link_or_download(
    fresh: Browser, server: Server, home: Home
) -> None:
    fresh.open(f"{server.url}/calls")
    sign_in(fresh, "zoe")
    assert 5 == calls_on(fresh)
    fresh.driver.delete_all_cookies()
    fresh.open(f"{server.url}/calls")
    sign_in(fresh, "anna")
    assert 3 == calls_on(fresh)
    for query in ("?department=Service", "?search=bruno", "?search=393335550199"):
        fresh.open(f"{server.url}/calls{query}")
        text = fresh.text()
        assert "Bruno" not in text
        assert "+39333" not in text
    fresh.open(f"{server.url}/")
    assert "Bruno" not in fresh.text()
    fresh.open(f"{server.url}/calls")
    button(fresh, "Download CSV")
    file = WebDriverWait(fresh.driver, PATIENCE_S).until(
        lambda _: next(iter(fresh.downloads.glob("calls_*.zip")), None)
    )
    with zipfile.ZipFile(file) as packed:
        text = packed.read("calls.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert {"anna@aurora.example"} == {row["user"] for row in rows}
    assert 3 == len(rows)
    with State.open(home.state) as state:
        anna = Viewer("anna@aurora.example", "Anna", Role.SUPERVISOR, Scope())
        (deed, *_) = deeds(state, anna, Asked(actions=(Action.DOWNLOAD,)))
    assert ("calls", "csv") == (deed.subject, deed.details["form"])


def test_the_menu_of_the_viewer_says_who_it_is(fresh: Browser, server: Server) -> None:
    fresh.open(server.url)
    sign_in(fresh, "anna")
    button(fresh, "Anna Bianchi")
    fresh.until("return document.body.innerText.includes('anna@aurora.example')")
    assert "Supervisor" in fresh.text()


def test_no_secret_is_in_the_log(server: Server, home: Home) -> None:
    output = Path(server.output).read_text()
    for secret in (SECRET, COOKIE_SECRET):
        assert secret not in output
    assert "Traceback" not in output
    for log in home.path.joinpath("logs").glob("*"):
        assert SECRET not in log.read_text()
