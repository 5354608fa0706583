"""A real browser for tests: Debian's Chromium with its driver."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-GB",
)
PATIENCE_S = 60
MISSING = "no Chromium with its driver: apt-get install chromium chromium-driver"


@dataclass(frozen=True)
class Browser:
    """Chromium, with the few things that the tests do in it."""

    driver: webdriver.Chrome
    downloads: Path
    patience_s: float = PATIENCE_S

    def look(self, width: int, height: int, scheme: str) -> None:
        """Takes the size of a screen, the reader's choice of light or dark, and UTC."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )

        self.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "UTC"})

    def open(self, url: str) -> None:
        """Loads a page and waits until Streamlit has drawn all of it."""
        self.driver.get(url)
        self.settle()

    def settle(self) -> None:
        """Waits until the page has run to its end and its charts are drawn."""
        self.until(
            "return !!document.querySelector('[data-testid=\"stApp\"]')"
            " && document.querySelector('[data-testid=\"stApp\"]')"
            ".getAttribute('data-test-script-state') === 'notRunning'"
            " && !!document.querySelector('h1')"
            " && document.querySelectorAll('[data-testid=\"stSkeleton\"]').length === 0"
            " && [...document.querySelectorAll('[data-testid=\"stPlotlyChart\"]')]"
            ".every(chart => chart.querySelector('.main-svg'))"
        )

    def until(self, script: str) -> object:
        """Waits until a script returns something true, and gives that."""
        return WebDriverWait(self.driver, self.patience_s, poll_frequency=0.1).until(
            lambda driver: driver.execute_script(script)
        )

    def close_drawer(self) -> None:
        """Waits for a drawer, closes it by its own button and waits until it is gone."""
        close = '[role="dialog"] button[aria-label="Close"]'
        self.until(f"return !!document.querySelector('{close}')")
        self.until(
            f"document.querySelector('{close}')?.click();"
            "return !document.querySelector('[role=\"dialog\"]')"
        )

    def text(self) -> str:
        """Everything that is written on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)


@pytest.fixture(scope="module")
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, which leaves its last page: one that draws itself anew takes a processor."""
    yield chromium
    chromium.driver.get("about:blank")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that downloads nothing but what a test clicks; skips loudly where there is none."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    downloads = tmp_path_factory.mktemp("downloads")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.add_experimental_option(
        "prefs",
        {"download.default_directory": str(downloads), "download.prompt_for_download": False},
    )
    with webdriver.Chrome(options, Service(driver)) as chrome:
        yield Browser(chrome, downloads)
