"""The pages as people see them, in Chromium."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import openpyxl
import polars as pl
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.app.homes import make_home, plausible_legs
from tests.app.serving import Server, serving
from tests.browser import PATIENCE_S, Browser
from warehouse.home import Home

pytestmark = pytest.mark.browser

LOOKS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]
LEGS = plausible_legs(datetime.now(UTC).date(), 65, 30)
LAST_30_DAYS = [leg for leg in LEGS if leg["day"] > datetime.now(UTC).date() - timedelta(days=30)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("home")
    home = make_home(folder, LEGS)
    home.settings.write_text('company = "Aurora Instruments"\n')
    with serving(Home(folder), folder / "server.out") as running:
        yield running


def euros(legs: list[dict[str, object]]) -> str:
    total = pl.Series([leg["cost"] for leg in legs if leg["cost"] is not None]).sum()
    return f"€{total:,.2f}"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_overview_shows_its_figures_and_charts(
    browser: Browser, server: Server, width: int, scheme: str
) -> None:
    browser.look(width, 1200, scheme)
    browser.open(server.url)
    text = browser.text()
    assert not browser.all('[data-testid="stException"]')
    assert "Aurora Instruments" in text
    assert f"{len(LAST_30_DAYS):,}" in text
    assert euros(LAST_30_DAYS) in text
    assert 4 == len(browser.all('[data-testid="stPlotlyChart"]'))
    assert_nothing_sticks_out(browser, width)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_list_of_calls_shows_its_rows_and_totals(
    browser: Browser, server: Server, width: int, scheme: str
) -> None:
    browser.look(width, 1200, scheme)
    browser.open(f"{server.url}/calls")
    text = browser.text()
    assert not browser.all('[data-testid="stException"]')
    assert f"{len(LAST_30_DAYS):,} calls" in text
    assert euros(LAST_30_DAYS) in text
    assert browser.one('[data-testid="stDataFrame"]').is_displayed()
    assert_nothing_sticks_out(browser, width)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_report_shows_its_figures_chart_and_table(
    browser: Browser, server: Server, width: int, scheme: str
) -> None:
    browser.look(width, 1600, scheme)
    browser.open(f"{server.url}/reports?report=costs-by-department")
    text = browser.text()
    assert not browser.all('[data-testid="stException"]')
    assert "What each department spent." in text
    assert euros(LAST_30_DAYS).removeprefix("€") in text
    browser.until("return !!document.querySelector('[data-testid=\"stVegaLiteChart\"] .marks')")
    assert_nothing_sticks_out(browser, width)


def test_a_report_is_downloaded_with_the_figures_of_the_page(
    browser: Browser, server: Server
) -> None:
    browser.look(1440, 1200, "light")
    browser.open(f"{server.url}/reports?report=costs-by-department")
    buttons = {one.text: one for one in browser.all('[data-testid="stDownloadButton"] button')}
    next(one for text, one in buttons.items() if "Excel" in text).click()
    file = WebDriverWait(browser.driver, PATIENCE_S).until(
        lambda _: next(iter(browser.downloads.glob("costs-by-department_*.xlsx")), None)
    )
    sheet = openpyxl.load_workbook(file).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    costs = [row[heads.index("Cost")] for row in sheet.iter_rows(min_row=2, values_only=True)]
    total = sum(Decimal(str(cost)) for cost in costs)
    assert f"€{total:,.2f}" == euros(LAST_30_DAYS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_are_legible_and_wear_the_colours_of_the_theme(
    browser: Browser, server: Server, scheme: str
) -> None:
    browser.look(1440, 1200, scheme)
    browser.open(server.url)
    page = browser.until(
        "return getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor"
    )
    texts = browser.until(
        "return [...document.querySelectorAll('.js-plotly-plot .annotation-text,"
        " .js-plotly-plot .xtick text')].map(text => getComputedStyle(text).fill)"
    )
    bars = browser.until(
        "return [...document.querySelectorAll('.js-plotly-plot .bars path')]"
        ".map(bar => getComputedStyle(bar).fill)"
    )
    assert isinstance(texts, list)
    assert isinstance(bars, list)
    assert min(contrast(text, str(page)) for text in texts) > 7
    assert {"light": {"rgb(13, 107, 107)"}, "dark": {"rgb(69, 170, 161)"}}[scheme] == set(bars)


def test_a_search_narrows_the_list_and_its_download_has_exactly_those_rows(
    browser: Browser, server: Server
) -> None:
    found = [leg for leg in LAST_30_DAYS if leg["person"] == "Carol O'Neill"]
    browser.look(1440, 1200, "light")
    browser.open(f"{server.url}/calls")
    browser.one('input[type="search"]').send_keys("carol o'neill", Keys.ENTER)
    browser.until(f"return document.body.innerText.includes('{len(found)} calls')")
    browser.settle()
    assert "search=carol" in browser.driver.current_url

    browser.one('[data-testid="stDownloadButton"] button').click()
    file = WebDriverWait(browser.driver, PATIENCE_S).until(
        lambda _: next(iter(browser.downloads.glob("calls_*.zip")), None)
    )
    with zipfile.ZipFile(file) as archive, archive.open("calls.csv") as packed:
        rows = list(csv.DictReader(io.TextIOWrapper(packed, "utf-8", newline="")))
    assert sorted(leg["call_id"] for leg in found) == sorted(row["call_id"] for row in rows)
    today = datetime.now(UTC).date()
    assert f"calls_{today - timedelta(days=29)}_{today}.zip" == file.name


def test_a_selected_row_opens_the_call_beside_the_list(browser: Browser, server: Server) -> None:
    browser.look(1440, 1200, "light")
    browser.open(f"{server.url}/calls?order=dearest")
    browser.until("return !!document.querySelector('[data-testid=\"stDataFrame\"] canvas')")
    table = browser.one('[data-testid="stDataFrame"] canvas')
    # The table is a picture: its first row is told by its place.
    left, top = -table.size["width"] // 2, -table.size["height"] // 2
    ActionChains(browser.driver).move_to_element_with_offset(
        table, left + 17, top + 52
    ).click().perform()
    browser.until("return !!document.querySelector('[role=\"dialog\"]')")
    browser.until("return document.body.innerText.includes('Connect fee')")
    browser.close_drawer()
    assert not browser.all('[data-testid="stException"]')


def test_new_calls_appear_by_themselves(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("live")
    home = Home(folder)
    home.settings.write_text('company = "Aurora Instruments"\n')
    with serving(home, folder / "server.out") as running:
        browser.look(1440, 1200, "light")
        browser.driver.get(f"{running.url}/calls")
        browser.until("return document.body.innerText.includes('Tollbook has no calls yet')")
        make_home(folder, LAST_30_DAYS[:7])
        browser.until("return document.body.innerText.includes('7 calls')")
        make_home(folder, LAST_30_DAYS[7:9], serial=1)
        browser.until("return document.body.innerText.includes('9 calls')")


def assert_nothing_sticks_out(browser: Browser, width: int) -> None:
    """The page is no wider than the screen, and nothing but the table scrolls sideways."""
    assert width == browser.until("return document.documentElement.scrollWidth")
    wide = browser.driver.execute_script(
        "return [...document.querySelectorAll('[data-testid=\"stMain\"] *')]"
        '.filter(one => !one.closest(\'[data-testid="stDataFrame"], [aria-hidden="true"]\'))'
        ".filter(one => getComputedStyle(one).overflowX !== 'visible')"
        ".filter(one => one.scrollWidth > one.clientWidth + 2)"
        ".map(one => one.outerHTML.slice(0, 120))"
    )
    assert [] == wide


def contrast(one: str, other: str) -> float:
    """Contrast of two CSS colours as WCAG defines it, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
