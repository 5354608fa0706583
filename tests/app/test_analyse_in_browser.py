"""The pages that analyse, in Chromium: clicks, the way down and back, the map, the file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.support.wait import WebDriverWait

from tests.app.homes import make_home, plausible_legs
from tests.app.serving import Server, serving
from tests.app.test_frame_in_browser import asked, badges, calls_of, click_bar
from tests.browser import PATIENCE_S, Browser
from warehouse.home import Home

pytestmark = pytest.mark.browser

LEGS = plausible_legs(datetime.now(UTC).date(), 40, 12)
LAST_30_DAYS = [leg for leg in LEGS if leg["day"] > datetime.now(UTC).date() - timedelta(days=30)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("analysed")
    home = make_home(folder, LEGS)
    home.settings.write_text('company = "Aurora Instruments"\n')
    with serving(Home(folder), folder / "server.out") as running:
        yield running


def click_row(browser: Browser, place: int) -> None:
    """Clicks the mark of the n-th row of the last table, which is a picture."""
    table = browser.all('[data-testid="stDataFrame"] canvas[data-testid="data-grid-canvas"]')[-1]
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", table)
    left, top = -table.size["width"] // 2, -table.size["height"] // 2
    ActionChains(browser.driver).move_to_element_with_offset(
        table, left + 17, top + 52 + 35 * place
    ).click().perform()


def test_the_way_down_to_a_person_and_back_and_the_link_of_it(
    browser: Browser, server: Server
) -> None:
    browser.look(1440, 1800, "light")
    browser.open(f"{server.url}/costs")
    everything = calls_of(browser)
    click_row(browser, 0)
    browser.until("return document.querySelectorAll('[class*=st-key-crumb_1]').length === 1")
    browser.settle()
    (badge,) = badges(browser)
    narrowed = calls_of(browser)
    assert narrowed != everything
    assert f"costs_trail={badge.replace('Department: ', 'department=')}" in _plain(browser)
    assert ["person"] == asked(browser)["costs_by"]

    shared = browser.driver.current_url
    browser.open(shared)
    assert narrowed == calls_of(browser)
    assert badge in browser.one("[class*=st-key-crumb_1]").text

    click_row(browser, 0)
    browser.until("return location.pathname === '/person'")
    browser.settle()
    assert not browser.all('[data-testid="stException"]')
    assert 2 == len(badges(browser))

    browser.open(shared)
    browser.one("[class*=st-key-crumb_0] button").click()
    browser.until("return !document.querySelector('[class*=st-key-crumb_1]')")
    browser.settle()
    assert everything == calls_of(browser)


def test_the_map_is_drawn_from_this_server_and_a_country_narrows(
    browser: Browser, server: Server
) -> None:
    browser.look(1440, 2200, "light")
    browser.open(f"{server.url}/costs?costs_by=country")
    browser.until("return document.querySelectorAll('.choroplethlayer path').length > 0")
    fetched = browser.driver.execute_script(
        "return performance.getEntriesByType('resource').map(one => one.name)"
    )
    assert [f"{server.url}/app/static/world_110m.json"] == [
        one for one in fetched if "world_110m" in one
    ]
    click_bar(browser, "Highest costs", 0)
    browser.until("return document.querySelectorAll('[class*=st-key-badge_]').length > 0")
    assert all(badge.startswith("Destination: Italy") for badge in badges(browser))


def test_the_file_has_what_the_query_gives(browser: Browser, server: Server) -> None:
    browser.look(1440, 1400, "light")
    browser.open(f"{server.url}/costs?department=Sales&costs_by=person")
    buttons = {one.text: one for one in browser.all('[data-testid="stDownloadButton"] button')}
    next(one for text, one in buttons.items() if "CSV" in text).click()
    file = WebDriverWait(browser.driver, PATIENCE_S).until(
        lambda _: next(iter(browser.downloads.glob("costs-by-person_*.zip")), None)
    )
    with zipfile.ZipFile(file) as packed:
        name = next(one for one in packed.namelist() if one.endswith(".csv"))
        rows = list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
    paid: dict[str, Decimal] = {}
    for leg in LAST_30_DAYS:
        if leg["department"] == "Sales":
            person = str(leg["person"])
            paid[person] = paid.get(person, Decimal(0)) + (leg["cost"] or Decimal(0))
    cost = next(head for head in rows[0] if head.lower() == "cost")
    who = next(iter(rows[0]))
    assert paid == {row[who]: Decimal(row[cost]) for row in rows}


def test_a_bar_of_time_zooms_into_its_days(browser: Browser, server: Server) -> None:
    browser.look(1440, 1400, "light")
    browser.open(f"{server.url}/service")
    click_bar(browser, "Over time", 2)
    browser.until("return location.search.includes('period=custom')")
    browser.settle()
    first, last = asked(browser)["days"]
    assert first == last
    assert not browser.all('[data-testid="stException"]')


def _plain(browser: Browser) -> str:
    return " ".join(
        f"{name}={value}" for name, values in asked(browser).items() for value in values
    )
