"""The pages of administrators as people see them, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.books import TARIFFS, book_home
from tests.app.serving import Server, serving
from tests.app.test_in_browser import LOOKS, assert_nothing_sticks_out
from tests.browser import Browser
from warehouse.home import Home

pytestmark = pytest.mark.browser

PERIOD = "period=custom&days=2024-10-01&days=2024-10-31"
PAGES = {
    f"directory?{PERIOD}&unknown=user&unknown=eve@x.org": "eve@x.org",
    "tariffs?number=%2B390612345678&tariff=aurelia": "39 of aurelia: matched",
    "health": "Reconciliation",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return book_home(tmp_path_factory.mktemp("booked"))


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[Server]:
    with serving(home, home.path / "server.out") as running:
        yield running


@pytest.mark.parametrize(("width", "scheme"), [LOOKS[0], LOOKS[3]])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_on_every_screen(
    browser: Browser, server: Server, page: str, width: int, scheme: str
) -> None:
    browser.look(width, 1600, scheme)
    browser.open(f"{server.url}/{page}")
    assert PAGES[page] in browser.text()
    assert not browser.all('[data-testid="stException"]')
    assert_nothing_sticks_out(browser, width)


@pytest.mark.parametrize(("width", "scheme"), [LOOKS[1], LOOKS[2]])
def test_the_wallboard_has_neither_menu_nor_filters(
    browser: Browser, server: Server, width: int, scheme: str
) -> None:
    browser.look(width, 1200, scheme)
    browser.open(f"{server.url}/wallboard?site=Rome")
    assert "Calls today" in browser.text()
    assert not browser.all('[data-testid="stSidebar"]')
    size = browser.until(
        "return parseFloat(getComputedStyle(document.querySelector("
        "'[data-testid=\"stMetricValue\"]')).fontSize)"
    )
    assert isinstance(size, int | float)
    assert size > 36
    assert_nothing_sticks_out(browser, width)


def test_a_new_price_list_is_uploaded_compared_and_activated(
    browser: Browser, server: Server, home: Home, tmp_path: Path
) -> None:
    file = tmp_path / "new.csv"
    file.write_text(TARIFFS.replace("0.60", "0.66"), encoding="utf-8")
    browser.look(1440, 1600, "light")
    browser.open(f"{server.url}/tariffs?shown=new")
    browser.one('input[type="file"]').send_keys(str(file))
    browser.until("return document.body.innerText.includes('Activate the new prices')")
    browser.settle()
    assert "Dearer\n1" in browser.text()
    next(one for one in browser.all("button") if "Activate the new" in one.text).click()
    browser.until("return document.body.innerText.includes('The new prices are active')")
    assert file.read_text() == home.tariffs.read_text()


def test_a_link_opens_one_call_as_a_time_line(browser: Browser, server: Server) -> None:
    browser.look(1440, 1200, "light")
    browser.open(f"{server.url}/calls?{PERIOD}&call=rome:mobile")
    browser.until("return !!document.querySelector('[role=\"dialog\"] .main-svg')")
    assert "Leg 1 of 1" in browser.text()
    browser.close_drawer()
    browser.until("return !location.search.includes('call=')")
