"""From a form on a page to what comes of it, in Chromium: a mail, an alarm, a budget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from selenium.webdriver.common.keys import Keys
from typer.testing import CliRunner

from app.cli.main import cli
from tests.app.cli.test_schedules import SETTINGS
from tests.app.homes import leg, make_home, plausible_legs
from tests.app.serving import Server, serving
from tests.browser import Browser
from tests.smtp import Inbox, smtp_server
from warehouse.budgets.evaluate import evaluate
from warehouse.home import Home
from warehouse.master import Master
from warehouse.state.state import State

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    with smtp_server() as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, inbox: Inbox) -> Home:
    folder = tmp_path_factory.mktemp("desk")
    # Today is quiet: no call of it rings an alarm by chance.
    rows = plausible_legs(datetime.now(UTC).date() - timedelta(days=1), 45, 25)
    found = make_home(folder, [row | {"charge": row["cost"]} for row in rows])
    found.settings.write_text(SETTINGS.format(port=inbox.port), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[Server]:
    with serving(home, home.path / "server.out") as running:
        yield running


def tick(home: Home) -> None:
    """The scheduler works once."""
    found = CliRunner().invoke(cli, ["schedule", "--once", "--home", str(home.path)])
    assert found.exit_code == 0, found.output


def says(browser: Browser, words: str) -> None:
    browser.until(f"return document.body.innerText.includes({words!r})")


def press(browser: Browser, label: str) -> None:
    """Clicks the last button of a label: one in a drawer lies over those of the page."""
    # A label begins with the name of its icon.
    script = (
        "return [...document.querySelectorAll('button')]"
        f".filter(one => one.innerText.trim().endsWith({label!r}) && !one.disabled).pop()"
    )
    button = browser.until(script)
    browser.driver.execute_script("arguments[0].click()", button)
    browser.settle()


def fill(browser: Browser, label: str, text: str, end: str = Keys.TAB) -> None:
    """Writes into a field and leaves it."""
    field = browser.until(
        "return document.querySelector("
        f'\'[role="dialog"] input[aria-label="{label}"], '
        f'[role="dialog"] textarea[aria-label="{label}"]\')'
    )
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", field)
    field.send_keys(text, end)  # type: ignore[attr-defined]
    browser.settle()


@contextmanager
def closed_after(browser: Browser) -> Iterator[None]:
    """What is done in the block closes the drawer."""
    yield
    browser.until("return !document.querySelector('[role=\"dialog\"]')")
    assert not browser.all('[data-testid="stException"]')


def test_a_schedule_is_made_previewed_and_sent(
    browser: Browser, server: Server, home: Home, inbox: Inbox
) -> None:
    browser.look(1440, 1300, "light")
    browser.open(f"{server.url}/schedules")
    press(browser, "New schedule")
    press(browser, "Save")
    says(browser, "This cannot be a schedule yet")
    says(browser, "has no name")
    with closed_after(browser):
        fill(browser, "Name", "Costs for the board")
        fill(browser, "Addresses", "ceo@aurora.example")
        press(browser, "Save")
    says(browser, "Next due 1 ")
    press(browser, "Preview")
    says(browser, "Cost summary, 1 – ")
    frame = browser.until("return document.querySelector('iframe[title=\"The mail\"]')")
    browser.driver.switch_to.frame(frame)  # type: ignore[arg-type]
    preview = browser.text()
    browser.driver.switch_to.default_content()
    assert "By department" in preview
    browser.close_drawer()
    press(browser, "Send now")
    with closed_after(browser):
        says(browser, "1 mail, beside the calendar")
        press(browser, "Send")
    says(browser, "1 waiting")
    before = len(inbox.raw)
    tick(home)
    says(browser, f"Last sent {datetime.now(UTC).day} ")
    (mail,) = inbox.mails[before:]
    assert (mail["To"], mail["From"].addresses[0].addr_spec) == (
        "ceo@aurora.example",
        "calls@aurora.example",
    )
    page = mail.get_body(("html",))
    assert page is not None
    department = next(line for line in preview.splitlines() if line.startswith("Sales"))
    assert department.split()[1] in page.get_content()
    tick(home)
    assert len(inbox.raw) == before + 1


def test_an_alarm_fires_is_seen_and_acknowledged(
    browser: Browser, server: Server, home: Home, inbox: Inbox
) -> None:
    browser.look(1440, 1300, "light")
    browser.open(f"{server.url}/alarms")
    press(browser, "New alarm")
    with closed_after(browser):
        fill(browser, "Name", "Premium numbers")
        fill(browser, "Mail to", "telecom@aurora.example")
        press(browser, "Save")
    says(browser, "A call with type premium")
    says(browser, "Nothing to see to")
    before = len(inbox.raw)
    tick(home)
    assert len(inbox.raw) == before
    at = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=2)
    dear = {"call_type": "premium", "destination": "Italy premium", "cost": Decimal("4.2")}
    make_home(home.path, [leg("premium", at, **dear)], serial=1)
    tick(home)
    says(browser, "Anna Bianchi called +442079460xxx (Italy premium)")
    assert inbox.mails[-1]["Subject"].startswith("Alarm: Anna Bianchi called")
    press(browser, "See calls")
    says(browser, "telecom@aurora.example")
    browser.close_drawer()
    press(browser, "Acknowledge")
    with closed_after(browser):
        says(browser, "You see to it.")
        press(browser, "Acknowledge")
    says(browser, "Nothing to see to")
    tick(home)
    assert len(inbox.raw) == before + 1


def test_a_budget_is_made_and_seen_spent(browser: Browser, server: Server, home: Home) -> None:
    browser.look(1440, 1300, "light")
    browser.open(f"{server.url}/budgets")
    press(browser, "New budget")
    with closed_after(browser):
        fill(browser, "Name", "Telephone of Service")
        browser.until('return document.querySelector(\'[role="dialog"] [role="combobox"]\')')
        field = browser.one('[role="dialog"] input[role="combobox"]')
        field.click()
        field.send_keys("Service", Keys.ENTER)
        browser.settle()
        fill(browser, "Amount", "1000")
        press(browser, "Save")
    says(browser, "It is summed up with the next calls.")
    with Master.open(home.warehouse) as master, State.open(home.state) as state:
        evaluate(master, state, datetime.now(UTC))
    says(browser, "of €1,000.00 · ")
    assert not browser.all('[data-testid="stException"]')


@pytest.mark.parametrize("page", ["schedules", "alarms", "budgets"])
def test_the_pages_fit_the_screen(browser: Browser, server: Server, page: str) -> None:
    browser.look(1440, 1300, "light")
    browser.open(f"{server.url}/{page}")
    assert not browser.all('[data-testid="stException"]')
    assert browser.until("return document.documentElement.scrollWidth") == 1440
