"""Rules that hold on every page, in Chromium: nothing sticks out, and everything has a name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.frame.pages import FIRST, MENU
from tests.app.homes import make_home, plausible_legs
from tests.app.serving import Server, serving
from tests.app.test_in_browser import assert_nothing_sticks_out
from tests.browser import Browser
from warehouse.home import Home

pytestmark = pytest.mark.browser

PHONE = 390
PAGES = sorted(entry.path for entries in MENU.values() for entry in entries)
FILLED = {
    "costs": "costs_by=country",
    "explore": "explore_rows=weekday&explore_columns=hour&explore_chart=heat",
    "person": "person=anna@aurora.example",
}
"""How pages are asked for that show most of theirs only so; all others of one department."""
DRAWN = ("costs", "traffic", "service", "explore", "person", "department")
"""Pages that have a chart whenever there are calls."""
DRAWERS = {
    "schedules": "new_schedule",
    "alarms": "new_alarm",
    "budgets": "new_budget",
}
"""Pages with a form, and the key of the button that opens it."""

NAMELESS = """
const named = one => one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')
  || one.title || one.querySelector('img[alt]')
  || [...(one.labels || [])].some(label => label.textContent.trim());
const spoken = one => {
  const copy = one.cloneNode(true);
  copy.querySelectorAll('[data-testid="stIconMaterial"], svg').forEach(icon => icon.remove());
  return copy.textContent.trim();
};
return [...document.querySelectorAll('button, a[href], input, textarea, [role="button"]')]
  .filter(one => one.getBoundingClientRect().width > 1 && !one.closest('[aria-hidden="true"]'))
  .filter(one => one.tabIndex >= 0 && !named(one) && !spoken(one))
  .map(one => one.outerHTML.slice(0, 200));
"""
"""What a reader can reach and a screen reader has no word for; a picture's font is no word."""

UNTOLD = """
return [...document.querySelectorAll('.js-plotly-plot, [data-testid="stDataFrame"]')]
  .filter(one => !one.closest('[aria-label], [role="img"], figure')
    && !one.querySelector('[aria-label]'))
  .map(one => one.outerHTML.slice(0, 200));
"""
"""Charts and tables that say nothing to whoever does not see them."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("everything")
    home = make_home(folder, plausible_legs(datetime.now(UTC).date(), 12, 12))
    home.settings.write_text('company = "Aurora Instruments"\n')
    with serving(Home(folder), folder / "server.out") as running:
        yield running


def assert_whole(browser: Browser) -> None:
    assert not browser.all('[data-testid="stException"]')
    assert_nothing_sticks_out(browser, PHONE)
    assert [] == browser.driver.execute_script(NAMELESS)
    assert [] == browser.driver.execute_script(UNTOLD)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone_and_has_a_name_for_everything(
    browser: Browser, server: Server, page: str
) -> None:
    browser.look(PHONE, 1600, "dark")
    browser.open(f"{server.url}/{page}?{FILLED.get(page, 'department=Sales')}")
    assert "Page not found" not in browser.text()
    assert server.url in browser.driver.current_url
    assert ("/?" if page == FIRST else f"/{page}?") in browser.driver.current_url
    assert browser.all('[data-testid="stPlotlyChart"]') or page not in DRAWN
    assert_whole(browser)


@pytest.mark.parametrize("page", DRAWERS)
def test_a_form_fits_a_phone_and_has_a_name_for_every_field(
    browser: Browser, server: Server, page: str
) -> None:
    browser.look(PHONE, 1600, "light")
    browser.open(f"{server.url}/{page}")
    browser.one(f".st-key-{DRAWERS[page]} button").click()
    browser.until('return !!document.querySelector(\'[role="dialog"] button[aria-label="Close"]\')')
    browser.settle()
    assert_whole(browser)
