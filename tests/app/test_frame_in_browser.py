"""The main way through the pages in Chromium: click, drill down, go back, share the link."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.remote.webelement import WebElement

from tests.app.homes import make_home, plausible_legs
from tests.app.serving import Server, serving
from tests.browser import Browser
from warehouse.home import Home

pytestmark = pytest.mark.browser

LEGS = plausible_legs(datetime.now(UTC).date(), 40, 12)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("framed")
    home = make_home(folder, LEGS)
    home.settings.write_text('company = "Aurora Instruments"\n')
    with serving(Home(folder), folder / "server.out") as running:
        yield running


def chart(browser: Browser, heading: str) -> WebElement:
    """The chart below a heading."""
    return browser.driver.execute_script(
        "const head = [...document.querySelectorAll('h3')]"
        ".find(one => one.textContent.trim() === arguments[0]);"
        "let box = head; while (!box.querySelector('.js-plotly-plot')) box = box.parentElement;"
        "return box.querySelector('.js-plotly-plot')",
        heading,
    )


def click_bar(browser: Browser, heading: str, place: int) -> None:
    bars = chart(browser, heading).find_elements("css selector", ".bars .point")
    ActionChains(browser.driver).move_to_element(bars[place]).pause(0.3).click().perform()


def badges(browser: Browser) -> list[str]:
    return [one.text.removeprefix("close").strip() for one in browser.all("[class*=st-key-badge_]")]


def asked(browser: Browser) -> dict[str, list[str]]:
    return parse_qs(urlsplit(browser.driver.current_url).query)


def calls_of(browser: Browser) -> str:
    """The figure on the tile of calls."""
    return str(
        browser.driver.execute_script(
            "return [...document.querySelectorAll('[data-testid=\"stMetric\"]')]"
            ".find(one => one.textContent.startsWith('Calls'))"
            ".querySelector('[data-testid=\"stMetricValue\"]').textContent"
        )
    )


def test_a_click_on_a_bar_narrows_all_pages_and_the_link_says_so(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    browser.look(1440, 1400, "light")
    browser.open(server.url)
    everything = calls_of(browser)
    click_bar(browser, "Departments", 0)
    browser.until("return document.querySelectorAll('[class*=st-key-badge_]').length === 1")
    browser.settle()
    (badge,) = badges(browser)
    department = badge.removeprefix("Department: ")
    narrowed = calls_of(browser)
    assert narrowed != everything
    assert [department] == asked(browser)["department"]

    next(one for one in browser.all("nav a, [data-testid='stSidebarNavLink']")
         if "Calls" in one.text).click()  # fmt: skip
    browser.until("return document.querySelector('h1')?.textContent.trim() === 'Calls'")
    browser.settle()
    assert [badge] == badges(browser)
    assert f"{narrowed} calls" in browser.text()
    shared = browser.driver.current_url
    assert [department] == asked(browser)["department"]

    browser.driver.switch_to.new_window("tab")
    browser.look(1440, 1400, "light")
    browser.open(shared)
    assert f"{narrowed} calls" in browser.text()
    browser.one("[class*=st-key-badge_]").click()
    browser.until("return document.querySelectorAll('[class*=st-key-badge_]').length === 0")
    browser.settle()
    assert f"{everything} calls" in browser.text()
    browser.driver.back()
    browser.until("return document.querySelectorAll('[class*=st-key-badge_]').length === 1")
    browser.settle()
    assert f"{narrowed} calls" in browser.text()
    browser.driver.close()
    browser.driver.switch_to.window(browser.driver.window_handles[0])


def test_a_click_on_a_day_zooms_into_it(browser: Browser, server: Server) -> None:
    browser.look(1440, 1400, "light")
    browser.open(server.url)
    click_bar(browser, "Cost per day", 3)
    browser.until("return location.search.includes('period=custom')")
    browser.settle()
    first, last = asked(browser)["days"]
    assert first == last
